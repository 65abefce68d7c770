//! Calls of `dovetail.Func` past PyO3: its classes know only `tp_call`, which needs a tuple of the arguments for each call.

use std::sync::Once;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::func::Func;
use crate::python::{arguments_of, return_to_python};
use crate::store::{Store, storelike};

/// Tells Python that the instances of `Func` have a function of their own for calls, and where it is. Done with the first
/// instance, which tells where PyO3 has put the fields; until then calls take the slower road.
pub fn enable(object: &Bound<'_, Func>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let field = object.get().vectorcall_field().addr();
        let class = object.get_type();
        // SAFETY: the field is in the object, for which PyO3 has one layout in all instances of the class; it holds such a
        // function from the first moment on. The class is complete and final, so no other class has copied these slots, and
        // this thread is attached. The flag comes last.
        unsafe {
            let class = class.as_type_ptr();
            (*class).tp_vectorcall_offset = field as isize - object.as_ptr() as isize;
            (*class).tp_call = Some(ffi::PyVectorcall_Call);
            (*class).tp_flags |= ffi::Py_TPFLAGS_HAVE_VECTORCALL;
        }
    });
}

/// `Func.__call__(store, *params)`.
pub unsafe extern "C" fn call(
    callable: *mut ffi::PyObject,
    array: *const *mut ffi::PyObject,
    flags: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this while attached, with a `Func`, and the arguments that the protocol describes: positional
    // ones, then one for each of `names`.
    unsafe {
        let py = Python::assume_attached();
        let positional = ffi::PyVectorcall_NARGS(flags) as usize;
        return_to_python(py, || {
            let callable = Bound::ref_from_ptr(py, &callable).cast_unchecked::<Func>();
            let arguments = arguments_of(array, positional);
            if !names.is_null() {
                let names = Bound::from_borrowed_ptr(py, names).cast_into::<PyTuple>()?;
                let values = arguments_of(array.add(positional), names.len());
                return with_keywords(callable, arguments, &names, values);
            }
            match arguments.split_first() {
                Some((store, params)) => match store.cast::<Store>() {
                    Ok(store) => callable.get().call(store, params),
                    Err(_) => callable.get().call(&storelike(store)?, params),
                },
                None => Err(PyTypeError::new_err("a function is called with its store first, then its parameters")),
            }
        })
    }
}

/// Only the store has a name.
fn with_keywords<'py>(
    callable: &Bound<'py, Func>,
    arguments: &[Bound<'py, PyAny>],
    names: &Bound<'py, PyTuple>,
    values: &[Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    let py = callable.py();
    let keywords = PyDict::new(py);
    for (name, value) in names.iter().zip(values) {
        keywords.set_item(name, value)?;
    }
    callable.call_method("__call__", PyTuple::new(py, arguments)?, Some(&keywords))
}
