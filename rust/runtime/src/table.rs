//! Tables of references.

use dovetail_environ::module::{Limits, RefType, TableType, ValType};

use crate::error::{ArgumentKind, Error, LinkError, Result};
use crate::store::{Owned, Store, StoreId, StoreInner};
use crate::value::{Val, ValRaw, name_of};
use crate::vm::VMTable;

/// The most elements of a table: the limit that browsers set too.
const MAX_ELEMENTS: u64 = 10_000_000;

/// A table of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

#[derive(Debug)]
#[repr(C)]
pub(crate) struct TableData {
    /// What compiled code sees; first, so that both have one address.
    pub vm: VMTable,
    ty: TableType,
    elements: Vec<u64>,
}

// SAFETY: `vm.base` points into `elements`, which moves with it; the references inside belong to the same store.
unsafe impl Send for TableData {}

impl TableData {
    pub fn new(ty: TableType, init: ValRaw, store: &StoreInner) -> Result<TableData> {
        let count = ty.limits.minimum;
        if count > MAX_ELEMENTS || !store.limits.allows_table(count as usize) {
            let message = format!("resource limit exceeded: a table of {count} elements is too large for the store");
            return Err(LinkError::Limit { message }.into());
        }
        let vm = VMTable { base: std::ptr::null_mut(), length: 0 };
        let mut data = TableData { vm, ty, elements: Vec::new() };
        if !data.resize(count as usize, init.u64()) {
            let message = format!("cannot allocate a table of {count} elements");
            return Err(LinkError::Limit { message }.into());
        }
        Ok(data)
    }

    fn resize(&mut self, count: usize, value: u64) -> bool {
        if self.elements.try_reserve(count - self.elements.len()).is_err() {
            return false;
        }
        self.elements.resize(count, value);
        self.vm = VMTable { base: self.elements.as_mut_ptr(), length: count };
        true
    }

    /// The type with the current size as the minimum, which is what importing compares.
    pub fn ty(&self) -> TableType {
        TableType { limits: Limits { minimum: self.vm.length as u64, ..self.ty.limits }, ..self.ty }
    }

    pub fn element(&self) -> ValType {
        match self.ty.element {
            RefType::Func => ValType::FuncRef,
            RefType::Extern => ValType::ExternRef,
            RefType::Exn => ValType::ExnRef,
        }
    }

    /// The elements, null as 0. Compiled code writes them through `vm.base`.
    pub fn elements(&self) -> &[u64] {
        // SAFETY: `vm` always describes the contents of `elements`.
        unsafe { slice(self.vm.base, self.vm.length) }
    }

    pub fn elements_mut(&mut self) -> &mut [u64] {
        if self.vm.length == 0 {
            return &mut [];
        }
        // SAFETY: `vm` always describes the contents of `elements`, which is not empty.
        unsafe { std::slice::from_raw_parts_mut(self.vm.base, self.vm.length) }
    }

    /// Grows by `delta` elements; the old size, or `None` where maximum, limit or machine forbid it.
    pub fn grow(&mut self, delta: u64, value: u64, limit: Option<usize>) -> Option<u64> {
        let old = self.vm.length as u64;
        let new = old.checked_add(delta)?;
        if new > self.ty.limits.maximum.unwrap_or(MAX_ELEMENTS).min(MAX_ELEMENTS) {
            return None;
        }
        if delta > 0 && limit.is_some_and(|limit| new > limit as u64) {
            return None;
        }
        self.resize(new as usize, value).then_some(old)
    }
}

/// # Safety
/// `base` points to `length` elements unless `length` is 0.
unsafe fn slice<'a>(base: *mut u64, length: usize) -> &'a [u64] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(base, length) }
}

impl StoreInner {
    pub fn add_table(&mut self, data: TableData) -> Table {
        let index = self.tables.len() as u32;
        self.tables.push(Owned::new(data));
        Table { store: self.id, index }
    }

    pub fn table(&self, table: Table) -> Result<&TableData> {
        self.check(table.store, "table")?;
        Ok(self.tables[table.index as usize].get())
    }

    pub fn table_mut(&mut self, table: Table) -> Result<&mut TableData> {
        self.check(table.store, "table")?;
        Ok(self.tables[table.index as usize].get_mut())
    }
}

impl Table {
    /// A new table with `init` in every element.
    pub fn new(store: &mut Store, ty: TableType, init: Val) -> Result<Table> {
        if ty.table64 && !store.engine().features().memory64 {
            return Err(Error::argument(ArgumentKind::Value, "64-bit tables need the feature `memory64`"));
        }
        if ty.limits.maximum.is_some_and(|maximum| maximum < ty.limits.minimum) {
            let message = "the maximum of a table must be at least its minimum";
            return Err(Error::argument(ArgumentKind::Range, message));
        }
        let element = match ty.element {
            RefType::Func => ValType::FuncRef,
            RefType::Extern => ValType::ExternRef,
            RefType::Exn => ValType::ExnRef,
        };
        let init = lower(store, init, element)?;
        let inner = store.inner_mut();
        let data = TableData::new(ty, init, inner)?;
        let limits = inner.limits;
        inner.usage.add(&limits, 0, 0, 1)?;
        Ok(inner.add_table(data))
    }

    /// The type, with the current size as its minimum.
    pub fn ty(&self, store: &Store) -> Result<TableType> {
        Ok(store.inner().table(*self)?.ty())
    }

    pub fn size(&self, store: &Store) -> Result<u64> {
        Ok(store.inner().table(*self)?.vm.length as u64)
    }

    /// The element, or `None` past the end.
    pub fn get(&self, store: &mut Store, index: u64) -> Result<Option<Val>> {
        let data = store.inner().table(*self)?;
        let element = data.element();
        let Some(raw) = usize::try_from(index).ok().and_then(|index| data.elements().get(index).copied()) else {
            return Ok(None);
        };
        // SAFETY: the table holds references of its element type that this store's code or `lower` put there.
        Ok(Some(unsafe { Val::from_raw(store, ValRaw::from_u64(raw), element) }))
    }

    pub fn set(&self, store: &mut Store, index: u64, value: Val) -> Result<()> {
        let raw = lower(store, value, store.inner().table(*self)?.element())?;
        let elements = store.inner_mut().table_mut(*self)?.elements_mut();
        let length = elements.len();
        match usize::try_from(index).ok().and_then(|index| elements.get_mut(index)) {
            Some(element) => {
                *element = raw.u64();
                Ok(())
            }
            None => {
                let message = format!("index {index} is outside of the table of {length} elements");
                Err(Error::argument(ArgumentKind::Range, message))
            }
        }
    }

    /// Grows by `delta` elements, each `init`, and returns the old size.
    pub fn grow(&self, store: &mut Store, delta: u64, init: Val) -> Result<u64> {
        let raw = lower(store, init, store.inner().table(*self)?.element())?;
        let inner = store.inner_mut();
        let limit = inner.limits.table_elements;
        let grown = inner.table_mut(*self)?.grow(delta, raw.u64(), limit);
        grown.ok_or_else(|| Error::argument(ArgumentKind::Range, format!("failed to grow table by `{delta}` elements")))
    }
}

fn lower(store: &mut Store, value: Val, element: ValType) -> Result<ValRaw> {
    if value.ty() != element {
        let message = format!("an element must be `{}`, got `{}`", name_of(element), name_of(value.ty()));
        return Err(Error::argument(ArgumentKind::Type, message));
    }
    value.to_raw(store)
}
