//! `dovetail.Instance`.

use dovetail_runtime as runtime;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::Module;
use super::value::{from_extern, to_extern};
use crate::errors::to_python;
use crate::python;
use crate::store::{Store, storelike};

/// A module instantiated in a store.
#[pyclass(frozen, weakref, module = "dovetail")]
pub struct Instance {
    handle: runtime::Instance,
}

impl Instance {
    pub fn handle(&self) -> runtime::Instance {
        self.handle
    }

    pub fn from_handle(handle: runtime::Instance) -> Instance {
        Instance { handle }
    }
}

#[pymethods]
impl Instance {
    #[new]
    fn new(store: &Bound<'_, PyAny>, module: &Bound<'_, Module>, imports: &Bound<'_, PyAny>) -> PyResult<Instance> {
        let owner = storelike(store)?;
        let imports = imports.try_iter()?.map(|item| to_extern(&item?)).collect::<PyResult<Vec<_>>>()?;
        let mut store = Store::begin(&owner)?;
        let handle = runtime::Instance::new(&mut store, module.get().handle(), &imports);
        Ok(Instance { handle: handle.map_err(|error| to_python(owner.py(), error))? })
    }

    /// What the instance exports, by name.
    fn exports<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let py = owner.py();
        let exports = self.handle.exports(&mut *Store::enter(&owner)?).map_err(|error| to_python(py, error))?;
        let items = exports
            .into_iter()
            .map(|(name, item)| Ok((name, from_extern(&owner, item)?)))
            .collect::<PyResult<Vec<_>>>()?;
        python::instance_exports(py)?.call1((PyList::new(py, items)?,))
    }
}
