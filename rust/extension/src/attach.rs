//! The way between guests and Python: the one place where the interpreter is let go while a guest runs, and where it is taken
//! back before anything of Python's is touched.
//!
//! A call begins attached (with the GIL, where there is one), and a guest that returns soon never leaves that state. One that
//! runs for long is detached by the store's watch (see `watch`), and the thread stays so until a host function, a destructor
//! or the return of the call comes through here. PyO3 knows nothing of it and takes the thread for attached all the while, so
//! that between [`release`] and [`restore`] no `Py` may be made, cloned or dropped, and `Python::attach` must not be called.
//!
//! It is the thread that is detached, not a store: of all the calls on a thread's stack only the innermost runs a guest.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi;
use pyo3::prelude::*;

thread_local! {
    /// What `PyEval_SaveThread` gave; null while the thread is attached.
    static DETACHED: Cell<*mut ffi::PyThreadState> = const { Cell::new(ptr::null_mut()) };
}

/// How many threads are detached. While none is, this spares the look at the thread's own variable, which costs a call. A
/// thread that is detached has counted itself, and sees that.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Whether a guest is running on this thread without the interpreter.
#[inline]
pub fn is_released() -> bool {
    COUNT.load(Ordering::Relaxed) != 0 && has_state()
}

/// Not inlined: the compiler would look at the variable first.
#[inline(never)]
fn has_state() -> bool {
    !DETACHED.get().is_null()
}

/// Lets other threads run Python, until [`restore`].
///
/// # Safety
/// The thread is attached, on its own stack, and goes on in a guest, or in native code that is no user of Python. Whatever
/// leads from there to Python calls `restore` first.
pub unsafe fn release() {
    COUNT.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the caller's promise.
    DETACHED.set(unsafe { ffi::PyEval_SaveThread() });
}

/// Attaches the thread again, where it was released.
#[inline]
pub fn restore() {
    if is_released() {
        retake();
    }
}

#[cold]
fn retake() {
    let state = DETACHED.replace(ptr::null_mut());
    COUNT.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the state is what `PyEval_SaveThread` gave to this thread, and was not given back since.
    unsafe { ffi::PyEval_RestoreThread(state) };
}

/// Goes on in Python, in the middle of a call from it.
#[inline]
pub fn with_python<R>(work: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
    restore();
    Python::attach(work)
}

/// Does native work that takes long and touches nothing of Python's; afterwards the thread is as it was before.
pub fn without_python<R>(work: impl FnOnce() -> R) -> R {
    if is_released() {
        return work();
    }
    let _attached = Restore;
    // SAFETY: guests are called by Python only, which is attached; `Restore` ends that state also when a panic passes.
    unsafe { release() };
    work()
}

struct Restore;

impl Drop for Restore {
    fn drop(&mut self) {
        restore();
    }
}
