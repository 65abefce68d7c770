//! Flat shapes, worked out by hand from `CanonicalABI.md`, "Flattening".

use super::*;
use crate::test_types::{case, field, function, labels};
use crate::types::ResourceIndex;
use FlatType::{F32, F64, I32, I64};

fn flat(types: &mut Types, kind: DefinedType) -> Option<Vec<FlatType>> {
    let index = types.push(kind);
    types.flat(ValueType::Defined(index), PointerType::I32).map(<[FlatType]>::to_vec)
}

#[test]
fn primitive_types() {
    let types = Types::new();
    let rows: &[(ValueType, &[FlatType])] = &[
        (ValueType::Bool, &[I32]),
        (ValueType::S8, &[I32]),
        (ValueType::U8, &[I32]),
        (ValueType::S16, &[I32]),
        (ValueType::U16, &[I32]),
        (ValueType::S32, &[I32]),
        (ValueType::U32, &[I32]),
        (ValueType::S64, &[I64]),
        (ValueType::U64, &[I64]),
        (ValueType::F32, &[F32]),
        (ValueType::F64, &[F64]),
        (ValueType::Char, &[I32]),
        (ValueType::String, &[I32, I32]),
    ];
    for (ty, expected) in rows {
        assert_eq!(types.flat(*ty, PointerType::I32), Some(*expected), "{ty:?}");
    }
}

#[test]
fn two_types_join_in_the_wider_one() {
    let all = [I32, I64, F32, F64];
    let rows = [[I32, I64, I32, I64], [I64, I64, I64, I64], [I32, I64, F32, I64], [I64, I64, I64, F64]];
    for (a, row) in all.into_iter().zip(rows) {
        for (b, expected) in all.into_iter().zip(row) {
            assert_eq!(join(a, b), expected, "{a:?} and {b:?}");
        }
    }
}

#[test]
fn defined_types() {
    use ValueType::{Bool, F32 as Single, F64 as Double, String, U8, U64};
    let types = &mut Types::new();
    let resource = ResourceIndex::from_u32(0);
    assert_eq!(
        flat(types, DefinedType::Record(vec![field("a", String), field("b", Double)])),
        Some(vec![I32, I32, F64])
    );
    assert_eq!(flat(types, DefinedType::Tuple(vec![U8, U64])), Some(vec![I32, I64]));
    assert_eq!(flat(types, DefinedType::Enum(labels(300))), Some(vec![I32]));
    assert_eq!(flat(types, DefinedType::Flags(labels(32))), Some(vec![I32]));
    assert_eq!(flat(types, DefinedType::List(U64)), Some(vec![I32, I32]));
    assert_eq!(flat(types, DefinedType::Map(String, U64)), Some(vec![I32, I32]));
    assert_eq!(flat(types, DefinedType::FixedLengthList(Single, 3)), Some(vec![F32, F32, F32]));
    assert_eq!(flat(types, DefinedType::Own(resource)), Some(vec![I32]));
    assert_eq!(flat(types, DefinedType::Borrow(resource)), Some(vec![I32]));
    assert_eq!(flat(types, DefinedType::Option(Single)), Some(vec![I32, F32]));
    assert_eq!(flat(types, DefinedType::Result { ok: None, err: None }), Some(vec![I32]));
    assert_eq!(flat(types, DefinedType::Result { ok: Some(Single), err: Some(String) }), Some(vec![I32, I32, I32]));
    let cases = vec![case("a", Some(Double)), case("b", Some(String)), case("c", None), case("d", Some(Bool))];
    assert_eq!(flat(types, DefinedType::Variant(cases)), Some(vec![I32, I64, I32]));
}

#[test]
fn what_is_too_wide_has_no_flat_shape() {
    let types = &mut Types::new();
    assert_eq!(flat(types, DefinedType::Tuple(vec![ValueType::U8; 16])).map(|flat| flat.len()), Some(16));
    assert_eq!(flat(types, DefinedType::Tuple(vec![ValueType::U8; 17])), None);
    assert_eq!(flat(types, DefinedType::FixedLengthList(ValueType::U8, 16)).map(|flat| flat.len()), Some(16));
    assert_eq!(flat(types, DefinedType::FixedLengthList(ValueType::U8, u32::MAX)), None);
    // The discriminant counts too.
    let wide = ValueType::Defined(types.push(DefinedType::Tuple(vec![ValueType::U8; 16])));
    assert_eq!(flat(types, DefinedType::Option(wide)), None);
}

/// A row: parameters, result, then the core types when lifted and when lowered.
#[test]
fn function_signatures() {
    use ValueType::{S64, String, U8};
    let types = Types::new();
    type Core<'a> = (&'a [FlatType], &'a [FlatType]);
    let rows: &[(&[ValueType], Option<ValueType>, Core<'_>, Core<'_>)] = &[
        (&[], None, (&[], &[]), (&[], &[])),
        (&[U8, S64], Some(S64), (&[I32, I64], &[I64]), (&[I32, I64], &[I64])),
        // A result of two values is returned in memory: the callee returns where, the caller says where.
        (&[U8], Some(String), (&[I32], &[I32]), (&[I32, I32], &[])),
        // Seventeen parameters are passed in memory.
        (&[U8; 16], None, (&[I32; 16], &[]), (&[I32; 16], &[])),
        (&[U8; 17], None, (&[I32], &[]), (&[I32], &[])),
        (&[String; 9], Some(String), (&[I32], &[I32]), (&[I32, I32], &[])),
    ];
    for (params, result, lifted, lowered) in rows {
        let function = function(params, *result);
        let lift = types.flat_signature(&function, Direction::Lift, PointerType::I32);
        assert_eq!((&*lift.params, &*lift.results), *lifted, "lift {params:?} {result:?}");
        let lower = types.flat_signature(&function, Direction::Lower, PointerType::I32);
        assert_eq!((&*lower.params, &*lower.results), *lowered, "lower {params:?} {result:?}");
        assert_eq!(lift.params_in_memory, lower.params_in_memory);
        assert_eq!(lift.params_in_memory, params.len() == 17 || *params == [String; 9]);
        assert_eq!(lift.result_in_memory, *result == Some(String));
    }
}

#[test]
fn pointers_of_a_64_bit_memory_are_wide() {
    use ValueType::{F32 as Single, String, U8};
    let types = &mut Types::new();
    let mut wide = |kind: DefinedType| {
        let index = types.push(kind);
        types.flat(ValueType::Defined(index), PointerType::I64).map(<[FlatType]>::to_vec)
    };
    assert_eq!(wide(DefinedType::List(U8)), Some(vec![I64, I64]));
    assert_eq!(wide(DefinedType::Result { ok: Some(Single), err: Some(String) }), Some(vec![I32, I64, I64]));
    assert_eq!(wide(DefinedType::Own(ResourceIndex::from_u32(0))), Some(vec![I32]));
    let function = function(&[U8; 17], Some(String));
    let lift = types.flat_signature(&function, Direction::Lift, PointerType::I64);
    assert_eq!((&*lift.params, &*lift.results), (&[I64][..], &[I64][..]));
    let lower = types.flat_signature(&function, Direction::Lower, PointerType::I64);
    assert_eq!((&*lower.params, &*lower.results), (&[I64, I64][..], &[][..]));
}
