//! What a validated core module consists of. Imported items come first in every index space.

use cranelift_entity::{PrimaryMap, entity_impl};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(u32);
        entity_impl!($name, $text);
    )*};
}

index! {
    /// A function type in the module's type section, interned: equal types have equal indices.
    SignatureIndex "sig";
    FuncIndex "func";
    DefinedFuncIndex "defined_func";
    TableIndex "table";
    MemoryIndex "memory";
    GlobalIndex "global";
    TagIndex "tag";
    DataIndex "data";
    ElemIndex "elem";
    /// A function that is exported, in an element segment or named by `ref.func`, and so has a `VMFuncRef`.
    FuncRefIndex "funcref";
}

/// A core value type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum ValType {
    I32,
    I64,
    F32,
    F64,
    V128,
    FuncRef,
    ExternRef,
    ExnRef,
}

/// The type of a core function.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Signature {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

/// The bounds of a memory (in pages of 64 KiB) or table (in elements).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Limits {
    pub minimum: u64,
    pub maximum: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct MemoryType {
    pub limits: Limits,
    /// Whether indices are `i64` (memory64).
    pub memory64: bool,
    pub shared: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TableType {
    pub element: RefType,
    pub limits: Limits,
    /// Whether indices are `i64` (of the proposal memory64 too).
    pub table64: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum RefType {
    Func,
    Extern,
    Exn,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct GlobalType {
    pub ty: ValType,
    pub mutable: bool,
}

/// The type of anything that is imported or exported.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum ExternType {
    Func(Signature),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
    /// The parameters are the values that an exception carries.
    Tag(Signature),
}

/// Something in one of the module's index spaces.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum EntityIndex {
    Func(FuncIndex),
    Table(TableIndex),
    Memory(MemoryIndex),
    Global(GlobalIndex),
    Tag(TagIndex),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub entity: EntityIndex,
}

/// A constant expression, as a list in postfix order (extended constant expressions included).
pub type ConstExpr = Vec<ConstOp>;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ConstOp {
    I32(i32),
    I64(i64),
    /// The bits of the number.
    F32(u32),
    /// The bits of the number.
    F64(u64),
    V128(u128),
    GlobalGet(GlobalIndex),
    RefNull,
    RefFunc(FuncIndex),
    I32Add,
    I32Sub,
    I32Mul,
    I64Add,
    I64Sub,
    I64Mul,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Global {
    pub ty: GlobalType,
    /// `None` for an imported global.
    pub init: Option<ConstExpr>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ElementSegment {
    pub mode: ElementMode,
    pub element: RefType,
    pub items: ElementItems,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ElementMode {
    Active { table: TableIndex, offset: ConstExpr },
    Passive,
    Declared,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ElementItems {
    Functions(Vec<FuncIndex>),
    Expressions(Vec<ConstExpr>),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DataSegment {
    /// `None` for a passive segment.
    pub active: Option<(MemoryIndex, ConstExpr)>,
    /// Where the bytes are in the module's binary.
    pub range: std::ops::Range<u32>,
}

/// Everything about a module but its code.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Module {
    /// From the name section.
    pub name: Option<String>,
    pub signatures: PrimaryMap<SignatureIndex, Signature>,
    pub imports: Vec<Import>,
    /// In order of definition, which is the order that users see.
    pub exports: IndexMap<String, EntityIndex>,
    pub start: Option<FuncIndex>,
    pub functions: PrimaryMap<FuncIndex, SignatureIndex>,
    pub tables: PrimaryMap<TableIndex, TableType>,
    /// The initial value of each defined table's elements, where it is not null; indexed like `tables`.
    pub table_inits: Vec<(TableIndex, ConstExpr)>,
    pub memories: PrimaryMap<MemoryIndex, MemoryType>,
    pub globals: PrimaryMap<GlobalIndex, Global>,
    pub tags: PrimaryMap<TagIndex, SignatureIndex>,
    pub elements: PrimaryMap<ElemIndex, ElementSegment>,
    pub data: PrimaryMap<DataIndex, DataSegment>,
    pub num_imported_functions: u32,
    pub num_imported_tables: u32,
    pub num_imported_memories: u32,
    pub num_imported_globals: u32,
    pub num_imported_tags: u32,
    /// The functions that have a `VMFuncRef`, in ascending order.
    pub func_refs: PrimaryMap<FuncRefIndex, FuncIndex>,
    /// From the name section, for backtraces.
    pub function_names: std::collections::BTreeMap<FuncIndex, String>,
}

impl Module {
    /// The index among the defined functions, or `None` for an imported one.
    pub fn defined_function(&self, index: FuncIndex) -> Option<DefinedFuncIndex> {
        index.as_u32().checked_sub(self.num_imported_functions).map(DefinedFuncIndex::from_u32)
    }

    pub fn function_index(&self, index: DefinedFuncIndex) -> FuncIndex {
        FuncIndex::from_u32(index.as_u32() + self.num_imported_functions)
    }

    pub fn num_defined_functions(&self) -> usize {
        self.functions.len() - self.num_imported_functions as usize
    }

    /// The `VMFuncRef` slot of a function that has one.
    pub fn func_ref(&self, index: FuncIndex) -> Option<FuncRefIndex> {
        self.func_refs.binary_search_values_by_key(&index, |func| *func).ok()
    }

    /// The type of an item.
    pub fn type_of(&self, entity: EntityIndex) -> ExternType {
        match entity {
            EntityIndex::Func(index) => ExternType::Func(self.signatures[self.functions[index]].clone()),
            EntityIndex::Table(index) => ExternType::Table(self.tables[index]),
            EntityIndex::Memory(index) => ExternType::Memory(self.memories[index]),
            EntityIndex::Global(index) => ExternType::Global(self.globals[index].ty),
            EntityIndex::Tag(index) => ExternType::Tag(self.signatures[self.tags[index]].clone()),
        }
    }
}
