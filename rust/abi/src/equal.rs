//! Whether types of two tables say the same thing.
//!
//! `runtime` binds a caller's table (a generated package's, say) to a component's with this: what compares equal here
//! may be walked by either side's table.

use std::fmt;

use crate::types::{DefinedType, FunctionType, ResourceIndex, Types, ValueType};

/// Decides whether two resource types are one; called with the left and the right table's index.
pub type ResourcePairs<'a> = dyn FnMut(ResourceIndex, ResourceIndex) -> bool + 'a;

/// Where two types differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mismatch {
    /// The way from the outside in, innermost last: `param entry`, `field tags`, `list element`.
    pub path: Vec<String>,
    pub expected: String,
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.path {
            write!(f, "{part}: ")?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

fn mismatch(expected: impl Into<String>, found: impl Into<String>) -> Mismatch {
    Mismatch { path: Vec::new(), expected: expected.into(), found: found.into() }
}

fn within<T>(result: Result<T, Mismatch>, place: impl FnOnce() -> String) -> Result<T, Mismatch> {
    result.map_err(|mut error| {
        error.path.insert(0, place());
        error
    })
}

/// Compares two functions: parameter names, parameter types and result.
pub fn same_function(
    left: (&Types, &FunctionType),
    right: (&Types, &FunctionType),
    resources: &mut ResourcePairs<'_>,
) -> Result<(), Mismatch> {
    let (left_types, left) = left;
    let (right_types, right) = right;
    if left.params.len() != right.params.len() {
        return Err(mismatch(format!("{} parameters", left.params.len()), right.params.len().to_string()));
    }
    for (a, b) in left.params.iter().zip(&right.params) {
        if a.name != b.name {
            return Err(mismatch(format!("parameter `{}`", a.name), format!("`{}`", b.name)));
        }
        within(same_type((left_types, a.ty), (right_types, b.ty), resources), || format!("parameter `{}`", a.name))?;
    }
    within(same_optional((left_types, left.result), (right_types, right.result), resources), || "result".to_string())
}

fn same_optional(
    (left_types, left): (&Types, Option<ValueType>),
    (right_types, right): (&Types, Option<ValueType>),
    resources: &mut ResourcePairs<'_>,
) -> Result<(), Mismatch> {
    match (left, right) {
        (None, None) => Ok(()),
        (Some(a), Some(b)) => same_type((left_types, a), (right_types, b), resources),
        (Some(a), None) => Err(mismatch(left_types.describe(a), "nothing")),
        (None, Some(b)) => Err(mismatch("nothing", right_types.describe(b))),
    }
}

/// Compares two value types by structure, names of fields, cases and labels included.
pub fn same_type(
    left: (&Types, ValueType),
    right: (&Types, ValueType),
    resources: &mut ResourcePairs<'_>,
) -> Result<(), Mismatch> {
    let (left_types, left_type) = left;
    let (right_types, right_type) = right;
    let differ = || Err(mismatch(left_types.describe(left_type), right_types.describe(right_type)));
    let (a, b) = match (left_type, right_type) {
        (ValueType::Defined(a), ValueType::Defined(b)) => (left_types.kind(a), right_types.kind(b)),
        (a, b) if a == b => return Ok(()),
        _ => return differ(),
    };
    let mut same = |a: ValueType, b: ValueType| same_type((left_types, a), (right_types, b), resources);
    match (a, b) {
        (DefinedType::Record(a), DefinedType::Record(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                if a.name != b.name {
                    return Err(mismatch(format!("field `{}`", a.name), format!("`{}`", b.name)));
                }
                within(same(a.ty, b.ty), || format!("field `{}`", a.name))?;
            }
            Ok(())
        }
        (DefinedType::Tuple(a), DefinedType::Tuple(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                within(same(*a, *b), || format!("item {i}"))?;
            }
            Ok(())
        }
        (DefinedType::Variant(a), DefinedType::Variant(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                if a.name != b.name {
                    return Err(mismatch(format!("case `{}`", a.name), format!("`{}`", b.name)));
                }
                within(same_optional((left_types, a.ty), (right_types, b.ty), resources), || {
                    format!("case `{}`", a.name)
                })?;
            }
            Ok(())
        }
        (DefinedType::Enum(a), DefinedType::Enum(b)) | (DefinedType::Flags(a), DefinedType::Flags(b)) if a == b => {
            Ok(())
        }
        (DefinedType::Option(a), DefinedType::Option(b)) => within(same(*a, *b), || "option payload".to_string()),
        (DefinedType::Result { ok: a, err: c }, DefinedType::Result { ok: b, err: d }) => {
            within(same_optional((left_types, *a), (right_types, *b), resources), || "ok payload".to_string())?;
            within(same_optional((left_types, *c), (right_types, *d), resources), || "err payload".to_string())
        }
        (DefinedType::List(a), DefinedType::List(b)) => within(same(*a, *b), || "list element".to_string()),
        (DefinedType::FixedLengthList(a, n), DefinedType::FixedLengthList(b, m)) if n == m => {
            within(same(*a, *b), || "list element".to_string())
        }
        (DefinedType::Map(a, c), DefinedType::Map(b, d)) => {
            within(same(*a, *b), || "map key".to_string())?;
            within(same(*c, *d), || "map value".to_string())
        }
        (DefinedType::Own(a), DefinedType::Own(b)) | (DefinedType::Borrow(a), DefinedType::Borrow(b))
            if resources(*a, *b) =>
        {
            Ok(())
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
            | DefinedType::Own(_)
            | DefinedType::Borrow(_),
            _,
        ) => differ(),
    }
}

#[cfg(test)]
#[path = "equal_tests.rs"]
mod tests;
