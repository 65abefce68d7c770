//! How long an awaited call may take, and what happens when that is over while it waits: for its turn, or for its host.
//!
//! While a guest computes, its epoch checks look at the clock, as in a synchronous call. While the call is suspended nobody
//! does: then the event loop has a timer (`dovetail._asyncio.Alarm`), which rings by cancelling what the call's driver waits for,
//! as cancelling a task does. The driver throws that into the call, and the call into the code that it waits for, which so is
//! *told*, once. Drivers put other things in as well, at any time:
//!
//! | the time     | the driver puts in              | the code that waits gets | and then             |
//! |--------------|---------------------------------|--------------------------|----------------------|
//! | runs         | a value                         | the value                |                      |
//! | is over      | a value                         | `CancelledError`         | it is told           |
//! | is over      | an exception, the timer's       | the exception            | it is told           |
//! | is over      | a value, after it was told      | the value                |                      |
//! | runs or over | an exception of the driver's    | the exception            | the driver cancelled |
//!
//! An exception is the timer's if that has rung and the code was not told yet; the timer is stopped when it is. A
//! `CancelledError` that comes out after the code was told stands for the trap, unless the driver cancelled too, which goes
//! first. Whatever else comes out, a value or another exception, is what the code wants instead.
//!
//! Calls that nest share the time of the one around them, its timer and what is known of its driver: what is put into a nested
//! call has come through the outer one, where it was noted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// None where it is not limited.
    limited: Option<Arc<Limited>>,
    /// Whether it is that of a call further out.
    nested: bool,
}

/// A limited time.
struct Limited {
    end: End,
    /// Whether the code that the call waits for was told that the time is over.
    told: AtomicBool,
    /// Whether the driver threw an exception of its own into the call.
    thrown: AtomicBool,
    /// The timer, from when the call was first suspended.
    alarm: Mutex<Option<Py<PyAny>>>,
}

impl Time {
    /// Of a call that is not part of another one, or whose outer one has as much time as it likes.
    pub fn until(end: Option<End>) -> Time {
        let limited = |end| {
            let (told, thrown) = (AtomicBool::new(false), AtomicBool::new(false));
            Arc::new(Limited { end, told, thrown, alarm: Mutex::default() })
        };
        Time { limited: end.map(limited), nested: false }
    }

    /// Of a call that nests in the one with this time.
    pub fn share(&self) -> Time {
        Time { limited: self.limited.clone(), nested: true }
    }

    pub fn end(&self) -> Option<End> {
        self.limited.as_ref().map(|limited| limited.end)
    }

    /// What goes into the call in the place of what its driver puts in.
    pub fn input(&self, py: Python<'_>, input: Input) -> Input {
        let Some(limited) = &self.limited else { return input };
        match input {
            Input::Send(value) => match limited.tell_if_over(py) {
                Ok(Some(cancelled)) => Input::Throw(cancelled),
                Ok(None) => Input::Send(value),
                Err(error) => Input::Throw(error),
            },
            Input::Throw(error) if self.nested => Input::Throw(error),
            Input::Throw(error) => match limited.note_thrown(py) {
                Ok(()) => Input::Throw(error),
                Err(another) => Input::Throw(another),
            },
        }
    }

    /// The call is suspended: sees to it that it is woken when its time is over.
    pub fn waits_for(&self, awaited: &Bound<'_, PyAny>) -> PyResult<()> {
        match &self.limited {
            Some(limited) if !self.nested => limited.waits_for(awaited),
            Some(_) | None => Ok(()),
        }
    }

    /// The trap that an exception of what the call waits for stands for, if it was cancelled because the time is over and for
    /// no other reason.
    pub fn explains(&self, py: Python<'_>, error: &PyErr) -> PyResult<Option<Error>> {
        let Some(limited) = &self.limited else { return Ok(None) };
        if !limited.is_told() || !error.is_instance(py, python::cancelled_error(py)?) {
            return Ok(None);
        }
        Ok((!limited.is_cancelled(py)?).then(|| limited.end.error()))
    }

    /// The call, or the wait, is over.
    pub fn stop(&self, py: Python<'_>) {
        let Some(limited) = self.limited.as_ref().filter(|_| !self.nested) else { return };
        let alarm = limited.alarm().take();
        let Some(alarm) = alarm.map(|alarm| alarm.into_bound(py)) else { return };
        if let Err(error) = stop(&alarm) {
            error.write_unraisable(py, Some(&alarm));
        }
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // The one reference to the timer is shown once, by the outermost call.
        let Some(limited) = self.limited.as_ref().filter(|_| !self.nested) else { return Ok(()) };
        let Ok(alarm) = limited.alarm.try_lock() else { return Ok(()) };
        visit.call(&*alarm)
    }
}

impl Limited {
    fn alarm(&self) -> MutexGuard<'_, Option<Py<PyAny>>> {
        self.alarm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the timer, if there is one.
    fn ask<R>(&self, py: Python<'_>, ask: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<R>) -> PyResult<Option<R>> {
        let alarm = self.alarm().as_ref().map(|alarm| alarm.clone_ref(py));
        alarm.map(|alarm| ask(alarm.bind(py))).transpose()
    }

    fn is_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    fn has_rung(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.ask(py, |alarm| alarm.getattr(intern!(py, "rung"))?.is_truthy())?.unwrap_or(false))
    }

    /// The code that the call waits for is told now, once and for all.
    fn tell(&self, py: Python<'_>) -> PyResult<()> {
        self.told.store(true, Ordering::Relaxed);
        self.ask(py, stop).map(|_| ())
    }

    /// The exception by which the code that the call waits for is to be told that the time is over: by the clock or by the
    /// timer, which need not agree to the last nanosecond.
    fn tell_if_over(&self, py: Python<'_>) -> PyResult<Option<PyErr>> {
        if self.is_told() || (self.end.remaining().is_ok() && !self.has_rung(py)?) {
            return Ok(None);
        }
        self.tell(py)?;
        Ok(Some(PyErr::from_type(python::cancelled_error(py)?.clone(), ())))
    }

    /// The driver throws an exception into the call: the timer's, or one of its own.
    fn note_thrown(&self, py: Python<'_>) -> PyResult<()> {
        if !self.is_told() && self.has_rung(py)? {
            return self.tell(py);
        }
        self.thrown.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether the driver cancelled the call.
    fn is_cancelled(&self, py: Python<'_>) -> PyResult<bool> {
        let cancelled =
            self.ask(py, |alarm| alarm.call_method0(intern!(py, "is_cancelled"))?.extract::<Option<bool>>())?;
        // A task knows whether it was cancelled and not taken it back, from CPython 3.11 on. Of any other driver an exception says so.
        Ok(cancelled.flatten().unwrap_or_else(|| self.thrown.load(Ordering::Relaxed)))
    }

    fn waits_for(&self, awaited: &Bound<'_, PyAny>) -> PyResult<()> {
        if self.is_told() {
            return Ok(());
        }
        let py = awaited.py();
        if self.ask(py, |alarm| alarm.setattr(intern!(py, "awaited"), awaited))?.is_some() {
            return Ok(());
        }
        let seconds = self.end.remaining().map_or(0.0, |remaining| remaining.as_secs_f64());
        let module = py.import(intern!(py, "dovetail._asyncio"))?;
        let alarm = module.getattr(intern!(py, "alarm"))?.call1((seconds, awaited))?;
        if !alarm.is_none() {
            *self.alarm() = Some(alarm.unbind());
        }
        Ok(())
    }
}

/// Has a timer ring no more.
fn stop(alarm: &Bound<'_, PyAny>) -> PyResult<()> {
    alarm.call_method0(intern!(alarm.py(), "stop")).map(|_| ())
}
