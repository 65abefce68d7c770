//! The native side of `dovetail.component`'s `Component` and `Linker`: components without a generated package.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dovetail_runtime as runtime;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyType};

use super::describe::{Description, describe};
use super::package::{self, LoadedPackage};
use crate::core::{Module, wasm_bytes};
use crate::engine::Engine;
use crate::errors::to_python;
use crate::progress::Progress;
use crate::room::{new_bytearray, new_bytes};

/// A compiled component. It belongs to an engine, and to no store.
#[pyclass(frozen, weakref, module = "dovetail._engine", name = "_Component")]
pub struct Component {
    component: runtime::component::Component,
}

#[pymethods]
impl Component {
    #[new]
    #[pyo3(signature = (engine, wasm, /))]
    fn new(py: Python<'_>, engine: &Bound<'_, Engine>, wasm: &Bound<'_, PyBytes>) -> PyResult<Component> {
        let bytes = wasm.as_bytes();
        let engine = engine.get().runtime();
        let progress = Progress::new();
        let compiled = py.detach(|| {
            let update = |done, all| progress.update(done, all);
            runtime::component::Component::new_with_progress(engine, bytes, &update)
        });
        Ok(Component { component: compiled.map_err(|error| to_python(py, error))? })
    }

    /// Loads what `serialize` gave. The bytes hold machine code that is run as it is: only load what you trust.
    #[classmethod]
    #[pyo3(signature = (engine, encoded, /))]
    fn deserialize(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        engine: &Bound<'_, Engine>,
        encoded: &Bound<'_, PyBytes>,
    ) -> PyResult<Component> {
        // SAFETY: the caller was told that the bytes must be what `serialize` gave.
        let component =
            unsafe { runtime::component::Component::deserialize(engine.get().runtime(), encoded.as_bytes()) };
        Ok(Component { component: component.map_err(|error| to_python(py, error))? })
    }

    /// The compiled component as bytes, for `deserialize`.
    fn serialize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyByteArray>> {
        let bytes = self.component.serialize().map_err(|error| to_python(py, error))?;
        new_bytearray(py, &bytes)
    }

    /// The names of what the component imports.
    fn imports(&self) -> Vec<String> {
        self.component.plan().imports.keys().cloned().collect()
    }

    /// The names of what the component exports.
    fn exports(&self) -> Vec<String> {
        self.component.plan().exports.keys().cloned().collect()
    }

    /// The table of types, the imports and the exports, as plain data.
    fn describe<'py>(&self, py: Python<'py>) -> PyResult<Description<'py>> {
        describe(py, &self.component)
    }

    /// Takes the names of a package that was generated from the same bytes.
    #[pyo3(signature = (package, /))]
    fn adopt<'py>(&self, py: Python<'py>, package: &str) -> PyResult<Bound<'py, LoadedPackage>> {
        package::adopt(py, package, &self.component)
    }

    /// What stands for a package where WIT cannot express the component.
    fn without_names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, LoadedPackage>> {
        package::without_names(py, &self.component)
    }
}

/// The component of an imported generated package, and the names by which Python binds it.
#[pyfunction]
#[pyo3(name = "_load_package", signature = (engine, package, /))]
pub fn load_package<'py>(
    engine: &Bound<'py, Engine>,
    package: &str,
) -> PyResult<(Component, Bound<'py, LoadedPackage>)> {
    let loaded = package::load_object(engine.py(), package, engine.get())?;
    let component = loaded.get().package().component.clone();
    Ok((Component { component }, loaded))
}

/// The bytes of a component in the binary format, from any buffer or from text.
#[pyfunction]
#[pyo3(name = "_component_bytes", signature = (wasm, /))]
pub fn component_bytes<'py>(wasm: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = wasm.cast_exact::<PyBytes>()
        && bytes.as_bytes().starts_with(b"\0asm")
    {
        return Ok(bytes.clone());
    }
    new_bytes(wasm.py(), &wasm_bytes(wasm)?)
}

/// What components are given for their imports.
#[pyclass(frozen, weakref, module = "dovetail._engine", name = "_ComponentLinker")]
pub struct Linker {
    linker: Mutex<runtime::component::Linker>,
}

impl Linker {
    fn linker(&self) -> MutexGuard<'_, runtime::component::Linker> {
        self.linker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is defined now.
    pub fn copy(&self) -> runtime::component::Linker {
        self.linker().clone()
    }
}

#[pymethods]
impl Linker {
    #[new]
    #[pyo3(signature = (engine, /))]
    fn new(engine: &Bound<'_, Engine>) -> Linker {
        Linker { linker: Mutex::new(runtime::component::Linker::new(engine.get().runtime())) }
    }

    /// Whether a name may be defined again, the later definition holding.
    #[pyo3(signature = (allow, /))]
    fn allow_shadowing(&self, allow: bool) {
        self.linker().allow_shadowing(allow);
    }

    /// Defines the engine's own WASI 0.2; what it shows of the system is up to each store.
    fn add_wasip2(&self, py: Python<'_>) -> PyResult<()> {
        // Here and below, the lock is free again before an exception is made: that may start the collector, which runs any
        // Python code.
        let added = dovetail_wasi::p2::add_to_linker(&mut self.linker());
        added.map_err(|error| to_python(py, error))
    }

    /// Defines each import of a component that is not defined yet: calling it traps and names it.
    #[pyo3(signature = (component, /))]
    fn define_unknown_imports_as_traps(&self, component: &Bound<'_, Component>) -> PyResult<()> {
        let defined = self.linker().define_unknown_imports_as_traps(&component.get().component);
        defined.map_err(|error| to_python(component.py(), error))
    }

    /// The paths of a component's functions and core modules that nothing is defined for.
    #[pyo3(signature = (component, /))]
    fn undefined(&self, component: &Bound<'_, Component>) -> Vec<Vec<String>> {
        self.linker().undefined(&component.get().component)
    }

    /// Defines a core module below these instances.
    #[pyo3(signature = (instances, name, module, /))]
    fn define_module(&self, instances: Vec<String>, name: &str, module: &Bound<'_, Module>) -> PyResult<()> {
        let define = || {
            let mut linker = self.linker();
            let mut place = linker.root();
            for instance in &instances {
                place = place.into_instance(instance)?;
            }
            place.module(name, module.get().handle())
        };
        define().map_err(|error| to_python(module.py(), error))
    }

    /// A linker with the same definitions.
    fn __copy__(&self) -> Linker {
        Linker { linker: Mutex::new(self.copy()) }
    }
}
