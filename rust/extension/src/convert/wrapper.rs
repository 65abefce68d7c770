//! `Some`, `Ok` and `Err`, made and read without running their Python code.

use dovetail_runtime::Result;
use pyo3::exceptions::PyIndexError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::slot::{Slot, allocate, is_kind_of};
use super::{missing, raised, without};
use crate::python;

fn slot(py: Python<'_>) -> PyResult<&'static Slot> {
    static SLOT: PyOnceLock<Slot> = PyOnceLock::new();
    if let Some(slot) = SLOT.get(py) {
        return Ok(slot);
    }
    // `Some` and `Ok` inherit their one slot.
    let class = python::some(py)?.getattr("__base__")?.cast_into::<PyType>()?;
    let slot = Slot::find(&class, "_value")?;
    Ok(SLOT.get_or_init(py, || slot))
}

/// What is in a value, if it is of this class, which is `Some` or `Ok`.
pub fn wrapped_value<'py>(value: &Bound<'py, PyAny>, class: &Bound<'py, PyType>) -> Result<Option<Bound<'py, PyAny>>> {
    if !is_kind_of(value, class) {
        return Ok(None);
    }
    // A subclass has the slot at the same place.
    let part = slot(value.py()).and_then(|slot| slot.get(value, true));
    part.map(Some).map_err(|error| missing(error, value, "value"))
}

fn wrap<'py>(class: &Bound<'py, PyType>, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let wrapper = allocate(class)?;
    slot(class.py())?.fill(&wrapper, value)?;
    Ok(wrapper)
}

/// `Some(value)`.
pub fn some(value: Bound<'_, PyAny>) -> Result<Bound<'_, PyAny>> {
    python::some(value.py()).and_then(|class| wrap(class, value.clone())).map_err(raised)
}

/// `Ok(value)`.
pub fn ok(value: Bound<'_, PyAny>) -> Result<Bound<'_, PyAny>> {
    python::ok(value.py()).and_then(|class| wrap(class, value.clone())).map_err(raised)
}

/// `Err(value)`, as a value or as an exception of this class.
pub fn err<'py>(class: &Bound<'py, PyType>, value: Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>> {
    class.call1((value,)).map_err(raised)
}

/// The value that an `Err` carries: a property, which looks for it among the exception's arguments.
pub fn error_value<'py>(error: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>> {
    error.getattr(intern!(error.py(), "value")).map_err(|failure| {
        match failure.is_instance_of::<PyIndexError>(error.py()) {
            true => without(error, "value"),
            false => missing(failure, error, "value"),
        }
    })
}
