//! How long calls into a store may take: `Store(timeout=...)` for each call, `with store.deadline(...)` for all that is called
//! inside the block.

use std::cell::Cell;
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
    /// The end of the innermost `with store.deadline(...)`.
    deadline: Cell<Option<Instant>>,
    /// The end of the call under way, and of whose making it is.
    end: Cell<Option<End>>,
}

#[derive(Clone, Copy)]
struct End {
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

impl Limit {
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout.get()
    }

    /// For the calls that are made from now on.
    pub fn set_timeout(&self, timeout: Option<Duration>) {
        self.timeout.set(timeout);
    }

    pub fn deadline(&self) -> Option<Instant> {
        self.deadline.get()
    }

    pub fn set_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
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
        let now = Instant::now();
        let timeout = self.timeout.get().and_then(|timeout| {
            // A time that the clock cannot tell never comes.
            now.checked_add(timeout).map(|when| End { when, reason: Reason::Timeout(timeout) })
        });
        let deadline = self.deadline.get().map(|when| End { when, reason: Reason::Deadline });
        if let Some(deadline) = deadline.filter(|deadline| deadline.when <= now) {
            return Err(deadline.reason.error());
        }
        self.end.set(match (timeout, deadline) {
            (Some(timeout), Some(deadline)) if deadline.when < timeout.when => Some(deadline),
            (Some(timeout), _) => Some(timeout),
            (None, deadline) => deadline,
        });
        Ok(())
    }

    /// Ends the call.
    #[inline]
    pub fn stop(&self) {
        self.end.set(None);
    }

    /// How long the call under way may go on, if that is bounded; the trap that ends it, once that time has passed.
    pub fn remaining(&self) -> Result<Option<Duration>> {
        let Some(end) = self.end.get() else { return Ok(None) };
        match end.when.checked_duration_since(Instant::now()) {
            Some(remaining) if !remaining.is_zero() => Ok(Some(remaining)),
            Some(_) | None => Err(end.reason.error()),
        }
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
    /// What held around the block, once it was entered.
    outer: Guarded<Option<Instant>>,
}

impl Deadline {
    pub fn new(store: &Bound<'_, Store>, value: &Bound<'_, PyAny>) -> PyResult<Deadline> {
        let seconds = seconds("seconds", value)?;
        Ok(Deadline { store: store.clone().unbind(), seconds, outer: Guarded::default() })
    }

    /// Sets the deadline of the calls to come; gives the one before.
    fn set(
        &self,
        py: Python<'_>,
        change: impl FnOnce(Option<Instant>) -> Option<Instant>,
    ) -> PyResult<Option<Instant>> {
        let store = self.store.bind(py);
        let mut entered = Store::enter_beside(store)?;
        let limit = store.get().limit();
        let before = limit.deadline();
        limit.set_deadline(change(before));
        store.get().watch_guests(&mut entered);
        Ok(before)
    }
}

#[pymethods]
impl Deadline {
    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let this = slf.get();
        if this.outer.look(|outer| outer.is_some()) {
            return Err(PyRuntimeError::new_err("the block of this deadline was entered before: ask for another one"));
        }
        // A time that the clock cannot tell never comes.
        let own = Instant::now().checked_add(this.seconds);
        let before = this.set(slf.py(), |outer| match (outer, own) {
            (Some(outer), Some(own)) => Some(outer.min(own)),
            (outer, own) => own.or(outer),
        })?;
        let _ = this.outer.replace(Some(before));
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
        let Some(before) = self.outer.look(|outer| outer.copied()) else {
            return Err(PyRuntimeError::new_err("the block of this deadline was not entered"));
        };
        if self.store.bind(py).get().is_closed()? {
            return Ok(());
        }
        self.set(py, |_| before).map(|_| ())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.store)
    }
}
