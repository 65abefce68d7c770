//! Every way to trap: the code, the backtrace, and that everything goes on afterwards.

mod support;

use dovetail_runtime::{
    Error, ErrorKind, Extern, Func, Instance, Linker, Memory, Result, Signature, Store, Trap, TrapCode, Val,
};
use dovetail_runtime::{Limits, MemoryType};
use support::{config, engine, func, module};

/// Calls an exported function without parameters, which must trap.
fn trap(store: &mut Store, instance: Instance, name: &str) -> Trap {
    match func(store, instance, name).call(store, &[]).map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => trap,
        other => panic!("`{name}` gave {other:?}"),
    }
}

fn names(trap: &Trap) -> Vec<&str> {
    trap.frames.iter().map(|frame| frame.function_name.as_deref().unwrap_or("?")).collect()
}

#[test]
fn every_code_of_the_core_specification_is_reported() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "traps"), &[])?;
    let alive = func(&mut store, instance, "alive");
    let codes = [
        TrapCode::UnreachableCodeReached,
        TrapCode::StackOverflow,
        TrapCode::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds,
        TrapCode::UndefinedElement,
        TrapCode::UninitializedElement,
        TrapCode::IndirectCallTypeMismatch,
        TrapCode::IntegerOverflow,
        TrapCode::IntegerDivideByZero,
        TrapCode::InvalidConversionToInteger,
    ];
    let cases = codes.map(|code| (code.name(), code)).into_iter().chain([
        ("far load", TrapCode::MemoryOutOfBounds),
        ("wide load", TrapCode::MemoryOutOfBounds),
        ("store", TrapCode::MemoryOutOfBounds),
        ("memory.fill", TrapCode::MemoryOutOfBounds),
        ("memory.copy", TrapCode::MemoryOutOfBounds),
        ("memory.init", TrapCode::MemoryOutOfBounds),
        ("memory.init after data.drop", TrapCode::MemoryOutOfBounds),
        ("table.set", TrapCode::TableOutOfBounds),
        ("table.fill", TrapCode::TableOutOfBounds),
        ("table.copy", TrapCode::TableOutOfBounds),
        ("table.init", TrapCode::TableOutOfBounds),
        ("table.init after elem.drop", TrapCode::TableOutOfBounds),
        ("truncation", TrapCode::IntegerOverflow),
    ]);
    for (name, code) in cases {
        let trap = trap(&mut store, instance, name);
        assert_eq!(trap.code, code, "`{name}`");
        if code == TrapCode::StackOverflow {
            // Only the innermost frames are kept.
            assert!(trap.frames.len() > 100 && names(&trap).iter().all(|name| *name == "recurse"), "{trap}");
        } else {
            assert_eq!(names(&trap).last(), Some(&name), "{trap}");
        }
        assert!(trap.frames.iter().all(|frame| frame.module_offset.is_some()), "{trap}");
        assert_eq!(alive.call(&mut store, &[])?, [Val::I32(7)], "after `{name}`");
    }
    Ok(())
}

#[test]
fn a_backtrace_names_the_functions_from_the_inside_out() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "traps"), &[])?;
    let trap = trap(&mut store, instance, "UNREACHABLE_CODE_REACHED");
    assert_eq!(names(&trap), ["deep_inside", "in_between", "UNREACHABLE_CODE_REACHED"]);
    assert!(trap.frames.iter().all(|frame| frame.module.as_deref() == Some("traps")));
    let offsets: Vec<_> = trap.frames.iter().map(|frame| frame.module_offset).collect();
    assert!(offsets.is_sorted(), "the functions follow each other in the file: {offsets:?}");
    let text = Error::from(trap).to_string();
    assert!(text.starts_with("wasm trap: unreachable\nwasm backtrace:\n    0:"), "{text}");
    assert!(text.contains("traps!deep_inside"), "{text}");
    Ok(())
}

#[test]
fn a_trap_in_nested_calls_shows_the_frames_of_both() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&module(&engine, "host"))?;
    linker.allow_shadowing(true);
    let number =
        Signature { params: vec![dovetail_runtime::ValType::I32], results: vec![dovetail_runtime::ValType::I32] };
    linker.define_func("host", "call", number, |mut caller, args, results| {
        let stop = caller.get_export("stop").and_then(Extern::into_func).expect("an export");
        results[0] = stop.call(&mut caller, args)?[0];
        Ok(())
    })?;
    let instance = linker.instantiate(&mut store, &module(&engine, "host"))?;
    let outer = func(&mut store, instance, "outer");
    match outer.call(&mut store, &[Val::I32(1)]).map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => assert_eq!(names(&trap), ["stop", "outer"]),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn a_trap_of_a_host_function_gets_the_guests_frames() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let guest = module(&engine, "host");
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&guest)?;
    let instance = linker.instantiate(&mut store, &guest)?;
    match func(&mut store, instance, "outer").call(&mut store, &[Val::I32(1)]).map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => {
            assert_eq!(trap.code, TrapCode::UnknownImport);
            assert_eq!(trap.detail.as_deref(), Some("`host::call`"));
            assert_eq!(names(&trap), ["outer"]);
        }
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn recursion_through_the_host_ends_in_a_trap_not_in_a_crash() -> Result<()> {
    // More than any thread has: the bounds of the real stack must hold.
    for max_wasm_stack in [512 * 1024, 1 << 40] {
        let engine = dovetail_runtime::Engine::new(dovetail_runtime::Config { max_wasm_stack, ..config() })?;
        let mut store = Store::new(&engine);
        let again = Func::new(&mut store, Signature::default(), |mut caller, _, _| {
            let go = caller.get_export("go").and_then(Extern::into_func).expect("an export");
            go.call(&mut caller, &[]).map(|_| ())
        });
        let instance = Instance::new(&mut store, &module(&engine, "recursion"), &[again.into()])?;
        assert_eq!(trap(&mut store, instance, "go").code, TrapCode::StackOverflow);
        let guest = Instance::new(&mut store, &module(&engine, "traps"), &[])?;
        assert_eq!(trap(&mut store, guest, "STACK_OVERFLOW").code, TrapCode::StackOverflow);
    }
    Ok(())
}

#[test]
fn a_trap_in_a_start_function_comes_out_of_instantiation() {
    let engine = engine();
    let mut store = Store::new(&engine);
    match Instance::new(&mut store, &module(&engine, "start_traps"), &[]).map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => assert_eq!(names(&trap), ["main"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn segments_before_the_one_that_traps_stay_written() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let limits = Limits { minimum: 1, maximum: None };
    let memory = Memory::new(&mut store, MemoryType { limits, memory64: false, shared: false })?;
    match Instance::new(&mut store, &module(&engine, "segments_trap"), &[memory.into()]).map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => assert_eq!(trap.code, TrapCode::MemoryOutOfBounds),
        other => panic!("{other:?}"),
    }
    let mut bytes = [0; 4];
    memory.read(&store, 0, &mut bytes)?;
    assert_eq!(&bytes, b"kept");
    Ok(())
}

#[test]
fn threads_with_stores_of_their_own_trap_at_once() {
    let engine = engine();
    let module = module(&engine, "traps");
    std::thread::scope(|scope| {
        for name in ["MEMORY_OUT_OF_BOUNDS", "UNREACHABLE_CODE_REACHED", "INTEGER_DIVIDE_BY_ZERO", "STACK_OVERFLOW"] {
            let (engine, module) = (&engine, &module);
            scope.spawn(move || {
                let mut store = Store::new(engine);
                let instance = Instance::new(&mut store, module, &[]).expect("an instance");
                for _ in 0..200 {
                    assert_eq!(trap(&mut store, instance, name).code.name(), name);
                }
            });
        }
    });
}

#[test]
fn a_store_may_move_to_another_thread() {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "traps"), &[]).expect("an instance");
    assert_eq!(trap(&mut store, instance, "store").code, TrapCode::MemoryOutOfBounds);
    let code = std::thread::spawn(move || trap(&mut store, instance, "store").code).join();
    assert_eq!(code.expect("the thread ends well"), TrapCode::MemoryOutOfBounds);
}
