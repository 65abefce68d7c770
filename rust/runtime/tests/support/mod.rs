//! What the tests of the core API share.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of these")]

use std::path::PathBuf;
use std::sync::Arc;

use dovetail_compile::Cranelift;
use dovetail_runtime::{Config, Engine, Extern, Func, Instance, Module, Store};

pub fn config() -> Config {
    let compiler = Cranelift::native().expect("a compiler for this machine");
    Config { compiler: Some(Arc::new(compiler)), ..Config::default() }
}

pub fn engine() -> Engine {
    Engine::new(config()).expect("an engine")
}

/// The binary of a module in `tests/core`.
pub fn wasm(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/core").join(name).with_extension("wat");
    wat::parse_file(path).expect("a module in the text format")
}

pub fn module(engine: &Engine, name: &str) -> Module {
    Module::new(engine, &wasm(name)).expect("a module that compiles")
}

pub fn func(store: &mut Store, instance: Instance, name: &str) -> Func {
    instance.get_export(store, name).expect("its store").and_then(Extern::into_func).expect("an exported function")
}
