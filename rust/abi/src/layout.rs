//! Sizes, alignments and offsets in linear memory (`CanonicalABI.md`, "Alignment" and "Element Size").

use serde::{Deserialize, Serialize};

use crate::pointer::PointerType;
use crate::types::{DefinedType, Types, ValueType};

/// Where and how large a value is in memory, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub size: u32,
    /// A power of two from 1 to 8.
    pub align: u32,
    /// Record and tuple: the offset of each field. Variant, option and result: one offset, the payload's.
    pub offsets: Box<[u32]>,
    /// Variant, option, result and enum: the bytes of the discriminant (1, 2 or 4), else 0.
    pub discriminant: u32,
}

/// `MAX_LIST_BYTE_LENGTH` and `MAX_STRING_BYTE_LENGTH`: the most bytes of one list or string.
pub const MAX_BYTE_LENGTH: u64 = (1 << 28) - 1;

/// `offset` rounded up to a multiple of `align`.
pub fn align_to(offset: u32, align: u32) -> u32 {
    offset.saturating_add(align - 1) / align * align
}

fn scalar(size: u32) -> Layout {
    Layout { size, align: size, offsets: Box::default(), discriminant: 0 }
}

fn pair(pointers: PointerType) -> Layout {
    Layout { size: 2 * pointers.size(), align: pointers.size(), offsets: Box::default(), discriminant: 0 }
}

impl Types {
    /// The size of a value in bytes (`elem_size`).
    #[inline]
    pub fn size(&self, ty: ValueType, pointers: PointerType) -> u32 {
        match ty {
            ValueType::Bool | ValueType::S8 | ValueType::U8 => 1,
            ValueType::S16 | ValueType::U16 => 2,
            ValueType::S32 | ValueType::U32 | ValueType::F32 | ValueType::Char => 4,
            ValueType::S64 | ValueType::U64 | ValueType::F64 => 8,
            ValueType::String => 2 * pointers.size(),
            ValueType::Defined(index) => self.layout(index, pointers).size,
        }
    }

    /// The alignment of a value in bytes (`alignment`).
    #[inline]
    pub fn align(&self, ty: ValueType, pointers: PointerType) -> u32 {
        match ty {
            ValueType::String => pointers.size(),
            ValueType::Defined(index) => self.layout(index, pointers).align,
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
            | ValueType::Char => self.size(ty, pointers),
        }
    }

    /// The whole layout of a defined type.
    #[inline]
    pub fn layout(&self, index: crate::TypeIndex, pointers: PointerType) -> &Layout {
        &self.entries[index].shapes.of(pointers).layout
    }

    /// The layout of values stored one after the other, as in a record: used for tuples of parameters too.
    pub fn sequence_layout(&self, types: impl Iterator<Item = ValueType>, pointers: PointerType) -> Layout {
        let mut offset = 0u32;
        let mut align = 1;
        let mut offsets = Vec::new();
        for ty in types {
            let field = self.align(ty, pointers);
            align = align.max(field);
            offset = align_to(offset, field);
            offsets.push(offset);
            offset = offset.saturating_add(self.size(ty, pointers));
        }
        Layout { size: align_to(offset, align), align, offsets: offsets.into(), discriminant: 0 }
    }

    fn variant_layout(
        &self,
        cases: usize,
        payloads: impl Iterator<Item = ValueType> + Clone,
        pointers: PointerType,
    ) -> Layout {
        let discriminant = discriminant_size(cases);
        let payload_align = payloads.clone().map(|ty| self.align(ty, pointers)).max().unwrap_or(1);
        let payload_size = payloads.map(|ty| self.size(ty, pointers)).max().unwrap_or(0);
        let align = discriminant.max(payload_align);
        let offset = align_to(discriminant, payload_align);
        let size = align_to(offset.saturating_add(payload_size), align);
        Layout { size, align, offsets: Box::new([offset]), discriminant }
    }
}

/// The bytes of a discriminant that tells `cases` cases apart (`discriminant_type`).
fn discriminant_size(cases: usize) -> u32 {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

pub(crate) fn layout_of_defined(types: &Types, kind: &DefinedType, pointers: PointerType) -> Layout {
    match kind {
        DefinedType::Record(fields) => types.sequence_layout(fields.iter().map(|field| field.ty), pointers),
        DefinedType::Tuple(items) => types.sequence_layout(items.iter().copied(), pointers),
        DefinedType::Variant(cases) => {
            types.variant_layout(cases.len(), cases.iter().filter_map(|case| case.ty), pointers)
        }
        DefinedType::Enum(names) => types.variant_layout(names.len(), std::iter::empty(), pointers),
        DefinedType::Option(ty) => types.variant_layout(2, std::iter::once(*ty), pointers),
        DefinedType::Result { ok, err } => types.variant_layout(2, [*ok, *err].into_iter().flatten(), pointers),
        DefinedType::Flags(names) => scalar(match names.len() {
            0..=8 => 1,
            9..=16 => 2,
            _ => 4,
        }),
        DefinedType::List(_) | DefinedType::Map(_, _) => pair(pointers),
        DefinedType::FixedLengthList(ty, length) => Layout {
            size: types.size(*ty, pointers).saturating_mul(*length),
            align: types.align(*ty, pointers),
            offsets: Box::default(),
            discriminant: 0,
        },
        DefinedType::Own(_) | DefinedType::Borrow(_) => scalar(4),
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
