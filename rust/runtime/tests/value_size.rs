//! How large the values of a call may be, for guests can point to the same bytes from many places; and that the store's hook is
//! called while long ones are lifted.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use component::{Echo, call, guest, trap};
use dovetail_runtime::component::{Instance, Linker, Value};
use dovetail_runtime::{Config, Engine, Error, Result, Store, StoreLimits, TrapCode};
use support::{config, engine};

const MIB: u32 = 1 << 20;

/// An instance of `sharing.wat`, whose rows arrive at an [`Echo`].
fn sharing(store: &mut Store) -> Result<Instance> {
    let engine = store.engine().clone();
    let mut linker = Linker::new(&engine);
    linker.root().func_dynamic("take", Arc::new(Echo::default()))?;
    linker.instantiate(store, &guest(&engine, "sharing"))
}

fn bounded(bytes: usize) -> Result<(Store, Instance)> {
    let mut store = Store::new(&engine());
    store.set_limits(StoreLimits { value_size: Some(bytes), ..StoreLimits::default() });
    let instance = sharing(&mut store)?;
    Ok((store, instance))
}

fn two(one: u32, other: u32) -> [Value; 2] {
    [Value::U32(one), Value::U32(other)]
}

#[test]
fn a_value_may_share_bytes_up_to_128_mib() -> Result<()> {
    let mut store = Store::new(&engine());
    let instance = sharing(&mut store)?;
    // Pointers and lengths of the rows count too.
    let full = call(&mut store, &instance, "rows", &two(128, MIB - 8))?;
    assert!(matches!(full, Some(Value::List(rows)) if rows.len() == 128));
    let (code, text) = trap(call(&mut store, &instance, "rows", &two(128, MIB - 7)));
    assert_eq!(code, TrapCode::AllocationTooLarge);
    assert_eq!(
        text,
        "wasm trap: allocation size too large: `result`: element 127: the value has at least 134217856 bytes in its strings \
         and lists, and the store takes 134217728: its limit `value_size` can be raised"
    );
    Ok(())
}

/// What a guest hands to another goes into that one's memory, which has a bound of its own.
#[test]
fn strings_between_guests_are_not_bounded() -> Result<()> {
    let engine = Engine::new(Config { adapters: true, ..config() })?;
    let mut store = Store::new(&engine);
    store.set_limits(StoreLimits { value_size: Some(4), ..StoreLimits::default() });
    let instance = Linker::new(&engine).instantiate(&mut store, &guest(&engine, "neighbours"))?;
    let args = [Value::String("ten letters".into()), Value::U32(1)];
    assert_eq!(call(&mut store, &instance, "loop-text", &args)?, Some(Value::U32(11)));
    Ok(())
}

#[test]
fn a_value_may_be_as_large_as_the_memory() -> Result<()> {
    let mut store = Store::new(&engine());
    let instance = sharing(&mut store)?;
    let whole = call(&mut store, &instance, "whole", &[Value::U32(129 * 16)])?;
    assert!(matches!(whole, Some(Value::Bytes(bytes)) if bytes.len() == (130 * MIB) as usize));
    let (code, _) = trap(call(&mut store, &instance, "rows", &two(2, 100 * MIB)));
    assert_eq!(code, TrapCode::AllocationTooLarge);
    Ok(())
}

#[test]
fn a_store_bounds_results() -> Result<()> {
    let size = 10 * 8 + 10 * 100;
    for function in ["rows", "texts"] {
        let (mut store, instance) = bounded(size)?;
        assert!(call(&mut store, &instance, function, &two(10, 100)).is_ok());
        // Each call has the whole bound for itself.
        assert!(call(&mut store, &instance, function, &two(10, 100)).is_ok());
        let (mut store, instance) = bounded(size - 1)?;
        let (code, text) = trap(call(&mut store, &instance, function, &two(10, 100)));
        assert_eq!(code, TrapCode::AllocationTooLarge);
        assert!(text.contains("`result`: element 9: the value has at least 1080 bytes"), "{text}");
        assert!(text.contains("the store takes 1079"), "{text}");
    }
    Ok(())
}

#[test]
fn a_store_bounds_the_parameters_of_host_functions() -> Result<()> {
    let (mut store, instance) = bounded(1080)?;
    call(&mut store, &instance, "send", &two(10, 100))?;
    let (code, text) = trap(call(&mut store, &instance, "send", &two(10, 101)));
    assert_eq!(code, TrapCode::AllocationTooLarge);
    assert!(text.contains("`rows`: element 9: the value has at least 1090 bytes"), "{text}");
    Ok(())
}

#[test]
fn lists_of_numbers_and_maps_count() -> Result<()> {
    let (mut store, instance) = bounded(8 + 400)?;
    assert!(call(&mut store, &instance, "numbers", &two(1, 100)).is_ok());
    let (code, _) = trap(call(&mut store, &instance, "numbers", &two(1, 101)));
    assert_eq!(code, TrapCode::AllocationTooLarge);

    let of_two = 24 + 2 * (24 + 2 * (24 + 2 * 16));
    let (mut store, instance) = bounded(of_two)?;
    assert!(call(&mut store, &instance, "tree", &[Value::U32(2)]).is_ok());
    let (mut store, instance) = bounded(of_two - 1)?;
    let (_, text) = trap(call(&mut store, &instance, "tree", &[Value::U32(2)]));
    assert!(text.contains("`result`: value 1: value 1: value 1: the value has at least"), "{text}");
    Ok(())
}

#[test]
fn the_hook_is_called_while_long_values_are_lifted() -> Result<()> {
    static RETURNED: AtomicU64 = AtomicU64::new(0);
    let engine = Engine::new(Config { interruptible: true, ticking: false, ..config() })?;
    let mut store = Store::new(&engine);
    let instance = sharing(&mut store)?;
    let calls = Arc::new(AtomicU64::new(0));
    let counter = calls.clone();
    let hook = move |_: &mut Store| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(0)
    };
    store.set_epoch_hook(0, Some(Arc::new(hook)));
    store.set_return_hook(Some(|| {
        RETURNED.fetch_add(1, Ordering::Relaxed);
    }));
    // A mebibyte of values, and then so many mebibytes in one list of bytes.
    assert!(call(&mut store, &instance, "truths", &[Value::U32(0)])?.is_some());
    assert_eq!(calls.swap(0, Ordering::Relaxed), 64);
    assert_eq!(RETURNED.swap(0, Ordering::Relaxed), 64);
    assert!(call(&mut store, &instance, "whole", &[Value::U32(64)])?.is_some());
    assert_eq!(calls.load(Ordering::Relaxed), 1);

    let hook = |_: &mut Store| Err(Error::trap(TrapCode::Interrupt, "enough"));
    store.set_epoch_hook(0, Some(Arc::new(hook)));
    let (code, text) = trap(call(&mut store, &instance, "truths", &[Value::U32(0)]));
    assert_eq!((code, text.as_str()), (TrapCode::Interrupt, "wasm trap: interrupt: enough"));
    Ok(())
}

#[test]
fn a_map_of_maps_of_maps_does_not_outlive_its_time() -> Result<()> {
    let engine = Engine::new(Config { interruptible: true, ..config() })?;
    let mut store = Store::new(&engine);
    store.set_limits(StoreLimits { value_size: Some(usize::MAX), ..StoreLimits::default() });
    let instance = sharing(&mut store)?;
    let hook = |_: &mut Store| Err(Error::trap(TrapCode::Interrupt, "its time is over"));
    store.set_epoch_hook(50, Some(Arc::new(hook)));
    // 10^12 entries.
    let (code, _) = trap(call(&mut store, &instance, "tree", &[Value::U32(1000)]));
    assert_eq!(code, TrapCode::Interrupt);
    Ok(())
}
