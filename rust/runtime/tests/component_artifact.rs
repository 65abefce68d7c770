//! Compiled components as bytes: what was written can be read, and nothing else.

#[path = "support/component.rs"]
mod component;
mod support;

use component::{call, guest, instantiate};
use dovetail_runtime::component::{Component, Value};
use dovetail_runtime::{Error, ErrorKind, Result, Store};
use support::engine;

fn read(bytes: &[u8]) -> Result<Component> {
    // SAFETY: what is read was written by `serialize`, but for changes outside of machine code.
    unsafe { Component::deserialize(&engine(), bytes) }
}

#[test]
fn a_component_survives() -> Result<()> {
    let bytes = guest(&engine(), "add").serialize()?;
    let component = read(&bytes)?;
    let mut store = Store::new(component.engine());
    let instance = instantiate(&mut store, &component)?;
    let name = instance.exports().keys().next().expect("an export").clone();
    let sum = call(&mut store, &instance, &name, &[Value::U32(40), Value::U32(2)])?;
    assert_eq!(sum, Some(Value::U32(42)));
    Ok(())
}

#[test]
fn every_cut_is_refused() -> Result<()> {
    let bytes = guest(&engine(), "add").serialize()?;
    for length in (0..bytes.len()).step_by(97).chain([7, 8, 12, 20, bytes.len() - 1]) {
        assert!(
            matches!(read(&bytes[..length]).map_err(Error::into_kind), Err(ErrorKind::Compile(_))),
            "{length} bytes were accepted"
        );
    }
    Ok(())
}

#[test]
fn other_versions_and_additions_are_refused() -> Result<()> {
    let bytes = guest(&engine(), "add").serialize()?;
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        read(&changed).map(drop).unwrap_err().to_string()
    };
    assert!(with(&|bytes| bytes[8] = 99).contains("its format has the version 99"));
    assert!(with(&|bytes| bytes.push(0)).contains("something follows its last module"));
    assert!(with(&|bytes| bytes[20] = b'!').contains("its plan cannot be read"));
    assert!(with(&|bytes| bytes[0] = 1).contains("it does not begin as a compiled component does"));
    Ok(())
}
