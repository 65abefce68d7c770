//! Driving another awaitable, as `yield from` does.

use pyo3::exceptions::{PyGeneratorExit, PyRuntimeError, PyStopIteration, PyTypeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;

use crate::python::{Coroutine, type_name};

/// What whoever drives an awaitable put into it.
pub enum Input {
    Send(Py<PyAny>),
    Throw(PyErr),
}

/// What an awaitable did then; an exception is an `Err` beside it.
pub enum Progress<'py> {
    /// It waits for this.
    Yielded(Bound<'py, PyAny>),
    Returned(Bound<'py, PyAny>),
}

/// The iterator behind an awaitable; `None` for any other object. Takes what `await` takes (PEP 492): coroutines, generators that
/// `types.coroutine` has marked, objects whose `__await__` gives an iterator.
pub fn awaited<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    match Coroutine::of(value)? {
        Some(Coroutine::Native) if !value.getattr(intern!(py, "cr_await"))?.is_none() => {
            return Err(PyRuntimeError::new_err("coroutine is being awaited already"));
        }
        // What its `__await__` would wrap.
        Some(Coroutine::Native | Coroutine::Generator) => return Ok(Some(value.clone())),
        None => {}
    }
    // SAFETY: a live object; its type's slots are as Python's C API describes them, and are called with what they take.
    let iterator = unsafe {
        let Some(slots) = (*ffi::Py_TYPE(value.as_ptr())).tp_as_async.as_ref() else { return Ok(None) };
        let Some(am_await) = slots.am_await else { return Ok(None) };
        Bound::from_owned_ptr_or_err(py, am_await(value.as_ptr()))?
    };
    // SAFETY: a live object, whose type is looked at.
    let iterates = unsafe { ffi::PyIter_Check(iterator.as_ptr()) } != 0;
    if !iterates || Coroutine::of(&iterator)?.is_some() {
        let (class, returned) = (type_name(value), type_name(&iterator));
        return Err(PyTypeError::new_err(format!("`__await__` of {class} returned {returned}, which is no iterator")));
    }
    Ok(Some(iterator))
}

/// Lets an iterator go on to where it waits next, or to its end.
pub fn advance<'py>(iterator: &Bound<'py, PyAny>, input: Input) -> PyResult<Progress<'py>> {
    let py = iterator.py();
    match input {
        Input::Send(value) => {
            let mut result = std::ptr::null_mut();
            // SAFETY: live objects; the result is a new reference, or null where an exception is set.
            unsafe {
                match ffi::PyIter_Send(iterator.as_ptr(), value.as_ptr(), &mut result) {
                    ffi::PySendResult::PYGEN_NEXT => Ok(Progress::Yielded(Bound::from_owned_ptr_or_err(py, result)?)),
                    ffi::PySendResult::PYGEN_RETURN => {
                        Ok(Progress::Returned(Bound::from_owned_ptr_or_err(py, result)?))
                    }
                    ffi::PySendResult::PYGEN_ERROR => Err(PyErr::fetch(py)),
                }
            }
        }
        Input::Throw(error) if error.is_instance_of::<PyGeneratorExit>(py) => {
            if let Some(close) = iterator.getattr_opt(intern!(py, "close"))? {
                close.call0()?;
            }
            Err(error)
        }
        Input::Throw(error) => {
            let Some(throw) = iterator.getattr_opt(intern!(py, "throw"))? else { return Err(error) };
            match throw.call1((error.into_value(py),)) {
                Ok(value) => Ok(Progress::Yielded(value)),
                Err(error) if error.is_instance_of::<PyStopIteration>(py) => {
                    Ok(Progress::Returned(error.value(py).getattr(intern!(py, "value"))?))
                }
                Err(error) => Err(error),
            }
        }
    }
}

/// The exception by which an iterator returns a value. Made of its class, because a tuple would be taken for its arguments.
pub fn returning(value: &Bound<'_, PyAny>) -> PyErr {
    match value.py().get_type::<PyStopIteration>().call1((value,)) {
        Ok(stop) => PyErr::from_value(stop),
        Err(error) => error,
    }
}
