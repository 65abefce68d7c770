//! Python's collector, which strikes at any allocation before CPython 3.12, also at those for a change to a context. Its finalizers
//! must leave that context as it is, for the interpreter goes on with it afterwards (python/cpython#148891). Later versions
//! collect between instructions of Python only.

use std::cell::Cell;

use pyo3::ffi;
use pyo3::prelude::*;

const STRIKES_ANYWHERE: bool = !cfg!(Py_3_12);

thread_local! {
    static AT_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Whether the running code is a finalizer's, in the middle of anything.
pub fn is_at_work() -> bool {
    STRIKES_ANYWHERE && AT_WORK.get()
}

/// Has the collector tell when it begins and ends. To be called once.
pub fn watch(py: Python<'_>) -> PyResult<()> {
    if STRIKES_ANYWHERE {
        let callback = wrap_pyfunction!(_collector, py)?;
        py.import("gc")?.getattr("callbacks")?.call_method1("append", (callback,))?;
    }
    Ok(())
}

/// Called by the collector, which collects in this thread.
#[pyfunction]
fn _collector(phase: &str, _info: &Bound<'_, PyAny>) {
    AT_WORK.set(phase == "start");
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
