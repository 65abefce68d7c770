//! The walker: lifting and lowering over types, generic over what the values are on the other side.
//!
//! Everything that the specification has checked about a guest is checked in this folder and in `handles`, once:
//! pointers, bounds, discriminants, characters, text, lengths, handles. Specification: `CanonicalABI.md`.

mod budget;
mod context;
mod items;
mod lift;
mod lower;
mod memory;
mod pace;
mod slots;
mod strings;

pub use items::Items;
pub use slots::{ListSlot, Slots, VariantSlot};
pub use strings::StringSlot;

pub(crate) use budget::Budget;
pub(crate) use context::{LiftContext, LowerContext, Options};
pub(crate) use lift::{lift_result, lift_sequence};
pub(crate) use lower::{Spill, lower_result, lower_sequence};
pub(crate) use memory::load_text;
pub(crate) use pace::Pace;

use crate::abi::ValueType;

/// Where a value is: among the flat values, at the context's position; or in memory, at a checked address.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Flat,
    Memory(u64),
}

impl Place {
    /// The place of a part: `offset` bytes on in memory, the next position among flat values.
    #[inline]
    pub(crate) fn part(self, offset: u32) -> Place {
        match self {
            Place::Flat => Place::Flat,
            // The whole value lies inside the memory: no part can wrap.
            Place::Memory(address) => Place::Memory(address.wrapping_add(u64::from(offset))),
        }
    }
}

/// The parts of a compound value, each with its type and its offset in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parts<'a> {
    Fields(&'a [crate::abi::Field], &'a [u32]),
    Types(&'a [ValueType], &'a [u32]),
    /// `length` elements, `stride` bytes apart.
    Repeated {
        element: ValueType,
        stride: u32,
        length: u32,
    },
    /// `length` parts, key and value alternately; pairs are `stride` bytes apart.
    Pairs {
        key: ValueType,
        value: ValueType,
        value_offset: u32,
        stride: u32,
        length: u32,
    },
}

impl Parts<'_> {
    #[inline]
    pub(crate) fn len(&self) -> u32 {
        match self {
            Parts::Fields(fields, _) => fields.len() as u32,
            Parts::Types(types, _) => types.len() as u32,
            Parts::Repeated { length, .. } | Parts::Pairs { length, .. } => *length,
        }
    }

    /// Type and offset of part `index`, which must be below `len`.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> (ValueType, u32) {
        match self {
            Parts::Fields(fields, offsets) => (fields[index as usize].ty, offsets[index as usize]),
            Parts::Types(types, offsets) => (types[index as usize], offsets[index as usize]),
            // A list's bytes are at most `MAX_BYTE_LENGTH` or the size of a type: no product here overflows.
            Parts::Repeated { element, stride, .. } => (*element, index.wrapping_mul(*stride)),
            Parts::Pairs { key, value, value_offset, stride, .. } => {
                let start = (index / 2).wrapping_mul(*stride);
                if index.is_multiple_of(2) { (*key, start) } else { (*value, start.wrapping_add(*value_offset)) }
            }
        }
    }

    /// How messages call part `index`.
    pub(crate) fn describe(&self, index: u32) -> String {
        match self {
            Parts::Fields(fields, _) => format!("`{}`", fields[index as usize].name),
            Parts::Types(..) => format!("item {index}"),
            Parts::Repeated { .. } => format!("element {index}"),
            Parts::Pairs { .. } if index.is_multiple_of(2) => format!("key {}", index / 2),
            Parts::Pairs { .. } => format!("value {}", index / 2),
        }
    }
}
