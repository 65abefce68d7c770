//! The awaited calls into one store: which are under way, who may call next.
//!
//! A store runs one call at a time: the others wait for their turn, first come, first served. A call that a host function makes
//! for the guest that called it nests, and both go on. What would wait for itself is refused.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use dovetail_runtime::Store as RuntimeStore;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::extent::is_within;
use super::running::{EndedBy, Running};
use super::strays;
use crate::store::Store;

/// The awaited calls into a store.
#[derive(Default)]
pub struct Calls {
    state: Mutex<State>,
    /// Whether a call is under way whose host code does not run now: then nobody else may enter the store.
    blocked: AtomicBool,
    /// How many synchronous calls the code is in that runs for the innermost awaited call.
    synchronous: AtomicU32,
}

#[derive(Default)]
struct State {
    /// The calls under way, the innermost one last.
    under_way: Vec<Arc<Running>>,
    /// Calls that were ended when their thread was no more. Nobody can free their fibers, which keep the jobs: the collector
    /// must see these for as long as the store is there, or it would take what they refer to for used.
    lost: Vec<Arc<Running>>,
    /// The one of them that runs now.
    current: Option<Arc<Running>>,
    /// Whether a call has the turn: it is under way, or about to begin.
    taken: bool,
    /// Who was given the turn and has not begun yet.
    given: Option<Py<PyAny>>,
    /// The places (`dovetail._asyncio.Place`) of those who wait for their turn.
    waiting: VecDeque<Py<PyAny>>,
}

/// How a call may begin.
pub enum Turn {
    /// At once.
    Now,
    /// When this place has been waited for.
    After(Py<PyAny>),
}

/// While this lives, host code runs that a synchronous call waits for.
pub struct Synchronous<'a> {
    calls: &'a Calls,
    before: u32,
}

impl Drop for Synchronous<'_> {
    #[inline]
    fn drop(&mut self) {
        self.calls.synchronous.store(self.before, Ordering::Relaxed);
    }
}

/// While this lives, a call runs.
pub struct Resumed<'a> {
    calls: &'a Calls,
    outer: Option<Arc<Running>>,
    synchronous: u32,
}

impl Drop for Resumed<'_> {
    fn drop(&mut self) {
        self.calls.synchronous.store(self.synchronous, Ordering::Relaxed);
        let mut state = self.calls.state();
        state.current = self.outer.take();
        self.calls.update(&state);
    }
}

impl Calls {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, state: &State) {
        let last = state.under_way.last().map(|call| call.id());
        let blocked = last.is_some() && last != state.current.as_ref().map(|call| call.id());
        self.blocked.store(blocked, Ordering::Relaxed);
    }

    /// Whether a call waits for its host beside which nobody may enter the store.
    #[inline]
    pub fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }

    /// Refuses to enter the store beside a call that waits for its host.
    #[cold]
    pub fn check_free(&self) -> PyResult<()> {
        if !self.is_blocked() {
            return Ok(());
        }
        let last = self.state().under_way.last().cloned();
        let name = last.map_or_else(String::new, |call| call.job.name());
        Err(PyRuntimeError::new_err(format!("the store is in use: `{name}` is being awaited")))
    }

    /// The call whose guest runs on a fiber now.
    pub fn current(&self) -> Option<Arc<Running>> {
        self.state().current.clone()
    }

    /// Notes that host code runs for a synchronous call.
    #[inline]
    pub fn synchronous(&self) -> Synchronous<'_> {
        // Only the thread that has claimed the store comes here, so that two plain accesses do.
        let before = self.synchronous.load(Ordering::Relaxed);
        self.synchronous.store(before + 1, Ordering::Relaxed);
        Synchronous { calls: self, before }
    }

    /// Takes a turn for a new call, or a place among those who wait.
    pub fn take_turn(&self, owner: &Bound<'_, Store>, name: &str) -> PyResult<Turn> {
        let py = owner.py();
        if owner.get().is_closed() {
            return Err(PyValueError::new_err("the store is closed"));
        }
        self.reclaim(py)?;
        let under_way: Vec<u64> = {
            let mut state = self.state();
            if self.synchronous.load(Ordering::Relaxed) > 0 {
                let message = format!("`{name}` cannot be awaited: the store is in a synchronous call");
                return Err(PyRuntimeError::new_err(message));
            }
            match (state.under_way.last(), &state.current) {
                // Made by the host function that the innermost call waits for.
                (Some(last), Some(current)) if last.id() == current.id() => return Ok(Turn::Now),
                (Some(_), _) => state.under_way.iter().map(|call| call.id()).collect(),
                (None, _) => {
                    if !state.taken {
                        state.taken = true;
                        return Ok(Turn::Now);
                    }
                    Vec::new()
                }
            }
        };
        if is_within(py, &under_way)? {
            return Err(PyRuntimeError::new_err(format!(
                "`{name}` would wait for itself: it is awaited in a task of its own, made by a host function of a call that \
                 is under way in the same store; await it in the host function itself"
            )));
        }
        let module = py.import(intern!(py, "dovetail._asyncio"))?;
        let place = module.getattr(intern!(py, "Place"))?.call1((owner,))?.unbind();
        self.state().waiting.push_back(place.clone_ref(py));
        Ok(Turn::After(place))
    }

    /// Takes the turn back from a call that was given it and whose event loop was closed before it could begin.
    fn reclaim(&self, py: Python<'_>) -> PyResult<()> {
        let given = self.state().given.as_ref().map(|given| given.clone_ref(py));
        let Some(given) = given else { return Ok(()) };
        let lost = given.bind(py).call_method0(intern!(py, "is_lost"))?.is_truthy()?;
        if lost { self.leave(py, &given) } else { Ok(()) }
    }

    /// Whether a call that waited in this place has the turn. It has not where it was told too late.
    pub fn has_turn(&self, place: &Py<PyAny>) -> bool {
        self.state().given.as_ref().is_some_and(|given| given.is(place))
    }

    /// Gives up a place among those who wait, or the turn itself where it was given already.
    pub fn leave(&self, py: Python<'_>, place: &Py<PyAny>) -> PyResult<()> {
        let (left, given) = {
            let mut state = self.state();
            let position = state.waiting.iter().position(|waiting| waiting.is(place));
            let left = position.and_then(|position| state.waiting.remove(position));
            let given = state.given.take_if(|given| given.is(place));
            (left, given)
        };
        drop(left.map(|left| left.into_bound(py)));
        let Some(given) = given else { return Ok(()) };
        drop(given.into_bound(py));
        self.pass_on(py)
    }

    /// Gives the turn anew that did not reach the call that it was given to: to the same one if that can be reached, else to
    /// the next.
    pub fn give_again(&self, py: Python<'_>, place: &Py<PyAny>) -> PyResult<()> {
        {
            let mut state = self.state();
            let Some(given) = state.given.take_if(|given| given.is(place)) else { return Ok(()) };
            state.waiting.push_front(given);
        }
        self.pass_on(py)
    }

    /// Gives the turn to the next who waits for it and can be told. Whoever cannot be told because of an exception keeps the
    /// place; the first such exception is the result, also where somebody has the turn in spite of it.
    fn pass_on(&self, py: Python<'_>) -> PyResult<()> {
        let mut result = Ok(());
        let mut report = |error: PyErr| match result {
            Ok(()) => result = Err(error),
            Err(_) => error.write_unraisable(py, None),
        };
        let mut position = 0;
        loop {
            let (next, before) = {
                let mut state = self.state();
                let next = state.waiting.remove(position);
                state.taken = next.is_some();
                let before = std::mem::replace(&mut state.given, next.as_ref().map(|next| next.clone_ref(py)));
                (next, before)
            };
            drop(before.map(|before| before.into_bound(py)));
            let Some(next) = next.map(|next| next.into_bound(py)) else { return result };
            // The exception may be that of a signal's handler, which is not raised twice.
            let give = || next.call_method0(intern!(py, "give"))?.is_truthy();
            let given = give().or_else(|error| {
                report(error);
                give()
            });
            match given {
                Ok(true) => return result,
                // It waits no more, or its event loop is closed.
                Ok(false) => {}
                Err(error) => {
                    report(error);
                    let mut state = self.state();
                    if let Some(next) = state.given.take_if(|given| given.is(&next)) {
                        let end = state.waiting.len();
                        state.waiting.insert(position.min(end), next);
                        position += 1;
                    }
                }
            }
        }
    }

    /// Gives back a turn that was taken for a call that did not begin.
    pub fn give_back(&self, py: Python<'_>) -> PyResult<()> {
        if self.state().under_way.is_empty() { self.pass_on(py) } else { Ok(()) }
    }

    /// Begins a call that has its turn.
    pub fn begin(&self, py: Python<'_>, call: &Arc<Running>) {
        let given = {
            let mut state = self.state();
            state.under_way.push(call.clone());
            self.update(&state);
            state.given.take()
        };
        drop(given.map(|given| given.into_bound(py)));
    }

    /// Lets a call run: inside the host function's step that it was made in, if any.
    pub fn resume(&self, call: &Arc<Running>) -> PyResult<Resumed<'_>> {
        let mut state = self.state();
        let position = state.under_way.iter().position(|other| other.id() == call.id());
        let around = position.and_then(|position| position.checked_sub(1)).map(|around| state.under_way[around].id());
        if position.is_none() || around != state.current.as_ref().map(|current| current.id()) {
            let name = call.job.name();
            return Err(PyRuntimeError::new_err(format!(
                "`{name}` was begun by a host function of the same store, and cannot go on outside of it"
            )));
        }
        let outer = state.current.replace(call.clone());
        self.update(&state);
        Ok(Resumed { calls: self, outer, synchronous: self.synchronous.swap(0, Ordering::Relaxed) })
    }

    /// Forgets a call that has ended. Fails where an exception struck while the turn was passed on.
    pub fn end(&self, py: Python<'_>, call: &Arc<Running>) -> PyResult<()> {
        let outermost = {
            let mut state = self.state();
            let before = state.under_way.len();
            state.under_way.retain(|other| other.id() != call.id());
            self.update(&state);
            before > 0 && state.under_way.is_empty()
        };
        if outermost { self.pass_on(py) } else { Ok(()) }
    }

    /// Shows the collector who waits for a turn, and the calls that no object to be awaited shows any more: see
    /// [`Shown`](super::running::Shown).
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        // While the queue is being changed nothing is shown, which only delays the collection.
        let Ok(state) = self.state.try_lock() else { return Ok(()) };
        let mut calls = state.under_way.iter().chain(&state.lost).filter(|call| !call.is_shown());
        calls.try_for_each(|call| call.traverse(visit))?;
        visit.call(&state.given)?;
        state.waiting.iter().try_for_each(|place| visit.call(place))
    }

    /// Cancels the calls that began after this one and have not ended, and wakes those who await them.
    pub fn cancel_after(&self, py: Python<'_>, store: &mut RuntimeStore, call: &Running) {
        let after: Vec<Arc<Running>> = {
            let state = self.state();
            let position = state.under_way.iter().position(|other| other.id() == call.id());
            position.map_or_else(Vec::new, |position| state.under_way[position + 1..].to_vec())
        };
        after.iter().filter(|left| !left.is_abandoned()).for_each(|left| left.wake(py, EndedBy::HostFunction));
        self.cancel_while(py, store, |last| last.id() != call.id());
    }

    /// Cancels all calls under way, and wakes those who await them: the store is closed.
    pub fn cancel_all(&self, py: Python<'_>, store: &mut RuntimeStore) {
        self.wake_all(py);
        self.cancel_while(py, store, |_| true);
    }

    fn wake_all(&self, py: Python<'_>) {
        let under_way = self.state().under_way.clone();
        under_way.iter().for_each(|call| call.wake(py, EndedBy::Closing));
    }

    /// Has the other thread end all calls under way, which were left to it: the store is closed.
    pub fn end_elsewhere(&self, owner: &Bound<'_, Store>) {
        let py = owner.py();
        let last = self.state().under_way.last().cloned();
        // Where it can be told, it ends them before those who await them are woken.
        if let Some(last) = last {
            last.end_in_its_thread(py, owner.as_unbound());
        }
        self.wake_all(py);
    }

    /// Tells those who wait for their turn that it will not come: the store is closed. They find that out when they ask again.
    pub fn dismiss_waiting(&self, py: Python<'_>) {
        for place in self.forget_waiting() {
            let place = place.into_bound(py);
            if let Err(error) = place.call_method0(intern!(py, "give")) {
                error.write_unraisable(py, Some(&place));
            }
        }
    }

    /// Empties the queue.
    fn forget_waiting(&self) -> Vec<Py<PyAny>> {
        let mut state = self.state();
        let given = state.given.take();
        state.waiting.drain(..).chain(given).collect()
    }

    /// Cancels all calls under way, which nobody awaits any more, nor their turns: the store is being collected with them.
    pub fn cancel_unreachable(&self, py: Python<'_>, store: &mut RuntimeStore) {
        for place in self.forget_waiting() {
            drop(place.into_bound(py));
        }
        self.cancel_while(py, store, |_| true);
    }

    /// The other thread that must end a call under way.
    pub fn elsewhere(&self) -> Option<ThreadId> {
        self.state().under_way.iter().find(|call| !call.ends_here()).map(|call| call.thread())
    }

    /// Whether this call has begun and not ended.
    pub fn is_under_way(&self, call: &Running) -> bool {
        self.state().under_way.iter().any(|other| other.id() == call.id())
    }

    /// Whether a call is under way that nobody awaits any more and this thread may end.
    pub fn has_abandoned(&self) -> bool {
        self.state().under_way.iter().any(|call| call.is_abandoned() && call.ends_here())
    }

    /// Gives up the calls that wait in an event loop that is closed, for [`Calls::cancel_abandoned`]. Refuses to go on where another
    /// thread must end them.
    pub fn abandon_in_closed_loops(&self, owner: &Bound<'_, Store>) -> PyResult<()> {
        if !self.is_blocked() {
            return Ok(());
        }
        let under_way = self.state().under_way.clone();
        for call in under_way {
            if !call.waits_in_closed_loop(owner.py())? {
                continue;
            }
            if !call.is_abandoned() {
                call.abandon_in_closed_loop();
                if !call.ends_here() {
                    strays::leave(call.thread(), owner.clone().unbind(), None);
                }
            }
            if !call.ends_here() {
                let name = call.job.name();
                return Err(PyRuntimeError::new_err(format!(
                    "the store is in use: `{name}` waits in an event loop that is closed, and has to be ended by another \
                     thread, which began it"
                )));
            }
            return Ok(());
        }
        Ok(())
    }

    /// Cancels the calls that nobody awaits any more, and those that began after them.
    pub fn cancel_abandoned(&self, py: Python<'_>, store: &mut RuntimeStore) {
        let first = self.state().under_way.iter().find(|call| call.is_abandoned() && call.ends_here()).cloned();
        let Some(first) = first else { return };
        self.cancel_after(py, store, &first);
        self.cancel_while(py, store, |last| last.id() == first.id());
    }

    /// Cancels the innermost call, again and again.
    fn cancel_while(&self, py: Python<'_>, store: &mut RuntimeStore, wanted: impl Fn(&Running) -> bool) {
        loop {
            let last = self.state().under_way.last().filter(|last| wanted(last)).cloned();
            let Some(last) = last else { return };
            last.cancel(py, store);
            if last.has_lost_its_thread() {
                self.state().lost.push(last.clone());
            }
            if let Err(error) = self.end(py, &last) {
                error.write_unraisable(py, None);
            }
        }
    }
}
