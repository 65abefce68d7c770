//! `dovetail.Module` and `dovetail.wat2wasm`.

use std::path::PathBuf;

use dovetail_runtime as runtime;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString, PyType};

use super::types::extern_type_object;
use crate::engine::Engine;
use crate::errors::{cannot_compile, to_python};
use crate::progress::Progress;
use crate::python::{self, type_name};
use crate::room::{new_bytearray, new_bytes};

/// A compiled core module. It belongs to an engine, and to no store.
#[pyclass(frozen, weakref, module = "dovetail")]
pub struct Module {
    module: runtime::Module,
}

impl Module {
    pub fn handle(&self) -> &runtime::Module {
        &self.module
    }
}

/// The bytes of any buffer.
pub fn buffer_bytes(what: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    match PyBuffer::<u8>::get(value) {
        Ok(buffer) => buffer.to_vec(value.py()),
        Err(_) => Err(PyTypeError::new_err(format!("`{what}`: expected bytes, got {}", type_name(value)))),
    }
}

/// WebAssembly in the binary format, from that or from text.
pub fn wasm_bytes(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let bytes = match value.cast::<PyString>() {
        Ok(text) => text.to_str()?.as_bytes().to_vec(),
        Err(_) => buffer_bytes("wasm", value)?,
    };
    if bytes.starts_with(b"\0asm") {
        return Ok(bytes);
    }
    // Text begins with a parenthesis, or with a comment.
    if !bytes.trim_ascii_start().starts_with(b"(") && !bytes.trim_ascii_start().starts_with(b";;") {
        let hint = if value.is_instance_of::<PyString>() { "; what a path names is loaded by `from_file`" } else { "" };
        let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(16)]).escape_debug().to_string();
        let message = format!(
            "`wasm`: expected a binary, which begins with `\\0asm`, or text, which begins with `(`; got {} bytes that \
             begin with `{beginning}`{hint}",
            bytes.len(),
        );
        return Err(cannot_compile(value.py(), message));
    }
    to_wasm(value.py(), bytes)
}

/// The contents of a file; fails as Python's `open` does.
fn file_bytes(py: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyBytes>> {
    let file = py.import(intern!(py, "io"))?.call_method1(intern!(py, "open"), (path, "rb"))?;
    let bytes = file.call_method0(intern!(py, "read"));
    file.call_method0(intern!(py, "close"))?;
    Ok(bytes?.cast_into()?)
}

fn to_wasm(py: Python<'_>, text: Vec<u8>) -> PyResult<Vec<u8>> {
    match wat::parse_bytes(&text) {
        Ok(wasm) => Ok(wasm.into_owned()),
        Err(error) => Err(cannot_compile(py, error.to_string())),
    }
}

/// Translates WebAssembly's text format to the binary one.
#[pyfunction]
pub fn wat2wasm<'py>(wat: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let text = match wat.cast::<PyString>() {
        Ok(text) => text.to_str()?.as_bytes().to_vec(),
        Err(_) => buffer_bytes("wat", wat)?,
    };
    new_bytes(wat.py(), &to_wasm(wat.py(), text)?)
}

fn compile(py: Python<'_>, engine: &Engine, bytes: &[u8]) -> PyResult<Module> {
    let engine = engine.runtime();
    let progress = Progress::new();
    let compiled =
        py.detach(|| runtime::Module::new_with_progress(engine, bytes, &|done, all| progress.update(done, all)));
    Ok(Module { module: compiled.map_err(|error| to_python(py, error))? })
}

#[pymethods]
impl Module {
    #[new]
    fn new(py: Python<'_>, engine: &Bound<'_, Engine>, wasm: &Bound<'_, PyAny>) -> PyResult<Module> {
        compile(py, engine.get(), &wasm_bytes(wasm)?)
    }

    /// Compiles the module in a file.
    #[classmethod]
    fn from_file(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        engine: &Bound<'_, Engine>,
        path: PathBuf,
    ) -> PyResult<Module> {
        let bytes = file_bytes(py, path)?;
        compile(py, engine.get(), &wasm_bytes(&bytes)?)
    }

    /// Loads what `serialize` gave. The bytes hold machine code that is run as it is: only load what you trust.
    #[classmethod]
    fn deserialize(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        engine: &Bound<'_, Engine>,
        encoded: &Bound<'_, PyAny>,
    ) -> PyResult<Module> {
        let bytes = buffer_bytes("encoded", encoded)?;
        // SAFETY: the caller was told that the bytes must be what `serialize` gave.
        let module = unsafe { runtime::Module::deserialize(engine.get().runtime(), &bytes) };
        Ok(Module { module: module.map_err(|error| to_python(py, error))? })
    }

    /// As `deserialize`, from a file.
    #[classmethod]
    fn deserialize_file(
        class: &Bound<'_, PyType>,
        py: Python<'_>,
        engine: &Bound<'_, Engine>,
        path: PathBuf,
    ) -> PyResult<Module> {
        let bytes = file_bytes(py, path)?;
        Module::deserialize(class, py, engine, &bytes)
    }

    /// Raises `CompileError` unless the bytes are a valid module.
    #[classmethod]
    fn validate(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        engine: &Bound<'_, Engine>,
        wasm: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        compile(py, engine.get(), &buffer_bytes("wasm", wasm)?).map(|_| ())
    }

    /// What the module imports, in order.
    #[getter]
    fn imports<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let class = python::import_type(py)?;
        self.module
            .imports()
            .map(|(module, name, ty)| class.call1((module, name, extern_type_object(py, &ty)?)))
            .collect()
    }

    /// What the module exports, in order.
    #[getter]
    fn exports<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let class = python::export_type(py)?;
        self.module.exports().map(|(name, ty)| class.call1((name, extern_type_object(py, &ty)?))).collect()
    }

    /// The compiled module as bytes, for `deserialize`.
    fn serialize<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyByteArray>> {
        let bytes = self.module.serialize().map_err(|error| to_python(py, error))?;
        new_bytearray(py, &bytes)
    }
}
