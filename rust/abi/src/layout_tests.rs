//! Sizes, alignments and offsets, worked out by hand from `CanonicalABI.md`, "Alignment" and "Element Size".

use super::*;
use crate::test_types::{case, field, labels};
use crate::types::{Case, ResourceIndex};

/// A row: the type, its size, its alignment, its offsets, its discriminant's size.
fn check(types: &mut Types, kind: DefinedType, expected: (u32, u32, &[u32], u32)) -> ValueType {
    let text = format!("{kind:?}");
    let index = types.push(kind);
    let layout = types.layout(index, PointerType::I32);
    assert_eq!((layout.size, layout.align, &*layout.offsets, layout.discriminant), expected, "{text}");
    ValueType::Defined(index)
}

#[test]
fn primitive_types() {
    let types = Types::new();
    let rows = [
        (ValueType::Bool, 1, 1),
        (ValueType::S8, 1, 1),
        (ValueType::U8, 1, 1),
        (ValueType::S16, 2, 2),
        (ValueType::U16, 2, 2),
        (ValueType::S32, 4, 4),
        (ValueType::U32, 4, 4),
        (ValueType::S64, 8, 8),
        (ValueType::U64, 8, 8),
        (ValueType::F32, 4, 4),
        (ValueType::F64, 8, 8),
        (ValueType::Char, 4, 4),
        (ValueType::String, 8, 4),
    ];
    for (ty, size, align) in rows {
        assert_eq!((types.size(ty, PointerType::I32), types.align(ty, PointerType::I32)), (size, align), "{ty:?}");
    }
}

#[test]
fn records_and_tuples() {
    use ValueType::{Bool, F64, String, U8, U16, U32, U64};
    let types = &mut Types::new();
    let record = |parts: &[ValueType]| DefinedType::Record(parts.iter().map(|ty| field("f", *ty)).collect());
    check(types, record(&[U8]), (1, 1, &[0], 0));
    check(types, record(&[U8, U32]), (8, 4, &[0, 4], 0));
    check(types, record(&[U32, U8]), (8, 4, &[0, 4], 0));
    check(types, record(&[U8, U16, U8, U64, U8]), (24, 8, &[0, 2, 4, 8, 16], 0));
    check(types, record(&[Bool, String, Bool]), (16, 4, &[0, 4, 12], 0));
    let pair = check(types, DefinedType::Tuple(vec![U8, F64]), (16, 8, &[0, 8], 0));
    check(types, DefinedType::Tuple(vec![U8, pair, U8]), (32, 8, &[0, 8, 24], 0));
}

#[test]
fn variants_and_their_kin() {
    use ValueType::{String, U8, U16, U64};
    let types = &mut Types::new();
    let cases = |count: usize, ty: Option<ValueType>| {
        let mut cases: Vec<Case> = labels(count).iter().map(|name| case(name, None)).collect();
        cases[0].ty = ty;
        DefinedType::Variant(cases)
    };
    check(types, cases(1, None), (1, 1, &[1], 1));
    check(types, cases(256, None), (1, 1, &[1], 1));
    check(types, cases(257, None), (2, 2, &[2], 2));
    check(types, cases(65536, None), (2, 2, &[2], 2));
    check(types, cases(65537, None), (4, 4, &[4], 4));
    check(types, cases(2, Some(U8)), (2, 1, &[1], 1));
    check(types, cases(257, Some(U8)), (4, 2, &[2], 2));
    check(types, cases(2, Some(U64)), (16, 8, &[8], 1));
    check(types, DefinedType::Variant(vec![case("a", Some(U16)), case("b", Some(String))]), (12, 4, &[4], 1));
    check(types, DefinedType::Enum(labels(3)), (1, 1, &[1], 1));
    check(types, DefinedType::Enum(labels(257)), (2, 2, &[2], 2));
    check(types, DefinedType::Option(U8), (2, 1, &[1], 1));
    let option = check(types, DefinedType::Option(String), (12, 4, &[4], 1));
    check(types, DefinedType::Option(option), (16, 4, &[4], 1));
    check(types, DefinedType::Result { ok: None, err: None }, (1, 1, &[1], 1));
    check(types, DefinedType::Result { ok: Some(U8), err: Some(U64) }, (16, 8, &[8], 1));
    check(types, DefinedType::Result { ok: None, err: Some(U16) }, (4, 2, &[2], 1));
}

#[test]
fn flags_lists_maps_and_handles() {
    use ValueType::{String, U8, U16, U64};
    let types = &mut Types::new();
    for (count, size) in [(1, 1), (8, 1), (9, 2), (16, 2), (17, 4), (32, 4)] {
        check(types, DefinedType::Flags(labels(count)), (size, size, &[], 0));
    }
    check(types, DefinedType::List(U64), (8, 4, &[], 0));
    // A map is a list of pairs.
    check(types, DefinedType::Map(String, U64), (8, 4, &[], 0));
    check(types, DefinedType::FixedLengthList(U16, 5), (10, 2, &[], 0));
    check(types, DefinedType::FixedLengthList(U64, 3), (24, 8, &[], 0));
    let pair = check(types, DefinedType::Tuple(vec![U16, U8]), (4, 2, &[0, 2], 0));
    check(types, DefinedType::FixedLengthList(pair, 3), (12, 2, &[], 0));
    check(types, DefinedType::Own(ResourceIndex::from_u32(0)), (4, 4, &[], 0));
    check(types, DefinedType::Borrow(ResourceIndex::from_u32(0)), (4, 4, &[], 0));
}

#[test]
fn pointers_of_a_64_bit_memory_are_wide() {
    use ValueType::{Bool, String, U8, U32};
    let types = &mut Types::new();
    let mut wide = |kind: DefinedType, expected: (u32, u32, &[u32], u32)| {
        let text = format!("{kind:?}");
        let index = types.push(kind);
        let layout = types.layout(index, PointerType::I64);
        assert_eq!((layout.size, layout.align, &*layout.offsets, layout.discriminant), expected, "{text}");
        ValueType::Defined(index)
    };
    let list = wide(DefinedType::List(U8), (16, 8, &[], 0));
    wide(DefinedType::Map(String, U32), (16, 8, &[], 0));
    wide(DefinedType::Record(vec![field("a", Bool), field("b", String), field("c", Bool)]), (32, 8, &[0, 8, 24], 0));
    wide(DefinedType::Option(list), (24, 8, &[8], 1));
    wide(DefinedType::FixedLengthList(String, 3), (48, 8, &[], 0));
    // Handles and discriminants stay what they are.
    wide(DefinedType::Own(ResourceIndex::from_u32(0)), (4, 4, &[], 0));
    wide(DefinedType::Variant(vec![case("a", Some(U8)), case("b", None)]), (2, 1, &[1], 1));
    assert_eq!((types.size(String, PointerType::I64), types.align(String, PointerType::I64)), (16, 8));
    assert_eq!((types.size(U32, PointerType::I64), types.align(U32, PointerType::I64)), (4, 4));
}

#[test]
fn rounding_up_never_overflows() {
    assert_eq!(align_to(0, 8), 0);
    assert_eq!(align_to(1, 8), 8);
    assert_eq!(align_to(8, 8), 8);
    assert_eq!(align_to(u32::MAX, 1), u32::MAX);
    assert_eq!(align_to(u32::MAX, 8), u32::MAX - 7);
}
