//! Calls that enter their guest more than once (`realloc`, the function, post-return): the frames of a trap are those of the
//! entry that trapped and of those around it, not of entries that are over.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::{Arc, Mutex};

use component::{call, guest};
use dovetail_runtime::component::{Instance, Linker, Value};
use dovetail_runtime::{ErrorKind, Result, Store};
use support::engine;

/// Two instances of `entries.wat`: the host's function calls `inner` of the second.
fn entries() -> Result<(Store, Instance, Instance)> {
    let mut store = Store::new(&engine());
    let component = guest(store.engine(), "entries");
    let callee: Arc<Mutex<Option<Instance>>> = Arc::default();
    let called = callee.clone();
    let mut linker = Linker::new(store.engine());
    linker.root().func("between", move |cx, (text,): (String,)| {
        let callee = called.lock().unwrap().clone().expect("an instance");
        call(cx.store(), &callee, "inner", &[Value::String(text)]).map(drop)
    })?;
    let first = linker.instantiate(&mut store, &component)?;
    let second = linker.instantiate(&mut store, &component)?;
    *callee.lock().unwrap() = Some(second.clone());
    Ok((store, first, second))
}

/// The frames of the trap in which a call of this function ends.
#[track_caller]
fn frames(store: &mut Store, instance: &Instance, name: &str) -> Vec<String> {
    let result = call(store, instance, name, &[Value::String("text".into())]);
    match result.map_err(|error| error.into_kind()) {
        Err(ErrorKind::Trap(trap)) => {
            trap.frames.iter().map(|frame| frame.function_name.clone().unwrap_or("?".into())).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_trap_has_the_frames_of_its_own_entry() -> Result<()> {
    let (mut store, first, second) = entries()?;
    assert_eq!(frames(&mut store, &first, "cleans"), ["clean"]);
    assert_eq!(frames(&mut store, &second, "inner"), ["inner"]);
    Ok(())
}

#[test]
fn the_frames_of_calls_that_nest_follow_each_other() -> Result<()> {
    let (mut store, first, _) = entries()?;
    assert_eq!(frames(&mut store, &first, "outer"), ["inner", "outer"]);
    Ok(())
}

#[test]
fn a_call_whose_only_code_was_its_realloc_has_no_frames_any_more() -> Result<()> {
    let (mut store, first, _) = entries()?;
    assert_eq!(frames(&mut store, &first, "between"), ["inner"]);
    Ok(())
}
