//! What a `dovetail.WasiConfig` grants, handed to the runtime's WASI.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;

use dovetail_runtime as runtime;
use dovetail_runtime::{Result, run_on_host_stack};
use dovetail_wasi::{Access, Blocker, Input, Output, Permissions, Wait, WasiConfig};
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyString};

use crate::attach::{with_python, without_python};
use crate::awaitable::wait_for_events;
use crate::convert::raised;
use crate::objects::HostObjects;
use crate::python::{self, refuse_coroutine, type_name};
use crate::store::Store;
use crate::watch::handle_signals;

/// Gives a store the context that its guests' WASI works on: what `config` grants, or nothing.
pub fn grant(
    py: Python<'_>,
    store: &mut runtime::Store,
    objects: &Arc<HostObjects>,
    config: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let mut granted = WasiConfig::new();
    if let Some(config) = config {
        let class = python::wasi_config(py)?;
        if !config.is_instance(class)? {
            return Err(PyTypeError::new_err(format!("`wasi`: expected WasiConfig, got {}", type_name(config))));
        }
        read(&mut granted, objects, config)?;
    }
    store.insert_data(granted.build());
    store.insert_data(Blocker(Arc::new(wait)));
    Ok(())
}

/// Waits for what a guest waits for: in an awaited call the event loop goes on meanwhile. Else other threads run Python, and
/// it takes no longer than the call may.
fn wait(store: &mut runtime::Store, wait: &Wait<'_>) -> Result<()> {
    if store.can_wait() {
        return wait_for_events(store, wait);
    }
    store.on_host_stack(&mut |store| Poll::Ready(sleep(store, wait)))?
}

fn sleep(store: &mut runtime::Store, wait: &Wait<'_>) -> Result<()> {
    let limit = Store::remaining(store)?;
    if without_python(|| wait.sleep(limit))? {
        // A signal came, which may be Python's.
        handle_signals(store)?;
    }
    Store::remaining(store).map(|_| ())
}

fn read(granted: &mut WasiConfig, objects: &Arc<HostObjects>, config: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = config.py();
    granted.args(config.getattr(intern!(py, "_argv"))?.extract::<Vec<String>>()?);
    for (name, value) in config.getattr(intern!(py, "_env"))?.extract::<Vec<(String, String)>>()? {
        granted.env(name, value);
    }
    granted.stdin(input(&config.getattr(intern!(py, "_stdin"))?)?);
    granted.stdout(output(objects, &config.getattr(intern!(py, "_stdout"))?, "stdout_custom")?);
    granted.stderr(output(objects, &config.getattr(intern!(py, "_stderr"))?, "stderr_custom")?);
    let preopens = config.getattr(intern!(py, "_preopens"))?;
    for (path, guest, directory, file) in preopens.extract::<Vec<(PathBuf, String, u8, u8)>>()? {
        let permissions = Permissions { directory: access(directory), file: access(file) };
        granted.preopen_dir(&path, guest, permissions).map_err(|error| at_path(py, error, &path))?;
    }
    Ok(())
}

/// The numbers of `DirPerms` and `FilePerms`: bit 0 for reading, bit 1 for writing.
fn access(bits: u8) -> Access {
    Access { read: bits & 1 != 0, write: bits & 2 != 0 }
}

/// An `OSError` that names the file, as Python's own do.
fn at_path(py: Python<'_>, error: std::io::Error, path: &std::path::Path) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        return PyOSError::new_err(format!("`{}`: {error}", path.display()));
    };
    let text = py.import(intern!(py, "os")).and_then(|os| os.call_method1(intern!(py, "strerror"), (number,)));
    match text {
        Ok(text) => PyOSError::new_err((number, text.unbind(), path.as_os_str().to_owned())),
        Err(error) => error,
    }
}

fn input(stream: &Bound<'_, PyAny>) -> PyResult<Input> {
    if let Ok(inherit) = stream.cast::<PyBool>() {
        return Ok(if inherit.is_true() { Input::Inherit } else { Input::Empty });
    }
    if let Ok(bytes) = stream.cast::<PyBytes>() {
        return Ok(Input::Bytes(bytes.as_bytes().to_vec()));
    }
    let (py, path) = (stream.py(), stream.extract::<PathBuf>()?);
    Ok(Input::File(File::open(&path).map_err(|error| at_path(py, error, &path))?))
}

fn output(objects: &Arc<HostObjects>, stream: &Bound<'_, PyAny>, name: &'static str) -> PyResult<Output> {
    if let Ok(inherit) = stream.cast::<PyBool>() {
        return Ok(if inherit.is_true() { Output::Inherit } else { Output::Discard });
    }
    if stream.is_instance_of::<PyString>() {
        let (py, path) = (stream.py(), stream.extract::<PathBuf>()?);
        return Ok(Output::File(File::create(&path).map_err(|error| at_path(py, error, &path))?));
    }
    let objects = Arc::downgrade(objects);
    let number = objects.upgrade().map_or(0, |objects| objects.add(stream.clone().unbind()));
    let call = move |bytes: &[u8]| {
        with_python(|py| {
            let callback = objects.upgrade().and_then(|objects| objects.get(py, number));
            match callback {
                Some(callback) => write_all(&callback, bytes, name).map_err(raised),
                None => Ok(()),
            }
        })
    };
    Ok(Output::Callback(Box::new(move |bytes: &[u8]| run_on_host_stack(|| call(bytes))?)))
}

/// Calls a function with what a guest wrote until it took all of it.
fn write_all(callback: &Bound<'_, PyAny>, mut bytes: &[u8], name: &str) -> PyResult<()> {
    let py = callback.py();
    while !bytes.is_empty() {
        let taken = callback.call1((PyBytes::new(py, bytes),))?;
        if taken.is_none() {
            return Ok(());
        }
        refuse_coroutine(&taken, || name.to_owned())?;
        let Ok(number) = taken.cast::<PyInt>() else {
            let found = type_name(&taken);
            return Err(PyTypeError::new_err(format!("result of `{name}`: expected int or None, got {found}")));
        };
        match number.extract::<usize>() {
            Ok(count @ 1..) if count <= bytes.len() => bytes = &bytes[count..],
            Ok(_) | Err(_) => {
                let message = format!("result of `{name}`: expected 1 to {} bytes taken, got {number}", bytes.len());
                return Err(PyValueError::new_err(message));
            }
        }
    }
    Ok(())
}
