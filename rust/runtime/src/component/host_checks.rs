//! What the macros that declare host types ask: whether a record's fields, a variant's cases or an enum's and flags'
//! labels are those of the component.

use super::host_type::{TypeContext, unexpected};
use super::value::Value;
use crate::abi::{DefinedType, Mismatch, ValueType};
use crate::error::{ArgumentKind, Error, Result};

/// The check of a record that `host_record!` makes: names and types of the fields, in order.
pub fn check_fields(
    cx: &TypeContext<'_>,
    ty: ValueType,
    name: &str,
    fields: &[(&str, FieldCheck)],
) -> Result<(), Mismatch> {
    let Some(DefinedType::Record(found)) = cx.kind(ty) else { return Err(cx.mismatch(name, ty)) };
    if found.len() != fields.len() {
        return Err(cx.mismatch(name, ty));
    }
    for (field, (rust_name, check)) in found.iter().zip(fields) {
        if !same_name(&field.name, rust_name) {
            return Err(cx.mismatch(name, ty));
        }
        check(cx, field.ty).map_err(|mut error| {
            error.path.insert(0, format!("field `{}`", field.name));
            error
        })?;
    }
    Ok(())
}

/// [`HostType::check`] of one field.
pub type FieldCheck = fn(&TypeContext<'_>, ValueType) -> Result<(), Mismatch>;

/// The check of a variant that `host_variant!` makes: names and payloads of the cases, in order.
pub fn check_cases(
    cx: &TypeContext<'_>,
    ty: ValueType,
    name: &str,
    cases: &[(&str, Option<FieldCheck>)],
) -> Result<(), Mismatch> {
    let Some(DefinedType::Variant(found)) = cx.kind(ty) else { return Err(cx.mismatch(name, ty)) };
    if found.len() != cases.len() {
        return Err(cx.mismatch(name, ty));
    }
    for (case, (rust_name, check)) in found.iter().zip(cases) {
        if !same_name(&case.name, rust_name) {
            return Err(cx.mismatch(name, ty));
        }
        match (case.ty, check) {
            (None, None) => {}
            (Some(payload), Some(check)) => check(cx, payload).map_err(|mut error| {
                error.path.insert(0, format!("case `{}`", case.name));
                error
            })?,
            (Some(_), None) | (None, Some(_)) => return Err(cx.mismatch(name, ty)),
        }
    }
    Ok(())
}

/// The check of an enum that `host_enum!` makes.
pub fn check_enum(cx: &TypeContext<'_>, ty: ValueType, name: &str, labels: &[&str]) -> Result<(), Mismatch> {
    let Some(DefinedType::Enum(found)) = cx.kind(ty) else { return Err(cx.mismatch(name, ty)) };
    check_labels(cx, ty, name, found, labels)
}

/// The check of flags that `host_flags!` makes.
pub fn check_flags(cx: &TypeContext<'_>, ty: ValueType, name: &str, labels: &[&str]) -> Result<(), Mismatch> {
    let Some(DefinedType::Flags(found)) = cx.kind(ty) else { return Err(cx.mismatch(name, ty)) };
    check_labels(cx, ty, name, found, labels)
}

fn check_labels(
    cx: &TypeContext<'_>,
    ty: ValueType,
    name: &str,
    found: &[String],
    labels: &[&str],
) -> Result<(), Mismatch> {
    if found.len() == labels.len() && found.iter().zip(labels).all(|(wit, rust)| same_name(wit, rust)) {
        return Ok(());
    }
    Err(cx.mismatch(name, ty))
}

/// Whether a Rust name (`bad_descriptor`, `BadDescriptor`, `BAD_DESCRIPTOR`) is a WIT name (`bad-descriptor`).
fn same_name(wit: &str, rust: &str) -> bool {
    let significant = |name: &str| -> Vec<u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    significant(wit) == significant(rust.strip_prefix("r#").unwrap_or(rust))
}

/// What the macros report where a value has another shape than its checked type.
#[doc(hidden)]
pub fn unexpected_value<T>(expected: &str, value: &Value) -> Result<T> {
    unexpected(expected, value)
}

#[doc(hidden)]
pub fn unknown_case<T>(name: &str, case: u32) -> Result<T> {
    Err(Error::argument(ArgumentKind::Range, format!("`{name}` has no case number {case}")))
}
