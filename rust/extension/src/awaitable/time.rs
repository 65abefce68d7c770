//! How long an awaited call may take, and what happens when that is over while its guest waits.
//!
//! While a guest computes, its epoch checks look at the clock, as in a synchronous call. While it is suspended nobody does:
//! then the event loop has a timer (`dovetail._asyncio.Alarm`), which cancels what the call's driver waits for, as cancelling
//! a task does. The driver throws that into the call, the call into the coroutine of the host that its guest waits for, and
//! what comes out of that ends the guest as a trap.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dovetail_runtime::Error;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::delegate::Input;
use crate::limit::End;
use crate::python;

/// The time of one call.
#[derive(Default)]
pub struct Time {
    end: Option<End>,
    /// Whether a call further out has the same end, and wakes this one.
    shared: bool,
    /// Whether the code that the guest waits for was told that the time is over.
    told: AtomicBool,
    /// Whether whoever drives the call threw an exception into it before.
    thrown: AtomicBool,
    /// The timer, from when the call was first suspended.
    alarm: Mutex<Option<Py<PyAny>>>,
}

impl Time {
    /// Of a call that is not part of another one.
    pub fn of_its_own(end: Option<End>) -> Time {
        Time { end, ..Time::default() }
    }

    /// Of a call that nests in one with this end.
    pub fn shared(end: End) -> Time {
        Time { end: Some(end), shared: true, ..Time::default() }
    }

    pub fn end(&self) -> Option<End> {
        self.end
    }

    fn alarm(&self) -> MutexGuard<'_, Option<Py<PyAny>>> {
        self.alarm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask<R>(&self, py: Python<'_>, ask: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<R>) -> PyResult<Option<R>> {
        let alarm = self.alarm().as_ref().map(|alarm| alarm.clone_ref(py));
        alarm.map(|alarm| ask(alarm.bind(py))).transpose()
    }

    /// Whether the time is over, by the clock or by the timer, which need not agree to the last nanosecond.
    fn is_over(&self, py: Python<'_>, end: End) -> PyResult<bool> {
        if end.remaining().is_err() {
            return Ok(true);
        }
        Ok(self.ask(py, |alarm| alarm.getattr(intern!(py, "rung"))?.is_truthy())?.unwrap_or(false))
    }

    /// What goes into the call in the place of what its driver puts in: `CancelledError`, once, when the time is over.
    pub fn input(&self, py: Python<'_>, input: Input) -> PyResult<Input> {
        let Some(end) = self.end else { return Ok(input) };
        if !self.is_over(py, end)? {
            if matches!(input, Input::Throw(_)) {
                self.thrown.store(true, Ordering::Relaxed);
            }
            return Ok(input);
        }
        let told = self.told.swap(true, Ordering::Relaxed);
        match input {
            Input::Send(_) if !told => Ok(Input::Throw(PyErr::from_type(python::cancelled_error(py)?.clone(), ()))),
            Input::Send(_) | Input::Throw(_) => Ok(input),
        }
    }

    /// The call is suspended: sees to it that it is woken when its time is over.
    pub fn waits_for(&self, awaited: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(end) = self.end.filter(|_| !self.shared) else { return Ok(()) };
        let py = awaited.py();
        let set = self.ask(py, |alarm| alarm.setattr(intern!(py, "awaited"), awaited))?;
        if set.is_some() || self.told.load(Ordering::Relaxed) {
            return Ok(());
        }
        let seconds = end.remaining().map_or(0.0, |remaining| remaining.as_secs_f64());
        let module = py.import(intern!(py, "dovetail._asyncio"))?;
        let alarm = module.getattr(intern!(py, "alarm"))?.call1((seconds, awaited))?;
        if !alarm.is_none() {
            *self.alarm() = Some(alarm.unbind());
        }
        Ok(())
    }

    /// The trap that an exception of what the guest waits for stands for, if it was cancelled because the time is over and for
    /// no other reason.
    pub fn explains(&self, py: Python<'_>, error: &PyErr) -> PyResult<Option<Error>> {
        let Some(end) = self.end else { return Ok(None) };
        if !self.told.load(Ordering::Relaxed) || !error.is_instance(py, python::cancelled_error(py)?) {
            return Ok(None);
        }
        let cancelled =
            self.ask(py, |alarm| alarm.call_method0(intern!(py, "is_cancelled"))?.extract::<Option<bool>>())?;
        // Where the driver cannot say, whoever threw something before is taken to have cancelled the call.
        let cancelled = cancelled.flatten().unwrap_or_else(|| self.thrown.load(Ordering::Relaxed));
        Ok((!cancelled).then(|| end.error()))
    }

    /// The call is over.
    pub fn stop(&self, py: Python<'_>) {
        let alarm = self.alarm().take();
        let Some(alarm) = alarm.map(|alarm| alarm.into_bound(py)) else { return };
        if let Err(error) = alarm.call_method0(intern!(py, "stop")) {
            error.write_unraisable(py, Some(&alarm));
        }
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(alarm) = self.alarm.try_lock() else { return Ok(()) };
        visit.call(&*alarm)
    }
}
