//! Between Python objects and the values of guests.
use dovetail_runtime::Error;
use pyo3::prelude::*;
pub fn raised(error: PyErr) -> Error {
    Error::Host(Box::new(error))
}
