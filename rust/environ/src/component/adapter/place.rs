//! Where a value is while an adapter runs, and what a value without parts looks like there.

use dovetail_abi::{FlatType, TypeIndex, ValueType};

/// A local variable or parameter of the function that is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Local {
    pub(super) index: u32,
    pub(super) ty: FlatType,
}

/// Where a value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'p> {
    /// In locals, one for each flat value. Inside of a variant a local may have a joined type (`join`), wider than the
    /// value's own.
    Flat(&'p [Local]),
    /// In a memory, at a checked address.
    Memory { memory: u32, address: Local, offset: u32 },
}

impl<'p> Place<'p> {
    pub(super) fn is_flat(self) -> bool {
        match self {
            Place::Flat(_) => true,
            Place::Memory { .. } => false,
        }
    }

    /// The place of a part: so many bytes on in memory, so many values on among flat ones.
    pub(super) fn part(self, offset: u32, position: usize) -> Place<'p> {
        match self {
            Place::Flat(locals) => Place::Flat(locals.get(position..).unwrap_or(&[])),
            Place::Memory { memory, address, offset: before } => {
                Place::Memory { memory, address, offset: before.saturating_add(offset) }
            }
        }
    }
}

/// A value without parts: how it is loaded and stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    Bool,
    S8,
    U8,
    S16,
    U16,
    I32,
    I64,
    /// A float whose NaNs are made canonical.
    F32,
    F64,
    /// A float whose bits are kept.
    F32Bits,
    F64Bits,
}

/// What a value of a type takes to be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Leaf(Leaf),
    String,
    Defined(TypeIndex),
}

impl Kind {
    pub(super) fn of(ty: ValueType) -> Kind {
        Kind::Leaf(match ty {
            ValueType::Bool => Leaf::Bool,
            ValueType::S8 => Leaf::S8,
            ValueType::U8 => Leaf::U8,
            ValueType::S16 => Leaf::S16,
            ValueType::U16 => Leaf::U16,
            ValueType::S32 | ValueType::U32 | ValueType::Char => Leaf::I32,
            ValueType::S64 | ValueType::U64 => Leaf::I64,
            ValueType::F32 => Leaf::F32,
            ValueType::F64 => Leaf::F64,
            ValueType::String => return Kind::String,
            ValueType::Defined(index) => return Kind::Defined(index),
        })
    }
}

impl Leaf {
    /// The same with the bits of floats kept: for numbers that are moved whole.
    pub(super) fn bits(self) -> Leaf {
        match self {
            Leaf::F32 => Leaf::F32Bits,
            Leaf::F64 => Leaf::F64Bits,
            Leaf::Bool
            | Leaf::S8
            | Leaf::U8
            | Leaf::S16
            | Leaf::U16
            | Leaf::I32
            | Leaf::I64
            | Leaf::F32Bits
            | Leaf::F64Bits => self,
        }
    }

    /// A discriminant or flags of `size` bytes in memory. Among flat values all 32 bits count.
    pub(super) fn unsigned(size: u32, place: Place<'_>) -> Leaf {
        match (place, size) {
            (Place::Flat(_), _) => Leaf::I32,
            (Place::Memory { .. }, 1) => Leaf::U8,
            (Place::Memory { .. }, 2) => Leaf::U16,
            (Place::Memory { .. }, _) => Leaf::I32,
        }
    }

    pub(super) fn pointer(flat: FlatType) -> Leaf {
        match flat {
            FlatType::I64 => Leaf::I64,
            FlatType::I32 | FlatType::F32 | FlatType::F64 => Leaf::I32,
        }
    }

    pub(super) fn flat(self) -> FlatType {
        match self {
            Leaf::Bool | Leaf::S8 | Leaf::U8 | Leaf::S16 | Leaf::U16 | Leaf::I32 => FlatType::I32,
            Leaf::I64 => FlatType::I64,
            Leaf::F32 | Leaf::F32Bits => FlatType::F32,
            Leaf::F64 | Leaf::F64Bits => FlatType::F64,
        }
    }
}
