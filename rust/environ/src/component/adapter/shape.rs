//! Types as one side of an adapter sees them: layouts and flat shapes for the pointers of its memory.

use dovetail_abi::{Direction, FlatSignature, FlatType, FunctionType, Layout, TypeIndex, Types, ValueType};
use wasm_encoder::ValType;

/// The type of pointers into a memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum PointerType {
    #[default]
    I32,
}

impl PointerType {
    pub(super) fn flat(self) -> FlatType {
        match self {
            PointerType::I32 => FlatType::I32,
        }
    }

    pub(super) fn size(self) -> u32 {
        match self {
            PointerType::I32 => 4,
        }
    }
}

/// A table of types with the pointers of one side.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'t> {
    pub(super) types: &'t Types,
    pub(super) pointers: PointerType,
}

impl<'t> Shapes<'t> {
    pub(super) fn size(self, ty: ValueType) -> u32 {
        self.types.size(ty)
    }

    pub(super) fn align(self, ty: ValueType) -> u32 {
        self.types.align(ty)
    }

    pub(super) fn layout(self, index: TypeIndex) -> &'t Layout {
        self.types.layout(index)
    }

    pub(super) fn flat(self, ty: ValueType) -> Option<&'t [FlatType]> {
        self.types.flat(ty)
    }

    pub(super) fn sequence(self, types: impl Iterator<Item = ValueType>) -> Layout {
        self.types.sequence_layout(types)
    }

    pub(super) fn signature(self, ty: &FunctionType, direction: Direction) -> FlatSignature {
        self.types.flat_signature(ty, direction)
    }
}

/// A flat type as the encoder has it.
pub(super) fn val_type(flat: FlatType) -> ValType {
    match flat {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}

/// Whether a list of this element is moved as plain bytes: any pattern of bits is a value, also of a float that is not a
/// number (`canonicalize_nan` is allowed to keep them).
pub(super) fn is_number(ty: ValueType) -> bool {
    match ty {
        ValueType::S8
        | ValueType::U8
        | ValueType::S16
        | ValueType::U16
        | ValueType::S32
        | ValueType::U32
        | ValueType::S64
        | ValueType::U64
        | ValueType::F32
        | ValueType::F64 => true,
        ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => false,
    }
}
