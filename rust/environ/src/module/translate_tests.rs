//! What a module's description holds, and how bad modules are refused.

use super::*;
use crate::module::{ExternType, RefType, ValType};

fn module(text: &str) -> Module {
    let bytes = wat::parse_str(text).unwrap();
    translate(&bytes, Features::default()).unwrap().module
}

fn error(text: &str) -> String {
    let bytes = wat::parse_str(text).unwrap();
    translate(&bytes, Features::default()).unwrap_err().to_string()
}

#[test]
fn sections_are_written_down() {
    let module = module(
        r#"(module $named
            (import "a" "f" (func $imported (param i32)))
            (import "a" "m" (memory 1))
            (import "a" "g" (global $base i32))
            (table $t 3 funcref)
            (global $g (mut i64) (i64.const -7))
            (func $start)
            (func $twice (param i32) (drop (ref.func $imported)))
            (start $start)
            (elem (i32.add (global.get $base) (i32.const 4)) $imported $twice)
            (elem declare func $imported)
            (data (i32.const 8) "hello")
            (data "passive")
            (export "twice" (func $twice))
            (export "m" (memory 0)))"#,
    );
    assert_eq!(module.name.as_deref(), Some("named"));
    assert_eq!(module.signatures.len(), 2, "equal signatures are one");
    assert_eq!((module.num_imported_functions, module.functions.len()), (1, 3));
    assert_eq!(module.start, Some(FuncIndex::from_u32(1)));
    assert_eq!(module.function_names[&FuncIndex::from_u32(2)], "twice");
    let refs: Vec<u32> = module.func_refs.values().map(|index| index.as_u32()).collect();
    assert_eq!(refs, [0, 2], "the start function is named nowhere else");
    let elements: Vec<_> = module.elements.values().collect();
    assert_eq!(elements[0].element, RefType::Func);
    let ElementMode::Active { offset, .. } = &elements[0].mode else { panic!("active") };
    assert_eq!(offset, &[ConstOp::GlobalGet(GlobalIndex::from_u32(0)), ConstOp::I32(4), ConstOp::I32Add]);
    assert_eq!(elements[1].mode, ElementMode::Declared);
    assert_eq!(module.globals[GlobalIndex::from_u32(1)].init, Some(vec![ConstOp::I64(-7)]));
    let ty = module.type_of(module.exports["twice"]);
    assert_eq!(ty, ExternType::Func(Signature { params: vec![ValType::I32], results: vec![] }));
}

#[test]
fn data_ranges_point_into_the_binary() {
    let bytes = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "hello") (data "world"))"#).unwrap();
    let translation = translate(&bytes, Features::default()).unwrap();
    let text: Vec<&[u8]> = translation
        .module
        .data
        .values()
        .map(|segment| &bytes[segment.range.start as usize..segment.range.end as usize])
        .collect();
    assert_eq!(text, [b"hello", b"world"]);
}

#[test]
fn bodies_are_validated() {
    assert!(error("(module (func (result i32) i64.const 1))").contains("type mismatch"));
}

#[test]
fn other_proposals_are_refused() {
    assert!(error("(module (type (struct)))").contains("garbage collection"));
    assert!(error("(module (memory 1 1 shared))").contains("threads"));
    assert!(error("(component)").contains("expected a core module"));
}

/// Each switch of core WebAssembly, with a module that needs it.
#[test]
fn switched_off_proposals_are_refused() {
    let on = Features::default();
    let rows = [
        (Features { memory64: false, ..on }, "(module (memory i64 1))", "memory64"),
        (Features { memory64: false, ..on }, "(module (table i64 1 funcref))", "memory64"),
        (Features { multi_memory: false, ..on }, "(module (memory 1) (memory 1))", "multiple memories"),
        (Features { exception_handling: false, ..on }, "(module (tag))", "exceptions"),
        (Features { simd: false, ..on }, "(module (func (param v128)))", "SIMD"),
    ];
    for (without, text, message) in rows {
        let bytes = wat::parse_str(text).unwrap();
        translate(&bytes, on).unwrap();
        let error = translate(&bytes, without).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn a_damaged_name_section_is_ignored() {
    let mut bytes = wat::parse_str("(module (func))").unwrap();
    bytes.extend([0, 8, 4, b'n', b'a', b'm', b'e', 1, 0x7f, 0x00]);
    let translation = translate(&bytes, Features::default()).unwrap();
    assert_eq!(translation.module.name, None);
}

#[test]
fn every_truncation_is_an_error_or_a_module() {
    let bytes =
        wat::parse_str(r#"(module (func (export "f") (result i32) i32.const 1) (memory 1) (data "abc"))"#).unwrap();
    for length in 0..bytes.len() {
        // A prefix that ends between two sections may be a module; no prefix may panic.
        let _ = translate(&bytes[..length], Features::default());
    }
}
