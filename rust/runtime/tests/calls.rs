//! Calls between host and guest: values, host functions, re-entry.

mod support;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dovetail_runtime::{
    ArgumentKind, Error, ErrorKind, Extern, ExternRef, Func, Instance, Result, Signature, Store, Val, ValType,
};
use support::{engine, func, module};

fn number() -> Signature {
    Signature { params: vec![ValType::I32], results: vec![ValType::I32] }
}

fn mixed() -> Signature {
    use ValType::{ExternRef, F32, F64, FuncRef, I32, I64};
    Signature { params: vec![I32, I64, F32, F64, FuncRef, ExternRef], results: vec![F64, F32, I64, I32] }
}

/// The guest of `host.wat` with `call` as its import, and a second import that fails.
fn guest(
    store: &mut Store,
    call: impl Fn(dovetail_runtime::Caller<'_>, &[Val], &mut [Val]) -> Result<()> + Send + 'static,
) -> Instance {
    let call = Func::new(store, number(), call);
    let mixed = Func::new(store, mixed(), |_, args, results| {
        let [Val::I32(a), Val::I64(b), Val::F32(c), Val::F64(d), Val::FuncRef(Some(_)), Val::ExternRef(_)] = args
        else {
            panic!("arguments of other types");
        };
        results.copy_from_slice(&[Val::F64(*d), Val::F32(*c), Val::I64(*b), Val::I32(*a)]);
        Ok(())
    });
    let module = module(&store.engine().clone(), "host");
    Instance::new(store, &module, &[call.into(), mixed.into()]).expect("an instance")
}

fn argument_error(error: Error) -> (ArgumentKind, String) {
    match error.into_kind() {
        ErrorKind::Argument(error) => (error.kind, error.message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_host_calls_a_guest() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "add"), &[])?;
    let add = func(&mut store, instance, "add");
    assert_eq!(add.call(&mut store, &[Val::I32(1), Val::I32(2)])?, [Val::I32(3)]);
    Ok(())
}

#[test]
fn values_of_every_type_pass_both_ways() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = guest(&mut store, |_, _, _| Ok(()));
    let object = ExternRef::new(&mut store, "an object".to_string())?;
    let results = func(&mut store, instance, "mixed").call(&mut store, &[Val::ExternRef(Some(object))])?;
    assert_eq!(results, [Val::F64(4.5f64.to_bits()), Val::F32(3.5f32.to_bits()), Val::I64(-2), Val::I32(-1)]);
    let vector = func(&mut store, instance, "vector");
    let doubled = vector.call(&mut store, &[Val::V128(7 << 64 | 5)])?;
    assert_eq!(doubled, [Val::V128(14 << 64 | 10)]);
    let keep = func(&mut store, instance, "keep");
    keep.call(&mut store, &[Val::I32(2), Val::ExternRef(Some(object))])?;
    let give = func(&mut store, instance, "give");
    let [Val::ExternRef(Some(back))] = give.call(&mut store, &[Val::I32(2)])?[..] else { panic!("no object") };
    assert_eq!(back.data(&store)?.downcast_ref::<String>().map(String::as_str), Some("an object"));
    assert_eq!(give.call(&mut store, &[Val::I32(1)])?, [Val::ExternRef(None)]);
    Ok(())
}

#[test]
fn a_host_function_calls_back_into_its_caller() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = guest(&mut store, |mut caller, args, results| {
        let Some(Extern::Func(inner)) = caller.get_export("inner") else { panic!("no export") };
        results[0] = inner.call(&mut caller, args)?[0];
        let Some(Extern::Memory(memory)) = caller.get_export("memory") else { panic!("no memory") };
        memory.write(&mut caller, 10, b"written")
    });
    assert_eq!(func(&mut store, instance, "outer").call(&mut store, &[Val::I32(21)])?, [Val::I32(42)]);
    let memory = instance.get_export(&mut store, "memory")?.and_then(Extern::into_memory).expect("a memory");
    assert_eq!(&memory.data(&store)?[10..17], b"written");
    let counter = instance.get_export(&mut store, "counter")?.and_then(Extern::into_global).expect("a global");
    assert_eq!(counter.get(&mut store)?, Val::I32(1));
    Ok(())
}

#[derive(Debug)]
struct Mine(Arc<AtomicBool>);

impl fmt::Display for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of the host")
    }
}

impl std::error::Error for Mine {}

#[test]
fn an_error_of_a_host_function_comes_out_as_the_same_object() {
    let engine = engine();
    let mut store = Store::new(&engine);
    let flag = Arc::new(AtomicBool::new(false));
    let inside = flag.clone();
    let instance = guest(&mut store, move |_, _, _| Err(Error::host(Mine(inside.clone()))));
    match func(&mut store, instance, "outer").call(&mut store, &[Val::I32(0)]).map_err(Error::into_kind) {
        Err(ErrorKind::Host(error)) => {
            let mine = error.downcast_ref::<Mine>().expect("the host's own type");
            mine.0.store(true, Ordering::Relaxed);
            assert!(flag.load(Ordering::Relaxed), "it is not a copy");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_panic_of_a_host_function_is_a_bug_not_an_abort() {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = guest(&mut store, |_, _, _| panic!("oh no"));
    for _ in 0..2 {
        match func(&mut store, instance, "outer").call(&mut store, &[Val::I32(0)]).map_err(Error::into_kind) {
            Err(ErrorKind::Bug(message)) => assert!(message.contains("oh no"), "{message}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_host_function_is_called_through_a_reference() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = guest(&mut store, |_, args, results| {
        results[0] = args[0];
        Ok(())
    });
    let [Val::FuncRef(Some(call))] = func(&mut store, instance, "reference").call(&mut store, &[])?[..] else {
        panic!("no reference")
    };
    assert_eq!(call.call(&mut store, &[Val::I32(5)])?, [Val::I32(5)]);
    assert_eq!(call.ty(&store)?, number());
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = guest(&mut store, |_, _, results| {
        results[0] = Val::I64(1);
        Ok(())
    });
    let outer = func(&mut store, instance, "outer");
    let (kind, message) = argument_error(outer.call(&mut store, &[]).unwrap_err());
    assert_eq!((kind, message.as_str()), (ArgumentKind::Type, "expected 1 arguments, got 0"));
    let (kind, message) = argument_error(outer.call(&mut store, &[Val::F64(0)]).unwrap_err());
    assert_eq!((kind, message.as_str()), (ArgumentKind::Type, "argument 0 must be `i32`, got `f64`"));
    let (_, message) = argument_error(outer.call(&mut store, &[Val::I32(0)]).unwrap_err());
    assert_eq!(message, "result 0 must be `i32`, got `i64`");
    Ok(())
}

#[test]
fn handles_of_another_store_are_refused() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut other = Store::new(&engine);
    let instance = guest(&mut store, |_, _, _| Ok(()));
    let outer = func(&mut store, instance, "outer");
    let object = ExternRef::new(&mut store, 1u8)?;
    let memory = instance.get_export(&mut store, "memory")?.and_then(Extern::into_memory).expect("a memory");
    let refused = |error: Error| assert!(argument_error(error).1.contains("belongs to another store"));
    refused(outer.call(&mut other, &[Val::I32(0)]).unwrap_err());
    refused(instance.get_export(&mut other, "memory").unwrap_err());
    refused(memory.data(&other).unwrap_err());
    refused(object.data(&other).unwrap_err());
    let there = guest(&mut other, |_, _, _| Ok(()));
    let keep = func(&mut other, there, "keep");
    refused(keep.call(&mut other, &[Val::I32(0), Val::ExternRef(Some(object))]).unwrap_err());
    let add = module(&engine, "host");
    refused(Instance::new(&mut other, &add, &[outer.into(), outer.into()]).unwrap_err());
    Ok(())
}

#[test]
fn engines_and_modules_are_shared_and_stores_are_sent() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<dovetail_runtime::Engine>();
    shared::<dovetail_runtime::Module>();
    sent::<Store>();
}

/// A host function that swaps the store it was lent leaves guests on the stack whose owner is unknown: the process ends
/// on the spot rather than running on freed memory.
#[test]
fn a_host_function_cannot_run_off_with_the_store() {
    use std::os::unix::process::ExitStatusExt;
    if std::env::var_os("DOVETAIL_TEST_SWAP").is_some() {
        let engine = engine();
        let mut store = Store::new(&engine);
        let instance = guest(&mut store, move |mut caller, _, _| {
            let other = Store::new(caller.engine());
            drop(std::mem::replace(caller.store(), other));
            Ok(())
        });
        let _ = func(&mut store, instance, "outer").call(&mut store, &[Val::I32(0)]);
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let arguments = ["--exact", "a_host_function_cannot_run_off_with_the_store"];
    let output =
        std::process::Command::new(program).args(arguments).env("DOVETAIL_TEST_SWAP", "1").output().expect("a child");
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{output:?}");
}
