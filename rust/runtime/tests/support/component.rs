//! Helpers for tests of components: guests made from text, host functions that echo.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of these")]

use std::sync::{Arc, Mutex};

use dovetail_runtime::abi::Mismatch;
use dovetail_runtime::component::{
    BoundFunction, Component, HostCall, HostFunction, ImportedFunction, Instance, Linker, Value, ValueReceiver,
    ValueSupplier,
};
use dovetail_runtime::{Engine, Error, ErrorKind, Result, Store, TrapCode};

/// A component of `tests/component`.
pub fn guest(engine: &Engine, name: &str) -> Component {
    let path = format!("{}/tests/component/{name}.wat", env!("CARGO_MANIFEST_DIR"));
    let bytes = wat::parse_file(&path).unwrap_or_else(|error| panic!("{error}"));
    Component::new(engine, &bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A component from text.
pub fn from_text(engine: &Engine, text: &str) -> Component {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Component::new(engine, &bytes).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Instantiates a component that imports nothing.
pub fn instantiate(store: &mut Store, component: &Component) -> Result<Instance> {
    Linker::new(&store.engine().clone()).instantiate(store, component)
}

pub fn call(store: &mut Store, instance: &Instance, name: &str, args: &[Value]) -> Result<Option<Value>> {
    let path: Vec<&str> = name.split('/').collect();
    let func = instance.func(&path).unwrap_or_else(|| panic!("no function `{name}`"));
    func.call(store, args)
}

/// The code and text of a trap; fails for everything else.
#[track_caller]
pub fn trap<T: std::fmt::Debug>(result: Result<T>) -> (TrapCode, String) {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => (trap.code, trap.to_string()),
        other => panic!("expected a trap, got {other:?}"),
    }
}

/// A host function that gives back its only parameter, and remembers what it got.
#[derive(Clone, Default)]
pub struct Echo(pub Arc<Mutex<Vec<Value>>>);

impl HostFunction for Echo {
    fn bind(&self, import: &ImportedFunction<'_>) -> std::result::Result<BoundFunction, Mismatch> {
        Ok(import.as_is())
    }

    fn call(&self, call: &mut HostCall<'_>) -> Result<()> {
        let mut values = Vec::new();
        call.params(&mut ValueReceiver, |value| values.push(value))?;
        self.0.lock().unwrap().extend(values.iter().cloned());
        match values.first() {
            Some(value) if call.ty().result.is_some() => call.finish(&mut ValueSupplier, value),
            _ => call.finish_empty(),
        }
    }
}
