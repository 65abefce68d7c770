//! Core values as the host sees them ([`Val`], [`Extern`]) and as trampolines pass them ([`ValRaw`]).

use dovetail_environ::module::{ExternType, ValType};

use crate::error::{ArgumentKind, Error, Result};
use crate::exception::ExnRef;
use crate::func::Func;
use crate::global::Global;
use crate::memory::Memory;
use crate::store::{Store, StoreId};
use crate::table::Table;
use crate::tag::Tag;
use crate::vm::VMFuncRef;

/// One core value in a trampoline's array: 16 bytes, the value in the lowest ones. What is above it is unspecified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct ValRaw {
    low: u64,
    high: u64,
}

// Both back ends store the value at the lowest address, where a `u64` has its low bits on these machines only.
const _: () = assert!(cfg!(target_endian = "little"), "only little-endian machines are supported");

impl ValRaw {
    pub const fn from_i32(value: i32) -> ValRaw {
        ValRaw::from_u32(value as u32)
    }

    pub const fn from_u32(value: u32) -> ValRaw {
        ValRaw { low: value as u64, high: 0 }
    }

    pub const fn from_i64(value: i64) -> ValRaw {
        ValRaw::from_u64(value as u64)
    }

    /// Also for an `f64`'s bits and a raw reference.
    pub const fn from_u64(value: u64) -> ValRaw {
        ValRaw { low: value, high: 0 }
    }

    pub const fn from_v128(value: u128) -> ValRaw {
        ValRaw { low: value as u64, high: (value >> 64) as u64 }
    }

    pub const fn from_f32(value: f32) -> ValRaw {
        ValRaw::from_u32(value.to_bits())
    }

    pub const fn from_f64(value: f64) -> ValRaw {
        ValRaw::from_u64(value.to_bits())
    }

    pub const fn i32(self) -> i32 {
        self.low as i32
    }

    pub const fn u32(self) -> u32 {
        self.low as u32
    }

    pub const fn i64(self) -> i64 {
        self.low as i64
    }

    pub const fn u64(self) -> u64 {
        self.low
    }

    /// An index or offset: an `i64` where `wide`, else an `i32`.
    pub(crate) const fn index(self, wide: bool) -> u64 {
        if wide { self.u64() } else { self.u32() as u64 }
    }

    pub const fn f32(self) -> f32 {
        f32::from_bits(self.low as u32)
    }

    pub const fn f64(self) -> f64 {
        f64::from_bits(self.low)
    }

    pub const fn v128(self) -> u128 {
        self.low as u128 | (self.high as u128) << 64
    }

    pub(crate) fn from_func_ref(value: *mut VMFuncRef) -> ValRaw {
        ValRaw::from_u64(value.expose_provenance() as u64)
    }

    pub(crate) fn func_ref(self) -> *mut VMFuncRef {
        std::ptr::with_exposed_provenance_mut(self.low as usize)
    }
}

/// A core value. Floats are kept as bits, so that no NaN is changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Val {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    FuncRef(Option<Func>),
    ExternRef(Option<ExternRef>),
    ExnRef(Option<ExnRef>),
}

/// A host object that a guest may hold. It lives as long as its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExternRef {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

impl ExternRef {
    /// Moves a host object into the store.
    pub fn new<T: std::any::Any + Send>(store: &mut Store, object: T) -> Result<ExternRef> {
        store.inner_mut().add_extern_ref(Box::new(object))
    }

    /// The object.
    pub fn data<'a>(&self, store: &'a Store) -> Result<&'a (dyn std::any::Any + Send)> {
        store.inner().extern_ref(*self)
    }
}

impl Val {
    pub fn ty(&self) -> ValType {
        match self {
            Val::I32(_) => ValType::I32,
            Val::I64(_) => ValType::I64,
            Val::F32(_) => ValType::F32,
            Val::F64(_) => ValType::F64,
            Val::V128(_) => ValType::V128,
            Val::FuncRef(_) => ValType::FuncRef,
            Val::ExternRef(_) => ValType::ExternRef,
            Val::ExnRef(_) => ValType::ExnRef,
        }
    }

    /// The zero or null of a type, which locals and new tables start with.
    pub fn default_of(ty: ValType) -> Val {
        match ty {
            ValType::I32 => Val::I32(0),
            ValType::I64 => Val::I64(0),
            ValType::F32 => Val::F32(0),
            ValType::F64 => Val::F64(0),
            ValType::V128 => Val::V128(0),
            ValType::FuncRef => Val::FuncRef(None),
            ValType::ExternRef => Val::ExternRef(None),
            ValType::ExnRef => Val::ExnRef(None),
        }
    }

    /// Lowers the value to what compiled code sees, checking that references belong to `store`.
    pub(crate) fn to_raw(self, store: &mut Store) -> Result<ValRaw> {
        Ok(match self {
            Val::I32(value) => ValRaw::from_i32(value),
            Val::I64(value) => ValRaw::from_i64(value),
            Val::F32(bits) => ValRaw::from_u32(bits),
            Val::F64(bits) => ValRaw::from_u64(bits),
            Val::V128(value) => ValRaw::from_v128(value),
            Val::FuncRef(None) | Val::ExternRef(None) | Val::ExnRef(None) => ValRaw::from_u64(0),
            Val::FuncRef(Some(func)) => ValRaw::from_func_ref(func.func_ref(store)?.as_ptr()),
            Val::ExternRef(Some(object)) => {
                store.inner().extern_ref(object)?;
                ValRaw::from_u64(u64::from(object.index) + 1)
            }
            Val::ExnRef(Some(exception)) => exception.to_raw(store)?,
        })
    }

    /// Lifts a value that compiled code left.
    ///
    /// # Safety
    /// `raw` holds a value of type `ty` that compiled code of this store made.
    pub(crate) unsafe fn from_raw(store: &mut Store, raw: ValRaw, ty: ValType) -> Val {
        match ty {
            ValType::I32 => Val::I32(raw.i32()),
            ValType::I64 => Val::I64(raw.i64()),
            ValType::F32 => Val::F32(raw.u32()),
            ValType::F64 => Val::F64(raw.u64()),
            ValType::V128 => Val::V128(raw.v128()),
            // SAFETY: a `funcref` of this store's compiled code is null or points to a `VMFuncRef` of this store (the
            // caller's promise), and those live as long as the store.
            ValType::FuncRef => Val::FuncRef(unsafe { Func::from_func_ref(store, raw.func_ref()) }),
            ValType::ExternRef => Val::ExternRef(
                raw.u64().checked_sub(1).map(|index| ExternRef { store: store.id(), index: index as u32 }),
            ),
            // SAFETY: the caller's promise.
            ValType::ExnRef => Val::ExnRef(unsafe { ExnRef::from_raw(store, raw) }),
        }
    }
}

/// Something that can be imported or exported: a handle that is valid for its store only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extern {
    Func(Func),
    Table(Table),
    Memory(Memory),
    Global(Global),
    Tag(Tag),
}

impl Extern {
    /// The type, with the current size of a memory or table as its minimum.
    pub fn ty(&self, store: &Store) -> Result<ExternType> {
        Ok(match self {
            Extern::Func(func) => ExternType::Func(func.ty(store)?),
            Extern::Table(table) => ExternType::Table(table.ty(store)?),
            Extern::Memory(memory) => ExternType::Memory(memory.ty(store)?),
            Extern::Global(global) => ExternType::Global(global.ty(store)?),
            Extern::Tag(tag) => ExternType::Tag(tag.ty(store)?),
        })
    }

    pub fn into_func(self) -> Option<Func> {
        match self {
            Extern::Func(func) => Some(func),
            Extern::Table(_) | Extern::Memory(_) | Extern::Global(_) | Extern::Tag(_) => None,
        }
    }

    pub fn into_table(self) -> Option<Table> {
        match self {
            Extern::Table(table) => Some(table),
            Extern::Func(_) | Extern::Memory(_) | Extern::Global(_) | Extern::Tag(_) => None,
        }
    }

    pub fn into_memory(self) -> Option<Memory> {
        match self {
            Extern::Memory(memory) => Some(memory),
            Extern::Func(_) | Extern::Table(_) | Extern::Global(_) | Extern::Tag(_) => None,
        }
    }

    pub fn into_global(self) -> Option<Global> {
        match self {
            Extern::Global(global) => Some(global),
            Extern::Func(_) | Extern::Table(_) | Extern::Memory(_) | Extern::Tag(_) => None,
        }
    }

    pub fn into_tag(self) -> Option<Tag> {
        match self {
            Extern::Tag(tag) => Some(tag),
            Extern::Func(_) | Extern::Table(_) | Extern::Memory(_) | Extern::Global(_) => None,
        }
    }
}

impl From<Func> for Extern {
    fn from(func: Func) -> Self {
        Extern::Func(func)
    }
}

impl From<Table> for Extern {
    fn from(table: Table) -> Self {
        Extern::Table(table)
    }
}

impl From<Memory> for Extern {
    fn from(memory: Memory) -> Self {
        Extern::Memory(memory)
    }
}

impl From<Global> for Extern {
    fn from(global: Global) -> Self {
        Extern::Global(global)
    }
}

impl From<Tag> for Extern {
    fn from(tag: Tag) -> Self {
        Extern::Tag(tag)
    }
}

/// Checks host values against the types of a signature, naming the first that does not fit.
pub(crate) fn check_types(what: &str, values: &[Val], types: &[ValType]) -> Result<()> {
    if values.len() != types.len() {
        let message = format!("expected {} {what}s, got {}", types.len(), values.len());
        return Err(Error::argument(ArgumentKind::Type, message));
    }
    for (number, (value, ty)) in values.iter().zip(types).enumerate() {
        if value.ty() != *ty {
            let message = format!("{what} {number} must be `{}`, got `{}`", name_of(*ty), name_of(value.ty()));
            return Err(Error::argument(ArgumentKind::Type, message));
        }
    }
    Ok(())
}

/// The type as the text format spells it.
pub(crate) fn name_of(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::FuncRef => "funcref",
        ValType::ExternRef => "externref",
        ValType::ExnRef => "exnref",
    }
}
