//! Exported functions as Python sees them: a type of our own with the vectorcall protocol, so that no tuple of arguments and
//! no Python frame stands between a caller and the guest.

use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

use super::callable::Export;
use super::{awaited, function_attributes as attributes};
use crate::python::{arguments_of, return_to_python};

/// The object that Python sees.
#[repr(C)]
struct ExportObject {
    base: ffi::PyObject,
    vectorcall: ffi::vectorcallfunc,
    /// From `Arc::into_raw`; null once the collector cleared the object.
    export: *const Export,
    /// Python's list of the weak references to the object.
    weak_references: *mut ffi::PyObject,
}

/// Makes the Python function for an export.
pub fn new(py: Python<'_>, export: Export) -> PyResult<Bound<'_, PyAny>> {
    let class = class(py)?;
    // SAFETY: the class is ours, with instances of this layout; every field is set before anyone else sees the object (the
    // collector sees a null `export` until then, which its visit allows for).
    unsafe {
        let object = Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(class.as_type_ptr(), 0))?;
        let contents = object.as_ptr().cast::<ExportObject>();
        (*contents).vectorcall = vectorcall;
        (*contents).export = Arc::into_raw(Arc::new(export));
        Ok(object)
    }
}

/// The type of exported functions.
fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let slots = SLOTS.get_or_init(Tables::new);
        let mut spec = ffi::PyType_Spec {
            name: c"dovetail._engine.ExportedFunction".as_ptr(),
            basicsize: size_of::<ExportObject>() as c_int,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT
                | ffi::Py_TPFLAGS_HAVE_GC
                | ffi::Py_TPFLAGS_HAVE_VECTORCALL
                | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR
                | ffi::Py_TPFLAGS_IMMUTABLETYPE
                | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION) as u32,
            slots: slots.slots.as_ptr().cast_mut(),
        };
        // SAFETY: the tables live forever and describe `ExportObject`; the result is a new reference or null.
        let class = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&mut spec))? };
        Ok::<_, PyErr>(class.cast_into::<PyType>()?.unbind())
    })?;
    Ok(class.bind(py))
}

/// The tables that the type is made of; Python keeps pointers into them.
struct Tables {
    slots: Vec<ffi::PyType_Slot>,
}

// SAFETY: written once, then only read.
unsafe impl Sync for Tables {}
// SAFETY: as above.
unsafe impl Send for Tables {}

static SLOTS: OnceLock<Tables> = OnceLock::new();

impl Tables {
    fn new() -> Tables {
        let member = |name: &CStr, offset: usize| ffi::PyMemberDef {
            name: name.as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: offset as ffi::Py_ssize_t,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        };
        let members = vec![
            member(c"__vectorcalloffset__", offset_of!(ExportObject, vectorcall)),
            member(c"__weaklistoffset__", offset_of!(ExportObject, weak_references)),
            ffi::PyMemberDef::default(),
        ];
        let slot = |slot: c_int, function: *mut c_void| ffi::PyType_Slot { slot, pfunc: function };
        let slots = vec![
            slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
            slot(ffi::Py_tp_traverse, traverse as *mut c_void),
            slot(ffi::Py_tp_clear, clear as *mut c_void),
            slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
            slot(ffi::Py_tp_descr_get, bind_method as *mut c_void),
            slot(ffi::Py_tp_repr, attributes::repr as *mut c_void),
            slot(ffi::Py_tp_methods, Box::leak(attributes::methods().into_boxed_slice()).as_mut_ptr().cast()),
            slot(ffi::Py_tp_members, Box::leak(members.into_boxed_slice()).as_mut_ptr().cast()),
            slot(ffi::Py_tp_getset, Box::leak(attributes::getters().into_boxed_slice()).as_mut_ptr().cast()),
            slot(0, ptr::null_mut()),
        ];
        Tables { slots }
    }
}

/// The export behind an object of our type.
///
/// # Safety
/// `object` is a live `ExportObject`, and the result is not used after it.
pub unsafe fn export<'a>(object: *mut ffi::PyObject) -> PyResult<&'a Export> {
    // SAFETY: the caller's promise; the pointer is null or from `Arc::into_raw`.
    let export = unsafe { (*object.cast::<ExportObject>()).export.as_ref() };
    export.ok_or_else(|| PyRuntimeError::new_err("the function was collected with its instance"))
}

unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    array: *const *mut ffi::PyObject,
    flags: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this while attached, with an object of our type, and the arguments that the protocol describes:
    // positional ones, then one for each of `names`. `Bound` has the layout of a pointer to a live object.
    unsafe {
        let py = Python::assume_attached();
        let positional = ffi::PyVectorcall_NARGS(flags) as usize;
        return_to_python(py, || {
            let export = export(callable)?;
            let arguments = arguments_of(array, positional);
            if names.is_null() {
                if positional != export.arity() {
                    return Err(export.wrong_count(py, positional));
                }
                return begin(py, callable, export, arguments);
            }
            let names = Bound::from_borrowed_ptr(py, names).cast_into::<PyTuple>()?;
            let keywords = arguments_of(array.add(positional), names.len());
            begin_with_keywords(py, callable, export, arguments, keywords, &names)
        })
    }
}

/// As `begin`, for arguments of which the last have names.
///
/// # Safety
/// As for `begin`.
#[cold]
unsafe fn begin_with_keywords<'py>(
    py: Python<'py>,
    callable: *mut ffi::PyObject,
    export: &Export,
    positional: &[Bound<'py, PyAny>],
    keywords: &[Bound<'py, PyAny>],
    names: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = export.with_keywords(positional, keywords, names)?;
    // SAFETY: the caller's promise.
    unsafe { begin(py, callable, export, &arguments) }
}

/// Calls, or gives what is to be awaited for a call.
///
/// # Safety
/// `callable` is a live `ExportObject`, and `export` is its own.
#[inline(always)]
unsafe fn begin<'py>(
    py: Python<'py>,
    callable: *mut ffi::PyObject,
    export: &Export,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    if !export.binding().asynchronous {
        return export.call(py, arguments);
    }
    // SAFETY: the caller's promise: the export is behind an `Arc` that the object holds.
    let (export, callable) = unsafe {
        Arc::increment_strong_count(export);
        (Arc::from_raw(ptr::from_ref(export)), Bound::from_borrowed_ptr(py, callable))
    };
    awaited::call(py, export, callable, arguments)
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: Python frees an object of our type, which it reached through its last reference. The collector must not see it
    // any more before its contents go.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        if !(*object.cast::<ExportObject>()).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        clear(object);
        let class = ffi::Py_TYPE(object);
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn traverse(object: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the collector visits an object of our type: its class and what it holds.
    unsafe {
        let result = visit(ffi::Py_TYPE(object).cast(), arg);
        if result != 0 {
            return result;
        }
        match (*object.cast::<ExportObject>()).export.as_ref() {
            Some(export) => visit(export.owner().as_ptr(), arg),
            None => 0,
        }
    }
}

unsafe extern "C" fn clear(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: as in `traverse`; the pointer is taken out first, because dropping the contents may run Python code.
    unsafe {
        let export = ptr::replace(&raw mut (*object.cast::<ExportObject>()).export, ptr::null());
        if !export.is_null() {
            let py = Python::assume_attached();
            // A call under way may hold the export besides.
            if let Some(export) = Arc::into_inner(Arc::from_raw(export)) {
                export.release(py);
            }
        }
    }
    0
}

unsafe extern "C" {
    /// A bound method; not declared by PyO3.
    fn PyMethod_New(function: *mut ffi::PyObject, object: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

unsafe extern "C" fn bind_method(
    function: *mut ffi::PyObject,
    object: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: live objects, as the descriptor protocol has it; `object` is null on access through the class.
    unsafe {
        if object.is_null() {
            ffi::Py_INCREF(function);
            return function;
        }
        PyMethod_New(function, object)
    }
}
