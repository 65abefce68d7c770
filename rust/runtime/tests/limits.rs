//! What a store lets its guests use.

mod support;

use dovetail_runtime::{Error, ErrorKind, Instance, LinkError, Result, Store, StoreLimits, Val};
use support::{engine, func, module};

fn grow(store: &mut Store, instance: Instance, what: &str, by: i32) -> Result<i32> {
    match func(store, instance, what).call(store, &[Val::I32(by)])?[..] {
        [Val::I32(old)] => Ok(old),
        ref other => panic!("{other:?}"),
    }
}

fn limit_message(result: Result<Instance>) -> String {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Link(LinkError::Limit { message })) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn memories_grow_in_place_up_to_their_maximum() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "grows"), &[])?;
    let memory = instance.get_export(&mut store, "memory")?.and_then(|item| item.into_memory()).expect("a memory");
    let base = memory.base_ptr(&store)?;
    assert!(func(&mut store, instance, "touch").call(&mut store, &[Val::I32(65536)]).is_err());
    assert_eq!(grow(&mut store, instance, "memory.grow", 9)?, 1);
    assert_eq!(func(&mut store, instance, "touch").call(&mut store, &[Val::I32(10 * 65536 - 1)])?, [Val::I32(42)]);
    assert_eq!(grow(&mut store, instance, "memory.grow", 1)?, -1);
    assert_eq!(grow(&mut store, instance, "memory.grow", -1)?, -1);
    assert_eq!(grow(&mut store, instance, "memory.grow", 0)?, 10);
    assert_eq!(memory.base_ptr(&store)?, base);
    assert_eq!(memory.size(&store)?, 10);
    assert!(memory.grow(&mut store, 1).is_err());
    assert_eq!(grow(&mut store, instance, "table.grow", 19)?, 1);
    assert_eq!(grow(&mut store, instance, "table.grow", 1)?, -1);
    Ok(())
}

#[test]
fn a_store_bounds_growth() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    store.set_limits(StoreLimits { memory_size: Some(3 * 65536), table_elements: Some(5), ..StoreLimits::default() });
    let instance = Instance::new(&mut store, &module(&engine, "grows"), &[])?;
    assert_eq!(grow(&mut store, instance, "memory.grow", 3)?, -1);
    assert_eq!(grow(&mut store, instance, "memory.grow", 2)?, 1);
    assert_eq!(grow(&mut store, instance, "table.grow", 5)?, -1);
    assert_eq!(grow(&mut store, instance, "table.grow", 4)?, 1);
    Ok(())
}

#[test]
fn a_store_bounds_what_is_instantiated() -> Result<()> {
    let engine = engine();
    let module = module(&engine, "grows");
    let limits = StoreLimits::default();
    for (limits, word) in [
        (StoreLimits { instances: Some(1), ..limits }, "instances"),
        (StoreLimits { memories: Some(1), ..limits }, "memories"),
        (StoreLimits { tables: Some(1), ..limits }, "tables"),
    ] {
        let mut store = Store::new(&engine);
        store.set_limits(limits);
        Instance::new(&mut store, &module, &[])?;
        let message = limit_message(Instance::new(&mut store, &module, &[]));
        assert!(message.contains(word), "{message}");
    }
    let mut store = Store::new(&engine);
    store.set_limits(StoreLimits { memory_size: Some(65535), ..limits });
    assert!(limit_message(Instance::new(&mut store, &module, &[])).contains("too large"));
    Ok(())
}
