//! Types as one side of an adapter sees them: layouts and flat shapes for the pointers of its memory.

use dovetail_abi::{
    Direction, FlatSignature, FlatType, FunctionType, Layout, PointerType, TypeIndex, Types, ValueType,
};
use wasm_encoder::ValType;

/// A table of types with the pointers of one side.
#[derive(Clone, Copy)]
pub(super) struct Shapes<'t> {
    pub(super) types: &'t Types,
    pub(super) pointers: PointerType,
}

impl<'t> Shapes<'t> {
    pub(super) fn size(self, ty: ValueType) -> u32 {
        self.types.size(ty, self.pointers)
    }

    pub(super) fn layout(self, index: TypeIndex) -> &'t Layout {
        self.types.layout(index, self.pointers)
    }

    pub(super) fn flat(self, ty: ValueType) -> Option<&'t [FlatType]> {
        self.types.flat(ty, self.pointers)
    }

    pub(super) fn sequence(self, types: impl Iterator<Item = ValueType>) -> Layout {
        self.types.sequence_layout(types, self.pointers)
    }

    pub(super) fn signature(self, ty: &FunctionType, direction: Direction) -> FlatSignature {
        self.types.flat_signature(ty, direction, self.pointers)
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
