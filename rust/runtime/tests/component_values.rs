//! Every value type, both ways, flat and in memory, through one guest and through two.

#[path = "support/component.rs"]
mod component;
mod support;

use component::{Echo, call, from_text, guest, instantiate};
use dovetail_runtime::component::{Linker, Value};
use dovetail_runtime::{Result, Store};
use std::sync::Arc;
use support::engine;

#[test]
fn two_integers() -> Result<()> {
    let mut store = Store::new(&engine());
    let component = guest(store.engine(), "add");
    let instance = instantiate(&mut store, &component)?;
    let sum = call(&mut store, &instance, "add", &[Value::U32(u32::MAX), Value::U32(3)])?;
    assert_eq!(sum, Some(Value::U32(2)));
    Ok(())
}

const LIBC: &str = r#"
  (core module $libc
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 65536))
    (func (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (block $done
        (loop $grow
          (br_if $done (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
          (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
          (br $grow)))
      (memory.copy (local.get $at) (local.get $old)
        (select (local.get $old_size) (local.get $size) (i32.lt_u (local.get $old_size) (local.get $size))))
      (local.get $at)))
"#;

/// A component whose `relay` hands its parameter to the import `host` and gives back what that gives. `ty` may use
/// types that `prelude` imports; `flat` are the core parameters; `direct` says whether the result is one core value.
fn relay(prelude: &str, ty: &str, flat: &str, direct: bool, encoding: &str) -> String {
    let count = flat.split_whitespace().count();
    let parameters: String = (0..count).map(|index| format!("(local.get {index})")).collect();
    let (import, body, result) = if direct {
        (format!("(param {flat}) (result {flat})"), format!("(call $host {parameters})"), flat)
    } else {
        let body = format!("(call $host {parameters} (i32.const 16)) (i32.const 16)");
        (format!("(param {flat} i32)"), body, "i32")
    };
    format!(
        r#"(component
          {prelude}
          (import "host" (func $host (param "x" {ty}) (result {ty})))
          {LIBC}
          (core instance $libc (instantiate $libc))
          (core func $host_core (canon lower (func $host)
            (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding={encoding}))
          (core module $m
            (import "host" "host" (func $host {import}))
            (func (export "relay") (param {flat}) (result {result}) {body}))
          (core instance $m (instantiate $m (with "host" (instance (export "host" (func $host_core))))))
          (func (export "relay") (param "x" {ty}) (result {ty})
            (canon lift (core func $m "relay")
              (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding={encoding}))
        )"#
    )
}

/// Two relays in one component, the outer calling the inner, which calls the host.
fn chain(prelude: &str, ty: &str, flat: &str, direct: bool, encodings: (&str, &str)) -> String {
    let arguments: String = prelude
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(import \""))
        .filter_map(|rest| rest.split_once('"'))
        .map(|(name, _)| format!("(with \"{name}\" (type ${name}))"))
        .collect();
    let inner = relay(prelude, ty, flat, direct, encodings.0).replacen("(component", "(component $inner", 1);
    let outer = relay(prelude, ty, flat, direct, encodings.1).replacen("(component", "(component $outer", 1);
    format!(
        r#"(component
          {prelude}
          (import "host" (func $host (param "x" {ty}) (result {ty})))
          {inner}
          {outer}
          (instance $inner (instantiate $inner {arguments} (with "host" (func $host))))
          (instance $outer (instantiate $outer {arguments} (with "host" (func $inner "relay"))))
          (export "relay" (func $outer "relay")))"#
    )
}

/// Sends each value through one guest and through two, and compares what the host saw and what came back.
#[track_caller]
fn roundtrip(prelude: &str, ty: &str, flat: &str, direct: bool, values: &[Value]) {
    let engine = engine();
    for text in [
        relay(prelude, ty, flat, direct, "utf8"),
        chain(prelude, ty, flat, direct, ("utf8", "utf8")),
        chain(prelude, ty, flat, direct, ("utf16", "latin1+utf16")),
        chain(prelude, ty, flat, direct, ("latin1+utf16", "utf16")),
        chain(prelude, ty, flat, direct, ("latin1+utf16", "latin1+utf16")),
        chain(prelude, ty, flat, direct, ("utf8", "utf16")),
        chain(prelude, ty, flat, direct, ("utf8", "latin1+utf16")),
        chain(prelude, ty, flat, direct, ("latin1+utf16", "utf8")),
        chain(prelude, ty, flat, direct, ("utf16", "utf8")),
    ] {
        let mut store = Store::new(&engine);
        let component = from_text(&engine, &text);
        let mut linker = Linker::new(&engine);
        let echo = Echo::default();
        linker.root().func_dynamic("host", Arc::new(echo.clone())).unwrap();
        let instance = linker.instantiate(&mut store, &component).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for value in values {
            let result = call(&mut store, &instance, "relay", std::slice::from_ref(value));
            let result = result.unwrap_or_else(|error| panic!("{value:?}: {error}"));
            assert_eq!(result.as_ref(), Some(value));
            assert_eq!(echo.0.lock().unwrap().pop().as_ref(), Some(value));
        }
    }
}

#[test]
fn numbers() {
    let values = |values: &[i128], make: fn(i128) -> Value| -> Vec<Value> { values.iter().map(|n| make(*n)).collect() };
    roundtrip("", "bool", "i32", true, &[Value::Bool(true), Value::Bool(false)]);
    roundtrip("", "s8", "i32", true, &values(&[-128, -1, 0, 127], |n| Value::S8(n as i8)));
    roundtrip("", "u8", "i32", true, &values(&[0, 1, 255], |n| Value::U8(n as u8)));
    roundtrip("", "s16", "i32", true, &values(&[-32768, -1, 32767], |n| Value::S16(n as i16)));
    roundtrip("", "u16", "i32", true, &values(&[0, 65535], |n| Value::U16(n as u16)));
    roundtrip("", "s32", "i32", true, &values(&[i128::from(i32::MIN), -1, 5], |n| Value::S32(n as i32)));
    roundtrip("", "u32", "i32", true, &values(&[0, i128::from(u32::MAX)], |n| Value::U32(n as u32)));
    roundtrip("", "s64", "i64", true, &values(&[i128::from(i64::MIN), -1, 5], |n| Value::S64(n as i64)));
    roundtrip("", "u64", "i64", true, &values(&[0, i128::from(u64::MAX)], |n| Value::U64(n as u64)));
    roundtrip("", "f32", "f32", true, &[Value::F32(-0.0), Value::F32(1.5), Value::F32(f32::INFINITY)]);
    roundtrip("", "f64", "f64", true, &[Value::F64(-0.0), Value::F64(1e300), Value::F64(f64::MIN)]);
}

#[test]
fn characters() {
    let characters = ['\0', 'a', 'ÿ', '\u{d7ff}', '\u{e000}', '\u{10ffff}'];
    roundtrip("", "char", "i32", true, &characters.map(Value::Char));
}

fn strings() -> Vec<Value> {
    let long = "ascii and ümlaut and 漢字 and 🦀 ".repeat(500);
    ["", "a", "plain ascii", "ÿmlaut äöü", "漢字", "🦀", "a\0b", "latin é then 漢 wide", &long, "\u{ffff}\u{10000}"]
        .map(|text| Value::String(text.to_string()))
        .to_vec()
}

#[test]
fn texts() {
    roundtrip("", "string", "i32 i32", false, &strings());
}

#[test]
fn lists() {
    roundtrip("", "(list string)", "i32 i32", false, &[Value::List(strings()), Value::List(vec![])]);
    let bytes = |n: usize| Value::Bytes((0..n).map(|i| i as u8).collect());
    roundtrip("", "(list u8)", "i32 i32", false, &[bytes(0), bytes(1), bytes(100_000)]);
    let floats = Value::List(vec![Value::F64(1.0), Value::F64(-0.5)]);
    roundtrip("", "(list f64)", "i32 i32", false, &[floats]);
    let signed = Value::List(vec![Value::S16(-1), Value::S16(7), Value::S16(i16::MIN)]);
    roundtrip("", "(list (list s16))", "i32 i32", false, &[Value::List(vec![signed, Value::List(vec![])])]);
    let booleans = Value::List(vec![Value::Bool(true), Value::Bool(false)]);
    roundtrip("", "(list bool)", "i32 i32", false, &[booleans]);
}

#[test]
fn tuples() {
    let value = Value::Tuple(vec![Value::U8(1), Value::S64(-2), Value::String("three".into()), Value::F32(4.0)]);
    roundtrip("", "(tuple u8 s64 string f32)", "i32 i64 i32 i32 f32", false, &[value]);
}

#[test]
fn records() {
    let prelude = r#"
      (type $point' (record (field "x" f64) (field "y" f64)))
      (import "point" (type $point (eq $point')))
      (type $line' (record (field "from" $point) (field "to" $point) (field "name" string)))
      (import "line" (type $line (eq $line')))
    "#;
    let point = |x, y| Value::Record(vec![Value::F64(x), Value::F64(y)]);
    let line = Value::Record(vec![point(1.0, 2.0), point(3.0, 4.0), Value::String("a line".into())]);
    roundtrip(prelude, "$line", "f64 f64 f64 f64 i32 i32", false, std::slice::from_ref(&line));
    roundtrip(prelude, "(list $line)", "i32 i32", false, &[Value::List(vec![line.clone(), line])]);
}

#[test]
fn variants_join_their_flat_types() {
    let prelude = r#"
      (type $v' (variant (case "none") (case "a" f32) (case "b" u64) (case "c" f64) (case "d" string)
        (case "e" (tuple u8 f32)) (case "f" s8)))
      (import "v" (type $v (eq $v')))
    "#;
    let case = |case, payload| Value::Variant(case, Some(Box::new(payload)));
    let values = [
        Value::Variant(0, None),
        case(1, Value::F32(-1.5)),
        case(2, Value::U64(u64::MAX)),
        case(3, Value::F64(2.5)),
        case(4, Value::String("text".into())),
        case(5, Value::Tuple(vec![Value::U8(9), Value::F32(0.25)])),
        case(6, Value::S8(-3)),
    ];
    roundtrip(prelude, "$v", "i32 i64 i32", false, &values);
    roundtrip(prelude, "(list $v)", "i32 i32", false, &[Value::List(values.to_vec())]);
}

#[test]
fn options_and_results() {
    let some = |value| Value::Option(Some(Box::new(value)));
    roundtrip("", "(option u32)", "i32 i32", false, &[Value::Option(None), some(Value::U32(5))]);
    let nested = [Value::Option(None), some(Value::Option(None)), some(some(Value::String("x".into())))];
    roundtrip("", "(option (option string))", "i32 i32 i32 i32", false, &nested);
    let results = [
        Value::Result(Ok(Some(Box::new(Value::U8(5))))),
        Value::Result(Err(Some(Box::new(Value::String("failed".into()))))),
    ];
    roundtrip("", "(result u8 (error string))", "i32 i32 i32", false, &results);
    roundtrip("", "(result)", "i32", true, &[Value::Result(Ok(None)), Value::Result(Err(None))]);
}

#[test]
fn enums_and_flags() {
    let prelude = r#"
      (type $e' (enum "a" "b" "c"))
      (import "e" (type $e (eq $e')))
    "#;
    roundtrip(prelude, "$e", "i32", true, &[Value::Enum(0), Value::Enum(2)]);
    let list = Value::List(vec![Value::Enum(1), Value::Enum(2)]);
    roundtrip(prelude, "(list $e)", "i32 i32", false, &[list]);
    for labels in [1usize, 8, 9, 16, 17, 32] {
        let names: String = (0..labels).map(|label| format!(" \"l{label}\"")).collect();
        let prelude = format!("(type $f' (flags{names}))\n(import \"f\" (type $f (eq $f')))\n");
        let all = u32::MAX >> (32 - labels);
        let values = [Value::Flags(0), Value::Flags(1), Value::Flags(all)];
        roundtrip(&prelude, "$f", "i32", true, &values);
        roundtrip(&prelude, "(list $f)", "i32 i32", false, &[Value::List(values.to_vec())]);
    }
}

#[test]
fn many_cases_have_wide_discriminants() {
    let names: String = (0..300).map(|case| format!(" \"c{case}\"")).collect();
    let prelude = format!("(type $e' (enum{names}))\n(import \"e\" (type $e (eq $e')))\n");
    roundtrip(&prelude, "$e", "i32", true, &[Value::Enum(0), Value::Enum(299)]);
    roundtrip(&prelude, "(list $e)", "i32 i32", false, &[Value::List(vec![Value::Enum(256), Value::Enum(1)])]);
}

#[test]
fn more_than_sixteen_flat_values_spill() {
    let items = " string".repeat(9);
    let value = Value::Tuple((0..9).map(|n| Value::String(format!("number {n}"))).collect());
    roundtrip("", &format!("(tuple{items})"), "i32", false, &[value]);
    let items = " u8 u64".repeat(8);
    let flat = "i32 i64 ".repeat(8);
    let value = Value::Tuple((0..8).flat_map(|n| [Value::U8(n), Value::U64(u64::from(n) << 40)]).collect());
    roundtrip("", &format!("(tuple{items})"), flat.trim(), false, &[value]);
}

#[test]
fn lists_of_fixed_length() {
    let numbers = |numbers: &[i8]| Value::List(numbers.iter().map(|number| Value::S8(*number)).collect());
    roundtrip("", "(list s8 3)", "i32 i32 i32", false, &[numbers(&[1, -1, -128])]);
    roundtrip("", "(list u8 4)", "i32 i32 i32 i32", false, &[Value::Bytes(vec![0, 1, 254, 255])]);
    let texts = Value::List(vec![Value::String("a".into()), Value::String("bc".into())]);
    roundtrip("", "(list string 2)", "i32 i32 i32 i32", false, &[texts]);
    let many = Value::List((0..20).map(Value::U32).collect());
    roundtrip("", "(list u32 20)", "i32", false, &[many]);
}

#[test]
fn maps() {
    let entry = |key: &str, value| (Value::String(key.into()), Value::U64(value));
    let map = Value::Map(vec![entry("one", 1), entry("two", 2), entry("", u64::MAX)]);
    roundtrip("", "(map string u64)", "i32 i32", false, &[map, Value::Map(vec![])]);
}
