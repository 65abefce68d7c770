//! The Python names that the engine uses, each looked up once. Nothing here is looked up when the module is imported: the
//! package's own modules import the engine first.

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyType};

use crate::errors::bug;

/// Releases the references whose release PyO3 put off. It does so for each `Py` that is dropped where Python has called us past
/// PyO3 (an exported function): it believes the thread to be detached. Exceptions hold such references, and through their
/// tracebacks much else, so this is called wherever one was looked at.
pub fn release_put_off() {
    Python::attach(|_| ());
}

/// In debug builds, makes sure that Python is not used on the stack of a fiber, reference counts included. Asked wherever
/// objects are converted, kept or let go.
#[inline(always)]
pub fn assert_host_stack() {
    debug_assert!(!dovetail_runtime::is_on_fiber(), "Python was used on the stack of a fiber");
}

/// A class that is looked up once. It is imported outside the cell: while a module is imported other threads run, and if one of
/// them forks, the child would wait forever for a cell that was being filled.
fn imported<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyType>>,
    module: &str,
    name: &str,
) -> PyResult<&'py Bound<'py, PyType>> {
    if let Some(class) = cell.get(py) {
        return Ok(class.bind(py));
    }
    let class = py.import(module)?.getattr(name)?.cast_into::<PyType>()?.unbind();
    Ok(cell.get_or_init(py, || class).bind(py))
}

/// Returns a result to Python, in its own terms: an object, or null with an exception set. A panic becomes `EngineBug`.
#[inline]
pub fn return_to_python<'py>(
    py: Python<'py>,
    work: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
) -> *mut ffi::PyObject {
    // The pointer passes in a register, where a result would be copied.
    let given = catch_unwind(AssertUnwindSafe(|| work().map_or_else(|error| set(py, error), Bound::into_ptr)));
    given.unwrap_or_else(|_| set(py, bug(py, "the engine panicked")))
}

/// Sets an exception; gives the null that tells Python so.
#[cold]
fn set(py: Python<'_>, error: PyErr) -> *mut ffi::PyObject {
    error.restore(py);
    release_put_off();
    ptr::null_mut()
}

/// The arguments of a vectorcall.
///
/// # Safety
/// `array` holds `count` live objects for as long as the result is used; it may be anything where `count` is 0.
#[inline]
pub unsafe fn arguments_of<'a, 'py>(array: *const *mut ffi::PyObject, count: usize) -> &'a [Bound<'py, PyAny>] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise; `Bound` is a transparent wrapper of a non-null pointer.
    unsafe { std::slice::from_raw_parts(array.cast::<Bound<'py, PyAny>>(), count) }
}

/// Does work that may run Python code while an exception may be on its way: that is put aside meanwhile. For what runs when an
/// object is freed, which may happen at any time.
#[allow(deprecated, reason = "what replaces the two functions came with Python 3.12")]
pub fn beside_exception<R>(_py: Python<'_>, work: impl FnOnce() -> R) -> R {
    let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the thread is attached; the three are owned from here on, and given back below.
    unsafe { ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback) };
    let result = work();
    // SAFETY: as above.
    unsafe { ffi::PyErr_Restore(kind, value, traceback) };
    result
}

macro_rules! classes {
    ($($(#[$doc:meta])* $function:ident = $module:literal, $name:literal;)*) => {$(
        $(#[$doc])*
        pub fn $function<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            imported(py, &CLASS, $module, $name)
        }
    )*};
}

classes! {
    some = "dovetail._values", "Some";
    ok = "dovetail._values", "Ok";
    err = "dovetail._values", "Err";
    compile_error = "dovetail._errors", "CompileError";
    link_error = "dovetail._errors", "LinkError";
    engine_bug = "dovetail._errors", "EngineBug";
    exit_trap = "dovetail._errors", "ExitTrap";
    trap = "dovetail._errors", "Trap";
    timeout_trap = "dovetail._errors", "TimeoutTrap";
    trap_code = "dovetail._errors", "TrapCode";
    frame = "dovetail._errors", "Frame";
    val_type = "dovetail._types", "ValType";
    func_type = "dovetail._types", "FuncType";
    limits = "dovetail._types", "Limits";
    global_type = "dovetail._types", "GlobalType";
    table_type = "dovetail._types", "TableType";
    memory_type = "dovetail._types", "MemoryType";
    tag_type = "dovetail._types", "TagType";
    import_type = "dovetail._types", "ImportType";
    export_type = "dovetail._types", "ExportType";
    wasi_config = "dovetail._wasi", "WasiConfig";
    config = "dovetail._config", "Config";
    interface = "dovetail._interface", "Interface";
    unbound_interface = "dovetail._interface", "UnboundInterface";
    awaited_resource = "dovetail._asyncio", "AwaitedResource";
    instance_exports = "dovetail._instance", "InstanceExports";
    cancelled_error = "asyncio", "CancelledError";
}

/// `threading.main_thread`.
pub fn main_thread<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FUNCTION.import(py, "threading", "main_thread")
}

/// `threading.get_ident`.
pub fn get_ident<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FUNCTION.import(py, "threading", "get_ident")
}

/// A string of Python's, for messages. (PyO3's `Display` goes by way of `str()`, which looks for signals and loses what their
/// handlers raise.)
pub fn text(string: &Bound<'_, PyString>) -> String {
    string.to_string_lossy().into_owned()
}

/// The digits of an integer, for messages, as `int.__repr__` gives them: a subclass (an `IntEnum`) may write something else.
/// Fails with what the handler of a signal raises that is noticed meanwhile.
pub fn digits(int: &Bound<'_, PyInt>) -> PyResult<String> {
    // SAFETY: the class of ints is only read here, and its own function is called with one; the result is a new reference, or
    // null with an exception set.
    let digits = unsafe {
        let repr = ffi::PyLong_Type.tp_repr;
        let repr = repr.ok_or_else(|| bug(int.py(), "`int` has no `__repr__`"))?;
        Bound::from_owned_ptr_or_err(int.py(), repr(int.as_ptr()))
    };
    match digits {
        Ok(digits) => Ok(text(digits.cast()?)),
        // It would be slow to write, and Python refuses beyond some thousands.
        Err(error) if error.is_instance_of::<PyValueError>(int.py()) => Ok("a number of too many digits".to_owned()),
        Err(error) => Err(error),
    }
}

/// The event loop of asyncio that runs in this thread.
pub fn running_loop(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let function = match FUNCTION.get(py) {
        Some(function) => function,
        None => {
            // Outside of the cell, as in `imported`.
            let function = py.import("asyncio")?.getattr("_get_running_loop")?.unbind();
            FUNCTION.get_or_init(py, || function)
        }
    };
    let running = function.bind(py).call0()?;
    Ok((!running.is_none()).then_some(running))
}

/// The module of an object's class, for messages. Not by `getattr`, which runs code where a metaclass has a say.
pub fn module_name(value: &Bound<'_, PyAny>) -> Option<String> {
    let name = intern!(value.py(), "__module__");
    // SAFETY: a live object, and so a class with its name and its dictionary, or none where that is another interpreter's. What
    // is found is borrowed from it, and kept before anything else happens; an exception is cleared.
    unsafe {
        let class = ffi::Py_TYPE(value.as_ptr());
        if ffi::PyType_HasFeature(class, ffi::Py_TPFLAGS_HEAPTYPE) == 0 {
            // One of an extension module says it in its name.
            let name = CStr::from_ptr((*class).tp_name).to_str().ok()?;
            return name.rsplit_once('.').map(|(module, _)| module.to_owned());
        }
        let members = (*class).tp_dict;
        if members.is_null() {
            return None;
        }
        let found = ffi::PyDict_GetItem(members, name.as_ptr());
        Bound::from_borrowed_ptr_or_opt(value.py(), found)?.cast::<PyString>().ok().map(text)
    }
}

/// The name of an object's class, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().qualname().map_or_else(|_| "an object".to_owned(), |name| text(&name))
}

/// The name of a class that was expected, for messages.
pub fn class_name(class: &Bound<'_, PyType>) -> String {
    class.name().map_or_else(|_| "another class".to_owned(), |name| text(&name))
}

/// What `await` takes without asking it for an iterator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Coroutine {
    /// Of a function that is `async def`.
    Native,
    /// A generator of a function that `types.coroutine` has marked.
    Generator,
}

impl Coroutine {
    /// Whether an object is one.
    pub fn of(value: &Bound<'_, PyAny>) -> PyResult<Option<Coroutine>> {
        /// `inspect.CO_ITERABLE_COROUTINE`.
        const MARKED: u32 = 0x100;
        let py = value.py();
        // SAFETY: a live object, whose type is only looked at.
        let (native, generator) =
            unsafe { (ffi::PyCoro_CheckExact(value.as_ptr()) != 0, ffi::PyGen_CheckExact(value.as_ptr()) != 0) };
        if native {
            return Ok(Some(Coroutine::Native));
        }
        if !generator {
            return Ok(None);
        }
        let flags: u32 = value.getattr(intern!(py, "gi_code"))?.getattr(intern!(py, "co_flags"))?.extract()?;
        Ok((flags & MARKED != 0).then_some(Coroutine::Generator))
    }
}

/// Refuses what would have to be awaited: it would never run. `path` names the function that returned it.
pub fn refuse_coroutine(value: &Bound<'_, PyAny>, path: impl FnOnce() -> String) -> PyResult<()> {
    refuse(value, path, ", which nobody awaits: use `def`, not `async def`")
}

/// As `refuse_coroutine`, of what awaiting gave.
pub fn refuse_another_coroutine(value: &Bound<'_, PyAny>, path: impl FnOnce() -> String) -> PyResult<()> {
    refuse(value, path, " by awaiting what it returned, which is not awaited again: `await` it in the function")
}

fn refuse(value: &Bound<'_, PyAny>, path: impl FnOnce() -> String, reason: &str) -> PyResult<()> {
    if Coroutine::of(value)?.is_none() {
        return Ok(());
    }
    value.call_method0(intern!(value.py(), "close"))?;
    Err(PyTypeError::new_err(format!("result of `{}`: got a coroutine{reason}", path())))
}
