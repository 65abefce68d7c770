//! What Python gives to a linker function by function, instead of as one object: callables and resource types by their names
//! in WebAssembly.

use std::collections::HashMap;

use dovetail_runtime::component::HostResource as RuntimeHostResource;
use dovetail_runtime::component::serving as find_serving;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::store::{Store, storelike};

/// A resource type that Python implements, for any number of linkers and stores.
#[pyclass(frozen, module = "dovetail._engine", name = "_HostResource")]
pub struct HostResource(pub RuntimeHostResource);

#[pymethods]
impl HostResource {
    #[new]
    fn new() -> HostResource {
        HostResource(RuntimeHostResource::new())
    }
}

/// The functions of one interface, and its resources with what runs when a guest drops its last handle of one.
#[pyclass(frozen, module = "dovetail._engine", name = "_LinkedFunctions")]
pub struct LinkedFunctions {
    pub functions: Py<PyDict>,
    pub resources: HashMap<String, (Py<HostResource>, Option<Py<PyAny>>)>,
}

#[pymethods]
impl LinkedFunctions {
    #[new]
    fn new(
        functions: Py<PyDict>,
        resources: HashMap<String, (Py<HostResource>, Option<Py<PyAny>>)>,
    ) -> LinkedFunctions {
        LinkedFunctions { functions, resources }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.functions)?;
        self.resources.values().try_for_each(|(_, destructor)| visit.call(destructor))
    }
}

/// The name among `names` that serves an import of `wanted`: the same, or the same interface in a compatible version.
#[pyfunction]
#[pyo3(name = "_serving", signature = (wanted, names, /))]
pub fn serving(wanted: &str, names: Vec<String>) -> Option<String> {
    find_serving(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

/// The store that a method of `dovetail.component` was given: a `Store`, or the `Caller` of a host function.
#[pyfunction]
#[pyo3(name = "_store_of", signature = (store, /))]
pub fn store_of<'py>(store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Store>> {
    storelike(store)
}
