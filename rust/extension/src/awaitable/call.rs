//! The object that is awaited for one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use dovetail_runtime::Result;
use pyo3::exceptions::{
    PyAttributeError, PyGeneratorExit, PyRuntimeError, PyRuntimeWarning, PyStopIteration, PyTypeError, PyValueError,
};
use pyo3::ffi;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use super::calls::{Calls, Turn};
use super::collector;
use super::delegate::{Input, Progress, advance, returning};
use super::job::Job;
use super::running::{Running, Shown};
use super::strays;
use super::time::Time;
use crate::errors::to_python;
use crate::limit::End;
use crate::python::beside_exception;
use crate::store::Store;

/// A call to be awaited: a coroutine, as far as event loops can tell. It begins when it is first awaited.
#[pyclass(frozen, weakref, generic, module = "dovetail._engine", name = "_Call")]
pub struct Call {
    owner: Py<Store>,
    phase: Mutex<Phase>,
}

enum Phase {
    New(Arc<dyn Job>),
    /// It waits for its turn.
    Queued {
        job: Arc<dyn Job>,
        waiting: Waiting,
    },
    Begun(Shown),
    /// Somebody has taken the contents out, and works on them.
    Busy,
    Over,
}

/// The wait for a turn.
struct Waiting {
    /// In the store's queue.
    place: Py<PyAny>,
    iterator: Py<PyAny>,
    /// Until the deadline.
    time: Time,
}

impl Waiting {
    /// Goes on waiting.
    fn step<'py>(&self, py: Python<'py>, input: Input) -> PyResult<Progress<'py>> {
        let progress = advance(self.iterator.bind(py), self.time.input(py, input));
        if let Ok(Progress::Yielded(awaited)) = &progress {
            self.time.waits_for(awaited)?;
        }
        progress.or_else(|error| match self.time.explains(py, &error)? {
            Some(trap) => Err(to_python(py, trap)),
            None => Err(error),
        })
    }
}

/// What awaiting gave.
enum Step<'py> {
    Yield(Bound<'py, PyAny>),
    Return(Bound<'py, PyAny>),
}

impl Call {
    pub fn new<'py>(owner: &Bound<'py, Store>, job: Arc<dyn Job>) -> PyResult<Bound<'py, Call>> {
        collector::watch(owner.py())?;
        let phase = Mutex::new(Phase::New(job));
        Bound::new(owner.py(), Call { owner: owner.clone().unbind(), phase })
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Phase {
        std::mem::replace(&mut *self.phase(), Phase::Busy)
    }

    /// The name of what is called, while it is known.
    fn name(&self) -> String {
        let phase = self.phase();
        match &*phase {
            Phase::New(job) | Phase::Queued { job, .. } => job.name(),
            Phase::Begun(call) => call.job.name(),
            Phase::Busy | Phase::Over => "call".to_owned(),
        }
    }

    /// Goes on to where the call waits next, or to its end.
    fn step<'py>(&self, py: Python<'py>, input: Input) -> PyResult<Step<'py>> {
        strays::end(py);
        let (phase, step) = match self.take() {
            Phase::New(job) => self.start(py, job, input),
            Phase::Queued { job, waiting } => self.queued(py, job, waiting, input),
            Phase::Begun(call) => self.resume(py, call, input),
            Phase::Busy => return Err(PyValueError::new_err("the call is being awaited already")),
            Phase::Over => (Phase::Over, Err(PyRuntimeError::new_err("the call was awaited already"))),
        };
        let before = std::mem::replace(&mut *self.phase(), phase);
        drop(before);
        step.map_err(|error| never_stop(py, error))
    }

    fn start<'py>(&self, py: Python<'py>, job: Arc<dyn Job>, input: Input) -> (Phase, PyResult<Step<'py>>) {
        match input {
            Input::Throw(error) => return (Phase::Over, Err(error)),
            Input::Send(value) if !value.is_none(py) => {
                let error = PyTypeError::new_err("can't send non-None value to a just-started call");
                return (Phase::New(job), Err(error));
            }
            Input::Send(_) => {}
        }
        self.take_turn(py, job, None)
    }

    /// Begins where it is the call's turn, else waits for that: until a deadline, if there is one now or was when it first came.
    fn take_turn<'py>(&self, py: Python<'py>, job: Arc<dyn Job>, until: Option<End>) -> (Phase, PyResult<Step<'py>>) {
        let owner = self.owner.bind(py);
        let calls = owner.get().calls();
        match Store::cancel_lost(owner).and_then(|()| calls.take_turn(owner, &job.name())) {
            Ok(Turn::Now) => self.begin(py, job, until),
            Ok(Turn::After(place)) => {
                let waiting = || -> PyResult<Waiting> {
                    let until = owner.get().limit().deadline(until).map_err(|error| to_python(py, error))?;
                    let iterator = place.bind(py).call_method0(intern!(py, "__await__"))?.unbind();
                    Ok(Waiting { place: place.clone_ref(py), iterator, time: Time::until(until) })
                };
                match waiting() {
                    Ok(waiting) => self.queued(py, job, waiting, Input::Send(py.None())),
                    Err(error) => (Phase::Over, Err(and_then(py, error, calls.leave(py, &place)))),
                }
            }
            Err(error) => (Phase::Over, Err(error)),
        }
    }

    fn queued<'py>(
        &self,
        py: Python<'py>,
        job: Arc<dyn Job>,
        waiting: Waiting,
        input: Input,
    ) -> (Phase, PyResult<Step<'py>>) {
        let calls = self.owner.get().calls();
        let error = match waiting.step(py, input) {
            Ok(Progress::Yielded(value)) => return (Phase::Queued { job, waiting }, Ok(Step::Yield(value))),
            Ok(Progress::Returned(_)) => {
                waiting.time.stop(py);
                let until = waiting.time.end();
                if calls.has_turn(&waiting.place) {
                    return self.begin(py, job, until);
                }
                // Whoever drives the call did so long after the turn was given, which was passed on meanwhile.
                return self.take_turn(py, job, until);
            }
            Err(error) => error,
        };
        waiting.time.stop(py);
        (Phase::Over, Err(and_then(py, error, calls.leave(py, &waiting.place))))
    }

    /// The time of a call that begins now, and is to be over by `until` in any case.
    fn time(&self, calls: &Calls, until: Option<End>) -> Result<Time> {
        if let Some(around) = calls.current()
            && let Some(end) = around.time.end()
        {
            end.remaining()?;
            return Ok(around.time.share());
        }
        Ok(Time::until(self.owner.get().limit().next_end(until)?))
    }

    /// Begins the call, whose turn it is.
    fn begin<'py>(&self, py: Python<'py>, job: Arc<dyn Job>, until: Option<End>) -> (Phase, PyResult<Step<'py>>) {
        let owner = self.owner.bind(py);
        let calls = owner.get().calls();
        let begun = || -> PyResult<Arc<Running>> {
            let store = Store::enter(owner)?;
            let time = self.time(calls, until).map_err(|error| to_python(py, error))?;
            Ok(Running::new(&store, job, time))
        };
        match begun() {
            Ok(call) => {
                calls.begin(py, &call);
                self.resume(py, Shown::new(call), Input::Send(py.None()))
            }
            Err(error) => (Phase::Over, Err(and_then(py, error, calls.give_back(py)))),
        }
    }

    fn resume<'py>(&self, py: Python<'py>, call: Shown, input: Input) -> (Phase, PyResult<Step<'py>>) {
        let owner = self.owner.bind(py);
        let calls = owner.get().calls();
        if let Err(error) = call.check_goes_on(py, &input) {
            return (Phase::Over, Err(error));
        }
        let resumed = || {
            let mut store = Store::enter_beside(owner)?;
            call.check_thread()?;
            let _resumed = calls.resume(&call)?;
            let _clock = owner.get().limit().run_until(call.time.end());
            Ok(call.resume(py, &mut store, input))
        };
        match resumed() {
            // It was not resumed, and is as it was.
            Err(error) => (Phase::Begun(call), Err(error)),
            Ok(Poll::Pending) => {
                let waits_for = call.waits_for(py).map(Step::Yield);
                (Phase::Begun(call), waits_for)
            }
            Ok(Poll::Ready(outcome)) => {
                let ended = calls.end(py, &call);
                let outcome = match call.job.finish(py, outcome) {
                    Ok(value) => ended.map(|()| Step::Return(value)),
                    Err(error) => Err(and_then(py, error, ended)),
                };
                (Phase::Over, outcome)
            }
        }
    }

    /// Ends a call that nobody awaits any more.
    fn abandon(&self, py: Python<'_>) {
        let phase = std::mem::replace(&mut *self.phase(), Phase::Over);
        match phase {
            Phase::New(_) | Phase::Busy | Phase::Over => {}
            Phase::Queued { waiting, .. } => {
                waiting.time.stop(py);
                if let Err(error) = self.owner.get().calls().leave(py, &waiting.place) {
                    error.write_unraisable(py, None);
                }
            }
            Phase::Begun(call) => {
                call.abandon();
                if call.ends_here() {
                    strays::end(py);
                    // Where the store cannot be used now, its next user does it; where it is closed, that has done it.
                    drop(Store::cancel_abandoned(self.owner.bind(py)));
                } else if self.owner.get().calls().is_under_way(&call) {
                    strays::leave(call.thread(), self.owner.clone_ref(py), None);
                    call.end_in_its_thread(py, &self.owner);
                }
            }
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        Python::attach(|py| {
            let forgotten = match &*self.phase() {
                Phase::New(job) => Some(job.name()),
                Phase::Queued { .. } | Phase::Begun(_) | Phase::Busy | Phase::Over => None,
            };
            beside_exception(py, || {
                self.abandon(py);
                if let Some(name) = forgotten {
                    warn_forgotten(py, &name);
                }
            });
        });
    }
}

/// The exception of a call after which another one may have struck, while the turn was passed on: then that is raised.
fn and_then(py: Python<'_>, error: PyErr, passed_on: PyResult<()>) -> PyErr {
    match passed_on {
        Ok(()) => error,
        Err(later) => {
            later.set_context(py, Some(error));
            later
        }
    }
}

/// What comes out of a call in the place of an exception. A `StopIteration` would say that the call has returned; as from a
/// coroutine (PEP 479), a `RuntimeError` about it is raised.
fn never_stop(py: Python<'_>, error: PyErr) -> PyErr {
    if !error.is_instance_of::<PyStopIteration>(py) {
        return error;
    }
    let instead = PyRuntimeError::new_err("awaited call raised StopIteration");
    instead.set_context(py, Some(error.clone_ref(py)));
    instead.set_cause(py, Some(error));
    instead
}

/// Warns, as Python does of a coroutine, that a call was made and not awaited: nothing was called.
fn warn_forgotten(py: Python<'_>, name: &str) {
    let text = std::ffi::CString::new(format!("call of `{name}` was never awaited")).unwrap_or_default();
    let category = py.get_type::<PyRuntimeWarning>();
    if let Err(error) = PyErr::warn(py, &category, &text, 1) {
        error.write_unraisable(py, None);
    }
}

/// The exception that `throw` was given: an object, or a class with what it is made of.
fn thrown<'py>(
    error: &Bound<'py, PyAny>,
    value: Option<Bound<'py, PyAny>>,
    traceback: Option<Bound<'py, PyAny>>,
) -> PyResult<PyErr> {
    let py = error.py();
    let object = match error.cast::<PyType>() {
        Ok(class) => match value {
            Some(value) if value.is_instance(class)? => value,
            Some(value) => class.call1((value,))?,
            None => class.call0()?,
        },
        Err(_) => error.clone(),
    };
    // SAFETY: a live object, whose class is looked at.
    if unsafe { ffi::PyExceptionInstance_Check(object.as_ptr()) } == 0 {
        return Err(PyTypeError::new_err("exceptions must be classes or instances deriving from BaseException"));
    }
    if let Some(traceback) = traceback {
        object.call_method1(intern!(py, "with_traceback"), (traceback,))?;
    }
    Ok(PyErr::from_value(object))
}

#[pymethods]
impl Call {
    fn __await__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.send(py, None)
    }

    /// Go on to where the call waits next.
    #[pyo3(signature = (value=None, /))]
    fn send<'py>(&self, py: Python<'py>, value: Option<Py<PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        match self.step(py, Input::Send(value.unwrap_or_else(|| py.None())))? {
            Step::Yield(value) => Ok(value),
            Step::Return(value) => Err(returning(&value)),
        }
    }

    /// Raise an exception where the call waits: in what the host awaits, else it ends the call.
    #[pyo3(signature = (error, value=None, traceback=None, /))]
    fn throw<'py>(
        &self,
        error: &Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        traceback: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = error.py();
        let error = thrown(error, value, traceback).map_err(|error| never_stop(py, error))?;
        match self.step(py, Input::Throw(error))? {
            Step::Yield(value) => Ok(value),
            Step::Return(value) => Err(returning(&value)),
        }
    }

    /// End the call. Does nothing when it is over or has not begun. In another thread than its own, have that end it.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let (idle, elsewhere) = match &*self.phase() {
            Phase::New(_) | Phase::Over => (true, false),
            Phase::Queued { .. } | Phase::Busy => (false, false),
            Phase::Begun(call) => (false, !call.is_here()),
        };
        if elsewhere {
            self.abandon(py);
            return Ok(());
        }
        if idle {
            // Dropped when the lock is free again: an argument's `__del__` may look at this call.
            let before = std::mem::replace(&mut *self.phase(), Phase::Over);
            drop(before);
            return Ok(());
        }
        match self.step(py, Input::Throw(PyGeneratorExit::new_err(()))) {
            Ok(Step::Return(_)) => Ok(()),
            Ok(Step::Yield(_)) => Err(PyRuntimeError::new_err("a coroutine of the host ignored GeneratorExit")),
            Err(error) if error.is_instance_of::<PyGeneratorExit>(py) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What is called.
    #[getter]
    fn __name__<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.name())
    }

    #[getter]
    fn __qualname__<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        PyString::new(py, &self.name())
    }

    fn __repr__(&self) -> String {
        format!("<call of {}>", self.name())
    }

    /// Asked for what there is not: `await` was forgotten.
    fn __getattr__(&self, name: &str) -> PyResult<()> {
        Err(PyAttributeError::new_err(format!(
            "the call of `{}` has no attribute `{name}`: to have that of its result, await it first",
            self.name()
        )))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.owner)?;
        let Ok(phase) = self.phase.try_lock() else { return Ok(()) };
        match &*phase {
            Phase::New(job) => job.traverse(&visit),
            Phase::Queued { job, waiting } => {
                job.traverse(&visit)?;
                waiting.time.traverse(&visit)?;
                visit.call(&waiting.place)?;
                visit.call(&waiting.iterator)
            }
            Phase::Begun(call) => call.traverse(&visit),
            Phase::Busy | Phase::Over => Ok(()),
        }
    }

    fn __clear__(&self, py: Python<'_>) {
        self.abandon(py);
    }
}
