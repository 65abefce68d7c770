//! Functions that this host does not have: their calls trap before anything is read out of the guest's memory.

mod support;

use dovetail_runtime::component::Component;
use dovetail_runtime::{ErrorKind, Store, TrapCode};
use dovetail_wasi::WasiConfig;
use support::{engine, linker};

#[test]
fn parameters_of_a_function_that_is_not_built_are_not_looked_at() {
    let text = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers.wat")).unwrap();
    let component = Component::new(engine(), &wat::parse_bytes(&text).unwrap()).unwrap();
    let mut store = Store::new(engine());
    store.insert_data(WasiConfig::new().build());
    let instance = linker().instantiate(&mut store, &component).unwrap();
    let error = instance.func(&["run"]).unwrap().call(&mut store, &[]).unwrap_err();
    let ErrorKind::Trap(trap) = error.into_kind() else { panic!("not a trap") };
    assert_eq!(trap.code, TrapCode::UnknownImport);
    assert_eq!(
        trap.detail.as_deref(),
        Some("`wasi:http/types.[static]fields.from-list` is not supported by this host")
    );
}
