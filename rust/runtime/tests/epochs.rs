//! Epochs: guests that run for long come past the store's hook, which lets them go on or ends their call.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dovetail_runtime::{
    Config, Engine, EpochHook, Error, ErrorKind, Instance, Linker, Module, Result, Signature, Store, Trap,
};
use dovetail_runtime::{TrapCode, Val};
use support::{config, func, module};

/// Every guest of `epochs.wat` that never ends, or not in any time that matters, and the function that it does not leave.
const ENDLESS: [(&str, &str); 10] = [
    ("loop", "loop"),
    ("br_if", "br_if"),
    ("br_table", "br_table"),
    ("if", "if"),
    ("loop with parameters", "loop with parameters"),
    ("loop in memory", "loop in memory"),
    ("callee", "spin"),
    ("tail call", "tail_recurse"),
    ("tail call through table", "recurse_through_table"),
    ("recursion", "branches"),
];

fn interruptible() -> Engine {
    Engine::new(Config { interruptible: true, ticking: false, ..config() }).expect("an engine")
}

/// An instance of `epochs.wat` whose import `tick` moves the epoch on, and whose `reenter` calls `tick once`.
fn instantiate(store: &mut Store) -> Result<Instance> {
    let engine = store.engine().clone();
    let mut linker = Linker::new(&engine);
    let clock = engine.clone();
    linker.define_func("host", "tick", Signature::default(), move |_, _, _| {
        clock.increment_epoch();
        Ok(())
    })?;
    linker.define_func("host", "reenter", Signature::default(), |mut caller, _, _| {
        let inner = caller.get_export("tick once").and_then(|export| export.into_func()).expect("an export");
        inner.call(caller.store(), &[]).map(drop)
    })?;
    linker.instantiate(store, &module(&engine, "epochs"))
}

/// A hook that counts its calls and answers with `next` until it has been called `most` times; then it stops the guest.
fn counting(most: u64, next: u64) -> (Arc<AtomicU64>, EpochHook) {
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let hook: EpochHook = Arc::new(move |_| {
        let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
        if number < most { Ok(next) } else { Err(Error::trap(TrapCode::Interrupt, "enough")) }
    });
    (calls, hook)
}

fn trap(result: Result<Vec<Val>>) -> Trap {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => trap,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hook_ends_every_kind_of_endless_guest() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    for (name, innermost) in ENDLESS {
        let (calls, hook) = counting(1000, 0);
        store.set_epoch_hook(0, Some(hook));
        let trap = trap(func(&mut store, instance, name).call(&mut store, &[]));
        assert_eq!(calls.load(Ordering::Relaxed), 1000, "`{name}`");
        assert_eq!((trap.code, trap.detail.as_deref()), (TrapCode::Interrupt, Some("enough")), "`{name}`");
        assert_eq!(trap.frames[0].function_name.as_deref(), Some(innermost), "`{name}`");
        assert!(trap.frames.iter().all(|frame| frame.module_offset.is_some()), "{trap}");
        assert_eq!(trap.frames.len(), if name == "callee" { 2 } else { trap.frames.len() }, "{trap}");
    }
    Ok(())
}

#[test]
fn the_hook_is_called_before_each_instruction_on_a_block() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    let (calls, hook) = counting(u64::MAX, 0);
    store.set_epoch_hook(0, Some(hook));
    func(&mut store, instance, "blocks").call(&mut store, &[])?;
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    Ok(())
}

/// The hook is called at every look, and what it returns to finds everything as it was.
#[test]
fn a_guest_that_goes_on_finds_its_values() -> Result<()> {
    let run = |engine: &Engine| -> Result<(Vec<Val>, Vec<Val>, u64)> {
        let mut store = Store::new(engine);
        let instance = instantiate(&mut store)?;
        let (calls, hook) = counting(u64::MAX, 0);
        // The hook overwrites what registers it can.
        let hook: EpochHook = Arc::new(move |store| {
            let noise: Vec<f64> = (0..32).map(|number| f64::from(number).sqrt()).collect();
            std::hint::black_box(noise);
            hook(store)
        });
        store.set_epoch_hook(0, Some(hook));
        let values = func(&mut store, instance, "values").call(&mut store, &[Val::I32(1000)])?;
        let fibonacci = func(&mut store, instance, "fibonacci").call(&mut store, &[Val::I32(15)])?;
        Ok((values, fibonacci, calls.load(Ordering::Relaxed)))
    };
    let (values, fibonacci, calls) = run(&interruptible())?;
    let (expected_values, expected_fibonacci, no_calls) = run(&support::engine())?;
    assert_eq!(values, expected_values);
    assert_eq!((&fibonacci, fibonacci[0]), (&expected_fibonacci, Val::I64(610)));
    // One for each round, and one for each of the calls that `fibonacci(15)` makes.
    assert_eq!((calls, no_calls), (1000 + 1973, 0));
    Ok(())
}

#[test]
fn the_hook_says_after_how_many_ticks_it_is_called_again() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    let ticking = func(&mut store, instance, "ticking");
    for (first, next, rounds, expected) in [
        (10, 10, 100, 9),
        (50, 10, 100, 5),
        (10, 50, 100, 2),
        (100, 1, 100, 0),
        (99, 1, 100, 1),
        (10, u64::MAX, 100, 1),
    ] {
        let (calls, hook) = counting(u64::MAX, next);
        store.set_epoch_hook(first, Some(hook));
        for call in 1..=3 {
            ticking.call(&mut store, &[Val::I32(rounds)])?;
            assert_eq!(calls.load(Ordering::Relaxed), expected * call, "first {first}, next {next}, call {call}");
        }
    }
    Ok(())
}

#[test]
fn entries_within_a_call_take_no_time_of_their_own() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    let (calls, hook) = counting(u64::MAX, 10);
    store.set_epoch_hook(10, Some(hook));
    func(&mut store, instance, "reentering").call(&mut store, &[Val::I32(100)])?;
    assert_eq!(calls.load(Ordering::Relaxed), 9);
    Ok(())
}

#[test]
fn each_store_has_a_deadline_of_its_own() -> Result<()> {
    let engine = interruptible();
    let mut outer = Store::new(&engine);
    let instance = instantiate(&mut outer)?;
    let (outer_calls, hook) = counting(u64::MAX, 10);
    outer.set_epoch_hook(10, Some(hook));
    let (inner_calls, hook) = counting(1, 0);
    let mut inner = Store::new(&engine);
    let inner_instance = instantiate(&mut inner)?;
    inner.set_epoch_hook(5, Some(hook));
    let ticking = func(&mut inner, inner_instance, "ticking");
    let cell = std::sync::Mutex::new(inner);
    // The outer store's hook runs the inner store's guest, which its own hook stops after five ticks.
    let hook: EpochHook = Arc::new(move |_| {
        outer_calls.fetch_add(1, Ordering::Relaxed);
        let stopped = ticking.call(&mut cell.lock().expect("nobody panicked"), &[Val::I32(100)]);
        assert_eq!(trap(stopped).frames.len(), 1, "the frames of the inner store alone");
        Ok(if outer_calls.load(Ordering::Relaxed) < 3 { 10 } else { u64::MAX })
    });
    outer.set_epoch_hook(10, Some(hook));
    func(&mut outer, instance, "ticking").call(&mut outer, &[Val::I32(100)])?;
    assert_eq!(inner_calls.load(Ordering::Relaxed), 3);
    Ok(())
}

#[test]
fn the_hook_may_enter_its_own_store() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    let fibonacci = func(&mut store, instance, "fibonacci");
    let endless = func(&mut store, instance, "loop");
    let hook: EpochHook = Arc::new(move |store| {
        let stop: EpochHook = Arc::new(|_| Err(Error::trap(TrapCode::Interrupt, "the inner hook")));
        store.set_epoch_hook(1_000_000, Some(stop.clone()));
        assert_eq!(fibonacci.call(store, &[Val::I32(10)])?, [Val::I64(55)]);
        store.set_epoch_hook(0, Some(stop));
        endless.call(store, &[])?;
        Ok(0)
    });
    store.set_epoch_hook(0, Some(hook));
    let trap = trap(func(&mut store, instance, "callee").call(&mut store, &[]));
    assert_eq!(trap.detail.as_deref(), Some("the inner hook"));
    let names: Vec<_> = trap.frames.iter().map(|frame| frame.function_name.as_deref().unwrap_or("?")).collect();
    assert_eq!(names, ["loop", "spin", "callee"], "both calls");
    Ok(())
}

#[test]
fn errors_and_panics_of_the_hook_end_the_call() -> Result<()> {
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    let endless = func(&mut store, instance, "loop");
    store.set_epoch_hook(0, Some(Arc::new(|_| Err(Error::host("stop")))));
    match endless.call(&mut store, &[]).map_err(Error::into_kind) {
        Err(ErrorKind::Host(error)) => assert_eq!(error.to_string(), "stop"),
        other => panic!("{other:?}"),
    }
    store.set_epoch_hook(0, Some(Arc::new(|_| panic!("no reason"))));
    match endless.call(&mut store, &[]).map_err(Error::into_kind) {
        Err(ErrorKind::Bug(message)) => assert_eq!(message, "an epoch hook panicked: no reason"),
        other => panic!("{other:?}"),
    }
    store.set_epoch_hook(0, None);
    let fibonacci = func(&mut store, instance, "fibonacci").call(&mut store, &[Val::I32(10)])?;
    assert_eq!(fibonacci, [Val::I64(55)], "the store goes on");
    Ok(())
}

#[test]
fn a_hook_that_is_set_or_removed_during_a_call_counts_from_then() -> Result<()> {
    let engine = interruptible();
    let mut store = Store::new(&engine);
    let (calls, hook) = counting(u64::MAX, 1);
    let mut linker = Linker::new(&engine);
    let clock = engine.clone();
    let ticks = AtomicU64::new(0);
    linker.define_func("host", "tick", Signature::default(), move |mut caller, _, _| {
        clock.increment_epoch();
        match ticks.fetch_add(1, Ordering::Relaxed) + 1 {
            10 => caller.store().set_epoch_hook(5, Some(hook.clone())),
            20 => caller.store().set_epoch_hook(0, None),
            _ => {}
        }
        Ok(())
    })?;
    linker.define_func("host", "reenter", Signature::default(), |_, _, _| Ok(()))?;
    let instance = linker.instantiate(&mut store, &module(&engine, "epochs"))?;
    func(&mut store, instance, "ticking").call(&mut store, &[Val::I32(100)])?;
    assert_eq!(calls.load(Ordering::Relaxed), 5, "at the ticks 15 to 19");
    Ok(())
}

#[test]
fn code_that_is_not_interruptible_does_not_look() -> Result<()> {
    let mut store = Store::new(&support::engine());
    let instance = instantiate(&mut store)?;
    let (calls, hook) = counting(1, 0);
    store.set_epoch_hook(0, Some(hook));
    func(&mut store, instance, "ticking").call(&mut store, &[Val::I32(100)])?;
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    Ok(())
}

#[test]
fn code_of_either_kind_is_refused_where_the_other_is_wanted() -> Result<()> {
    let engines = [support::engine(), interruptible()];
    let spelled = ["off", "on"];
    for (one, other) in [(0, 1), (1, 0)] {
        let bytes = module(&engines[one], "epochs").serialize()?;
        // SAFETY: the bytes come unchanged from `serialize`; what does not fit is refused before it is run.
        let refused = unsafe { Module::deserialize(&engines[other], &bytes) };
        let Err(ErrorKind::Argument(error)) = refused.map_err(Error::into_kind) else { panic!("not refused") };
        let expected =
            format!("it was compiled with `interruptible` {}, and this engine has it {}", spelled[one], spelled[other]);
        assert!(error.message.ends_with(&expected), "{}", error.message);
    }
    Ok(())
}

#[test]
fn the_code_cache_keeps_both_kinds_apart() -> Result<()> {
    let directory = tempfile::tempdir().expect("a directory");
    for interruptible in [false, true, false, true] {
        let config = Config { interruptible, ticking: false, cache: Some(directory.path().into()), ..config() };
        let mut store = Store::new(&Engine::new(config)?);
        let instance = instantiate(&mut store)?;
        let (calls, hook) = counting(u64::MAX, u64::MAX);
        store.set_epoch_hook(0, Some(hook));
        func(&mut store, instance, "fibonacci").call(&mut store, &[Val::I32(10)])?;
        assert_eq!(calls.load(Ordering::Relaxed), u64::from(interruptible));
    }
    Ok(())
}

#[test]
fn the_host_is_told_of_its_return_where_the_hook_was_called() -> Result<()> {
    static RETURNS: AtomicU64 = AtomicU64::new(0);
    let returns = || RETURNS.swap(0, Ordering::Relaxed);
    let mut store = Store::new(&interruptible());
    let instance = instantiate(&mut store)?;
    store.set_return_hook(Some(|| {
        RETURNS.fetch_add(1, Ordering::Relaxed);
    }));
    let ticking = func(&mut store, instance, "ticking");

    let (_, patient) = counting(u64::MAX, 1);
    store.set_epoch_hook(1000, Some(patient.clone()));
    ticking.call(&mut store, &[Val::I32(1)])?;
    assert_eq!(returns(), 0, "the hook was not called");

    store.set_epoch_hook(0, Some(patient));
    ticking.call(&mut store, &[Val::I32(1)])?;
    assert_eq!(returns(), 1);

    let (_, hook) = counting(3, 0);
    store.set_epoch_hook(0, Some(hook));
    trap(func(&mut store, instance, "loop").call(&mut store, &[]));
    assert_eq!(returns(), 1, "a call that traps ends too");

    store.set_epoch_hook(0, None);
    ticking.call(&mut store, &[Val::I32(1)])?;
    assert_eq!(returns(), 0, "without a hook there is nothing to undo");
    Ok(())
}
