//! Command components: `wasi:cli/run`, for `python -m dovetail run`.

use dovetail_runtime::component::{Component, Linker, Value};
use pyo3::prelude::*;

use crate::core::wasm_bytes;
use crate::errors::{cannot_link, to_python};
use crate::progress::Progress;
use crate::store::Store;

/// The interface that a command exports, up to its version.
const RUN: &str = "wasi:cli/run@0.2.";

/// Runs a command component; whether it reports success. A guest that calls `exit` raises `ExitTrap`.
#[pyfunction]
#[pyo3(signature = (store, wasm, /))]
pub fn run_command(store: &Bound<'_, Store>, wasm: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = store.py();
    let failed = |error| to_python(py, error);
    let bytes = wasm_bytes(wasm)?;
    let engine = store.get().py_engine().bind(py).get().runtime();
    let progress = Progress::new();
    let component = py.detach(|| Component::new_with_progress(engine, &bytes, &|done, all| progress.update(done, all)));
    drop(progress);
    let component = component.map_err(failed)?;
    let Some(interface) = component.plan().exports.keys().find(|name| name.starts_with(RUN)).cloned() else {
        return Err(cannot_link(py, "the component is no command: it does not export `wasi:cli/run`"));
    };
    let mut linker = Linker::new(engine);
    dovetail_wasi::p2::add_to_linker(&mut linker).map_err(failed)?;
    let mut entered = Store::begin(store)?;
    let instance = linker.instantiate(&mut entered, &component).map_err(failed)?;
    let Some(run) = instance.func(&[&interface, "run"]) else {
        return Err(cannot_link(py, format!("`{interface}` has no function `run`")));
    };
    match run.call(&mut entered, &[]).map_err(failed)? {
        Some(Value::Result(outcome)) => Ok(outcome.is_ok()),
        Some(_) | None => Err(cannot_link(py, format!("`{interface}#run` does not return a result"))),
    }
}
