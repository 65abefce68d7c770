//! Exceptions as a host sees them. (That the instructions do what they must is tested by the specification's scripts.)

mod support;

use dovetail_runtime::{
    Error, ErrorKind, Extern, Func, Instance, Result, Signature, Store, Tag, Trap, TrapCode, Val, ValType,
};
use support::{engine, func, module};

/// An instance whose host function calls what `throw` exports.
fn instance(store: &mut Store, host: Func) -> Instance {
    let module = module(&store.engine().clone(), "exceptions");
    Instance::new(store, &module, &[host.into()]).expect("an instance")
}

fn quiet(store: &mut Store) -> Func {
    Func::new(store, Signature::default(), |_, _, _| Ok(()))
}

fn trap(outcome: Result<Vec<Val>>) -> Trap {
    match outcome.map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => trap,
        other => panic!("expected a trap, got {other:?}"),
    }
}

#[test]
fn all_kinds_of_values_arrive() -> Result<()> {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let instance = instance(&mut store, host);
    let caught = func(&mut store, instance, "catch").call(&mut store, &[Val::I32(5)])?;
    let float = (0.5f32.to_bits(), (-0.25f64).to_bits());
    let vector = 3 | 4 << 64;
    let expected = [Val::I32(5), Val::I64(-2), Val::F32(float.0), Val::F64(float.1), Val::V128(vector), Val::I32(7)];
    assert_eq!(caught, expected);
    assert_eq!(func(&mut store, instance, "deep").call(&mut store, &[Val::I32(200)])?, [Val::I32(42)]);
    for (given, expected) in [(0, 101), (5, 106)] {
        let sum = func(&mut store, instance, "many").call(&mut store, &[Val::I64(given)])?;
        assert_eq!(sum, [Val::I64(expected)]);
    }
    Ok(())
}

#[test]
fn what_is_caught_is_freed() -> Result<()> {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let instance = instance(&mut store, host);
    let caught = func(&mut store, instance, "loop").call(&mut store, &[Val::I32(10_000)])?;
    assert_eq!(caught, [Val::I32(10_000)]);
    assert_eq!(store.live_exceptions(), 0);
    Ok(())
}

#[test]
fn an_uncaught_exception_is_a_trap_with_the_throwing_frames() {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let instance = instance(&mut store, host);
    let trap = trap(func(&mut store, instance, "throw").call(&mut store, &[Val::I32(1)]));
    assert_eq!((trap.code, trap.code.message()), (TrapCode::UncaughtException, "uncaught exception"));
    let names: Vec<_> = trap.frames.iter().map(|frame| frame.function_name.as_deref()).collect();
    assert_eq!(names, [Some("throw")]);
    assert_eq!(store.live_exceptions(), 0);
}

#[test]
fn the_host_can_look_at_a_reference_and_give_it_back() -> Result<()> {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let instance = instance(&mut store, host);
    let kept = func(&mut store, instance, "keep").call(&mut store, &[Val::I32(8)])?;
    let [Val::ExnRef(Some(exception))] = kept[..] else { panic!("no exception: {kept:?}") };
    let tag = instance.get_export(&mut store, "number")?.and_then(Extern::into_tag).expect("a tag");
    assert_eq!(exception.tag(&store)?, tag);
    assert_eq!(exception.values(&mut store)?[..2], [Val::I32(8), Val::I64(-2)]);
    assert_eq!(tag.ty(&store)?.params.len(), 5);

    let given = func(&mut store, instance, "throw given");
    for reference in [None, Some(exception)] {
        let expected = if reference.is_some() { TrapCode::UncaughtException } else { TrapCode::NullReference };
        assert_eq!(trap(given.call(&mut store, &[Val::ExnRef(reference)])).code, expected);
    }
    assert_eq!(trap(func(&mut store, instance, "throw kept").call(&mut store, &[])).code, TrapCode::UncaughtException);
    assert_eq!(store.live_exceptions(), 1);

    let mut other = Store::new(&store.engine().clone());
    assert!(matches!(exception.tag(&other).map_err(Error::into_kind), Err(ErrorKind::Argument(_))));
    let results = Signature { params: Vec::new(), results: vec![ValType::I32] };
    assert!(matches!(Tag::new(&mut other, results).map_err(Error::into_kind), Err(ErrorKind::Argument(_))));
    Ok(())
}

#[test]
fn a_guest_that_keeps_all_exceptions_is_stopped() {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let instance = instance(&mut store, host);
    let trap = trap(func(&mut store, instance, "flood").call(&mut store, &[]));
    assert_eq!(trap.code, TrapCode::AllocationTooLarge);
    assert_eq!(trap.detail.as_deref(), Some("too many exceptions are alive"));
}

#[test]
fn exceptions_do_not_pass_through_the_host() -> Result<()> {
    let mut store = Store::new(&engine());
    let host = quiet(&mut store);
    let inner = instance(&mut store, host);
    let throw = func(&mut store, inner, "throw");
    let host = Func::new(&mut store, Signature::default(), move |mut caller, _, _| {
        throw.call(&mut caller, &[Val::I32(0)]).map(drop)
    });
    let outer = instance(&mut store, host);
    assert_eq!(trap(func(&mut store, outer, "call host").call(&mut store, &[])).code, TrapCode::UncaughtException);
    assert_eq!(func(&mut store, inner, "loop").call(&mut store, &[Val::I32(2)])?, [Val::I32(2)]);
    Ok(())
}
