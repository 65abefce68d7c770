//! Which thread uses a store. A store belongs to nobody between calls; a call claims it for its thread, the calls that nest in
//! it find it claimed already, and any other thread is refused until the outermost call has returned.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};

use dovetail_runtime::thread_mark;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// The mark of the thread that uses a store, or `NOBODY`.
#[derive(Default)]
pub struct Claim(AtomicUsize);

const NOBODY: usize = 0;

/// A claim, given back when this is dropped unless a call further out made it. It stays in its thread.
pub struct Claimed<'a> {
    claim: &'a Claim,
    outermost: bool,
    thread: PhantomData<*const ()>,
}

impl Claimed<'_> {
    /// Whether no call further out had claimed the store.
    #[inline]
    pub fn is_outermost(&self) -> bool {
        self.outermost
    }
}

impl Drop for Claimed<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.outermost {
            self.claim.0.store(NOBODY, Ordering::Release);
        }
    }
}

impl Claim {
    /// Claims the store for the running thread.
    #[inline]
    pub fn take(&self) -> PyResult<Claimed<'_>> {
        let thread = thread_mark();
        let user = self.0.load(Ordering::Acquire);
        let outermost = user == NOBODY;
        if (outermost && self.swap(thread)) || user == thread {
            return Ok(Claimed { claim: self, outermost, thread: PhantomData });
        }
        Err(in_use())
    }

    /// Claims a store that nobody was found to use.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    fn swap(&self, thread: usize) -> bool {
        // Only a thread that holds the GIL comes here, and nothing since the look at the claim could have given it away.
        self.0.store(thread, Ordering::Relaxed);
        true
    }

    #[cfg(Py_GIL_DISABLED)]
    #[inline]
    fn swap(&self, thread: usize) -> bool {
        self.0.compare_exchange(NOBODY, thread, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}

#[cold]
fn in_use() -> PyErr {
    PyRuntimeError::new_err("the store is in use by another thread: only one can use it at a time")
}
