//! Short spellings of types for the tests.

use crate::types::{Case, Field, FunctionType, ValueType};

pub(crate) fn field(name: &str, ty: ValueType) -> Field {
    Field { name: name.into(), ty }
}

pub(crate) fn case(name: &str, ty: Option<ValueType>) -> Case {
    Case { name: name.into(), ty }
}

pub(crate) fn function(params: &[ValueType], result: Option<ValueType>) -> FunctionType {
    let params = params.iter().enumerate().map(|(i, ty)| field(&format!("p{i}"), *ty)).collect();
    FunctionType { params, result }
}

/// `count` different labels.
pub(crate) fn labels(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("l{i}")).collect()
}
