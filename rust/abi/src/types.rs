//! The grammar of component value types, interned in one table with everything the walker needs precomputed.
//!
//! Specification: `Explainer.md`, "Type Definitions".

use cranelift_entity::{PrimaryMap, entity_impl};
use serde::{Deserialize, Serialize};

use crate::flat::{FlatType, flatten_defined};
use crate::layout::{Layout, layout_of_defined};
use crate::pointer::{ByPointer, PointerType};

/// Names a [`DefinedType`] in a [`Types`] table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TypeIndex(u32);
entity_impl!(TypeIndex, "type");

/// Names a resource type; what it stands for is decided by the owner of the [`Types`] table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceIndex(u32);
entity_impl!(ResourceIndex, "resource");

/// The most labels that a flags type may have, so that it always fits one `i32`.
pub const MAX_FLAGS: usize = 32;
/// How deep types may be nested in each other: walkers recurse over types, and the type is a guest's.
pub const MAX_TYPE_DEPTH: u32 = 100;
/// How long a type may be when it is written out, in bytes: a guest's table can share operands so that a few entries
/// stand for a text without end.
pub const MAX_TYPE_TEXT: u32 = 1 << 20;
/// Every value is smaller than this in a 32-bit memory, which validation demands (`CanonicalABI.md`, "Element Size"). In
/// a 64-bit memory it is at most twice as large, so that sizes and offsets never overflow.
pub const MAX_VALUE_SIZE: u32 = 1 << 28;

/// A type as it stands in a parameter, a field or a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum ValueType {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    Defined(TypeIndex),
}

impl ValueType {
    /// Whether a list of this element is moved as plain bytes: any pattern of bits is a value, also of a float that is not
    /// a number (`canonicalize_nan` is allowed to keep them).
    #[inline]
    pub fn is_number(self) -> bool {
        match self {
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
}

/// A type made of others. `TypeIndex` operands always point to earlier entries of the same table.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum DefinedType {
    Record(Vec<Field>),
    Tuple(Vec<ValueType>),
    Variant(Vec<Case>),
    Enum(Vec<String>),
    Flags(Vec<String>),
    Option(ValueType),
    Result {
        ok: Option<ValueType>,
        err: Option<ValueType>,
    },
    List(ValueType),
    /// `list<T, N>`.
    FixedLengthList(ValueType, u32),
    Map(ValueType, ValueType),
    Own(ResourceIndex),
    Borrow(ResourceIndex),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Field {
    /// As in WIT: kebab-case.
    pub name: String,
    pub ty: ValueType,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Case {
    /// As in WIT: kebab-case.
    pub name: String,
    pub ty: Option<ValueType>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct FunctionType {
    pub params: Vec<Field>,
    pub result: Option<ValueType>,
}

/// How a canonical function's strings are stored in memory (`CanonicalABI.md`, "Canonical Options").
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum StringEncoding {
    #[default]
    Utf8,
    Utf16,
    Latin1Utf16,
}

/// How a type looks to core code whose pointers have one width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) layout: Layout,
    /// `None` where the type flattens to more than [`crate::MAX_FLAT_PARAMS`] values: such a type is never passed flat.
    pub(crate) flat: Option<Box<[FlatType]>>,
}

/// One defined type with what follows from it: computed once, at interning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: DefinedType,
    pub(crate) shapes: ByPointer<Shape>,
    /// Whether a `borrow` handle occurs anywhere inside.
    pub(crate) has_borrow: bool,
    /// Whether any handle occurs anywhere inside.
    pub(crate) has_handle: bool,
    /// Whether the type holds a string or list, so that storing it calls `realloc`.
    pub(crate) needs_realloc: bool,
    /// 1 for a type made of primitive types alone, else 1 more than the deepest operand's.
    pub(crate) depth: u32,
    /// About as many bytes as [`Types::describe`] writes.
    pub(crate) text: u32,
}

/// A table of defined types. Equal kinds may be entered twice: the owner decides whether types are nominal (`bindgen`,
/// whose entries are Python classes) or structural (`environ`).
///
/// Written to disk it is the list of its kinds: what follows from them is worked out again by the reader, who thus need
/// not believe it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<DefinedType>", try_from = "Vec<DefinedType>")]
pub struct Types {
    pub(crate) entries: PrimaryMap<TypeIndex, Entry>,
}

impl From<Types> for Vec<DefinedType> {
    fn from(types: Types) -> Self {
        types.entries.into_iter().map(|(_, entry)| entry.kind).collect()
    }
}

/// A list of kinds is no table of types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForwardOperand(TypeIndex);

impl std::fmt::Display for ForwardOperand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is made of a type that does not come before it", self.0)
    }
}

impl std::error::Error for ForwardOperand {}

impl TryFrom<Vec<DefinedType>> for Types {
    type Error = ForwardOperand;

    fn try_from(kinds: Vec<DefinedType>) -> Result<Self, ForwardOperand> {
        let mut types = Types::new();
        for kind in kinds {
            let index = types.entries.next_key();
            if !looks_back(&kind, index) {
                return Err(ForwardOperand(index));
            }
            types.push(kind);
        }
        Ok(types)
    }
}

impl Types {
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters a type whose operands are already in this table.
    pub fn push(&mut self, kind: DefinedType) -> TypeIndex {
        let shapes = ByPointer::new(|pointers| Shape {
            layout: layout_of_defined(self, &kind, pointers),
            flat: flatten_defined(self, &kind, pointers),
        });
        let mut properties = (false, false, false);
        let mut depth = 0u32;
        let mut text = own_text(&kind);
        match &kind {
            DefinedType::Own(_) => properties.1 = true,
            DefinedType::Borrow(_) => properties = (true, true, false),
            DefinedType::List(_) | DefinedType::Map(_, _) => properties.2 = true,
            DefinedType::Record(_)
            | DefinedType::Tuple(_)
            | DefinedType::Variant(_)
            | DefinedType::Enum(_)
            | DefinedType::Flags(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::FixedLengthList(..) => {}
        }
        for_each_operand(&kind, &mut |ty| {
            properties.0 |= self.has_borrow(ty);
            properties.1 |= self.has_handle(ty);
            properties.2 |= self.needs_realloc(ty);
            depth = depth.max(self.depth(ty));
            text = text.saturating_add(self.text_length(ty));
        });
        self.entries.push(Entry {
            kind,
            shapes,
            has_borrow: properties.0,
            has_handle: properties.1,
            needs_realloc: properties.2,
            depth: depth.saturating_add(1),
            text,
        })
    }

    /// The type behind `index`, which must come from this table.
    #[inline]
    pub fn kind(&self, index: TypeIndex) -> &DefinedType {
        &self.entries[index].kind
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every entry in order.
    pub fn iter(&self) -> impl Iterator<Item = (TypeIndex, &DefinedType)> {
        self.entries.iter().map(|(index, entry)| (index, &entry.kind))
    }

    pub fn has_borrow(&self, ty: ValueType) -> bool {
        matches!(ty, ValueType::Defined(index) if self.entries[index].has_borrow)
    }

    /// For each type, by index, whether it contains a handle of a resource that `wanted` picks.
    pub fn with_handles(&self, wanted: impl Fn(ResourceIndex) -> bool) -> Vec<bool> {
        let mut found: Vec<bool> = Vec::with_capacity(self.len());
        for (_, kind) in self.iter() {
            let mut picked =
                matches!(kind, DefinedType::Own(resource) | DefinedType::Borrow(resource) if wanted(*resource));
            // Operands come before the types that are made of them.
            for_each_operand(kind, &mut |ty| {
                picked |= matches!(ty, ValueType::Defined(index) if found.get(index.as_u32() as usize) == Some(&true));
            });
            found.push(picked);
        }
        found
    }

    pub fn has_handle(&self, ty: ValueType) -> bool {
        matches!(ty, ValueType::Defined(index) if self.entries[index].has_handle)
    }

    /// Whether lowering a value of this type may call `realloc` (beyond the area of spilled parameters).
    pub fn needs_realloc(&self, ty: ValueType) -> bool {
        match ty {
            ValueType::String => true,
            ValueType::Defined(index) => self.entries[index].needs_realloc,
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
            | ValueType::Char => false,
        }
    }

    /// How deep the type is nested: 0 for a primitive type. Owners keep it at [`MAX_TYPE_DEPTH`] at most.
    pub fn depth(&self, ty: ValueType) -> u32 {
        match ty {
            ValueType::Defined(index) => self.entries[index].depth,
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
            | ValueType::Char
            | ValueType::String => 0,
        }
    }

    /// About as many bytes as [`Types::describe`] writes. Owners keep it at [`MAX_TYPE_TEXT`] at most.
    pub fn text_length(&self, ty: ValueType) -> u32 {
        match ty {
            ValueType::Defined(index) => self.entries[index].text,
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
            | ValueType::Char
            | ValueType::String => PRIMITIVE_TEXT,
        }
    }

    /// Whether every operand of every entry points to an earlier entry, no type is empty, too deep or too large, and
    /// every layout is the one that follows from the kind: what a table read from disk must satisfy before use.
    pub fn is_well_formed(&self) -> bool {
        let mut rebuilt = Types::new();
        for (index, entry) in self.entries.iter() {
            if !looks_back(&entry.kind, index) || !has_members(&entry.kind) {
                return false;
            }
            let ty = ValueType::Defined(rebuilt.push(entry.kind.clone()));
            let small = rebuilt.depth(ty) <= MAX_TYPE_DEPTH
                && rebuilt.text_length(ty) <= MAX_TYPE_TEXT
                && rebuilt.size(ty, PointerType::I32) < MAX_VALUE_SIZE;
            if !small {
                return false;
            }
        }
        rebuilt == *self
    }
}

/// The length of a primitive type's name.
const PRIMITIVE_TEXT: u32 = 6;

/// The bytes that a type's text has beside its operands'.
fn own_text(kind: &DefinedType) -> u32 {
    const KEYWORD: usize = 12;
    const SEPARATOR: usize = 4;
    let length = match kind {
        DefinedType::Record(fields) => fields.iter().map(|field| field.name.len() + SEPARATOR).sum(),
        DefinedType::Variant(cases) => cases.iter().map(|case| case.name.len() + SEPARATOR).sum(),
        DefinedType::Enum(names) | DefinedType::Flags(names) => names.iter().map(|name| name.len() + SEPARATOR).sum(),
        DefinedType::Tuple(items) => items.len() * SEPARATOR,
        DefinedType::Option(_)
        | DefinedType::Result { .. }
        | DefinedType::List(_)
        | DefinedType::FixedLengthList(..)
        | DefinedType::Map(..)
        | DefinedType::Own(_)
        | DefinedType::Borrow(_) => 0,
    };
    u32::try_from(length.saturating_add(KEYWORD)).unwrap_or(u32::MAX)
}

/// Whether a type has as many members as the grammar demands.
fn has_members(kind: &DefinedType) -> bool {
    match kind {
        DefinedType::Record(fields) => !fields.is_empty(),
        DefinedType::Tuple(items) => !items.is_empty(),
        DefinedType::Variant(cases) => !cases.is_empty(),
        DefinedType::Enum(names) => !names.is_empty(),
        DefinedType::Flags(names) => (1..=MAX_FLAGS).contains(&names.len()),
        DefinedType::FixedLengthList(_, length) => *length > 0,
        DefinedType::Option(_)
        | DefinedType::Result { .. }
        | DefinedType::List(_)
        | DefinedType::Map(..)
        | DefinedType::Own(_)
        | DefinedType::Borrow(_) => true,
    }
}

/// Whether the operands of entry `index` come before it.
fn looks_back(kind: &DefinedType, index: TypeIndex) -> bool {
    let mut backwards = true;
    for_each_operand(kind, &mut |ty| {
        if let ValueType::Defined(operand) = ty {
            backwards &= operand < index;
        }
    });
    backwards
}

/// Calls `f` with each type that `kind` is directly made of.
pub(crate) fn for_each_operand(kind: &DefinedType, f: &mut dyn FnMut(ValueType)) {
    match kind {
        DefinedType::Record(fields) => fields.iter().for_each(|field| f(field.ty)),
        DefinedType::Tuple(types) => types.iter().for_each(|ty| f(*ty)),
        DefinedType::Variant(cases) => cases.iter().filter_map(|case| case.ty).for_each(f),
        DefinedType::Option(ty) | DefinedType::List(ty) | DefinedType::FixedLengthList(ty, _) => f(*ty),
        DefinedType::Result { ok, err } => [ok, err].into_iter().flatten().for_each(|ty| f(*ty)),
        DefinedType::Map(key, value) => {
            f(*key);
            f(*value);
        }
        DefinedType::Enum(_) | DefinedType::Flags(_) | DefinedType::Own(_) | DefinedType::Borrow(_) => {}
    }
}

#[cfg(test)]
#[path = "types_tests.rs"]
mod tests;
