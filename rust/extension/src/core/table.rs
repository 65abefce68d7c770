//! `dovetail.Table`.

use dovetail_runtime as runtime;
use pyo3::prelude::*;

use super::types::{element_type, table_type, table_type_object};
use super::value::{from_val, to_val};
use crate::errors::to_python;
use crate::store::{Store, storelike};

/// A table of a store.
#[pyclass(frozen, eq, hash, module = "dovetail")]
#[derive(PartialEq, Eq, Hash)]
pub struct Table {
    handle: runtime::Table,
}

impl Table {
    pub fn handle(&self) -> runtime::Table {
        self.handle
    }

    pub fn from_handle(handle: runtime::Table) -> Table {
        Table { handle }
    }
}

#[pymethods]
impl Table {
    #[new]
    fn new(store: &Bound<'_, PyAny>, ty: &Bound<'_, PyAny>, init: &Bound<'_, PyAny>) -> PyResult<Table> {
        let owner = storelike(store)?;
        let ty = table_type(ty)?;
        let mut store = Store::enter(&owner)?;
        let init = to_val(&owner, &mut store, init, element_type(ty.element))?;
        let handle = runtime::Table::new(&mut store, ty, init).map_err(|error| to_python(owner.py(), error))?;
        Ok(Table { handle })
    }

    /// The table's type.
    fn r#type<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let ty = self.handle.ty(&*Store::enter(&owner)?).map_err(|error| to_python(owner.py(), error))?;
        table_type_object(owner.py(), ty)
    }

    /// The number of elements.
    fn size(&self, store: &Bound<'_, PyAny>) -> PyResult<u64> {
        let owner = storelike(store)?;
        let store = Store::enter(&owner)?;
        self.handle.size(&store).map_err(|error| to_python(owner.py(), error))
    }

    /// Adds elements; returns how many there were before.
    fn grow(&self, store: &Bound<'_, PyAny>, amt: u64, init: &Bound<'_, PyAny>) -> PyResult<u64> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let ty = self.handle.ty(&store).map_err(|error| to_python(owner.py(), error))?;
        let init = to_val(&owner, &mut store, init, element_type(ty.element))?;
        self.handle.grow(&mut store, amt, init).map_err(|error| to_python(owner.py(), error))
    }

    /// The element at an index; `None` for a null element and past the end.
    fn get<'py>(&self, store: &Bound<'py, PyAny>, idx: u64) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let py = owner.py();
        let mut store = Store::enter(&owner)?;
        match self.handle.get(&mut store, idx).map_err(|error| to_python(py, error))? {
            Some(value) => from_val(&owner, &store, value),
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// Changes an element.
    fn set(&self, store: &Bound<'_, PyAny>, idx: u64, val: &Bound<'_, PyAny>) -> PyResult<()> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let ty = self.handle.ty(&store).map_err(|error| to_python(owner.py(), error))?;
        let value = to_val(&owner, &mut store, val, element_type(ty.element))?;
        self.handle.set(&mut store, idx, value).map_err(|error| to_python(owner.py(), error))
    }
}
