//! Calls between host and guest: values, host functions, re-entry.

mod support;

use dovetail_runtime::{Instance, Result, Store, Val};
use support::{engine, func, module};

#[test]
fn a_host_calls_a_guest() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = Instance::new(&mut store, &module(&engine, "add"), &[])?;
    let add = func(&mut store, instance, "add");
    assert_eq!(add.call(&mut store, &[Val::I32(1), Val::I32(2)])?, [Val::I32(3)]);
    Ok(())
}
