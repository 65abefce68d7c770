//! `with store.deadline(...)`: a time by which all calls that are made inside the block must be over.
//!
//! The blocks of a store are entered and left without claiming it, at any time and in any thread: also while another thread
//! is in a call into it, or a call is suspended. A call knows its end from when it begins, and looks here only then.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::guarded::Guarded;
use crate::limit::seconds_left;
use crate::store::Store;

/// The ends of all blocks of a store that were entered and not left, each with its number: those of several tasks overlap.
#[derive(Default)]
pub struct Deadlines {
    /// Held by threads that are attached to Python, for a few statements without Python code: a fork finds it free.
    ends: Mutex<Vec<(u64, Instant)>>,
    /// Whether there are any, for calls that begin.
    any: AtomicBool,
}

impl Deadlines {
    fn ends(&self) -> MutexGuard<'_, Vec<(u64, Instant)>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there may be a nearest end.
    #[inline]
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    pub fn nearest(&self) -> Option<Instant> {
        if self.any() { self.ends().iter().map(|(_, end)| *end).min() } else { None }
    }

    /// All calls to come must be over by then, until `remove` is called with the number.
    fn add(&self, end: Instant) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.change(|ends| ends.push((number, end)));
        number
    }

    fn remove(&self, number: u64) {
        self.change(|ends| ends.retain(|(other, _)| *other != number));
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(u64, Instant)>)) {
        let mut ends = self.ends();
        change(&mut ends);
        self.any.store(!ends.is_empty(), Ordering::Relaxed);
    }
}

/// What `Store.deadline` gives.
#[pyclass(frozen, module = "dovetail._engine", name = "_Deadline")]
pub struct Deadline {
    store: Py<Store>,
    seconds: Duration,
    /// The number of the block's end, once it was entered: none where that is a time that the clock cannot tell, which never
    /// comes.
    number: Guarded<Option<u64>>,
}

impl Deadline {
    pub fn new(store: &Bound<'_, Store>, value: &Bound<'_, PyAny>) -> PyResult<Deadline> {
        let seconds = seconds_left("seconds", value)?;
        Ok(Deadline { store: store.clone().unbind(), seconds, number: Guarded::default() })
    }
}

#[pymethods]
impl Deadline {
    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        if this.number.look(|number| number.is_some()) {
            return Err(PyRuntimeError::new_err("the block of this deadline was entered before: ask for another one"));
        }
        let store = this.store.get();
        if store.is_closed() {
            return Err(PyValueError::new_err("the store is closed"));
        }
        let number = Instant::now().checked_add(this.seconds).map(|end| store.deadlines().add(end));
        let _ = this.number.replace(Some(number));
        Ok(slf)
    }

    #[pyo3(signature = (_kind, _error, _traceback, /))]
    fn __exit__(
        &self,
        _kind: Bound<'_, PyAny>,
        _error: Bound<'_, PyAny>,
        _traceback: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let Some(number) = self.number.look(|number| number.copied()) else {
            return Err(PyRuntimeError::new_err("the block of this deadline was not entered"));
        };
        number.into_iter().for_each(|number| self.store.get().deadlines().remove(number));
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.store)
    }
}
