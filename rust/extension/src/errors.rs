//! The one place where the runtime's failures become Python's exceptions, and Python's exceptions pass through the runtime.
//!
//! The four failures never mix: bad input is `CompileError` and `LinkError` (on conversion `TypeError`, `OverflowError`,
//! `ValueError`), a WIT error value is `dovetail.Err` (made by the conversion of results, not here), a guest that was stopped
//! is `Trap` (or `ExitTrap`, where it asked for it), and a bug of ours is `EngineBug`.

use std::ptr;

use dovetail_runtime::{ArgumentKind, Error, ErrorKind, Frame, LinkError, Trap, TrapCode};
use dovetail_wasi::Exit;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyException, PyOverflowError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::python;

/// The exception for an error that came out of the runtime, with what is to become of the errors that came after it.
pub fn to_python(py: Python<'_>, mut error: Error) -> PyErr {
    python::assert_host_stack();
    let later = error.take_later();
    let first = kind_to_python(py, error.into_kind());
    later.into_iter().fold(first, |first, later| first_or_later(py, first, to_python(py, later)))
}

/// The one of two exceptions that is raised: the first, while `sys.unraisablehook` is told of the other. What is no `Exception`
/// (a `KeyboardInterrupt`, a `SystemExit`) is to stop more than the call, and goes before one that is.
fn first_or_later(py: Python<'_>, first: PyErr, later: PyErr) -> PyErr {
    let is_ordinary = |error: &PyErr| error.is_instance_of::<PyException>(py);
    if !is_ordinary(&first) || is_ordinary(&later) {
        later.write_unraisable(py, None);
        return first;
    }
    if later.context(py).is_some() || leads_to(py, &first, &later) {
        first.write_unraisable(py, None);
    } else {
        later.set_context(py, Some(first));
    }
    later
}

/// Whether one exception came about while another was handled, so that this cannot have come about while that was.
fn leads_to(py: Python<'_>, from: &PyErr, to: &PyErr) -> bool {
    std::iter::successors(Some(from.clone_ref(py)), |error| error.context(py))
        .any(|error| error.value(py).is(to.value(py)))
}

fn kind_to_python(py: Python<'_>, kind: ErrorKind) -> PyErr {
    match kind {
        ErrorKind::Compile(error) => new(python::compile_error(py), error.to_string()),
        ErrorKind::Link(error) => link_error(py, &error),
        ErrorKind::Trap(trap) => trap_to_python(py, &trap).unwrap_or_else(|error| error),
        ErrorKind::Host(error) => match error.downcast::<PyErr>() {
            Ok(error) => *error,
            Err(error) => match error.downcast::<Exit>() {
                Ok(exit) => new(python::exit_trap(py), exit.0),
                Err(error) => new(python::engine_bug(py), report(&error.to_string())),
            },
        },
        ErrorKind::Argument(error) => match error.kind {
            ArgumentKind::Type => PyTypeError::new_err(error.message),
            ArgumentKind::Range => PyOverflowError::new_err(error.message),
            ArgumentKind::Value => PyValueError::new_err(error.message),
        },
        ErrorKind::Io(error) => PyErr::from(error),
        ErrorKind::Bug(message) => new(python::engine_bug(py), report(&message)),
    }
}

/// The exception for imports that do not fit.
pub fn link_error(py: Python<'_>, error: &LinkError) -> PyErr {
    new(python::link_error(py), error.to_string())
}

/// A `LinkError` with this text.
pub fn cannot_link(py: Python<'_>, message: impl Into<String>) -> PyErr {
    new(python::link_error(py), message.into())
}

/// A `CompileError` with this text.
pub fn cannot_compile(py: Python<'_>, message: impl Into<String>) -> PyErr {
    new(python::compile_error(py), message.into())
}

/// An `EngineBug` with this text.
pub fn bug(py: Python<'_>, message: &str) -> PyErr {
    new(python::engine_bug(py), report(message))
}

fn report(message: &str) -> String {
    format!("{message} (this is a bug in dovetail, please report it)")
}

fn new<'py>(class: PyResult<&Bound<'py, PyType>>, argument: impl IntoPyObject<'py>) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let class = class?;
        let argument = argument.into_bound_py_any(class.py())?;
        Ok(made(class.call1((argument,))?))
    };
    make().unwrap_or_else(|error| error)
}

fn trap_to_python(py: Python<'_>, trap: &Trap) -> PyResult<PyErr> {
    let code = python::trap_code(py)?.getattr(code_name(trap.code))?;
    let frames = trap.frames.iter().map(|frame| frame_to_python(py, frame)).collect::<PyResult<Vec<_>>>()?;
    let message = match &trap.detail {
        Some(detail) => format!("{}: {detail}", trap.code.message()),
        None => trap.code.message().to_owned(),
    };
    // Nothing else interrupts guests: what a signal's handler raises is an exception of its own.
    let timeout = trap.code == TrapCode::Interrupt;
    let class = if timeout { python::timeout_trap(py) } else { python::trap(py) }?;
    Ok(made(class.call1((message, code, PyTuple::new(py, frames)?))?))
}

/// Raises an exception that was made just now: as after `raise`, its context is the exception that is being handled, if there
/// is one.
pub fn made(exception: Bound<'_, PyAny>) -> PyErr {
    let (mut kind, mut handled, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the thread is attached; the three are new references, or null or `None` where nothing is handled. The context
    // takes over its reference. The exception is new, so that no chain leads back to it.
    unsafe {
        ffi::PyErr_GetExcInfo(&mut kind, &mut handled, &mut traceback);
        ffi::Py_XDECREF(kind);
        ffi::Py_XDECREF(traceback);
        if handled.is_null() || ffi::PyExceptionInstance_Check(handled) == 0 {
            ffi::Py_XDECREF(handled);
        } else {
            ffi::PyException_SetContext(exception.as_ptr(), handled);
        }
    }
    PyErr::from_value(exception)
}

fn frame_to_python<'py>(py: Python<'py>, frame: &Frame) -> PyResult<Bound<'py, PyAny>> {
    let Frame { module, function_index, function_name, module_offset } = frame;
    python::frame(py)?.call1((function_index, function_name, module, module_offset))
}

/// The name in Python's `TrapCode`: wasmtime's where it has the same reason.
fn code_name(code: TrapCode) -> &'static str {
    match code {
        TrapCode::StackOverflow => "STACK_OVERFLOW",
        TrapCode::MemoryOutOfBounds => "MEMORY_OUT_OF_BOUNDS",
        TrapCode::HeapMisaligned => "HEAP_MISALIGNED",
        TrapCode::TableOutOfBounds => "TABLE_OUT_OF_BOUNDS",
        TrapCode::UndefinedElement => "UNDEFINED_ELEMENT",
        TrapCode::UninitializedElement => "INDIRECT_CALL_TO_NULL",
        TrapCode::IndirectCallTypeMismatch => "BAD_SIGNATURE",
        TrapCode::IntegerOverflow => "INTEGER_OVERFLOW",
        TrapCode::IntegerDivideByZero => "INTEGER_DIVISION_BY_ZERO",
        TrapCode::InvalidConversionToInteger => "BAD_CONVERSION_TO_INTEGER",
        TrapCode::UnreachableCodeReached => "UNREACHABLE",
        TrapCode::NullReference => "NULL_REFERENCE",
        TrapCode::Interrupt => "INTERRUPT",
        TrapCode::CannotEnterComponent => "CANNOT_ENTER_COMPONENT",
        TrapCode::CannotLeaveComponent => "CANNOT_LEAVE_COMPONENT",
        TrapCode::CanonicalAbi => "CANONICAL_ABI",
        TrapCode::InvalidHandle => "INVALID_HANDLE",
        TrapCode::UnknownImport => "UNKNOWN_IMPORT",
        TrapCode::AllocationTooLarge => "ALLOCATION_TOO_LARGE",
        TrapCode::UncaughtException => "UNCAUGHT_EXCEPTION",
    }
}
