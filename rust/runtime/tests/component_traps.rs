//! What a hostile guest gets for bad values: each check of the canonical ABI, from the guest's side.

#[path = "support/component.rs"]
mod component;
mod support;

use std::sync::Arc;

use component::{Echo, call, from_text, instantiate, trap};
use dovetail_runtime::component::{Linker, Value};
use dovetail_runtime::{Result, Store, TrapCode};
use support::engine;

/// A component whose `f` returns `value` (a core constant) as a `ty`, with `data` at address 0 of a memory of one page.
fn returning(ty: &str, core: &str, value: &str, data: &str, encoding: &str) -> String {
    format!(
        r#"(component
          (core module $m
            (memory (export "memory") 1)
            (data (i32.const 0) "{data}")
            (func (export "f") (result {core}) ({core}.const {value})))
          (core instance $m (instantiate $m))
          (func (export "f") (result {ty})
            (canon lift (core func $m "f") (memory (core memory $m "memory")) string-encoding={encoding})))"#
    )
}

#[track_caller]
fn refused(ty: &str, core: &str, value: &str, data: &str, encoding: &str, expected: &str) {
    let mut store = Store::new(&engine());
    let component = from_text(store.engine(), &returning(ty, core, value, data, encoding));
    let instance = instantiate(&mut store, &component).unwrap();
    let (code, text) = trap(call(&mut store, &instance, "f", &[]));
    assert_eq!(code, TrapCode::CanonicalAbi, "{text}");
    assert!(text.contains(expected), "{text}");
    // The instance gave what it must not: it stays closed.
    let (code, _) = trap(call(&mut store, &instance, "f", &[]));
    assert_eq!(code, TrapCode::CannotEnterComponent);
}

#[test]
fn characters() {
    for value in ["0xd800", "0xdfff", "0x110000", "0xffffffff"] {
        refused("char", "i32", value, "", "utf8", "invalid `char` bit pattern");
    }
}

#[test]
fn discriminants() {
    refused("(result)", "i32", "2", "", "utf8", "invalid variant discriminant");
    refused(
        "(option u8)",
        "i32",
        "16",
        r"\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\02",
        "utf8",
        "invalid variant discriminant",
    );
}

#[test]
fn result_pointers() {
    refused("(tuple u32 u32)", "i32", "2", "", "utf8", "unaligned pointer");
    refused("(tuple u32 u32)", "i32", "65532", "", "utf8", "out of bounds");
    refused("(tuple u32 u32)", "i32", "-4", "", "utf8", "out of bounds");
    refused("(tuple u64 u8)", "i32", "4", "", "utf8", "unaligned pointer");
}

#[test]
fn strings() {
    let at = |pointer: &str, length: &str| format!("{pointer}{length}");
    let bad = "string pointer/length out of bounds of memory";
    refused("string", "i32", "0", &at(r"\00\00\01\00", r"\01\00\00\00"), "utf8", bad);
    refused("string", "i32", "0", &at(r"\ff\ff\ff\ff", r"\02\00\00\00"), "utf8", bad);
    refused("string", "i32", "0", &at(r"\00\00\00\00", r"\ff\ff\ff\ff"), "utf8", "exceeds maximum byte size");
    refused("string", "i32", "0", &at(r"\00\00\00\00", r"\00\00\00\10"), "utf8", "exceeds maximum byte size");
    refused("string", "i32", "0", &at(r"\08\00\00\00", r"\02\00\00\00\c3\28"), "utf8", "invalid utf-8");
    refused("string", "i32", "0", &at(r"\08\00\00\00", r"\03\00\00\00\ed\a0\80"), "utf8", "invalid utf-8");
    refused("string", "i32", "0", &at(r"\09\00\00\00", r"\01\00\00\00"), "utf16", "unaligned pointer");
    refused("string", "i32", "0", &at(r"\08\00\00\00", r"\01\00\00\00\00\d8"), "utf16", "unpaired surrogate");
    refused("string", "i32", "0", &at(r"\08\00\00\00", r"\02\00\00\00\00\dc\00\d8"), "utf16", "unpaired surrogate");
    refused("string", "i32", "0", &at(r"\00\00\00\00", r"\00\00\00\08"), "utf16", "exceeds maximum byte size");
    refused("string", "i32", "0", &at(r"\09\00\00\00", r"\01\00\00\00"), "latin1+utf16", "unaligned pointer");
    refused("string", "i32", "0", &at(r"\08\00\00\00", r"\01\00\00\80\00\d8"), "latin1+utf16", "unpaired surrogate");
    refused("string", "i32", "0", &at(r"\00\00\00\00", r"\ff\ff\ff\ff"), "latin1+utf16", "exceeds maximum byte size");
}

#[test]
fn lists() {
    let data = |bytes: &str| bytes.to_string();
    let bad = "list pointer/length out of bounds of memory";
    refused("(list u8)", "i32", "0", &data(r"\00\00\01\00\01\00\00\00"), "utf8", bad);
    refused("(list u64)", "i32", "0", &data(r"\00\00\00\00\01\20\00\00"), "utf8", bad);
    refused("(list u64)", "i32", "0", &data(r"\04\00\00\00\01\00\00\00"), "utf8", "unaligned pointer");
    refused("(list u64)", "i32", "0", &data(r"\00\00\00\00\ff\ff\ff\ff"), "utf8", "exceeds maximum byte size");
    // 2^29 elements of 8 bytes are 2^32 bytes: a product in 32 bits would be 0.
    refused("(list u64)", "i32", "0", &data(r"\00\00\00\00\00\00\00\20"), "utf8", "exceeds maximum byte size");
    refused("(list char)", "i32", "0", &data(r"\08\00\00\00\01\00\00\00\00\d8\00\00"), "utf8", "invalid `char`");
}

#[test]
fn not_a_number_is_canonical() -> Result<()> {
    let mut store = Store::new(&engine());
    let component = from_text(store.engine(), &returning("f32", "f32", "-nan:0x200000", "", "utf8"));
    let instance = instantiate(&mut store, &component)?;
    let Some(Value::F32(value)) = call(&mut store, &instance, "f", &[])? else { panic!("no float") };
    assert_eq!(value.to_bits(), 0x7fc0_0000);
    let component = from_text(store.engine(), &returning("f64", "f64", "nan:0x4", "", "utf8"));
    let instance = instantiate(&mut store, &component)?;
    let Some(Value::F64(value)) = call(&mut store, &instance, "f", &[])? else { panic!("no float") };
    assert_eq!(value.to_bits(), 0x7ff8_0000_0000_0000);
    Ok(())
}

#[test]
fn small_numbers_drop_their_high_bits() -> Result<()> {
    for (ty, core, expected) in [
        ("u8", "0x1ff", Value::U8(0xff)),
        ("s8", "0x1ff", Value::S8(-1)),
        ("u16", "0x1fffe", Value::U16(0xfffe)),
        ("s16", "0x18000", Value::S16(i16::MIN)),
        ("bool", "0x100", Value::Bool(true)),
    ] {
        let mut store = Store::new(&engine());
        let component = from_text(store.engine(), &returning(ty, "i32", core, "", "utf8"));
        let instance = instantiate(&mut store, &component)?;
        assert_eq!(call(&mut store, &instance, "f", &[])?, Some(expected));
    }
    Ok(())
}

#[test]
fn unused_flags_are_ignored() -> Result<()> {
    let text = r#"(component
      (type $f' (flags "a" "b" "c"))
      (export $f "f" (type $f'))
      (core module $m (func (export "f") (result i32) (i32.const -1)))
      (core instance $m (instantiate $m))
      (func (export "get") (result $f) (canon lift (core func $m "f"))))"#;
    let mut store = Store::new(&engine());
    let component = from_text(store.engine(), text);
    let instance = instantiate(&mut store, &component)?;
    assert_eq!(call(&mut store, &instance, "get", &[])?, Some(Value::Flags(0b111)));
    Ok(())
}

/// A component whose `realloc` returns a constant; `f` takes a `ty`.
fn taking(ty: &str, flat: &str, realloc: &str, encoding: &str) -> String {
    format!(
        r#"(component
          (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc})
            (func (export "f") (param {flat})))
          (core instance $m (instantiate $m))
          (func (export "f") (param "x" {ty})
            (canon lift (core func $m "f") (memory (core memory $m "memory"))
              (realloc (core func $m "realloc")) string-encoding={encoding})))"#
    )
}

#[test]
fn what_realloc_returns_is_checked() {
    let text = Value::String("text".into());
    let list = Value::List(vec![Value::U32(1)]);
    let end = "realloc return: beyond end of memory";
    let many = Value::Tuple((0..17).map(Value::U32).collect());
    let tuple = format!("(tuple{})", " u32".repeat(17));
    for (ty, flat, realloc, encoding, value, expected) in [
        ("string", "i32 i32", "i32.const 65533", "utf8", &text, end),
        ("string", "i32 i32", "i32.const -1", "utf8", &text, end),
        ("string", "i32 i32", "i32.const 1", "utf16", &text, "unaligned pointer"),
        ("string", "i32 i32", "i32.const 1", "latin1+utf16", &text, "unaligned pointer"),
        ("(list u32)", "i32 i32", "i32.const 2", "utf8", &list, "unaligned pointer"),
        ("(list u32)", "i32 i32", "i32.const 65536", "utf8", &list, end),
        (&tuple, "i32", "i32.const 65472", "utf8", &many, end),
        (&tuple, "i32", "i32.const 2", "utf8", &many, "unaligned pointer"),
        ("string", "i32 i32", "unreachable", "utf8", &text, "unreachable"),
    ] {
        let mut store = Store::new(&engine());
        let component = from_text(store.engine(), &taking(ty, flat, realloc, encoding));
        let instance = instantiate(&mut store, &component).unwrap();
        let (_, message) = trap(call(&mut store, &instance, "f", std::slice::from_ref(value)));
        assert!(message.contains(expected), "{message}");
        assert_eq!(
            trap(call(&mut store, &instance, "f", std::slice::from_ref(value))).0,
            TrapCode::CannotEnterComponent
        );
    }
}

/// Logs each `realloc` as `(old, old size, alignment, new size)` in a list that `calls` returns.
const LOGGING: &str = r#"(component
  (core module $m
    (memory (export "memory") 2)
    (global $log (mut i32) (i32.const 1024))
    (global $next (mut i32) (i32.const 65536))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (i32.store (global.get $log) (local.get $old-size))
      (i32.store offset=4 (global.get $log) (local.get $align))
      (i32.store offset=8 (global.get $log) (local.get $size))
      (global.set $log (i32.add (global.get $log) (i32.const 12)))
      (local.set $at (global.get $next))
      (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 15)) (i32.const -16)))
      (memory.copy (local.get $at) (local.get $old)
        (select (local.get $old-size) (local.get $size) (i32.lt_u (local.get $old-size) (local.get $size))))
      (local.get $at))
    (func (export "take") (param i32 i32) (result i32)
      (i32.store (i32.const 8) (i32.const 1024))
      (i32.store (i32.const 12) (i32.div_u (i32.sub (global.get $log) (i32.const 1024)) (i32.const 12)))
      (i32.const 8)))
  (core instance $m (instantiate $m))
  (func (export "take") (param "x" string) (result (list (tuple u32 u32 u32)))
    (canon lift (core func $m "take") (memory (core memory $m "memory"))
      (realloc (core func $m "realloc")) string-encoding=ENCODING)))"#;

#[test]
fn each_encoding_has_its_sequence_of_reallocs() -> Result<()> {
    for (encoding, text, expected) in [
        ("utf8", "aé", vec![(0, 1, 3)]),
        ("utf16", "ab", vec![(0, 2, 4)]),
        ("utf16", "é", vec![(0, 2, 4), (4, 2, 2)]),
        ("latin1+utf16", "ab", vec![(0, 2, 2)]),
        ("latin1+utf16", "é", vec![(0, 2, 2), (2, 2, 1)]),
        ("latin1+utf16", "a漢", vec![(0, 2, 4), (4, 2, 8), (8, 2, 4)]),
        ("utf8", "", vec![(0, 1, 0)]),
    ] {
        let mut store = Store::new(&engine());
        let component = from_text(store.engine(), &LOGGING.replace("ENCODING", encoding));
        let instance = instantiate(&mut store, &component)?;
        let calls = call(&mut store, &instance, "take", &[Value::String(text.into())])?;
        let entry = |(a, b, c): (u32, u32, u32)| Value::Tuple(vec![Value::U32(a), Value::U32(b), Value::U32(c)]);
        let expected = Value::List(expected.into_iter().map(entry).collect());
        assert_eq!(calls, Some(expected), "{encoding} {text}");
    }
    Ok(())
}

#[test]
fn post_return_gets_the_result_and_may_not_leave() -> Result<()> {
    let text = |post_return: &str| {
        format!(
            r#"(component
              (import "host" (func $host (param "x" u32)))
              (core func $host (canon lower (func $host)))
              (core module $m
                (import "host" "host" (func $host (param i32)))
                (global $seen (mut i32) (i32.const 0))
                (func (export "f") (result i32) (i32.const 42))
                (func (export "post") (param i32) {post_return})
                (func (export "seen") (result i32) (global.get $seen)))
              (core instance $m (instantiate $m (with "host" (instance (export "host" (func $host))))))
              (func (export "f") (result u32) (canon lift (core func $m "f") (post-return (core func $m "post"))))
              (func (export "seen") (result u32) (canon lift (core func $m "seen"))))"#
        )
    };
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func_dynamic("host", Arc::new(Echo::default()))?;
    let mut store = Store::new(&engine);
    let component = from_text(&engine, &text("(global.set $seen (local.get 0))"));
    let instance = linker.instantiate(&mut store, &component)?;
    assert_eq!(call(&mut store, &instance, "f", &[])?, Some(Value::U32(42)));
    assert_eq!(call(&mut store, &instance, "seen", &[])?, Some(Value::U32(42)));
    let component = from_text(&engine, &text("(call $host (local.get 0))"));
    let instance = linker.instantiate(&mut store, &component)?;
    let (code, message) = trap(call(&mut store, &instance, "f", &[]));
    assert_eq!(code, TrapCode::CannotLeaveComponent);
    assert!(message.contains("cannot leave component instance"), "{message}");
    Ok(())
}

#[test]
fn realloc_may_not_leave() -> Result<()> {
    let text = r#"(component
      (import "host" (func $host (param "x" u32)))
      (core func $host (canon lower (func $host)))
      (core module $m
        (import "host" "host" (func $host (param i32)))
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $host (i32.const 1)) (i32.const 16))
        (func (export "f") (param i32 i32)))
      (core instance $m (instantiate $m (with "host" (instance (export "host" (func $host))))))
      (func (export "f") (param "x" string)
        (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))"#;
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.root().func_dynamic("host", Arc::new(Echo::default()))?;
    let mut store = Store::new(&engine);
    let component = from_text(&engine, text);
    let instance = linker.instantiate(&mut store, &component)?;
    let (code, _) = trap(call(&mut store, &instance, "f", &[Value::String("x".into())]));
    assert_eq!(code, TrapCode::CannotLeaveComponent);
    Ok(())
}

#[test]
fn a_host_function_may_not_enter_its_caller() -> Result<()> {
    let text = r#"(component
      (import "host" (func $host))
      (core func $host (canon lower (func $host)))
      (core module $m
        (import "host" "host" (func $host))
        (func (export "f") (call $host))
        (func (export "g")))
      (core instance $m (instantiate $m (with "host" (instance (export "host" (func $host))))))
      (func (export "f") (canon lift (core func $m "f")))
      (func (export "g") (canon lift (core func $m "g"))))"#;
    let engine = engine();
    let mut store = Store::new(&engine);
    let again = Arc::new(std::sync::OnceLock::<dovetail_runtime::component::Func>::new());
    let target = again.clone();
    let mut linker = Linker::new(&engine);
    linker.root().func("host", move |cx, ()| {
        let func = target.get().expect("set before the call");
        func.call(cx.store(), &[]).map(drop)
    })?;
    let component = from_text(&engine, text);
    let instance = linker.instantiate(&mut store, &component)?;
    again.set(instance.func(&["g"]).unwrap()).unwrap();
    let (code, message) = trap(call(&mut store, &instance, "f", &[]));
    assert_eq!(code, TrapCode::CannotEnterComponent);
    assert!(message.contains("cannot enter component instance"), "{message}");
    Ok(())
}

#[test]
fn a_wrong_argument_leaves_the_instance_open() -> Result<()> {
    let mut store = Store::new(&engine());
    let component = from_text(store.engine(), &taking("(tuple string u8)", "i32 i32 i32", "i32.const 16", "utf8"));
    let instance = instantiate(&mut store, &component)?;
    let wrong = Value::Tuple(vec![Value::String("x".into()), Value::String("y".into())]);
    let error = call(&mut store, &instance, "f", &[wrong]).unwrap_err();
    assert_eq!(error.to_string(), "`x`: item 1: expected `u8`, got `string`");
    let short = Value::Tuple(vec![Value::String("x".into())]);
    let error = call(&mut store, &instance, "f", &[short]).unwrap_err();
    assert_eq!(error.to_string(), "`x`: expected 2 values, got 1");
    call(&mut store, &instance, "f", &[Value::Tuple(vec![Value::String("x".into()), Value::U8(1)])])?;
    let error = call(&mut store, &instance, "f", &[]).unwrap_err();
    assert_eq!(error.to_string(), "expected 1 arguments, got 0");
    Ok(())
}
