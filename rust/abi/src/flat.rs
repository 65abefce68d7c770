//! Flattening: how values and functions look as core WebAssembly values (`CanonicalABI.md`, "Flattening").
//!
//! The numbers 16, 1 and 4 of the canonical ABI stand here and nowhere else.

use serde::{Deserialize, Serialize};

use crate::pointer::PointerType;
use crate::types::{DefinedType, FunctionType, Types, ValueType};

/// `MAX_FLAT_PARAMS`: more flat parameters than this are passed in memory.
pub const MAX_FLAT_PARAMS: usize = 16;
/// `MAX_FLAT_RESULTS`: more flat results than this are passed in memory.
pub const MAX_FLAT_RESULTS: usize = 1;

/// A core value type as the canonical ABI uses them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum FlatType {
    I32,
    I64,
    F32,
    F64,
}

/// Which side of a canonical definition is described.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Direction {
    /// `canon lift`: a core function becomes a component function.
    Lift,
    /// `canon lower`: a component function becomes a core function.
    Lower,
}

/// The core signature of a component function.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct FlatSignature {
    pub params: Vec<FlatType>,
    pub results: Vec<FlatType>,
    /// The parameters are stored in memory, and the one core parameter points to them.
    pub params_in_memory: bool,
    /// The result is stored in memory: a lifted function returns the pointer, a lowered one takes it as last parameter.
    pub result_in_memory: bool,
}

impl Types {
    /// The flat shape of a value, or `None` where it has more than [`MAX_FLAT_PARAMS`] parts.
    pub fn flat(&self, ty: ValueType, pointers: PointerType) -> Option<&[FlatType]> {
        Some(match ty {
            ValueType::Bool
            | ValueType::S8
            | ValueType::U8
            | ValueType::S16
            | ValueType::U16
            | ValueType::S32
            | ValueType::U32
            | ValueType::Char => &[FlatType::I32],
            ValueType::S64 | ValueType::U64 => &[FlatType::I64],
            ValueType::F32 => &[FlatType::F32],
            ValueType::F64 => &[FlatType::F64],
            ValueType::String => pointers.flat_pair(),
            ValueType::Defined(index) => return self.entries[index].shapes.of(pointers).flat.as_deref(),
        })
    }

    /// The flat shape of values one after the other, or `None` where there are more than `limit` parts.
    pub fn flat_sequence(
        &self,
        types: impl Iterator<Item = ValueType>,
        limit: usize,
        pointers: PointerType,
    ) -> Option<Vec<FlatType>> {
        let mut flat = Vec::new();
        for ty in types {
            flat.extend_from_slice(self.flat(ty, pointers)?);
            if flat.len() > limit {
                return None;
            }
        }
        Some(flat)
    }

    /// `flatten_functype` for a synchronous function whose canonical options have a memory with these pointers.
    pub fn flat_signature(
        &self,
        function: &FunctionType,
        direction: Direction,
        pointers: PointerType,
    ) -> FlatSignature {
        let params = self.flat_sequence(function.params.iter().map(|param| param.ty), MAX_FLAT_PARAMS, pointers);
        let params_in_memory = params.is_none();
        let mut params = params.unwrap_or_else(|| vec![pointers.flat()]);
        let results = self.flat_sequence(function.result.into_iter(), MAX_FLAT_RESULTS, pointers);
        let result_in_memory = results.is_none();
        let results = match (results, direction) {
            (Some(results), Direction::Lift | Direction::Lower) => results,
            (None, Direction::Lift) => vec![pointers.flat()],
            (None, Direction::Lower) => {
                params.push(pointers.flat());
                Vec::new()
            }
        };
        FlatSignature { params, results, params_in_memory, result_in_memory }
    }
}

/// The core type that can hold either of two (`join`).
pub(crate) fn join(a: FlatType, b: FlatType) -> FlatType {
    match (a, b) {
        (a, b) if a == b => a,
        (FlatType::I32, FlatType::F32) | (FlatType::F32, FlatType::I32) => FlatType::I32,
        (FlatType::I32 | FlatType::I64 | FlatType::F32 | FlatType::F64, _) => FlatType::I64,
    }
}

fn flatten_variant(
    types: &Types,
    payloads: impl Iterator<Item = Option<ValueType>>,
    pointers: PointerType,
) -> Option<Box<[FlatType]>> {
    let mut flat = vec![FlatType::I32];
    for payload in payloads.flatten() {
        for (i, part) in types.flat(payload, pointers)?.iter().enumerate() {
            match flat.get_mut(i + 1) {
                Some(joined) => *joined = join(*joined, *part),
                None => flat.push(*part),
            }
        }
    }
    (flat.len() <= MAX_FLAT_PARAMS).then(|| flat.into())
}

pub(crate) fn flatten_defined(types: &Types, kind: &DefinedType, pointers: PointerType) -> Option<Box<[FlatType]>> {
    match kind {
        DefinedType::Record(fields) => {
            types.flat_sequence(fields.iter().map(|field| field.ty), MAX_FLAT_PARAMS, pointers).map(Into::into)
        }
        DefinedType::Tuple(items) => {
            types.flat_sequence(items.iter().copied(), MAX_FLAT_PARAMS, pointers).map(Into::into)
        }
        DefinedType::Variant(cases) => flatten_variant(types, cases.iter().map(|case| case.ty), pointers),
        DefinedType::Option(ty) => flatten_variant(types, [None, Some(*ty)].into_iter(), pointers),
        DefinedType::Result { ok, err } => flatten_variant(types, [*ok, *err].into_iter(), pointers),
        DefinedType::Enum(_) | DefinedType::Flags(_) | DefinedType::Own(_) | DefinedType::Borrow(_) => {
            Some(Box::new([FlatType::I32]))
        }
        DefinedType::List(_) | DefinedType::Map(_, _) => Some(pointers.flat_pair().into()),
        DefinedType::FixedLengthList(ty, length) => {
            let item = types.flat(*ty, pointers)?;
            let total = item.len().checked_mul(*length as usize).filter(|total| *total <= MAX_FLAT_PARAMS)?;
            Some(item.iter().copied().cycle().take(total).collect())
        }
    }
}

#[cfg(test)]
#[path = "flat_tests.rs"]
mod tests;
