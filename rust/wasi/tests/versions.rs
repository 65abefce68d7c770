//! One component that imports the same packages in several versions of WASI 0.2, as components of several toolchains do.

mod support;

use dovetail_runtime::Store;
use dovetail_runtime::component::{Component, Value};
use dovetail_wasi::{SeededRandom, WasiConfig};
use support::{engine, linker};

#[test]
fn every_version_from_0_2_0_meets_the_one_that_is_there() {
    let text = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/versions.wat")).unwrap();
    let component = Component::new(engine(), &wat::parse_bytes(&text).unwrap()).unwrap();
    let mut store = Store::new(engine());
    let mut config = WasiConfig::new();
    config.random(SeededRandom::new(1));
    store.insert_data(config.build());
    let instance = linker().instantiate(&mut store, &component).unwrap();
    let mut call = |name| instance.func(&[name]).unwrap().call(&mut store, &[]).unwrap();
    // The two versions draw from one source: the numbers follow one another.
    assert_eq!(call("old-random"), Some(Value::U64(0x910a_2dec_8902_5cc1)));
    assert_eq!(call("new-random"), Some(Value::U64(0xbeeb_8da1_658e_ec67)));
    // A stream that one version made is written to by another.
    assert_eq!(call("write"), Some(Value::Bool(true)));
}

#[test]
fn another_minor_version_is_not_met() {
    let text =
        "(component (import \"wasi:random/random@0.3.0\" (instance (export \"get-random-u64\" (func (result u64))))))";
    let component = Component::new(engine(), &wat::parse_str(text).unwrap()).unwrap();
    let error = linker().instantiate(&mut Store::new(engine()), &component).unwrap_err();
    assert!(error.to_string().contains("wasi:random/random@0.3.0"), "{error}");
}
