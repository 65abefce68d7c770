//! When types of two tables are one, and what is said when they are not.

use super::*;
use crate::test_types::{case, field, function, labels};
use crate::types::TypeIndex;

/// A table with one type of every kind, the operands first; `shift` moves every index, so that two tables differ.
fn every_kind(shift: u32) -> (Types, Vec<ValueType>) {
    let mut types = Types::new();
    for _ in 0..shift {
        types.push(DefinedType::Option(ValueType::Bool));
    }
    let mut all = Vec::new();
    let mut add = |kind: DefinedType| {
        let ty = ValueType::Defined(types.push(kind));
        all.push(ty);
        ty
    };
    let record = add(DefinedType::Record(vec![field("name", ValueType::String), field("age", ValueType::U8)]));
    add(DefinedType::Tuple(vec![record, ValueType::S64]));
    add(DefinedType::Variant(vec![case("none", None), case("some", Some(record))]));
    add(DefinedType::Enum(labels(3)));
    add(DefinedType::Flags(labels(3)));
    add(DefinedType::Option(record));
    add(DefinedType::Result { ok: Some(record), err: None });
    add(DefinedType::List(record));
    add(DefinedType::FixedLengthList(record, 4));
    add(DefinedType::Map(ValueType::String, record));
    add(DefinedType::Own(ResourceIndex::from_u32(shift)));
    add(DefinedType::Borrow(ResourceIndex::from_u32(shift)));
    (types, all)
}

#[test]
fn each_kind_equals_itself_and_no_other() {
    let (left, left_types) = every_kind(0);
    let (right, right_types) = every_kind(3);
    let mut shifted = |a: ResourceIndex, b: ResourceIndex| a.as_u32() + 3 == b.as_u32();
    for (i, a) in left_types.iter().enumerate() {
        for (j, b) in right_types.iter().enumerate() {
            let same = same_type((&left, *a), (&right, *b), &mut shifted).is_ok();
            assert_eq!(same, i == j, "{} and {}", left.describe(*a), right.describe(*b));
        }
        assert!(same_type((&left, *a), (&right, ValueType::U8), &mut shifted).is_err());
    }
}

#[test]
fn handles_are_compared_by_resource() {
    let (types, all) = every_kind(0);
    let own = all[10];
    assert!(same_type((&types, own), (&types, own), &mut |_, _| true).is_ok());
    assert!(same_type((&types, own), (&types, own), &mut |_, _| false).is_err());
}

/// The text of the mismatch between two functions of one parameter each.
fn message(left: impl FnOnce(&mut Types) -> ValueType, right: impl FnOnce(&mut Types) -> ValueType) -> String {
    let (mut left_types, mut right_types) = (Types::new(), Types::new());
    let a = function(&[left(&mut left_types)], None);
    let b = function(&[right(&mut right_types)], None);
    same_function((&left_types, &a), (&right_types, &b), &mut |_, _| true).unwrap_err().to_string()
}

fn defined(kind: DefinedType) -> impl FnOnce(&mut Types) -> ValueType {
    |types| ValueType::Defined(types.push(kind))
}

#[test]
fn a_mismatch_says_where() {
    assert_eq!(message(|_| ValueType::U8, |_| ValueType::S8), "parameter `p0`: expected u8, found s8");
    let record = |name: &str, ty| DefinedType::Record(vec![field(name, ty)]);
    assert_eq!(
        message(defined(record("a", ValueType::U8)), defined(record("b", ValueType::U8))),
        "parameter `p0`: expected field `a`, found `b`"
    );
    assert_eq!(
        message(defined(record("a", ValueType::U8)), defined(record("a", ValueType::Char))),
        "parameter `p0`: field `a`: expected u8, found char"
    );
    assert_eq!(
        message(defined(DefinedType::Enum(labels(2))), defined(DefinedType::Enum(labels(3)))),
        "parameter `p0`: expected enum { l0, l1 }, found enum { l0, l1, l2 }"
    );
    let list = |ty| {
        move |types: &mut Types| {
            let inner = ValueType::Defined(types.push(DefinedType::List(ty)));
            ValueType::Defined(types.push(DefinedType::Option(inner)))
        }
    };
    assert_eq!(
        message(list(ValueType::U8), list(ValueType::U16)),
        "parameter `p0`: option payload: list element: expected u8, found u16"
    );
}

#[test]
fn functions_are_compared_whole() {
    let types = Types::new();
    let compare = |a: &FunctionType, b: &FunctionType| same_function((&types, a), (&types, b), &mut |_, _| true);
    let plain = function(&[ValueType::U8], None);
    assert!(compare(&plain, &plain).is_ok());
    assert_eq!(compare(&plain, &function(&[], None)).unwrap_err().to_string(), "expected 1 parameters, found 0");
    let returning = function(&[ValueType::U8], Some(ValueType::Bool));
    assert_eq!(compare(&plain, &returning).unwrap_err().to_string(), "result: expected nothing, found bool");
    let renamed = FunctionType { params: vec![field("other", ValueType::U8)], result: None };
    assert_eq!(compare(&plain, &renamed).unwrap_err().to_string(), "expected parameter `p0`, found `other`");
}

#[test]
fn types_are_described_as_in_wit() {
    let (types, all) = every_kind(0);
    let texts: Vec<String> = all.iter().map(|ty| types.describe(*ty)).collect();
    let record = "record { name: string, age: u8 }";
    assert_eq!(
        texts,
        [
            record.to_string(),
            format!("tuple<{record}, s64>"),
            format!("variant {{ none, some: {record} }}"),
            "enum { l0, l1, l2 }".to_string(),
            "flags { l0, l1, l2 }".to_string(),
            format!("option<{record}>"),
            format!("result<{record}>"),
            format!("list<{record}>"),
            format!("list<{record}, 4>"),
            format!("map<string, {record}>"),
            "own<_>".to_string(),
            "borrow<_>".to_string(),
        ]
    );
    let mut types = Types::new();
    let error = types.push(DefinedType::Result { ok: None, err: Some(ValueType::String) });
    let none = types.push(DefinedType::Result { ok: None, err: None });
    assert_eq!(types.describe(ValueType::Defined(error)), "result<_, string>");
    assert_eq!(types.describe(ValueType::Defined(none)), "result");
    let text = types.describe_function(&function(&[ValueType::U8, ValueType::Char], Some(ValueType::Defined(none))));
    assert_eq!(text, "func(p0: u8, p1: char) -> result");
    assert_eq!(TypeIndex::from_u32(1), none);
}

#[test]
fn the_fingerprint_does_not_depend_on_order() {
    let pair = |path: &str, text: &str| (path.to_string(), text.to_string());
    let one = crate::fingerprint([pair("export a", "func()"), pair("import b", "func(x: u8)")]);
    let other = crate::fingerprint([pair("import b", "func(x: u8)"), pair("export a", "func()")]);
    assert_eq!(one, other);
    assert_eq!(one.len(), 64);
    assert_ne!(one, crate::fingerprint([pair("export a", "func()"), pair("import b", "func(x: s8)")]));
    // SHA-256 of nothing.
    assert_eq!(crate::fingerprint([]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
