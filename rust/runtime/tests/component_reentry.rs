//! The host uses a store again from its epoch hook, while the guest's `realloc` runs and handles are on their way.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use component::{call, guest, instantiate};
use dovetail_runtime::component::{Borrow, HostResource, Instance, Linker, ResourceAny, ResourceHandle, Value};
use dovetail_runtime::{Config, Engine, Error, Result, Store, TrapCode};
use support::config;

fn engine() -> Engine {
    Engine::new(Config { interruptible: true, ticking: false, ..config() }).expect("an engine")
}

/// Two instances of `slow.wat`: while the first lowers a text, the hook may call the second.
fn slow() -> (Store, Instance, Instance) {
    let mut store = Store::new(&engine());
    let component = guest(store.engine(), "slow");
    let (first, second) = (instantiate(&mut store, &component), instantiate(&mut store, &component));
    (store, first.expect("an instance"), second.expect("an instance"))
}

/// Has `work` done once, at the next check of the epoch.
fn once(store: &mut Store, work: impl Fn(&mut Store) -> Result<()> + Send + Sync + 'static) -> Arc<AtomicBool> {
    let done = Arc::new(AtomicBool::new(false));
    let flag = done.clone();
    store.set_epoch_hook(
        0,
        Some(Arc::new(move |store| {
            if !flag.swap(true, Ordering::Relaxed) {
                work(store)?;
            }
            Ok(0)
        })),
    );
    done
}

fn make(store: &mut Store, instance: &Instance, value: u32) -> ResourceAny {
    match call(store, instance, "[constructor]thing", &[Value::U32(value)]) {
        Ok(Some(Value::Own(ResourceHandle::Guest(any)))) => any,
        other => panic!("{other:?}"),
    }
}

/// What `thing` is made from.
fn get(store: &mut Store, instance: &Instance, thing: ResourceAny) -> Result<Option<Value>> {
    call(store, instance, "[method]thing.get", &[Value::Borrow(ResourceHandle::Guest(thing))])
}

/// Arguments of `take`: `last` is its `number`.
fn take(thing: ResourceAny, last: Value) -> [Value; 3] {
    [Value::Own(ResourceHandle::Guest(thing)), Value::String("name".into()), last]
}

/// Calls `take` with a `number` that is none, after the text was lowered.
#[track_caller]
fn fail_to_take(store: &mut Store, instance: &Instance, thing: ResourceAny) {
    let error = call(store, instance, "take", &take(thing, Value::Bool(true))).unwrap_err();
    assert!(error.to_string().contains("`number`: expected `u32`, got `bool`"), "{error}");
}

#[test]
fn a_resource_made_meanwhile_does_not_take_the_place_of_one_that_comes_back() -> Result<()> {
    let (mut store, first, second) = slow();
    let thing = make(&mut store, &first, 5);
    let made = Arc::new(Mutex::new(None));
    let (result, other) = (made.clone(), second.clone());
    let done = once(&mut store, move |store| {
        *result.lock().unwrap() = Some(make(store, &other, 7));
        Ok(())
    });
    fail_to_take(&mut store, &first, thing);
    assert!(done.load(Ordering::Relaxed));
    let made = made.lock().unwrap().take().expect("a resource");
    assert_eq!(get(&mut store, &first, thing)?, Some(Value::U32(5)));
    assert_eq!(get(&mut store, &second, made)?, Some(Value::U32(7)));
    assert_eq!(call(&mut store, &first, "take", &take(thing, Value::U32(1)))?, Some(Value::U32(6)));
    made.drop(&mut store)?;
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_resource_dropped_meanwhile_stays_dropped() -> Result<()> {
    let (mut store, first, second) = slow();
    let thing = make(&mut store, &first, 5);
    let made = Arc::new(Mutex::new(None));
    let (result, other) = (made.clone(), second.clone());
    once(&mut store, move |store| {
        let made = make(store, &other, 7);
        *result.lock().unwrap() = Some(made);
        made.drop(store)
    });
    fail_to_take(&mut store, &first, thing);
    let dropped = made.lock().unwrap().take().expect("a resource");
    assert!(thing.is_live(&store));
    thing.drop(&mut store)?;
    // The next ones in the table are new to those who hold old handles.
    let next = [make(&mut store, &second, 8), make(&mut store, &second, 9)];
    assert!(!next.contains(&dropped) && !next.contains(&thing), "{dropped:?} {next:?}");
    assert!(!dropped.is_live(&store));
    Ok(())
}

#[test]
fn what_is_on_its_way_is_gone_for_others() -> Result<()> {
    let (mut store, first, second) = slow();
    let thing = make(&mut store, &first, 5);
    once(&mut store, move |store| {
        assert!(!thing.is_live(store));
        let error = get(store, &second, thing).unwrap_err();
        assert!(error.to_string().contains("dropped or given away"), "{error}");
        Ok(())
    });
    assert_eq!(call(&mut store, &first, "take", &take(thing, Value::U32(1)))?, Some(Value::U32(6)));
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_drop_asked_for_on_the_way_happens_once_the_call_has_failed() -> Result<()> {
    let (mut store, first, _) = slow();
    let thing = make(&mut store, &first, 5);
    once(&mut store, move |store| thing.drop(store));
    fail_to_take(&mut store, &first, thing);
    assert!(!thing.is_live(&store));
    assert_eq!(call(&mut store, &first, "dropped", &[])?, Some(Value::U32(1)));
    assert_eq!(store.live_handles(), Default::default());
    // Where the call takes place, the resource is the guest's, who drops it.
    let thing = make(&mut store, &first, 5);
    once(&mut store, move |store| thing.drop(store));
    assert_eq!(call(&mut store, &first, "take", &take(thing, Value::U32(1)))?, Some(Value::U32(6)));
    assert_eq!(call(&mut store, &first, "dropped", &[])?, Some(Value::U32(2)));
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

#[test]
fn a_hook_that_stops_the_guest_leaves_the_resource_with_the_caller() -> Result<()> {
    let (mut store, first, second) = slow();
    let thing = make(&mut store, &first, 5);
    once(&mut store, move |store| {
        make(store, &second, 7).drop(store)?;
        Err(Error::trap(TrapCode::Interrupt, "enough"))
    });
    let error = call(&mut store, &first, "take", &take(thing, Value::U32(1))).unwrap_err();
    assert!(error.to_string().contains("enough"), "{error}");
    assert!(thing.is_live(&store));
    thing.drop(&mut store)?;
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}

struct File(u32);

/// Makes a file that is given away.
fn file(store: &mut Store, number: u32) -> Result<Value> {
    let ty = store.host_resource_type(HostResource::of::<File>());
    let rep = store.resource_table().push(File(number))?.rep();
    Ok(Value::Own(ResourceHandle::Host { ty, rep: rep.into() }))
}

#[test]
fn handles_between_guests_are_not_mixed_up() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    let mut host = linker.instance("host")?;
    host.resource::<File>("file")?;
    host.func("size", |cx, (file,): (Borrow<File>,)| Ok(cx.table().get(&file)?.0 * 2))?;
    let component = guest(&engine, "relay");
    let first = linker.instantiate(&mut store, &component)?;
    let second = linker.instantiate(&mut store, &component)?;
    // At each check of the first one's call, a call of the second.
    let (depth, calls) = (AtomicU32::new(0), Arc::new(AtomicU32::new(0)));
    let counter = calls.clone();
    let hook = move |store: &mut Store| {
        if depth.fetch_add(1, Ordering::Relaxed) == 0 {
            let inner = file(store, 20)?;
            assert_eq!(call(store, &second, "send", &[inner])?, Some(Value::U32(40)));
            counter.fetch_add(1, Ordering::Relaxed);
        }
        depth.fetch_sub(1, Ordering::Relaxed);
        Ok(0)
    };
    store.set_epoch_hook(0, Some(Arc::new(hook)));
    let outer = file(&mut store, 10)?;
    assert_eq!(call(&mut store, &first, "send", &[outer])?, Some(Value::U32(20)));
    assert!(calls.load(Ordering::Relaxed) >= 3, "{calls:?}");
    assert!(store.resource_table().is_empty());
    assert_eq!(store.live_handles(), Default::default());
    Ok(())
}
