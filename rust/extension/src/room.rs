//! Objects and vectors whose size is for a guest or a caller to say: where there is no room for them, that is a `MemoryError`.
//! (PyO3's constructors take it for a bug, and Rust's allocations end the process.)

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyString};

/// `bytes` with a copy of these.
pub fn new_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: a range of bytes that is copied; the result is a new reference, or null with an exception set.
    let new = unsafe {
        let object = ffi::PyBytes_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as isize);
        Bound::from_owned_ptr_or_err(py, object)
    };
    // SAFETY: the function makes objects of this class only.
    Ok(unsafe { new?.cast_into_unchecked() })
}

/// A `bytearray` with a copy of these.
pub fn new_bytearray<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyByteArray>> {
    // SAFETY: as for `bytes`.
    let new = unsafe {
        let object = ffi::PyByteArray_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as isize);
        Bound::from_owned_ptr_or_err(py, object)
    };
    // SAFETY: the function makes objects of this class only.
    Ok(unsafe { new?.cast_into_unchecked() })
}

/// A `str` with a copy of this text.
pub fn new_string<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: as for `bytes`; the text is UTF-8.
    let new = unsafe {
        let object = ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize);
        Bound::from_owned_ptr_or_err(py, object)
    };
    // SAFETY: the function makes objects of this class only.
    Ok(unsafe { new?.cast_into_unchecked() })
}

/// An empty vector with room for so many items.
pub fn room_for<T>(count: usize) -> PyResult<Vec<T>> {
    let mut items = Vec::new();
    items.try_reserve_exact(count).map_err(|_| PyMemoryError::new_err(()))?;
    Ok(items)
}
