//! Which calls the running Python code is part of. A context variable says it, so that tasks that the code creates know it
//! too: such a task must not wait for its turn in a store whose call waits for that very task.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::collector;

/// The numbers of the calls that there are.
static LIVING: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

fn living() -> MutexGuard<'static, BTreeSet<u64>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call's number, which is never given out twice.
pub struct Number(u64);

impl Number {
    pub fn new() -> Number {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        living().insert(number);
        Number(number)
    }

    pub fn get(&self) -> u64 {
        self.0
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        living().remove(&self.0);
    }
}

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

/// What the variable's value says: the call, and the value outside of it.
fn level(value: Bound<'_, PyAny>) -> PyResult<(u64, Option<Bound<'_, PyAny>>)> {
    let Ok(level) = value.cast_into::<PyTuple>() else {
        return Err(PyRuntimeError::new_err("somebody changed the context variable `dovetail_call`"));
    };
    level.extract()
}

/// The variable's value without the calls that are over. Tasks that one call's host function creates outlive the call, and may
/// call for their part, and so on without end.
fn without_those_over(value: Option<Bound<'_, PyAny>>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let (mut numbers, mut rest) = (Vec::new(), value.clone());
    while let Some(around) = rest {
        let (number, outer) = level(around)?;
        numbers.push(number);
        rest = outer;
    }
    let Some(value) = value else { return Ok(None) };
    let count = numbers.len();
    {
        let living = living();
        numbers.retain(|number| living.contains(number));
    }
    if numbers.len() == count {
        return Ok(Some(value));
    }
    numbers
        .into_iter()
        .rev()
        .try_fold(None, |outer, number| Ok(Some((number, outer).into_pyobject(value.py())?.into_any())))
}

/// Runs `work`, host code that a call waits for, as a part of that call.
pub fn within_call<R>(py: Python<'_>, call: u64, work: impl FnOnce() -> R) -> PyResult<R> {
    collector::apart(py, || {
        let variable = variable(py)?;
        let outer = without_those_over(value(variable)?)?;
        let inner = (call, outer).into_pyobject(py)?;
        // SAFETY: a live context variable and its new value; the result is a new reference, or null with an exception set.
        let token = unsafe {
            let token = collector::without(py, || ffi::PyContextVar_Set(variable.as_ptr(), inner.as_ptr()));
            Bound::from_owned_ptr_or_err(py, token)?
        };
        let result = work();
        // SAFETY: the variable and its own token, in the context in which it was set: `work` returned to the same caller.
        if collector::without(py, || unsafe { ffi::PyContextVar_Reset(variable.as_ptr(), token.as_ptr()) }) < 0 {
            return Err(PyErr::fetch(py));
        }
        Ok(result)
    })
}

/// Whether the running code is part of one of these calls.
pub fn is_within(py: Python<'_>, calls: &[u64]) -> PyResult<bool> {
    let mut current = value(variable(py)?)?;
    while let Some(value) = current {
        let (call, outer) = level(value)?;
        if calls.contains(&call) {
            return Ok(true);
        }
        current = outer;
    }
    Ok(false)
}
