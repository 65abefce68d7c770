//! `dovetail.component`'s `Component`, `Linker` and `Instance`: components without a generated package.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dovetail_runtime as runtime;
use pyo3::prelude::*;

use crate::core::wasm_bytes;
use crate::engine::Engine;
use crate::errors::to_python;
use crate::progress::Progress;
use crate::store::{Store, storelike};

/// A compiled component. It belongs to an engine, and to no store.
#[pyclass(frozen, weakref, module = "dovetail.component")]
pub struct Component {
    component: runtime::component::Component,
}

#[pymethods]
impl Component {
    #[new]
    fn new(py: Python<'_>, engine: &Bound<'_, Engine>, wasm: &Bound<'_, PyAny>) -> PyResult<Component> {
        let bytes = wasm_bytes(wasm)?;
        let engine = engine.get().runtime();
        let progress = Progress::new();
        let compiled = py.detach(|| {
            let update = |done, all| progress.update(done, all);
            runtime::component::Component::new_with_progress(engine, &bytes, &update)
        });
        Ok(Component { component: compiled.map_err(|error| to_python(py, error))? })
    }

    /// The names of what the component imports.
    #[getter]
    fn imports(&self) -> Vec<String> {
        self.component.plan().imports.keys().cloned().collect()
    }

    /// The names of what the component exports.
    #[getter]
    fn exports(&self) -> Vec<String> {
        self.component.plan().exports.keys().cloned().collect()
    }
}

/// What components are given for their imports.
#[pyclass(frozen, weakref, module = "dovetail._engine", name = "ComponentLinker")]
pub struct Linker {
    linker: Mutex<runtime::component::Linker>,
}

impl Linker {
    fn linker(&self) -> MutexGuard<'_, runtime::component::Linker> {
        self.linker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Linker {
    #[new]
    fn new(engine: &Bound<'_, Engine>) -> Linker {
        Linker { linker: Mutex::new(runtime::component::Linker::new(engine.get().runtime())) }
    }

    /// Whether a name may be defined again, the later definition holding.
    #[setter]
    fn allow_shadowing(&self, allow: bool) {
        self.linker().allow_shadowing(allow);
    }

    /// Defines the engine's own WASI 0.2; what it shows of the system is up to each store.
    fn add_wasip2(&self, py: Python<'_>) -> PyResult<()> {
        dovetail_wasi::p2::add_to_linker(&mut self.linker()).map_err(|error| to_python(py, error))
    }

    /// Defines each import of a component that is not defined yet: calling it traps and names it.
    fn define_unknown_imports_as_traps(&self, component: &Bound<'_, Component>) -> PyResult<()> {
        let defined = self.linker().define_unknown_imports_as_traps(&component.get().component);
        defined.map_err(|error| to_python(component.py(), error))
    }

    /// Instantiates a component with what is defined here.
    fn instantiate(&self, store: &Bound<'_, PyAny>, component: &Bound<'_, Component>) -> PyResult<Instance> {
        let owner = storelike(store)?;
        let linker = self.linker().clone();
        let mut store = Store::enter(&owner)?;
        let instance = linker.instantiate(&mut store, &component.get().component);
        Ok(Instance { instance: instance.map_err(|error| to_python(owner.py(), error))? })
    }
}

/// A component instantiated in a store.
#[pyclass(frozen, weakref, module = "dovetail._engine", name = "ComponentInstance")]
pub struct Instance {
    instance: runtime::component::Instance,
}

#[pymethods]
impl Instance {
    /// The names of what the instance exports.
    #[getter]
    fn exports(&self) -> Vec<String> {
        self.instance.exports().keys().cloned().collect()
    }
}
