//! Which calls the running Python code is part of. A context variable says it, so that tasks that the code creates know it
//! too: such a task must not wait for its turn in a store whose call waits for that very task.

use std::sync::OnceLock;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The variable: the number of the innermost call, and the variable's value outside of that call.
fn variable(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static VARIABLE: OnceLock<Py<PyAny>> = OnceLock::new();
    if let Some(variable) = VARIABLE.get() {
        return Ok(variable.bind(py));
    }
    // SAFETY: a text that lives forever, and no default value; the result is a new reference or null.
    let made = unsafe {
        let made = ffi::PyContextVar_New(c"dovetail_call".as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, made)?
    };
    Ok(VARIABLE.get_or_init(|| made.unbind()).bind(py))
}

fn value<'py>(variable: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut value = std::ptr::null_mut();
    // SAFETY: a live context variable; `value` becomes a new reference, or null where the variable has no value.
    unsafe {
        if ffi::PyContextVar_Get(variable.as_ptr(), std::ptr::null_mut(), &mut value) < 0 {
            return Err(PyErr::fetch(variable.py()));
        }
        Ok(Bound::from_owned_ptr_or_opt(variable.py(), value))
    }
}

/// Runs `work`, host code that a call waits for, as a part of that call.
pub fn within_call<R>(py: Python<'_>, call: u64, work: impl FnOnce() -> R) -> PyResult<R> {
    let variable = variable(py)?;
    let inner = (call, value(variable)?).into_pyobject(py)?;
    // SAFETY: a live context variable and its new value; the result is a new reference, or null with an exception set.
    let token = unsafe {
        let token = ffi::PyContextVar_Set(variable.as_ptr(), inner.as_ptr());
        Bound::from_owned_ptr_or_err(py, token)?
    };
    let result = work();
    // SAFETY: the variable and its own token, in the context in which it was set: `work` returned to the same caller.
    if unsafe { ffi::PyContextVar_Reset(variable.as_ptr(), token.as_ptr()) } < 0 {
        return Err(PyErr::fetch(py));
    }
    Ok(result)
}

/// Whether the running code is part of one of these calls.
pub fn is_within(py: Python<'_>, calls: &[u64]) -> PyResult<bool> {
    let mut current = value(variable(py)?)?;
    while let Some(level) = current {
        let Ok(level) = level.cast_into::<PyTuple>() else {
            return Err(PyRuntimeError::new_err("somebody changed the context variable `dovetail_call`"));
        };
        let (call, outer): (u64, Option<Bound<'_, PyAny>>) = level.extract()?;
        if calls.contains(&call) {
            return Ok(true);
        }
        current = outer;
    }
    Ok(false)
}
