//! One call under way: its fiber, and what goes between the event loop and the host function that the guest waits for.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::thread::{self, ThreadId};

use dovetail_runtime::{Cancelled, Error, Result, Store as RuntimeStore, Task};
use pyo3::exceptions::{PyGeneratorExit, PyRuntimeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::delegate::{Input, Progress, advance, awaited};
use super::extent::{Number, within_call};
use super::job::Job;
use super::strays::{has_ended, this_thread};
use super::time::Time;
use crate::convert::raised;
use crate::errors::bug;
use crate::python;
use crate::store::Store;

/// A call that has begun.
pub struct Running {
    number: Number,
    pub job: Arc<dyn Job>,
    /// How long it may take.
    pub time: Time,
    /// Where the call's fiber is.
    thread: ThreadId,
    /// Whether nobody awaits the call any more.
    abandoned: AtomicBool,
    /// Whether the object that is awaited shows the collector what the call holds: see [`Shown`].
    shown: AtomicBool,
    /// Who ended the call, other than those who await it, if these are to learn that.
    ended_by: Mutex<Option<EndedBy>>,
    /// Taken out while the fiber runs, and for good at its end.
    task: Mutex<Option<Confined>>,
    held: Mutex<Held>,
}

/// A call as the object has it that is awaited. While this lives, that object shows the collector what the call holds; after
/// that the store does, for as long as it keeps the call.
///
/// The collector counts: an object whose references it was shown all of is held by nobody outside of what it collects. So each
/// strong reference is shown by one Python object and once, and what Rust's structures share has one that shows it for all who
/// hold it. A reference that is shown to nobody only delays the collection; one that is shown twice takes an object away from
/// those who use it. That goes for every `__traverse__` here:
///
/// | what is shared                | who shows it                                                                |
/// |-------------------------------|-----------------------------------------------------------------------------|
/// | a [`Running`] with its job    | the `Call` while it has this guard, else the store that keeps the call        |
/// | a job that has not begun      | its `Call`                                                                  |
/// | the timer of nested calls     | the outermost call                                                          |
/// | an `Export`                   | its function's object, which a job has a reference of its own to             |
/// | a store's `HostObjects`       | the store: bindings and host functions only look things up there             |
/// | `Identities`, a `Package`     | nobody: classes of a package, and no object of a user's                      |
pub struct Shown(Arc<Running>);

impl Shown {
    /// To be made once for each call.
    pub fn new(call: Arc<Running>) -> Shown {
        call.shown.store(true, Ordering::Relaxed);
        Shown(call)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.0.shown.store(false, Ordering::Relaxed);
    }
}

impl Deref for Shown {
    type Target = Arc<Running>;

    fn deref(&self) -> &Arc<Running> {
        &self.0
    }
}

/// Who ended a call, other than those who await it.
#[derive(Clone, Copy)]
pub enum EndedBy {
    /// The host function that began it, or the call that this belongs to, is over.
    HostFunction,
    /// The store was closed.
    Closing,
    /// Another call needed the store, while this one waited in an event loop that is closed.
    ClosedLoop,
}

/// A fiber, which stays in its thread.
struct Confined(Task<()>);

// SAFETY: a task is resumed and cancelled with its store, which refuses it in another thread than the one that began it; its
// outcome is only touched by these two. Dropping it elsewhere leaves the fiber to the store.
unsafe impl Send for Confined {}

/// Python's objects that belong to the call. None of them lies on the fiber's stack.
#[derive(Default)]
struct Held {
    /// What the event loop put into the call, for the code that waits for it.
    input: Option<Input>,
    /// What the call waits for, for the event loop.
    output: Option<Py<PyAny>>,
    /// What the call waited for last, to wake whoever drives it when the store is closed.
    last: Option<Py<PyAny>>,
    /// The event loop that ran when the call was suspended last, if it is.
    event_loop: Option<Py<PyAny>>,
    /// What the host function awaits that the guest waits for.
    awaited: Option<Py<PyAny>>,
}

impl Running {
    pub fn new(store: &RuntimeStore, job: Arc<dyn Job>, time: Time) -> Arc<Running> {
        let shared = job.clone();
        let task = Task::new(store, move |store| shared.run(store));
        Arc::new(Running {
            number: Number::new(),
            job,
            time,
            thread: this_thread(),
            abandoned: AtomicBool::new(false),
            shown: AtomicBool::new(false),
            ended_by: Mutex::default(),
            task: Mutex::new(Some(Confined(task))),
            held: Mutex::default(),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn task(&self) -> MutexGuard<'_, Option<Confined>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which call it is.
    pub fn id(&self) -> u64 {
        self.number.get()
    }

    /// The thread of the call's fiber.
    pub fn thread(&self) -> ThreadId {
        self.thread
    }

    /// Whether this is the thread of the call's fiber.
    pub fn is_here(&self) -> bool {
        self.thread == thread::current().id()
    }

    /// Whether this thread may end the call: it is the call's own, or that is no more.
    pub fn ends_here(&self) -> bool {
        self.is_here() || self.has_lost_its_thread()
    }

    /// Whether the thread of the call's fiber is no more.
    pub fn has_lost_its_thread(&self) -> bool {
        has_ended(self.thread)
    }

    /// Refuses to go on in another thread.
    pub fn check_thread(&self) -> PyResult<()> {
        if self.is_here() {
            return Ok(());
        }
        let name = self.job.name();
        Err(PyRuntimeError::new_err(format!("`{name}` can only be awaited in the thread that began it")))
    }

    /// Notes that nobody awaits the call any more.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
    }

    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// Whether the object that is awaited shows the collector what the call holds, so that nobody else may.
    pub fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }

    /// Lets the guest go on, until it ends or waits for what [`Running::waits_for`] gives.
    pub fn resume(&self, py: Python<'_>, store: &mut RuntimeStore, input: Input) -> Poll<Result<()>> {
        let Some(mut task) = self.task().take() else {
            return Poll::Ready(Err(Error::bug("a call that has ended was resumed")));
        };
        let input = self.time.input(py, input);
        let (last, event_loop) = {
            let mut held = self.held();
            held.input = Some(input);
            (held.last.take(), held.event_loop.take())
        };
        drop(last.map(|last| last.into_bound(py)));
        drop(event_loop.map(|event_loop| event_loop.into_bound(py)));
        let polled = task.0.resume(store);
        match polled {
            Poll::Pending => *self.task() = Some(task),
            Poll::Ready(_) if task.0.is_over() => self.let_go(py),
            // It could not go on, and nobody will ask again.
            Poll::Ready(_) => {
                *self.task() = Some(task);
                self.cancel(py, store);
            }
        }
        polled
    }

    /// What the call waits for.
    pub fn waits_for<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let event_loop = python::running_loop(py)?;
        let mut held = self.held();
        let Some(output) = held.output.take() else { return Err(bug(py, "a call waits for nothing")) };
        held.last = Some(output.clone_ref(py));
        held.event_loop = event_loop.map(Bound::unbind);
        drop(held);
        let output = output.into_bound(py);
        self.time.waits_for(&output)?;
        Ok(output)
    }

    /// Refuses to go on with a call that was ended by others than those who await it.
    pub fn check_goes_on(&self, py: Python<'_>, input: &Input) -> PyResult<()> {
        if self.task().is_some() {
            return Ok(());
        }
        let ended_by = *self.ended_by();
        if let Input::Throw(error) = input {
            // By other exceptions those are woken who are to learn of the end.
            if ended_by.is_none() || error.is_instance_of::<PyGeneratorExit>(py) {
                return Err(error.clone_ref(py));
            }
        }
        let name = self.job.name();
        Err(match ended_by.unwrap_or(EndedBy::HostFunction) {
            EndedBy::HostFunction => PyRuntimeError::new_err(format!(
                "`{name}` was ended by the host function that began it, which has returned"
            )),
            EndedBy::Closing => PyValueError::new_err(format!("the store was closed while `{name}` was awaited")),
            EndedBy::ClosedLoop => PyRuntimeError::new_err(format!(
                "`{name}` was ended because it waited in an event loop that is closed, and its store was needed"
            )),
        })
    }

    /// Whether the call waits in an event loop that is closed, and so can never go on.
    pub fn waits_in_closed_loop(&self, py: Python<'_>) -> PyResult<bool> {
        let event_loop = self.held().event_loop.as_ref().map(|event_loop| event_loop.clone_ref(py));
        let Some(event_loop) = event_loop.map(|event_loop| event_loop.into_bound(py)) else { return Ok(false) };
        event_loop.call_method0(intern!(py, "is_closed"))?.is_truthy()
    }

    /// Ends the guest's call, and with it whatever it waits for. Does nothing when it has ended.
    pub fn cancel(&self, py: Python<'_>, store: &mut RuntimeStore) {
        let Some(mut task) = self.task().take() else { return };
        // Whoever is awaited is told first, as when a coroutine is closed.
        self.let_go(py);
        // Nobody is left who would want to know how the call ended.
        drop(task.0.cancel(store, Error::host(Cancelled)));
        self.job.give_up(py);
        self.let_go(py);
    }

    fn ended_by(&self) -> MutexGuard<'_, Option<EndedBy>> {
        self.ended_by.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that nobody awaits the call any more, because its event loop is closed.
    pub fn abandon_in_closed_loop(&self) {
        *self.ended_by() = Some(EndedBy::ClosedLoop);
        self.abandon();
    }

    /// Wakes whoever drives the call, so that it learns of the call's end: what it waits for may never happen.
    pub fn wake(&self, py: Python<'_>, ended_by: EndedBy) {
        *self.ended_by() = Some(ended_by);
        let last = self.held().last.take();
        let Some(last) = last.map(|last| last.into_bound(py)) else { return };
        let woken = py
            .import(intern!(py, "dovetail._asyncio"))
            .and_then(|module| module.getattr(intern!(py, "wake"))?.call1((&last,)));
        if let Err(error) = woken {
            error.write_unraisable(py, Some(&last));
        }
    }

    /// Has the call's own event loop end it, where that can be found: nobody awaits it any more, and this is another thread.
    pub fn end_in_its_thread(&self, py: Python<'_>, owner: &Py<Store>) {
        let last = self.held().last.as_ref().map(|last| last.clone_ref(py));
        let Some(last) = last.map(|last| last.into_bound(py)) else { return };
        let asked = py
            .import(intern!(py, "dovetail._asyncio"))
            .and_then(|module| module.getattr(intern!(py, "end_abandoned"))?.call1((&last, owner)));
        if let Err(error) = asked {
            error.write_unraisable(py, Some(&last));
        }
    }

    /// The error by which what the guest waits for failed: that its time is over, where it was stopped for that.
    pub fn failed(&self, error: PyErr, py: Python<'_>) -> Error {
        match self.time.explains(py, &error) {
            Ok(Some(trap)) => trap,
            Ok(None) => raised(error),
            Err(another) => raised(another),
        }
    }

    fn let_go(&self, py: Python<'_>) {
        self.time.stop(py);
        let held = std::mem::take(&mut *self.held());
        for object in [held.output, held.last, held.event_loop, held.awaited].into_iter().flatten() {
            drop(object.into_bound(py));
        }
        drop(held.input);
    }

    /// Lets what the host function awaits go on: `start` to begin with, what it was before else.
    pub fn drive<'py>(&self, py: Python<'py>, start: Option<Bound<'py, PyAny>>) -> Poll<PyResult<Bound<'py, PyAny>>> {
        let (iterator, input) = match start {
            Some(iterator) => (iterator, Input::Send(py.None())),
            None => {
                let mut held = self.held();
                match (held.awaited.take(), held.input.take()) {
                    (Some(iterator), Some(input)) => (iterator.into_bound(py), input),
                    (_, _) => return Poll::Ready(Err(bug(py, "a host function goes on that never waited"))),
                }
            }
        };
        match within_call(py, self.id(), || advance(&iterator, input)) {
            Ok(Ok(Progress::Yielded(value))) => {
                let mut held = self.held();
                held.awaited = Some(iterator.unbind());
                held.output = Some(value.unbind());
                Poll::Pending
            }
            Ok(Ok(Progress::Returned(value))) => Poll::Ready(Ok(value)),
            Ok(Err(error)) | Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Calls a host function, and awaits what it returns where that can be awaited.
    pub fn await_result<'py>(
        &self,
        py: Python<'py>,
        call: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
    ) -> Poll<PyResult<Bound<'py, PyAny>>> {
        // `__await__` is host code as well.
        let begun = within_call(py, self.id(), || call().and_then(|returned| Ok((awaited(&returned)?, returned))));
        match begun.and_then(|begun| begun) {
            Ok((Some(iterator), _)) => self.drive(py, Some(iterator)),
            Ok((None, returned)) => Poll::Ready(Ok(returned)),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Gives control to the event loop once. To be asked again with the same `begun`, which starts as false.
    pub fn pause(&self, py: Python<'_>, begun: &mut bool) -> Poll<PyResult<()>> {
        let mut held = self.held();
        if !std::mem::replace(begun, true) {
            held.output = Some(py.None());
            return Poll::Pending;
        }
        match held.input.take() {
            Some(Input::Throw(error)) => Poll::Ready(Err(error)),
            Some(Input::Send(_)) | None => Poll::Ready(Ok(())),
        }
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        self.job.traverse(visit)?;
        self.time.traverse(visit)?;
        // While the objects are being changed nothing is shown, which only delays the collection.
        let Ok(held) = self.held.try_lock() else { return Ok(()) };
        visit.call(&held.output)?;
        visit.call(&held.last)?;
        visit.call(&held.event_loop)?;
        visit.call(&held.awaited)
    }
}
