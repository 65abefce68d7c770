//! How long calls into a store may take: `Store(timeout=...)` for each call, `with store.deadline(...)` for all that is called
//! inside the block (see `deadline`).

use std::cell::Cell;
use std::time::{Duration, Instant};

use dovetail_runtime::{Error, Result, TrapCode};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::deadline::Deadlines;
use crate::python::type_name;

/// The limits of one store. Used by the thread that has claimed it, but for the deadlines.
#[derive(Default)]
pub struct Limit {
    /// For each outermost call.
    timeout: Cell<Option<Duration>>,
    /// For all calls. Any thread may change them.
    pub deadlines: Deadlines,
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
    fn nearest(one: Option<End>, other: Option<End>) -> Option<End> {
        [one, other].into_iter().flatten().min_by_key(|end| end.when)
    }

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

    /// Whether calls are limited now.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.timeout.get().is_some() || self.deadlines.any()
    }

    /// Starts the clock of an outermost call. After the deadline no call is made at all.
    #[inline]
    pub fn start(&self) -> Result<()> {
        if self.is_set() { self.start_clock() } else { Ok(()) }
    }

    #[cold]
    fn start_clock(&self) -> Result<()> {
        self.end.set(self.next_end(None)?);
        Ok(())
    }

    /// Runs the clock of an awaited call, which has an end of its own or none.
    pub fn run_until(&self, end: Option<End>) -> Clock<'_> {
        Clock { limit: self, before: self.end.replace(end) }
    }

    /// The end of a call that begins now, and is to be over by `until` in any case. After the deadline no call is made at all.
    pub fn next_end(&self, until: Option<End>) -> Result<Option<End>> {
        let timeout = self.timeout.get().and_then(|timeout| {
            // A time that the clock cannot tell never comes.
            Instant::now().checked_add(timeout).map(|when| End { when, reason: Reason::Timeout(timeout) })
        });
        Ok(End::nearest(timeout, self.deadline(until)?))
    }

    /// The nearest deadline, which has not passed, or `until` where that is nearer.
    pub fn deadline(&self, until: Option<End>) -> Result<Option<End>> {
        let deadline = self.deadlines.nearest().map(|when| End { when, reason: Reason::Deadline });
        let nearest = End::nearest(until, deadline);
        nearest.map(End::remaining).transpose()?;
        Ok(nearest)
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

/// A number of seconds, more than none, that Python gave for `name`.
pub fn seconds(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let number = number_of_seconds(name, value)?;
    if number.is_nan() || number <= 0.0 {
        return Err(PyValueError::new_err(format!("`{name}`: expected more than 0 seconds, got {number}")));
    }
    // What is shorter than a clock can tell is its shortest time.
    Ok(duration(name, number)?.max(Duration::from_nanos(1)))
}

/// How many seconds are left, as Python gave for `name`: none where the number is below zero, for then the time is over.
pub fn seconds_left(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let number = number_of_seconds(name, value)?;
    if number.is_nan() {
        return Err(PyValueError::new_err(format!("`{name}`: expected a number of seconds, got {number}")));
    }
    duration(name, number.max(0.0))
}

fn duration(name: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| PyOverflowError::new_err(format!("`{name}`: {seconds:e} seconds are more than a clock can tell")))
}

fn number_of_seconds(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let wrong = || PyTypeError::new_err(format!("`{name}`: expected a number of seconds, got {}", type_name(value)));
    if value.is_instance_of::<PyBool>() {
        return Err(wrong());
    }
    value
        .extract()
        .map_err(|error: PyErr| if error.is_instance_of::<PyTypeError>(value.py()) { wrong() } else { error })
}
