//! What an exported function says of itself to Python: name, documentation, signature, whether its calls are awaited. The
//! tables go into the type that `exported_function` makes.

use std::ffi::c_void;
use std::ptr;

use dovetail_runtime::binding::FunctionKind;
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::awaited;
use super::callable::Export;
use super::exported_function::export;
use crate::python::return_to_python;

/// The attributes; the last entry ends the table.
pub fn getters() -> Vec<ffi::PyGetSetDef> {
    let getter = |name: &'static std::ffi::CStr, get: ffi::getter| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        set: None,
        doc: ptr::null(),
        closure: ptr::null_mut(),
    };
    vec![
        getter(c"__name__", get_name),
        getter(c"__qualname__", get_qualname),
        getter(c"__module__", get_module),
        getter(c"__doc__", get_doc),
        getter(c"__signature__", get_signature),
        getter(c"__wrapped__", get_prototype),
        getter(c"_is_coroutine_marker", get_marker_of_inspect),
        getter(c"_is_coroutine", get_marker_of_asyncio),
        ffi::PyGetSetDef::default(),
    ]
}

/// The methods, likewise.
pub fn methods() -> Vec<ffi::PyMethodDef> {
    vec![
        ffi::PyMethodDef {
            ml_name: c"__reduce_ex__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
            ml_flags: ffi::METH_O,
            ml_doc: ptr::null(),
        },
        ffi::PyMethodDef::zeroed(),
    ]
}

/// Runs a getter.
///
/// # Safety
/// Called by Python with an object of our type.
unsafe fn get(
    object: *mut ffi::PyObject,
    read: impl for<'py> FnOnce(Python<'py>, &Export) -> PyResult<Bound<'py, PyAny>>,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let py = Python::assume_attached();
        return_to_python(py, || read(py, export(object)?))
    }
}

pub unsafe extern "C" fn repr(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by Python with an object of our type.
    unsafe {
        get(object, |py, export| {
            let text = format!("<exported function {}>", export.face().python);
            Ok(PyString::new(py, &text).into_any())
        })
    }
}

unsafe extern "C" fn get_name(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| Ok(PyString::new(py, &export.face().python).into_any())) }
}

unsafe extern "C" fn reduce(object: *mut ffi::PyObject, _protocol: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe {
        get(object, |_, export| {
            let message = format!(
                "cannot pickle `{}`: an exported function lives in its store; pickle the component \
                 (`dovetail.component.Component`) and instantiate it where it is to be used",
                export.shown()
            );
            Err(PyTypeError::new_err(message))
        })
    }
}

unsafe extern "C" fn get_qualname(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe {
        get(object, |py, export| {
            let prototype = export.prototype(py);
            prototype.map_or_else(
                |_| Ok(PyString::new(py, &export.face().python).into_any()),
                |prototype| prototype.getattr(intern!(py, "__qualname__")),
            )
        })
    }
}

unsafe extern "C" fn get_module(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| export.prototype(py)?.getattr(intern!(py, "__module__"))) }
}

unsafe extern "C" fn get_doc(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| export.prototype(py)?.getattr(intern!(py, "__doc__"))) }
}

unsafe extern "C" fn get_prototype(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| export.prototype(py)) }
}

unsafe extern "C" fn get_marker_of_inspect(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| if_awaited(export, || awaited::marker_of_inspect(py))) }
}

unsafe extern "C" fn get_marker_of_asyncio(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe { get(object, |py, export| if_awaited(export, || awaited::marker_of_asyncio(py))) }
}

/// An attribute that only functions have whose calls are awaited.
fn if_awaited<'py>(
    export: &Export,
    value: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    if export.binding().asynchronous {
        return value();
    }
    Err(PyAttributeError::new_err(format!("`{}` gives its result: there is nothing to await", export.shown())))
}

unsafe extern "C" fn get_signature(object: *mut ffi::PyObject, _: *mut c_void) -> *mut ffi::PyObject {
    // SAFETY: as in `repr`.
    unsafe {
        get(object, |py, export| {
            // A free function's prototype is a method of the Protocol, so its `self` is left out.
            let free = export.face().kind == FunctionKind::Free;
            let signature = py.import(intern!(py, "dovetail._interface"))?.getattr(intern!(py, "signature"))?;
            signature.call1((export.prototype(py)?, free))
        })
    }
}
