//! How wide a pointer is: what of the canonical ABI depends on the memory that the canonical options name.

use serde::{Deserialize, Serialize};

use crate::flat::FlatType;

/// `ptr_type` (`CanonicalABI.md`, "Canonical Options"): the core type of pointers and lengths.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum PointerType {
    /// A 32-bit memory, and also options without a memory: nothing that then passes depends on it.
    #[default]
    I32,
    /// A 64-bit memory (🐘 in the specification).
    I64,
}

impl PointerType {
    /// Each of them, narrow first.
    pub const ALL: [PointerType; 2] = [PointerType::I32, PointerType::I64];

    /// `ptr_size`: the bytes of a pointer, and its alignment.
    #[inline]
    pub const fn size(self) -> u32 {
        match self {
            PointerType::I32 => 4,
            PointerType::I64 => 8,
        }
    }

    /// The core type of a pointer or length.
    #[inline]
    pub const fn flat(self) -> FlatType {
        match self {
            PointerType::I32 => FlatType::I32,
            PointerType::I64 => FlatType::I64,
        }
    }

    /// Pointer and length, as strings and lists are passed.
    #[inline]
    pub(crate) const fn flat_pair(self) -> &'static [FlatType] {
        match self {
            PointerType::I32 => &[FlatType::I32, FlatType::I32],
            PointerType::I64 => &[FlatType::I64, FlatType::I64],
        }
    }

    /// `utf16_tag`: the bit of a length in `latin1+utf16` that says UTF-16.
    #[inline]
    pub const fn utf16_tag(self) -> u64 {
        1 << (self.size() * 8 - 1)
    }
}

/// One value for each type of pointer. Indexing instead of branching keeps the walk over a type free of questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByPointer<T>([T; 2]);

impl<T> ByPointer<T> {
    pub(crate) fn new(make: impl FnMut(PointerType) -> T) -> Self {
        Self(PointerType::ALL.map(make))
    }

    #[inline]
    pub(crate) fn of(&self, pointers: PointerType) -> &T {
        &self.0[pointers as usize]
    }

    #[cfg(test)]
    pub(crate) fn of_mut(&mut self, pointers: PointerType) -> &mut T {
        &mut self.0[pointers as usize]
    }
}
