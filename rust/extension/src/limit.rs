//! How long calls into a store may take: `Store(timeout=...)` for each call, `with store.deadline(...)` for all that is called
//! inside the block.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dovetail_runtime::{Error, Result, TrapCode};
use pyo3::exceptions::{PyOverflowError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::guarded::Guarded;
use crate::python::type_name;
use crate::store::Store;

/// The limits of one store. Used by the thread that has claimed it.
#[derive(Default)]
pub struct Limit {
    /// For each outermost call.
    timeout: Cell<Option<Duration>>,
    /// The nearest end of a `with store.deadline(...)`.
    deadline: Cell<Option<Instant>>,
    /// The ends of all blocks that were entered and not left, each with its number: those of several tasks overlap.
    deadlines: RefCell<Vec<(u64, Instant)>>,
    /// The end of the call under way, and of whose making it is.
    end: Cell<Option<End>>,
}

/// When the time of a call is over.
#[derive(Clone, Copy)]
pub struct End {
    when: Instant,
    reason: Reason,
}

#[derive(Clone, Copy)]
enum Reason {
    Timeout(Duration),
    Deadline,
}

impl Reason {
    fn error(self) -> Error {
        match self {
            Reason::Timeout(timeout) => {
                Error::trap(TrapCode::Interrupt, format!("the call took longer than its timeout of {timeout:?}"))
            }
            Reason::Deadline => Error::trap(TrapCode::Interrupt, "the deadline has passed"),
        }
    }
}

impl End {
    /// How long it is until then; the trap that ends the call, once that time has passed.
    pub fn remaining(self) -> Result<Duration> {
        match self.when.checked_duration_since(Instant::now()) {
            Some(remaining) if !remaining.is_zero() => Ok(remaining),
            Some(_) | None => Err(self.error()),
        }
    }

    /// The trap that ends the call.
    pub fn error(self) -> Error {
        self.reason.error()
    }
}

/// While this lives, the clock of an awaited call runs, in the place of what the clock was for before.
pub struct Clock<'a> {
    limit: &'a Limit,
    before: Option<End>,
}

impl Drop for Clock<'_> {
    fn drop(&mut self) {
        self.limit.end.set(self.before);
    }
}

impl Limit {
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout.get()
    }

    /// For the calls that are made from now on.
    pub fn set_timeout(&self, timeout: Option<Duration>) {
        self.timeout.set(timeout);
    }

    /// All calls to come must be over by then, until `remove_deadline` is called with the number.
    pub fn add_deadline(&self, deadline: Instant) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.change_deadlines(|deadlines| deadlines.push((number, deadline)));
        number
    }

    pub fn remove_deadline(&self, number: u64) {
        self.change_deadlines(|deadlines| deadlines.retain(|(other, _)| *other != number));
    }

    fn change_deadlines(&self, change: impl FnOnce(&mut Vec<(u64, Instant)>)) {
        let mut deadlines = self.deadlines.borrow_mut();
        change(&mut deadlines);
        self.deadline.set(deadlines.iter().map(|(_, deadline)| *deadline).min());
    }

    /// Whether calls are limited now.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.timeout.get().is_some() || self.deadline.get().is_some()
    }

    /// Starts the clock of an outermost call. After the deadline no call is made at all.
    #[inline]
    pub fn start(&self) -> Result<()> {
        if self.is_set() { self.start_clock() } else { Ok(()) }
    }

    #[cold]
    fn start_clock(&self) -> Result<()> {
        self.end.set(self.next_end()?);
        Ok(())
    }

    /// The end of the call under way.
    pub fn end(&self) -> Option<End> {
        self.end.get()
    }

    /// Runs the clock of an awaited call, which has an end of its own or none.
    pub fn run_until(&self, end: Option<End>) -> Clock<'_> {
        Clock { limit: self, before: self.end.replace(end) }
    }

    /// The end of a call that begins now. After the deadline no call is made at all.
    pub fn next_end(&self) -> Result<Option<End>> {
        let now = Instant::now();
        let timeout = self.timeout.get().and_then(|timeout| {
            // A time that the clock cannot tell never comes.
            now.checked_add(timeout).map(|when| End { when, reason: Reason::Timeout(timeout) })
        });
        let deadline = self.deadline.get().map(|when| End { when, reason: Reason::Deadline });
        if let Some(deadline) = deadline.filter(|deadline| deadline.when <= now) {
            return Err(deadline.error());
        }
        Ok(match (timeout, deadline) {
            (Some(timeout), Some(deadline)) if deadline.when < timeout.when => Some(deadline),
            (Some(timeout), _) => Some(timeout),
            (None, deadline) => deadline,
        })
    }

    /// Ends the call.
    #[inline]
    pub fn stop(&self) {
        self.end.set(None);
    }

    /// How long the call under way may go on, if that is bounded; the trap that ends it, once that time has passed.
    pub fn remaining(&self) -> Result<Option<Duration>> {
        self.end.get().map(End::remaining).transpose()
    }
}

/// A number of seconds that Python gave for `name`.
pub fn seconds(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let wrong = || PyTypeError::new_err(format!("`{name}`: expected a number of seconds, got {}", type_name(value)));
    if value.is_instance_of::<PyBool>() {
        return Err(wrong());
    }
    let number: f64 = value
        .extract()
        .map_err(|error: PyErr| if error.is_instance_of::<PyTypeError>(value.py()) { wrong() } else { error })?;
    if number.is_nan() || number <= 0.0 {
        return Err(PyValueError::new_err(format!("`{name}`: expected more than 0 seconds, got {number}")));
    }
    Duration::try_from_secs_f64(number)
        .map_err(|_| PyOverflowError::new_err(format!("`{name}`: {number} seconds are more than a clock can tell")))
}

/// What `Store.deadline` gives.
#[pyclass(frozen, module = "dovetail._engine", name = "_Deadline")]
pub struct Deadline {
    store: Py<Store>,
    seconds: Duration,
    /// The number of the block's deadline, once it was entered: none where that is a time that the clock cannot tell, which
    /// never comes.
    number: Guarded<Option<u64>>,
}

impl Deadline {
    pub fn new(store: &Bound<'_, Store>, value: &Bound<'_, PyAny>) -> PyResult<Deadline> {
        let seconds = seconds("seconds", value)?;
        Ok(Deadline { store: store.clone().unbind(), seconds, number: Guarded::default() })
    }

    /// Changes the deadlines of the calls to come.
    fn change<R>(&self, py: Python<'_>, change: impl FnOnce(&Limit) -> R) -> PyResult<R> {
        let store = self.store.bind(py);
        let mut entered = Store::enter_beside(store)?;
        let changed = change(store.get().limit());
        store.get().watch_guests(&mut entered);
        Ok(changed)
    }
}

#[pymethods]
impl Deadline {
    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        if this.number.look(|number| number.is_some()) {
            return Err(PyRuntimeError::new_err("the block of this deadline was entered before: ask for another one"));
        }
        let end = Instant::now().checked_add(this.seconds);
        let number = this.change(slf.py(), |limit| end.map(|end| limit.add_deadline(end)))?;
        let _ = this.number.replace(Some(number));
        Ok(slf)
    }

    #[pyo3(signature = (_kind, _error, _traceback, /))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: Bound<'_, PyAny>,
        _error: Bound<'_, PyAny>,
        _traceback: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let Some(number) = self.number.look(|number| number.copied()) else {
            return Err(PyRuntimeError::new_err("the block of this deadline was not entered"));
        };
        if self.store.bind(py).get().is_closed() {
            return Ok(());
        }
        self.change(py, |limit| number.into_iter().for_each(|number| limit.remove_deadline(number)))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.store)
    }
}
