//! Component values of scripts as values of the runtime, and their comparison with results.
//!
//! A script names fields, cases and labels; the runtime's values have them in the order of their type. So a value is
//! converted with its type at hand, what is expected as well as what is given, and values are compared afterwards.

use dovetail_runtime::abi::{DefinedType, Field, Types, ValueType};
use dovetail_runtime::component::Value;
use wast_text::component::WastVal;
use wast_text::core::{WastArgCore, WastRetCore};
use wast_text::{WastArg, WastRet};

use crate::value::{matches_f32, matches_f64};

/// An argument of the given type. A float outside of other values reads like a core value.
pub fn argument(types: &Types, ty: ValueType, argument: &WastArg<'_>) -> Result<Value, String> {
    match (ty, argument) {
        (ty, WastArg::Component(value)) => convert(types, ty, value),
        (ValueType::F32, WastArg::Core(WastArgCore::F32(value))) => Ok(Value::F32(f32::from_bits(value.bits))),
        (ValueType::F64, WastArg::Core(WastArgCore::F64(value))) => Ok(Value::F64(f64::from_bits(value.bits))),
        (ty, argument) => Err(format!("the script has {argument:?} for the type {}", types.describe(ty))),
    }
}

/// Whether a result is what is expected; the error describes the difference.
pub fn compare(types: &Types, ty: ValueType, expected: &WastRet<'_>, found: &Value) -> Result<(), String> {
    let same = match (expected, found) {
        (WastRet::Component(expected), found) => {
            let expected = convert(types, ty, expected)?;
            if equal(&expected, found) {
                return Ok(());
            }
            return Err(format!("expected {expected:?}, got {found:?}"));
        }
        (WastRet::Core(WastRetCore::F32(expected)), Value::F32(found)) => matches_f32(expected, found.to_bits()),
        (WastRet::Core(WastRetCore::F64(expected)), Value::F64(found)) => matches_f64(expected, found.to_bits()),
        // Every other core value.
        (_, _) => false,
    };
    if same { Ok(()) } else { Err(format!("expected {expected:?}, got {found:?}")) }
}

/// A script's value of the given type, or where and why it is none.
pub fn convert(types: &Types, ty: ValueType, value: &WastVal<'_>) -> Result<Value, String> {
    let converted = match (ty, value) {
        (ValueType::Bool, WastVal::Bool(value)) => Value::Bool(*value),
        (ValueType::S8, WastVal::S8(value)) => Value::S8(*value),
        (ValueType::U8, WastVal::U8(value)) => Value::U8(*value),
        (ValueType::S16, WastVal::S16(value)) => Value::S16(*value),
        (ValueType::U16, WastVal::U16(value)) => Value::U16(*value),
        (ValueType::S32, WastVal::S32(value)) => Value::S32(*value),
        (ValueType::U32, WastVal::U32(value)) => Value::U32(*value),
        (ValueType::S64, WastVal::S64(value)) => Value::S64(*value),
        (ValueType::U64, WastVal::U64(value)) => Value::U64(*value),
        (ValueType::F32, WastVal::F32(value)) => Value::F32(f32::from_bits(value.bits)),
        (ValueType::F64, WastVal::F64(value)) => Value::F64(f64::from_bits(value.bits)),
        (ValueType::Char, WastVal::Char(value)) => Value::Char(*value),
        (ValueType::String, WastVal::String(value)) => Value::String((*value).to_owned()),
        (ValueType::Defined(index), value) => return convert_defined(types, types.kind(index), value),
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
        ) => return Err(format!("the script has {value:?} for the type {}", types.describe(ty))),
    };
    Ok(converted)
}

fn convert_defined(types: &Types, kind: &DefinedType, value: &WastVal<'_>) -> Result<Value, String> {
    let converted = match (kind, value) {
        (DefinedType::Record(fields), WastVal::Record(values)) => Value::Record(convert_record(types, fields, values)?),
        (DefinedType::Tuple(tys), WastVal::Tuple(values)) if tys.len() == values.len() => {
            let items = tys.iter().zip(values).map(|(ty, value)| convert(types, *ty, value));
            Value::Tuple(items.collect::<Result<_, _>>()?)
        }
        (DefinedType::Variant(cases), WastVal::Variant(name, payload)) => {
            let case = position(cases.iter().map(|case| case.name.as_str()), name)?;
            Value::Variant(case, convert_payload(types, cases[case as usize].ty, payload.as_deref())?)
        }
        (DefinedType::Enum(names), WastVal::Enum(name)) => {
            Value::Enum(position(names.iter().map(String::as_str), name)?)
        }
        (DefinedType::Flags(labels), WastVal::Flags(names)) => {
            let mut bits = 0;
            for name in names {
                bits |= 1 << position(labels.iter().map(String::as_str), name)?;
            }
            Value::Flags(bits)
        }
        (DefinedType::Option(_), WastVal::Option(None)) => Value::Option(None),
        (DefinedType::Option(ty), WastVal::Option(Some(value))) => {
            Value::Option(Some(Box::new(convert(types, *ty, value)?)))
        }
        (DefinedType::Result { ok, .. }, WastVal::Result(Ok(value))) => {
            Value::Result(Ok(convert_payload(types, *ok, value.as_deref())?))
        }
        (DefinedType::Result { err, .. }, WastVal::Result(Err(value))) => {
            Value::Result(Err(convert_payload(types, *err, value.as_deref())?))
        }
        (DefinedType::List(ty), WastVal::List(values)) => {
            Value::List(values.iter().map(|value| convert(types, *ty, value)).collect::<Result<_, _>>()?)
        }
        (DefinedType::FixedLengthList(ty, length), WastVal::List(values)) if values.len() == *length as usize => {
            Value::List(values.iter().map(|value| convert(types, *ty, value)).collect::<Result<_, _>>()?)
        }
        (DefinedType::Map(key, item), WastVal::Map(entries)) => {
            let entries = entries.iter().map(|(k, v)| Ok((convert(types, *key, k)?, convert(types, *item, v)?)));
            Value::Map(entries.collect::<Result<_, String>>()?)
        }
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
            // Scripts have no text for handles.
            | DefinedType::Own(_)
            | DefinedType::Borrow(_),
            _,
        ) => return Err(format!("the script has {value:?} for the type {kind:?}")),
    };
    Ok(converted)
}

fn convert_record(types: &Types, fields: &[Field], values: &[(&str, WastVal<'_>)]) -> Result<Vec<Value>, String> {
    if fields.len() != values.len() {
        return Err(format!("the script gives {} fields for a record with {}", values.len(), fields.len()));
    }
    let convert_field = |field: &Field| {
        let value = values.iter().find(|(name, _)| *name == field.name);
        let (_, value) = value.ok_or_else(|| format!("the script does not give the field `{}`", field.name))?;
        convert(types, field.ty, value)
    };
    fields.iter().map(convert_field).collect()
}

fn convert_payload(
    types: &Types,
    ty: Option<ValueType>,
    value: Option<&WastVal<'_>>,
) -> Result<Option<Box<Value>>, String> {
    match (ty, value) {
        (Some(ty), Some(value)) => Ok(Some(Box::new(convert(types, ty, value)?))),
        (None, None) => Ok(None),
        (Some(_), None) => Err("the script gives no payload to a case that has one".to_owned()),
        (None, Some(_)) => Err("the script gives a payload to a case without one".to_owned()),
    }
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, name: &str) -> Result<u32, String> {
    let place = names.position(|other| other == name);
    place.and_then(|place| u32::try_from(place).ok()).ok_or_else(|| format!("the type has no case or label `{name}`"))
}

/// Whether two values of the same type are equal. Floats are compared by their bits, as the runtime's canonical NaN
/// demands; a list of bytes has two representations.
pub fn equal(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::F32(a), Value::F32(b)) => a.to_bits() == b.to_bits(),
        (Value::F64(a), Value::F64(b)) => a.to_bits() == b.to_bits(),
        (Value::List(items), Value::Bytes(bytes)) => {
            items.len() == bytes.len() && items.iter().zip(bytes).all(|(item, byte)| *item == Value::U8(*byte))
        }
        (Value::List(a), Value::List(b))
        | (Value::Record(a), Value::Record(b))
        | (Value::Tuple(a), Value::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Variant(a, x), Value::Variant(b, y)) => a == b && equal_payloads(x.as_deref(), y.as_deref()),
        (Value::Option(a), Value::Option(b))
        | (Value::Result(Ok(a)), Value::Result(Ok(b)))
        | (Value::Result(Err(a)), Value::Result(Err(b))) => equal_payloads(a.as_deref(), b.as_deref()),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, v), (l, w))| equal(k, l) && equal(v, w))
        }
        // Everything else holds neither floats nor other values.
        (a, b) => a == b,
    }
}

fn equal_payloads(expected: Option<&Value>, found: Option<&Value>) -> bool {
    match (expected, found) {
        (None, None) => true,
        (Some(a), Some(b)) => equal(a, b),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_compared_by_their_bits() {
        assert!(equal(&Value::F32(f32::from_bits(0x7fc0_0000)), &Value::F32(f32::from_bits(0x7fc0_0000))));
        assert!(!equal(&Value::F32(f32::from_bits(0x7fc0_0000)), &Value::F32(f32::from_bits(0x7fc0_0001))));
        assert!(!equal(&Value::F64(0.0), &Value::F64(-0.0)));
        let nan = |bits| Value::Tuple(vec![Value::Option(Some(Box::new(Value::F64(f64::from_bits(bits)))))]);
        assert!(equal(&nan(0x7ff8_0000_0000_0000), &nan(0x7ff8_0000_0000_0000)));
        assert!(!equal(&nan(0x7ff8_0000_0000_0000), &nan(0xfff8_0000_0000_0000)));
    }

    #[test]
    fn bytes_equal_a_list_of_the_same_numbers() {
        let list = Value::List(vec![Value::U8(1), Value::U8(2)]);
        assert!(equal(&list, &Value::Bytes(vec![1, 2])));
        assert!(!equal(&list, &Value::Bytes(vec![1, 3])));
        assert!(!equal(&list, &Value::Bytes(vec![1])));
    }
}
