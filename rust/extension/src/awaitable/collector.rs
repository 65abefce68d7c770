//! Python's collector, which strikes at any allocation before CPython 3.12, also at those for a change to a context. Its finalizers
//! must leave that context as it is, for the interpreter goes on with it afterwards (python/cpython#148891). Later versions
//! collect between instructions of Python only.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

const STRIKES_ANYWHERE: bool = !cfg!(Py_3_12);

thread_local! {
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Has the collector tell when it begins and ends, if it does not already.
pub fn watch(py: Python<'_>) -> PyResult<()> {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if !STRIKES_ANYWHERE || WATCHED.load(Ordering::Relaxed) {
        return Ok(());
    }
    // Before all others, so that none of them can take this one's turn by leaving.
    let callback = wrap_pyfunction!(_collector, py)?;
    py.import("gc")?.getattr("callbacks")?.call_method1("insert", (0, callback))?;
    // Only now: where a signal's handler raised in the import, the next call tries again.
    WATCHED.store(true, Ordering::Relaxed);
    Ok(())
}

/// Called by the collector, which collects in this thread.
#[pyfunction]
fn _collector(phase: &str, _info: &Bound<'_, PyAny>) {
    AT_WORK.set(phase == "start");
}

/// Runs `work` so that it leaves the context as it is that the collector may have interrupted: in a copy of it, where this is a
/// finalizer.
pub fn apart<R>(py: Python<'_>, work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    if !STRIKES_ANYWHERE || !AT_WORK.get() {
        return work();
    }
    // SAFETY: the interpreter is attached; a copy is a new reference, or null with an exception set.
    let copy = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyContext_CopyCurrent())? };
    // SAFETY: a live context, which nobody else has.
    if unsafe { ffi::PyContext_Enter(copy.as_ptr()) } < 0 {
        return Err(PyErr::fetch(py));
    }
    let result = work();
    // SAFETY: the context that was entered: `work` returned to the same caller.
    if unsafe { ffi::PyContext_Exit(copy.as_ptr()) } < 0 {
        return Err(PyErr::fetch(py));
    }
    result
}

/// Does something during which the collector must not strike.
pub fn without<R>(_py: Python<'_>, work: impl FnOnce() -> R) -> R {
    if !STRIKES_ANYWHERE {
        return work();
    }
    // SAFETY: the interpreter is attached; it collects again afterwards if it did before.
    let collects = unsafe { ffi::PyGC_Disable() } != 0;
    let result = work();
    if collects {
        // SAFETY: as above.
        unsafe { ffi::PyGC_Enable() };
    }
    result
}
