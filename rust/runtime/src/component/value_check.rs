//! Whether a [`Value`] has a type, for values that are given to a component outside of a call. Handles are looked at when
//! they are passed.

use super::value::Value;
use crate::abi::{DefinedType, Mismatch, Types, ValueType};

fn mismatch(expected: impl Into<String>, value: &Value) -> Mismatch {
    Mismatch { path: Vec::new(), expected: expected.into(), found: value.kind().to_owned() }
}

/// Compares a value with a type; the error says where they differ.
pub(super) fn check_value(types: &Types, ty: ValueType, value: &Value) -> Result<(), Mismatch> {
    let fits = match (ty, value) {
        (ValueType::Defined(index), _) => return check_defined(types, ty, types.kind(index), value),
        (ValueType::Bool, Value::Bool(_))
        | (ValueType::S8, Value::S8(_))
        | (ValueType::U8, Value::U8(_))
        | (ValueType::S16, Value::S16(_))
        | (ValueType::U16, Value::U16(_))
        | (ValueType::S32, Value::S32(_))
        | (ValueType::U32, Value::U32(_))
        | (ValueType::S64, Value::S64(_))
        | (ValueType::U64, Value::U64(_))
        | (ValueType::F32, Value::F32(_))
        | (ValueType::F64, Value::F64(_))
        | (ValueType::Char, Value::Char(_))
        | (ValueType::String, Value::String(_)) => true,
        (
            ValueType::Bool
            | ValueType::S8
            | ValueType::U8
            | ValueType::S16
            | ValueType::U16
            | ValueType::S32
            | ValueType::U32
            | ValueType::S64
            | ValueType::U64
            | ValueType::F32
            | ValueType::F64
            | ValueType::Char
            | ValueType::String,
            _,
        ) => false,
    };
    if fits { Ok(()) } else { Err(mismatch(types.describe(ty), value)) }
}

fn within(result: Result<(), Mismatch>, place: impl FnOnce() -> String) -> Result<(), Mismatch> {
    result.map_err(|mut error| {
        error.path.insert(0, place());
        error
    })
}

fn check_all(types: &Types, what: &str, expected: &[ValueType], values: &[Value]) -> Result<(), Mismatch> {
    if expected.len() != values.len() {
        let expected = format!("{} {what}s", expected.len());
        return Err(Mismatch { path: Vec::new(), expected, found: values.len().to_string() });
    }
    for (number, (ty, value)) in expected.iter().zip(values).enumerate() {
        within(check_value(types, *ty, value), || format!("{what} {number}"))?;
    }
    Ok(())
}

fn check_optional(types: &Types, ty: Option<ValueType>, value: Option<&Value>) -> Result<(), Mismatch> {
    match (ty, value) {
        (None, None) => Ok(()),
        (Some(ty), Some(value)) => check_value(types, ty, value),
        (Some(ty), None) => {
            Err(Mismatch { path: Vec::new(), expected: types.describe(ty), found: "no payload".to_owned() })
        }
        (None, Some(value)) => Err(mismatch("no payload", value)),
    }
}

fn check_list<'v>(types: &Types, element: ValueType, values: impl Iterator<Item = &'v Value>) -> Result<(), Mismatch> {
    for (number, value) in values.enumerate() {
        within(check_value(types, element, value), || format!("element {number}"))?;
    }
    Ok(())
}

fn check_defined(types: &Types, ty: ValueType, kind: &DefinedType, value: &Value) -> Result<(), Mismatch> {
    match (kind, value) {
        (DefinedType::Record(fields), Value::Record(values)) => {
            let fields: Vec<_> = fields.iter().map(|field| field.ty).collect();
            check_all(types, "field", &fields, values)
        }
        (DefinedType::Tuple(items), Value::Tuple(values)) => check_all(types, "item", items, values),
        (DefinedType::Variant(cases), Value::Variant(number, payload)) => match cases.get(*number as usize) {
            Some(case) => {
                within(check_optional(types, case.ty, payload.as_deref()), || format!("case `{}`", case.name))
            }
            None => Err(mismatch(format!("one of {} cases", cases.len()), value)),
        },
        (DefinedType::Enum(cases), Value::Enum(number)) if (*number as usize) < cases.len() => Ok(()),
        (DefinedType::Flags(labels), Value::Flags(bits)) if u64::from(*bits) < 1 << labels.len() => Ok(()),
        (DefinedType::Option(_), Value::Option(None)) => Ok(()),
        (DefinedType::Option(some), Value::Option(Some(value))) => check_value(types, *some, value),
        (DefinedType::Result { ok, .. }, Value::Result(Ok(payload))) => check_optional(types, *ok, payload.as_deref()),
        (DefinedType::Result { err, .. }, Value::Result(Err(payload))) => {
            check_optional(types, *err, payload.as_deref())
        }
        (DefinedType::List(ValueType::U8), Value::Bytes(_)) => Ok(()),
        (DefinedType::List(element), Value::List(values)) => check_list(types, *element, values.iter()),
        (DefinedType::FixedLengthList(ValueType::U8, length), Value::Bytes(bytes))
            if bytes.len() == *length as usize =>
        {
            Ok(())
        }
        (DefinedType::FixedLengthList(element, length), Value::List(values)) if values.len() == *length as usize => {
            check_list(types, *element, values.iter())
        }
        (DefinedType::Map(key, item), Value::Map(entries)) => {
            check_list(types, *key, entries.iter().map(|(key, _)| key))?;
            check_list(types, *item, entries.iter().map(|(_, item)| item))
        }
        (DefinedType::Own(_), Value::Own(_)) | (DefinedType::Borrow(_), Value::Own(_) | Value::Borrow(_)) => Ok(()),
        (
            DefinedType::Record(_)
            | DefinedType::Tuple(_)
            | DefinedType::Variant(_)
            | DefinedType::Enum(_)
            | DefinedType::Flags(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::List(_)
            | DefinedType::FixedLengthList(..)
            | DefinedType::Map(..)
            | DefinedType::Own(_)
            | DefinedType::Borrow(_),
            _,
        ) => Err(mismatch(types.describe(ty), value)),
    }
}
