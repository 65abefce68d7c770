//! Tasks: calls on fibers, as their owner sees them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use super::switch::{Fiber, panicked};
use crate::error::{Error, Result};
use crate::store::Store;

/// One call on a fiber of its own, which can be suspended while the thread does something else.
///
/// A task belongs to its store and to the thread that made it. While it is suspended, its store can be used: for calls
/// that are over before it goes on.
///
/// What the task does, and what that gives, is dropped on the thread's own stack. A task that is dropped unfinished
/// leaves its call suspended until its store is asked ([`Store::cancel_dropped_tasks`]) or dropped.
pub struct Task<R> {
    fiber: Arc<Fiber>,
    /// Where the fiber's work leaves what it gives.
    outcome: Outcome<R>,
}

/// Shared in a way that any thread may give up its part: a task is not `Send`, but an owner who vouches for what it holds
/// may drop it elsewhere.
type Outcome<R> = Arc<Mutex<Option<Result<R>>>>;

impl<R: 'static> Task<R> {
    /// A task that will do `work`, once. It has no stack before it is first resumed.
    pub fn new(store: &Store, work: impl FnOnce(&mut Store) -> Result<R> + 'static) -> Task<R> {
        let outcome = Outcome::default();
        let result = outcome.clone();
        let mut work = Some(work);
        let work = Box::new(move |store: &mut Store| {
            let Some(work) = work.take() else { return };
            let outcome = match catch_unwind(AssertUnwindSafe(|| work(store))) {
                Ok(outcome) => outcome,
                Err(panic) => Err(panicked("a task", &*panic)),
            };
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        });
        Task { fiber: Arc::new(Fiber::new(store, work)), outcome }
    }

    /// Begins the work or goes on with it. `Pending` when it waits for something that the host was asked for
    /// ([`Store::on_host_stack`]), which is asked again by the next call of this.
    ///
    /// An error of kind `Argument` may also say that the task cannot be resumed here and now: then it is as it was.
    pub fn resume(&mut self, store: &mut Store) -> Poll<Result<R>> {
        match self.fiber.resume(store) {
            Ok(Poll::Ready(())) => Poll::Ready(self.take_outcome()),
            Ok(Poll::Pending) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Ends the work: what it waits for is asked no more, and whatever else it wants on the thread's stack is refused.
    /// The guest's frames are left, those of the host return. The result is what the work gives in spite of that, most
    /// often `error` itself.
    pub fn cancel(&mut self, store: &mut Store, error: Error) -> Result<R> {
        self.fiber.cancel(store, error)?;
        self.take_outcome()
    }

    /// Whether the work has ended.
    pub fn is_over(&self) -> bool {
        self.fiber.is_over()
    }

    fn take_outcome(&mut self) -> Result<R> {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome.unwrap_or_else(|| Err(Error::bug("a task ended without a result")))
    }
}

impl<R> Drop for Task<R> {
    fn drop(&mut self) {
        self.fiber.abandon();
    }
}

impl<R> std::fmt::Debug for Task<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Task").field("fiber", &self.fiber).finish_non_exhaustive()
    }
}
