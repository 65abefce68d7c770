//! What interning computes, and which tables are refused.

use super::*;
use crate::test_types::{case, field};

fn table(kinds: impl IntoIterator<Item = DefinedType>) -> Types {
    let mut types = Types::new();
    for kind in kinds {
        types.push(kind);
    }
    types
}

fn at(index: u32) -> ValueType {
    ValueType::Defined(TypeIndex::from_u32(index))
}

#[test]
fn handles_and_lists_are_noticed_anywhere_inside() {
    let resource = ResourceIndex::from_u32(0);
    let types = table([
        DefinedType::Own(resource),
        DefinedType::Borrow(resource),
        DefinedType::Option(at(0)),
        DefinedType::Variant(vec![case("a", Some(at(1))), case("b", None)]),
        DefinedType::Record(vec![field("x", ValueType::U8), field("y", ValueType::String)]),
        DefinedType::FixedLengthList(at(3), 2),
        DefinedType::Map(ValueType::U8, ValueType::U8),
        DefinedType::Tuple(vec![ValueType::Char, ValueType::F64]),
    ]);
    // For each type: has_handle, has_borrow, needs_realloc, depth.
    let expected = [
        (true, false, false, 1),
        (true, true, false, 1),
        (true, false, false, 2),
        (true, true, false, 2),
        (false, false, true, 1),
        (true, true, false, 3),
        (false, false, true, 1),
        (false, false, false, 1),
    ];
    for (index, (handle, borrow, realloc, depth)) in (0..).zip(expected) {
        let ty = at(index);
        let found = (types.has_handle(ty), types.has_borrow(ty), types.needs_realloc(ty), types.depth(ty));
        assert_eq!(found, (handle, borrow, realloc, depth), "type {index}");
    }
    assert!(types.is_well_formed());
}

#[test]
fn the_length_of_the_text_is_not_underestimated() {
    let types = table([
        DefinedType::Enum(vec!["alpha".into(), "beta".into()]),
        DefinedType::Variant(vec![case("first", Some(at(0))), case("second", None)]),
        DefinedType::Result { ok: Some(at(1)), err: Some(ValueType::String) },
        DefinedType::FixedLengthList(at(2), 1_000_000),
        DefinedType::Tuple(vec![at(3), at(3), ValueType::Bool]),
    ]);
    for (index, _) in types.iter() {
        let ty = ValueType::Defined(index);
        let (text, bound) = (types.describe(ty).len(), types.text_length(ty) as usize);
        assert!(text <= bound && bound <= 2 * text, "{text} and {bound}: {}", types.describe(ty));
    }
}

#[test]
fn tables_that_no_component_can_have_are_refused() {
    let empty = [
        DefinedType::Record(Vec::new()),
        DefinedType::Tuple(Vec::new()),
        DefinedType::Variant(Vec::new()),
        DefinedType::Enum(Vec::new()),
        DefinedType::Flags(Vec::new()),
        DefinedType::Flags((0..33).map(|i| format!("f{i}")).collect()),
        DefinedType::FixedLengthList(ValueType::U8, 0),
        DefinedType::FixedLengthList(ValueType::U8, MAX_VALUE_SIZE),
    ];
    for kind in empty {
        assert!(!table([kind.clone()]).is_well_formed(), "{kind:?}");
    }
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: u32| {
        let mut types = Types::new();
        let mut ty = ValueType::U8;
        for _ in 0..depth {
            ty = ValueType::Defined(types.push(DefinedType::Option(ty)));
        }
        types
    };
    assert!(nested(MAX_TYPE_DEPTH).is_well_formed());
    assert!(!nested(MAX_TYPE_DEPTH + 1).is_well_formed());
}

#[test]
fn shared_operands_cannot_make_a_text_without_end() {
    let mut types = Types::new();
    let mut ty = ValueType::U8;
    for _ in 0..40 {
        ty = ValueType::Defined(types.push(DefinedType::Result { ok: Some(ty), err: Some(ty) }));
    }
    assert!(types.text_length(ty) > MAX_TYPE_TEXT);
    assert!(!types.is_well_formed());
}

#[test]
fn a_table_that_was_tampered_with_is_refused() {
    let sound = table([
        DefinedType::Record(vec![field("x", ValueType::U8), field("y", ValueType::U32)]),
        DefinedType::Option(at(0)),
    ]);
    assert!(sound.is_well_formed());
    let mut forward = sound.clone();
    forward.entries[TypeIndex::from_u32(0)].kind = DefinedType::Option(at(1));
    assert!(!forward.is_well_formed(), "an operand points forward");
    let mut itself = sound.clone();
    itself.entries[TypeIndex::from_u32(1)].kind = DefinedType::Option(at(1));
    assert!(!itself.is_well_formed(), "an operand points to itself");
    let mut beyond = sound.clone();
    beyond.entries[TypeIndex::from_u32(1)].kind = DefinedType::Option(at(7));
    assert!(!beyond.is_well_formed(), "an operand points beyond the table");
    let mut layout = sound.clone();
    layout.entries[TypeIndex::from_u32(0)].shapes.of_mut(PointerType::I64).layout.size = 4;
    assert!(!layout.is_well_formed(), "a layout is a lie");
    let mut flat = sound.clone();
    flat.entries[TypeIndex::from_u32(1)].shapes.of_mut(PointerType::I32).flat = None;
    assert!(!flat.is_well_formed(), "a flat shape is a lie");
    let mut realloc = sound;
    realloc.entries[TypeIndex::from_u32(1)].needs_realloc = true;
    assert!(!realloc.is_well_formed(), "a property is a lie");
}

#[test]
fn a_table_is_written_as_its_kinds() {
    let types = table([DefinedType::List(ValueType::U8), DefinedType::Option(at(0))]);
    let kinds = Vec::from(types.clone());
    assert_eq!(kinds, [DefinedType::List(ValueType::U8), DefinedType::Option(at(0))]);
    assert_eq!(Types::try_from(kinds), Ok(types));
    for operand in [1, 7] {
        let error = Types::try_from(vec![DefinedType::List(ValueType::U8), DefinedType::Option(at(operand))]);
        let message = error.map_err(|error| error.to_string());
        assert_eq!(message, Err("type1 is made of a type that does not come before it".to_string()));
    }
}
