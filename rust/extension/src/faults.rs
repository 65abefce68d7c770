//! Python's `faulthandler` beside the engine's trap handlers. A trap may be a signal (an access beyond a memory's end), and
//! `faulthandler` reports every such signal as fatal, if its handler is asked before the engine's. Who enables it, or disables
//! it, puts handlers on top of the engine's; so each call looks whether somebody did, and puts the engine's there again.
//! Signals that are no traps go to `faulthandler` as before.

use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use dovetail_runtime::install_trap_handlers;
use pyo3::ffi;
use pyo3::prelude::*;

/// `faulthandler.is_enabled`, as C has it: asking costs two nanoseconds.
struct Probe {
    function: ffi::PyCFunction,
    module: *mut ffi::PyObject,
}

// SAFETY: the module is kept alive for ever, and the function may be called by any thread that is attached.
unsafe impl Send for Probe {}
// SAFETY: as above.
unsafe impl Sync for Probe {}

/// `None` inside where this Python has no `faulthandler`, or one of another make.
static PROBE: OnceLock<Option<Probe>> = OnceLock::new();
/// What the probe said when our handlers were last put on top.
static ENABLED: AtomicBool = AtomicBool::new(false);

/// Looks for `faulthandler`, once. To be called before any guest runs.
pub fn find_faulthandler(py: Python<'_>) -> PyResult<()> {
    if PROBE.get().is_none() {
        let probe = probe(py)?;
        // Another thread may have been faster.
        let _ = PROBE.set(probe);
        keep_handlers(py);
    }
    Ok(())
}

fn probe(py: Python<'_>) -> PyResult<Option<Probe>> {
    // Part of CPython, and compiled into it; where it is missing, nobody can enable it.
    let Ok(module) = py.import("faulthandler") else { return Ok(None) };
    let function = module.getattr("is_enabled")?;
    // SAFETY: a live object, which is checked to be a built-in function without arguments before it is taken for one; its
    // flags and its own object are then what was given when it was made.
    let found = unsafe {
        if ffi::PyCFunction_CheckExact(function.as_ptr()) == 0 {
            return Ok(None);
        }
        let plain: c_int = ffi::METH_NOARGS;
        if ffi::PyCFunction_GetFlags(function.as_ptr()) != plain {
            return Ok(None);
        }
        ffi::PyCFunction_GetFunction(function.as_ptr())
    };
    // The module is never freed: it is what the function is called with.
    Ok(found.map(|found| Probe { function: found, module: module.into_ptr() }))
}

/// Puts the engine's handlers on top again, if `faulthandler` was enabled or disabled since this was last called.
#[inline]
pub fn keep_handlers(py: Python<'_>) {
    let Some(Some(probe)) = PROBE.get() else { return };
    // SAFETY: the function is called as Python would: attached, with the object it was made with and no argument. It returns
    // a new reference to `True` or `False`, and null only with an exception, which it never raises.
    let enabled = unsafe {
        let answer = (probe.function)(probe.module, ptr::null_mut());
        let Some(answer) = Bound::from_owned_ptr_or_opt(py, answer) else { return };
        answer.as_ptr() == ffi::Py_True()
    };
    if enabled != ENABLED.load(Ordering::Relaxed) {
        put_on_top(enabled);
    }
}

#[cold]
fn put_on_top(enabled: bool) {
    ENABLED.store(enabled, Ordering::Relaxed);
    // Where the system does not tell who handles signals, those that there are stand.
    let _ = install_trap_handlers();
}
