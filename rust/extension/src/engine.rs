//! `dovetail.Engine`: what stores and modules of one configuration share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dovetail_compile::{Cranelift, Settings};
use dovetail_runtime as runtime;
use dovetail_runtime::Features;
use dovetail_runtime::component::{Component, Linker};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyInt};

use crate::errors;
use crate::python::{self, digits, type_name};

/// Compiles and keeps what stores and modules of one configuration share.
#[pyclass(frozen, weakref, subclass, module = "dovetail")]
pub struct Engine {
    runtime: runtime::Engine,
    /// The components of generated packages by where they are.
    components: Mutex<HashMap<String, Component>>,
    /// What the configuration said, by the names of its attributes: an engine is pickled by it.
    values: Py<PyAny>,
    /// WASI, for the instances that use it: defined once.
    wasi: OnceLock<Linker>,
}

impl Engine {
    pub fn runtime(&self) -> &runtime::Engine {
        &self.runtime
    }

    /// The engine of stores that are made without one: all share it, and with it the components they use.
    pub fn default(py: Python<'_>) -> PyResult<Py<Engine>> {
        static ENGINE: PyOnceLock<Py<Engine>> = PyOnceLock::new();
        if let Some(engine) = ENGINE.get(py) {
            return Ok(engine.clone_ref(py));
        }
        // Made outside the cell, as other threads may run meanwhile, and fork.
        let engine = Py::new(py, Engine::new(py, None)?)?;
        Ok(ENGINE.get_or_init(py, || engine).clone_ref(py))
    }

    /// The component kept under a key, or a new one.
    pub fn component(&self, key: &str, load: impl FnOnce() -> PyResult<Component>) -> PyResult<Component> {
        if let Some(component) = self.components.lock().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Ok(component.clone());
        }
        let component = load()?;
        self.components.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), component.clone());
        Ok(component)
    }
}

impl Engine {
    /// A linker that offers the engine's own WASI.
    pub fn wasi(&self) -> runtime::Result<Linker> {
        if let Some(linker) = self.wasi.get() {
            return Ok(linker.clone());
        }
        let mut linker = Linker::new(&self.runtime);
        dovetail_wasi::p2::add_to_linker(&mut linker)?;
        Ok(self.wasi.get_or_init(|| linker).clone())
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (config=None))]
    fn new(py: Python<'_>, config: Option<Bound<'_, PyAny>>) -> PyResult<Engine> {
        let class = python::config(py)?;
        let config = match config {
            Some(config) if config.is_instance(class)? => config,
            Some(other) => {
                return Err(PyTypeError::new_err(format!("`config`: expected Config, got {}", type_name(&other))));
            }
            None => class.call0()?,
        };
        let values = config.call_method0("_values")?.unbind();
        let compiler = Cranelift::new(Settings::default()).map_err(|error| errors::to_python(py, error.into()))?;
        let switch = |name: &str| setting::<bool>(&config, name, "True or False");
        let features = Features {
            simd: switch("wasm_simd")?,
            multi_memory: switch("wasm_multi_memory")?,
            memory64: switch("wasm_memory64")?,
            exception_handling: switch("wasm_exceptions")?,
            component_model: switch("wasm_component_model")?,
            map: switch("wasm_component_model_map")?,
            implements: switch("wasm_component_model_implements")?,
            fixed_length_lists: switch("wasm_component_model_fixed_length_lists")?,
            component_memory64: switch("wasm_component_model_memory64")?,
            values: switch("wasm_component_model_values")?,
        };
        let config = runtime::Config {
            features,
            compiler: Some(Arc::new(compiler)),
            cache: config.call_method0("cache_directory")?.extract::<Option<PathBuf>>()?,
            cache_limit: setting(&config, "cache_limit", "a number of bytes")?,
            max_wasm_stack: setting(&config, "max_wasm_stack", "a number of bytes")?,
            adapters: true,
            interruptible: switch("interruptible")?,
            ticking: true,
        };
        let runtime = runtime::Engine::new(config).map_err(|error| errors::to_python(py, error))?;
        Ok(Engine { runtime, components: Mutex::default(), wasi: OnceLock::new(), values })
    }

    /// What the configuration said when the engine was made, by the names of its attributes.
    #[getter]
    fn _values(&self, py: Python<'_>) -> Py<PyAny> {
        self.values.clone_ref(py)
    }

    /// How many stores were made and not freed, and how many stacks suspended calls have: to find leaks.
    fn _live(&self) -> (usize, usize) {
        let in_use = self.runtime.in_use();
        (in_use.stores, in_use.stacks)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let module = slf.py().import(intern!(slf.py(), "dovetail._pickling"))?;
        module.getattr(intern!(slf.py(), "reduce_engine"))?.call1((slf,))
    }
}

/// One setting of a configuration, which has to be of this kind.
fn setting<'py, T: for<'a> FromPyObject<'a, 'py>>(
    config: &Bound<'py, PyAny>,
    name: &str,
    expected: &str,
) -> PyResult<T> {
    let value = config.getattr(name)?;
    value.extract().map_err(|_| match value.cast::<PyInt>() {
        Ok(int) if !value.is_instance_of::<PyBool>() => match digits(int) {
            Ok(digits) => PyValueError::new_err(format!("`{name}`: expected {expected}, got {digits}")),
            Err(error) => error,
        },
        Ok(_) | Err(_) => PyTypeError::new_err(format!("`{name}`: expected {expected}, got {}", type_name(&value))),
    })
}

/// The engine of stores that are made without one.
#[pyfunction]
#[pyo3(name = "_default_engine")]
pub fn default_engine(py: Python<'_>) -> PyResult<Py<Engine>> {
    Engine::default(py)
}

/// How many entries the code cache in a directory has, and how many bytes they take.
#[pyfunction]
#[pyo3(name = "_measure_cache", signature = (directory, /))]
pub fn measure_cache(py: Python<'_>, directory: PathBuf) -> PyResult<(u64, u64)> {
    let usage = py.detach(|| runtime::measure_cache(&directory))?;
    Ok((usage.entries, usage.bytes))
}

/// Removes the entries of the code cache in a directory; how many there were, and how many bytes they took.
#[pyfunction]
#[pyo3(name = "_clear_cache", signature = (directory, /))]
pub fn clear_cache(py: Python<'_>, directory: PathBuf) -> PyResult<(u64, u64)> {
    let usage = py.detach(|| runtime::clear_cache(&directory))?;
    Ok((usage.entries, usage.bytes))
}
