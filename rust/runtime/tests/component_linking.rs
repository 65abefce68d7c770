//! Imports and exports: names, versions, types, native links between components, instances inside of instances.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::Arc;

use component::{Echo, call, from_text, guest, instantiate, trap};
use dovetail_runtime::component::{Component, Linker, ResourceHandle, Value};
use dovetail_runtime::{
    Engine, Error, ErrorKind, LinkError, Result, Store, TrapCode, environ, host_enum, host_flags, host_record,
    host_variant,
};
use support::engine;

/// A component that imports `name` as an instance with a function `f` of this type (and its core one), and exports `f`.
fn importing(name: &str, ty: &str, core: &str) -> String {
    let count = core.matches("i32").count() - core.matches("(result i32)").count();
    let arguments: String = (0..count).map(|index| format!("(local.get {index})")).collect();
    format!(
        r#"(component
          (import "{name}" (instance $i (export "f" (func {ty}))))
          (core func $f (canon lower (func $i "f")))
          (core module $m
            (import "" "f" (func $f {core}))
            (func (export "f") {core} (call $f {arguments})))
          (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
          (func (export "f") {ty} (canon lift (core func $m "f"))))"#
    )
}

const ADD: (&str, &str) = (r#"(param "a" u32) (param "b" u32) (result u32)"#, "(param i32 i32) (result i32)");

fn link(engine: &Engine, linker: &Linker, text: &str) -> Result<Option<Value>> {
    let mut store = Store::new(engine);
    let instance = linker.instantiate(&mut store, &from_text(engine, text))?;
    call(&mut store, &instance, "f", &[Value::U32(3), Value::U32(4)])
}

#[test]
fn a_compatible_version_serves() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.instance("a:b/c@0.2.6")?.func("f", |_, (a, b): (u32, u32)| Ok(a * 10 + b))?;
    for name in ["a:b/c@0.2.6", "a:b/c@0.2.3", "a:b/c@0.2.12"] {
        assert_eq!(link(&engine, &linker, &importing(name, ADD.0, ADD.1))?, Some(Value::U32(34)));
    }
    let error = link(&engine, &linker, &importing("a:b/c@0.3.0", ADD.0, ADD.1)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::Unknown { .. })), "{error}");
    assert!(error.to_string().contains("`a:b/c@0.3.0`"), "{error}");
    // The same version is preferred to a higher one.
    linker.instance("a:b/c@0.2.3")?.func("f", |_, (a, b): (u32, u32)| Ok(a * 100 + b))?;
    assert_eq!(link(&engine, &linker, &importing("a:b/c@0.2.3", ADD.0, ADD.1))?, Some(Value::U32(304)));
    Ok(())
}

#[test]
fn what_is_missing_or_wrong_is_named() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    let text = importing("a:b/c@1.0.0", ADD.0, ADD.1);
    linker.instance("a:b/c@1.0.0")?.func("g", |_, ()| Ok(()))?;
    let error = link(&engine, &linker, &text).unwrap_err();
    assert_eq!(error.to_string(), "unknown import: `a:b/c@1.0.0#f` has not been defined");

    linker.instance("a:b/c@1.0.0")?.func("f", |_, (_, _): (u32, u64)| Ok(1u32))?;
    let error = link(&engine, &linker, &text).unwrap_err();
    let expected = "incompatible import type for `a:b/c@1.0.0#f`: \
        expected `func(a: u32, b: u32) -> u32`: parameter `b`: u32, found `u64` of the host";
    assert_eq!(error.to_string(), expected);

    linker.allow_shadowing(true);
    linker.instance("a:b/c@1.0.0")?.func("f", |_, (_,): (u32,)| Ok(1u32))?;
    let error = link(&engine, &linker, &text).unwrap_err();
    assert!(error.to_string().contains("2 parameters, found 1 of the host"), "{error}");

    linker.instance("a:b/c@1.0.0")?.func("f", |_, (_, _): (u32, u32)| Ok(()))?;
    let error = link(&engine, &linker, &text).unwrap_err();
    assert!(error.to_string().contains("result: u32"), "{error}");

    linker.allow_shadowing(false);
    let error = linker.instance("a:b/c@1.0.0")?.func("f", |_, ()| Ok(())).unwrap_err();
    assert_eq!(error.to_string(), "`a:b/c@1.0.0#f` is defined twice");
    let mut linker = Linker::new(&engine);
    linker.root().func("a:b/c@1.0.0", |_, ()| Ok(()))?;
    let error = link(&engine, &linker, &text).unwrap_err();
    assert!(error.to_string().contains("expected an instance, found a function"), "{error}");
    Ok(())
}

#[test]
fn unknown_imports_become_traps() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    let component = from_text(&engine, &importing("a:b/c@1.0.0", ADD.0, ADD.1));
    linker.define_unknown_imports_as_traps(&component)?;
    let mut store = Store::new(&engine);
    let instance = linker.instantiate(&mut store, &component)?;
    let (code, text) = trap(call(&mut store, &instance, "f", &[Value::U32(1), Value::U32(2)]));
    assert_eq!(code, TrapCode::UnknownImport);
    assert!(text.contains("`a:b/c@1.0.0#f`"), "{text}");
    Ok(())
}

#[test]
fn a_hosts_error_comes_out_as_itself() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.instance("a:b/c")?.func(
        "f",
        |_, (a, _): (u32, u32)| {
            if a == 0 { Ok(0u32) } else { Err(Error::host(std::fmt::Error)) }
        },
    )?;
    let mut store = Store::new(&engine);
    let instance = linker.instantiate(&mut store, &from_text(&engine, &importing("a:b/c", ADD.0, ADD.1)))?;
    assert_eq!(call(&mut store, &instance, "f", &[Value::U32(0), Value::U32(0)])?, Some(Value::U32(0)));
    match call(&mut store, &instance, "f", &[Value::U32(1), Value::U32(0)]).map_err(Error::into_kind) {
        Err(ErrorKind::Host(error)) => assert!(error.is::<std::fmt::Error>()),
        other => panic!("{other:?}"),
    }
    let (code, _) = trap(call(&mut store, &instance, "f", &[Value::U32(0), Value::U32(0)]));
    assert_eq!(code, TrapCode::CannotEnterComponent);
    Ok(())
}

host_record! {
    #[derive(Debug, PartialEq)]
    pub struct Entry { key: String, the_value: Option<u32>, kind: Kind, access: Access, shape: Shape }
}
host_enum! { pub enum Kind { FirstKind, Second } }
host_flags! { pub struct Access { READ, WRITE, EXEC_ALL } }
host_variant! {
    #[derive(Debug, PartialEq)]
    pub enum Shape { Point, Circle(f64), Named((String, u8)) }
}

const ENTRY: &str = r#"
  (type $kind' (enum "first-kind" "second"))
  (import "kind" (type $kind (eq $kind')))
  (type $access' (flags "read" "write" "exec-all"))
  (import "access" (type $access (eq $access')))
  (type $shape' (variant (case "point") (case "circle" f64) (case "named" (tuple string u8))))
  (import "shape" (type $shape (eq $shape')))
  (type $entry' (record (field "key" string) (field "the-value" (option u32)) (field "kind" $kind)
    (field "access" $access) (field "shape" $shape)))
  (import "entry" (type $entry (eq $entry')))
"#;

/// Exports a function of the host again, as it is.
fn reexporting(prelude: &str, ty: &str) -> String {
    format!(
        r#"(component
          {prelude}
          (import "host" (func $host (param "x" {ty}) (result {ty})))
          (export "f" (func $host)))"#
    )
}

#[test]
fn records_of_rust() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func("host", |_, (mut entry,): (Entry,)| {
        assert_eq!(entry.kind, Kind::Second);
        assert!(entry.access.contains(Access::EXEC_ALL) && !entry.access.contains(Access::WRITE));
        entry.key.push('!');
        entry.access |= Access::WRITE;
        entry.shape = match entry.shape {
            Shape::Point => Shape::Circle(0.5),
            Shape::Circle(radius) => Shape::Named((radius.to_string(), 1)),
            Shape::Named(_) => Shape::Point,
        };
        Ok(entry)
    })?;
    let mut store = Store::new(&engine);
    let instance = linker.instantiate(&mut store, &from_text(&engine, &reexporting(ENTRY, "$entry")))?;
    let entry = |key: &str, access, shape| {
        Value::Record(vec![
            Value::String(key.into()),
            Value::Option(Some(Box::new(Value::U32(5)))),
            Value::Enum(1),
            Value::Flags(access),
            shape,
        ])
    };
    let circle = Value::Variant(1, Some(Box::new(Value::F64(0.5))));
    let named = Value::Variant(2, Some(Box::new(Value::Tuple(vec![Value::String("0.5".into()), Value::U8(1)]))));
    let point = Value::Variant(0, None);
    for (before, after) in [(point.clone(), circle.clone()), (circle, named.clone()), (named, point)] {
        let result = call(&mut store, &instance, "f", &[entry("k", 0b101, before)])?;
        assert_eq!(result, Some(entry("k!", 0b111, after)));
    }
    Ok(())
}

#[test]
fn a_function_of_the_host_is_exported_again() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func_dynamic("host", Arc::new(Echo::default()))?;
    let mut store = Store::new(&engine);
    let ty = "(list (tuple string u64))";
    let instance = linker.instantiate(&mut store, &from_text(&engine, &reexporting("", ty)))?;
    let item = |text: &str| Value::Tuple(vec![Value::String(text.into()), Value::U64(9)]);
    let value = Value::List(vec![item(&"long ".repeat(50_000)), item("ü")]);
    for _ in 0..3 {
        assert_eq!(call(&mut store, &instance, "f", std::slice::from_ref(&value))?, Some(value.clone()));
    }
    let mut linker = Linker::new(&engine);
    linker.root().func(
        "host",
        |_, (number,): (u32,)| {
            if number == 0 { Err(Error::host(std::fmt::Error)) } else { Ok(number + 1) }
        },
    )?;
    let instance = linker.instantiate(&mut store, &from_text(&engine, &reexporting("", "u32")))?;
    assert!(matches!(
        call(&mut store, &instance, "f", &[Value::U32(0)]).map_err(Error::into_kind),
        Err(ErrorKind::Host(_))
    ));
    assert_eq!(call(&mut store, &instance, "f", &[Value::U32(1)])?, Some(Value::U32(2)));
    Ok(())
}

#[test]
fn one_components_exports_serve_anothers_imports() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let things = instantiate(&mut store, &guest(&engine, "things"))?;
    let mut linker = Linker::new(&engine);
    linker.instance("test:things/api@1.5.0")?.exports_of(&things, &[])?;
    let user = linker.instantiate(&mut store, &guest(&engine, "user"))?;
    assert_eq!(call(&mut store, &user, "use-and-drop", &[Value::U32(6)])?, Some(Value::U32(6)));
    assert_eq!(call(&mut store, &things, "dropped", &[])?, Some(Value::U32(1)));
    assert_eq!(call(&mut store, &user, "use-and-give", &[Value::U32(8)])?, Some(Value::U32(8)));
    assert_eq!(call(&mut store, &things, "last-dropped", &[])?, Some(Value::U32(8)));
    // The host's handle of one component's resource, lent to the other.
    let Some(Value::Own(handle)) = call(&mut store, &things, "[constructor]thing", &[Value::U32(3)])? else {
        panic!("no handle");
    };
    assert_eq!(call(&mut store, &user, "borrowed", &[Value::Borrow(handle)])?, Some(Value::U32(3)));
    let ResourceHandle::Guest(handle) = handle else { panic!("not a guest's") };
    handle.drop(&mut store)?;
    assert_eq!(store.live_handles(), Default::default());
    let (code, text) = trap(call(&mut store, &user, "give-away-twice", &[Value::U32(8)]));
    assert_eq!(code, TrapCode::InvalidHandle);
    assert!(text.contains("unknown handle index"), "{text}");
    Ok(())
}

#[test]
fn exports_link_in_their_own_store_only() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let things = instantiate(&mut store, &guest(&engine, "things"))?;
    let mut linker = Linker::new(&engine);
    linker.instance("test:things/api@1.2.0")?.exports_of(&things, &[])?;
    let error = linker.instantiate(&mut Store::new(&engine), &guest(&engine, "user")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(_)), "{error}");
    assert!(error.to_string().contains("another store"), "{error}");
    // Two instances have two types: a function over the one does not go with the other.
    let others = instantiate(&mut store, &guest(&engine, "things"))?;
    let mut linker = Linker::new(&engine);
    let mut api = linker.instance("test:things/api@1.2.0")?;
    api.exports_of(&things, &[])?;
    linker.allow_shadowing(true);
    linker.instance("test:things/api@1.2.0")?.func_exported("consume", others.func(&["consume"]).unwrap())?;
    let error = linker.instantiate(&mut store, &guest(&engine, "user")).unwrap_err();
    assert!(error.to_string().contains("`test:things/api@1.2.0#consume`"), "{error}");
    Ok(())
}

#[test]
fn siblings_may_not_call_back() -> Result<()> {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func("host", |_, ()| Ok(()))?;
    let mut store = Store::new(&engine);
    let instance = linker.instantiate(&mut store, &guest(&engine, "family"))?;
    call(&mut store, &instance, "call-host", &[])?;
    // The host enters the parent, that `a`; `a` calls back into its parent, which may be, and on into `b`; `b` goes
    // through the parent to `a`, which is still running.
    let (code, text) = trap(call(&mut store, &instance, "circle", &[]));
    assert_eq!(code, TrapCode::CannotEnterComponent);
    assert!(text.contains("cannot enter component instance"), "{text}");
    Ok(())
}

#[test]
fn a_plan_is_loaded_from_disk() -> Result<()> {
    let engine = engine();
    let bytes = wat::parse_file(format!("{}/tests/component/things.wat", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let translation = environ::component::translate_component(&bytes, engine.config().features)?;
    let text = serde_json::to_string(&translation.plan).unwrap();
    let load = |text: &str, damage: bool| {
        let plan = serde_json::from_str(text).unwrap();
        let mut read = |index| {
            let mut module = translation.modules[index].to_vec();
            if damage {
                module.extend([0, 2, 1, b'x']);
            }
            Ok(module.into())
        };
        Component::load(&engine, plan, &mut read, &|_, _| {})
    };
    let component = load(&text, false)?;
    let mut store = Store::new(&engine);
    let instance = instantiate(&mut store, &component)?;
    assert_eq!(call(&mut store, &instance, "dropped", &[])?, Some(Value::U32(0)));
    let error = load(&text, true).unwrap_err();
    assert!(error.to_string().contains("the plan says"), "{error}");
    let error = load(&text.replacen("\"make\"", "\"nothing\"", 1), false).unwrap_err();
    assert!(error.to_string().contains("the plan is damaged"), "{error}");
    Ok(())
}
