//! Components that components import, export and instantiate; values and start functions.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::{Arc, Mutex};

use component::{call, guest, instantiate, trap};
use dovetail_runtime::component::{Component, ExportedItem, Linker, Value};
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Features, Module, Result, Store, TrapCode};
use support::{config, engine};

/// A linker with `log`, and what it was called with.
fn logging(engine: &Engine) -> Result<(Linker, Arc<Mutex<Vec<u32>>>)> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut linker = Linker::new(engine);
    let entries = log.clone();
    linker.root().func("log", move |_, (x,): (u32,)| {
        entries.lock().unwrap().push(x);
        Ok(())
    })?;
    Ok((linker, log))
}

fn link_error<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.map_err(Error::into_kind) {
        Err(error @ ErrorKind::Link(_)) => error.to_string(),
        other => panic!("expected a link error, got {other:?}"),
    }
}

#[test]
fn an_imported_component_is_instantiated_with_items_of_its_importer() -> Result<()> {
    let engine = engine();
    let (mut linker, log) = logging(&engine)?;
    linker.root().component("child", &guest(&engine, "child"))?;
    let mut store = Store::new(&engine);
    let parent = linker.instantiate(&mut store, &guest(&engine, "parent"))?;

    assert_eq!(call(&mut store, &parent, "run", &[Value::U32(5)])?, Some(Value::U32(105)));
    assert_eq!(*log.lock().unwrap(), [5]);
    assert_eq!(store.live_handles().guest, 0);

    // Each instance has a resource type of its own.
    let thing = call(&mut store, &parent, "one/make", &[Value::U32(1)])?.expect("a thing");
    assert_eq!(call(&mut store, &parent, "one/get", &[thing.clone()])?, Some(Value::U32(101)));
    let refused = call(&mut store, &parent, "two/get", &[thing]);
    assert!(matches!(refused.as_ref().map_err(Error::kind), Err(ErrorKind::Argument(_))), "{refused:?}");

    // The component itself comes out again.
    let Some(ExportedItem::Component(child)) = parent.item(&["child"]) else { panic!("no component") };
    let (mut linker, _) = logging(&engine)?;
    linker.root().func("base", |_, (): ()| Ok(1u32))?;
    let child = linker.instantiate(&mut store, child)?;
    assert!(child.func(&["make"]).is_some());
    Ok(())
}

#[test]
fn an_imported_component_must_fit() -> Result<()> {
    let engine = engine();
    let parent = guest(&engine, "parent");
    let mut store = Store::new(&engine);
    let mut message = |name: Option<Component>| -> Result<String> {
        let (mut linker, _) = logging(&engine)?;
        if let Some(child) = name {
            linker.root().component("child", &child)?;
        }
        Ok(link_error(linker.instantiate(&mut store, &parent)))
    };
    assert_eq!(message(None)?, "unknown import: `child` has not been defined");
    let child = |text: &str| Some(component::from_text(&engine, text));
    let fewer = message(child(r#"(component (import "more" (func)))"#))?;
    assert!(fewer.contains("expected a component with fewer imports, found one that imports `more`"), "{fewer}");
    let kind = message(child(r#"(component (import "log" (core module)))"#))?;
    assert!(kind.contains("a component that imports `log` as a function, found a core module"), "{kind}");
    let lacking = message(child("(component)"))?;
    assert!(lacking.contains("a component that exports a resource `thing`, found one that does not"), "{lacking}");
    // Types are compared with the arguments that it is given.
    let ty = message(child(
        r#"(component (import "log" (func $f (param "x" string)))
             (type $r (resource (rep i32))) (export "thing" (type $r))
             (export "make" (func $f)) (export "get" (func $f)))"#,
    ))?;
    assert!(ty.contains("incompatible import type for `log`"), "{ty}");

    let (mut linker, _) = logging(&engine)?;
    linker.root().value("child", Value::U32(1))?;
    let value = link_error(linker.instantiate(&mut store, &parent));
    assert!(value.contains("expected a component, found a value"), "{value}");
    Ok(())
}

#[test]
fn a_trap_in_a_nested_component_closes_it() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func_trap("log")?;
    linker.root().component("child", &guest(&engine, "child"))?;
    let mut store = Store::new(&engine);
    let parent = linker.instantiate(&mut store, &guest(&engine, "parent"))?;
    assert_eq!(trap(call(&mut store, &parent, "run", &[Value::U32(5)])).0, TrapCode::UnknownImport);
    assert_eq!(trap(call(&mut store, &parent, "one/make", &[Value::U32(1)])).0, TrapCode::CannotEnterComponent);
    Ok(())
}

#[test]
fn components_are_exported_with_what_they_capture() -> Result<()> {
    let engine = engine();
    let factory = guest(&engine, "factory");
    let mut store = Store::new(&engine);
    for number in [7, 8] {
        let text = format!(r#"(module (func (export "f") (result i32) (i32.const {number})))"#);
        let module = Module::new(&engine, &wat::parse_str(text).expect("a module"))?;
        let mut linker = Linker::new(&engine);
        linker.root().module("lib", &module)?;
        let made = linker.instantiate(&mut store, &factory)?;
        let made = made.exported_component(&["made"]).expect("a component").clone();
        let made = instantiate(&mut store, &made)?;
        assert_eq!(call(&mut store, &made, "f", &[])?, Some(Value::U32(number)));
    }
    let mut linker = Linker::new(&engine);
    linker.root().func("x", |_, (): ()| Ok(3u32))?;
    let module = wat::parse_str(r#"(module (func (export "f") (result i32) (i32.const 1)))"#).expect("a module");
    linker.root().module("lib", &Module::new(&engine, &module)?)?;
    let factory = linker.instantiate(&mut store, &factory)?;
    let plain = factory.exported_component(&["plain"]).expect("a component").clone();
    let plain = linker.instantiate(&mut store, &plain)?;
    assert_eq!(call(&mut store, &plain, "x-again", &[])?, Some(Value::U32(3)));
    let inner = plain.exported_component(&["inner"]).expect("a component").clone();
    let inner = instantiate(&mut store, &inner)?;
    assert_eq!(call(&mut store, &inner, "g", &[])?, Some(Value::U32(5)));
    Ok(())
}

fn engine_with_values() -> Engine {
    let features = Features { values: true, ..Features::default() };
    Engine::new(Config { features, ..config() }).expect("an engine")
}

fn point(y: u8) -> Value {
    Value::Tuple(vec![Value::S32(-1), Value::Option(Some(Box::new(Value::U8(y))))])
}

#[test]
fn values_go_through_start_functions() -> Result<()> {
    let engine = engine_with_values();
    let greeting = guest(&engine, "greeting");
    let mut linker = Linker::new(&engine);
    linker.root().value("who", Value::String("worldwide".into()))?;
    linker.root().value("length", Value::U32(5))?;
    linker.root().value("point", point(2))?;
    let mut store = Store::new(&engine);
    let instance = linker.instantiate(&mut store, &greeting)?;
    assert_eq!(instance.value(&["greeting"]), Some(&Value::String("world".into())));
    assert_eq!(instance.value(&["point"]), Some(&point(2)));

    linker.allow_shadowing(true);
    linker.root().value("point", Value::Tuple(vec![Value::S32(1), Value::Option(Some(Box::new(Value::U32(1))))]))?;
    let error = link_error(linker.instantiate(&mut store, &greeting));
    assert_eq!(error, "incompatible import type for `point`: expected item 1: u8, found u32");
    linker.root().value("length", Value::U32(1 << 20))?;
    linker.root().value("point", point(2))?;
    let trapped = trap(linker.instantiate(&mut store, &greeting));
    assert_eq!(trapped.0, TrapCode::CanonicalAbi, "{}", trapped.1);
    Ok(())
}

#[test]
fn a_start_function_may_be_imported() -> Result<()> {
    let engine = engine_with_values();
    let started = guest(&engine, "started");
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    linker.root().func("f", |_, (): ()| Ok(42u32))?;
    let instance = linker.instantiate(&mut store, &started)?;
    assert_eq!(instance.value(&["v"]), Some(&Value::U32(42)));
    Ok(())
}

#[test]
fn values_are_off_by_default() {
    let path = format!("{}/tests/component/started.wat", env!("CARGO_MANIFEST_DIR"));
    let bytes = wat::parse_file(path).expect("a component");
    let error = Component::new(&engine(), &bytes).expect_err("a component with values");
    assert!(matches!(error.kind(), ErrorKind::Compile(_)), "{error}");
}
