//! `dovetail.Global`.

use dovetail_runtime as runtime;
use pyo3::prelude::*;

use super::types::{global_type, global_type_object};
use super::value::{from_val, to_val};
use crate::errors::to_python;
use crate::store::{Store, storelike};

/// A global of a store.
#[pyclass(frozen, eq, hash, module = "dovetail")]
#[derive(PartialEq, Eq, Hash)]
pub struct Global {
    handle: runtime::Global,
}

impl Global {
    pub fn handle(&self) -> runtime::Global {
        self.handle
    }

    pub fn from_handle(handle: runtime::Global) -> Global {
        Global { handle }
    }
}

#[pymethods]
impl Global {
    #[new]
    fn new(store: &Bound<'_, PyAny>, ty: &Bound<'_, PyAny>, val: &Bound<'_, PyAny>) -> PyResult<Global> {
        let owner = storelike(store)?;
        let ty = global_type(ty)?;
        let mut store = Store::enter(&owner)?;
        let value = to_val(&owner, &mut store, val, ty.ty)?;
        let handle = runtime::Global::new(&mut store, ty, value).map_err(|error| to_python(owner.py(), error))?;
        Ok(Global { handle })
    }

    /// The global's type.
    fn r#type<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let ty = self.handle.ty(&*Store::enter(&owner)?).map_err(|error| to_python(owner.py(), error))?;
        global_type_object(owner.py(), ty)
    }

    /// The global's value.
    fn value<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let value = self.handle.get(&mut store).map_err(|error| to_python(owner.py(), error))?;
        from_val(&owner, &store, value)
    }

    /// Changes the value of a mutable global.
    fn set_value(&self, store: &Bound<'_, PyAny>, val: &Bound<'_, PyAny>) -> PyResult<()> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let ty = self.handle.ty(&store).map_err(|error| to_python(owner.py(), error))?;
        let value = to_val(&owner, &mut store, val, ty.ty)?;
        self.handle.set(&mut store, value).map_err(|error| to_python(owner.py(), error))
    }
}
