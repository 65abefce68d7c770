//! Fibers: calls into wasm on stacks of their own, which can be suspended while the thread does something else.
//!
//! An asynchronous call is a [`Task`]. Its guest and the runtime's own frames run on the fiber's stack; whatever host code
//! must not run there (because it inspects the stack, as Python does, or wants to wait) goes to the thread's own stack
//! through [`Store::on_host_stack`]. A call that is no task uses none of this.
//!
//! Fibers stay on the thread that made them, because a compiler may keep the address of a thread-local variable across a
//! suspension. A suspended fiber is never unwound: frames of wasm have no tables for that. It is *cancelled*: the request
//! that it waits for fails, wasm is left as after a trap, and the host's frames return.

mod stack;
mod switch;
mod task;

use std::fmt;
use std::sync::Arc;
use std::task::Poll;

use crate::error::{Error, Result};
use crate::store::Store;
use switch::{When, host_stack, on_fiber};

pub(crate) use stack::StackPool;
pub(crate) use switch::{Fiber, cannot_wait};
pub use task::Task;

/// The error, as [`ErrorKind::Host`](crate::ErrorKind::Host), of whatever a call asks of the host after it was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call was cancelled")
    }
}

impl std::error::Error for Cancelled {}

/// Whether this thread is on the stack of a fiber, for host code that must not be there and wants to be sure.
#[inline]
pub fn is_on_fiber() -> bool {
    on_fiber()
}

impl Store {
    /// Whether this thread is on the stack of a fiber.
    pub fn is_on_fiber(&self) -> bool {
        on_fiber()
    }

    /// Whether [`Store::on_host_stack`] may wait here: on the fiber of a task of this very store, which was not cancelled.
    #[inline]
    pub fn can_wait(&self) -> bool {
        switch::can_wait(self.id())
    }

    /// Runs `work` on the thread's own stack: directly where this is it, else by suspending the fiber. After each
    /// `Pending`, `work` is asked again when the task is resumed; where the call cannot wait ([`Store::can_wait`]),
    /// `Pending` is an error. Calls into wasm that `work` makes cannot be suspended.
    ///
    /// Fails without running `work`, or without asking it again, when the task is cancelled.
    pub fn on_host_stack<R>(&mut self, work: &mut dyn FnMut(&mut Store) -> Poll<R>) -> Result<R> {
        let may_wait = self.can_wait();
        host_stack(When::NotCancelled, may_wait, || work(self))
    }

    /// Runs `work` on the thread's own stack, also in a task that was cancelled: to clean up.
    pub fn finish_on_host_stack<R>(&mut self, work: impl FnOnce(&mut Store) -> R) -> Result<R> {
        finish_on_host_stack(|| work(self))
    }

    /// Cancels the tasks of this store whose owners have dropped them. A store that is dropped does so by itself.
    pub fn cancel_dropped_tasks(&mut self) {
        self.cancel_tasks_if(Fiber::is_abandoned);
    }

    /// Cancels all tasks of this store that were suspended on this thread.
    pub(crate) fn cancel_tasks(&mut self) {
        self.cancel_tasks_if(|_| true);
    }

    fn cancel_tasks_if(&mut self, wanted: fn(&Fiber) -> bool) {
        if self.inner().fibers.is_empty() {
            return;
        }
        // Where even that is impossible, the tasks are left alone.
        let _ = self.finish_on_host_stack(|store| {
            // The last one first, which may have been begun by what an earlier one waits for.
            let fibers: Vec<Arc<Fiber>> = store.inner().fibers.iter().rev().cloned().collect();
            for fiber in fibers.iter().filter(|fiber| wanted(fiber)) {
                // A fiber that cannot be cancelled is running, or another thread's.
                let _ = fiber.cancel(store, Error::host(Cancelled));
            }
        });
    }
}

/// Runs `work` on the thread's own stack, for host code that has no store at hand, or has lent it already. Fails without
/// running `work` when the task is cancelled.
#[inline]
pub fn run_on_host_stack<R>(work: impl FnOnce() -> R) -> Result<R> {
    if !on_fiber() {
        return Ok(work());
    }
    let mut work = Some(work);
    let outcome = once(When::NotCancelled, &mut work);
    discard(work);
    outcome
}

/// As [`run_on_host_stack`], also in a task that was cancelled: to clean up.
#[inline]
pub fn finish_on_host_stack<R>(work: impl FnOnce() -> R) -> Result<R> {
    if !on_fiber() {
        return Ok(work());
    }
    once(When::Always, &mut Some(work))
}

/// Drops something of the host's on the thread's own stack.
#[inline]
pub(crate) fn discard<T>(value: T) {
    if std::mem::needs_drop::<T>() && on_fiber() {
        // It fails only while the fiber panics; then there is no better place either.
        let _ = once(When::Always, &mut Some(|| drop(value)));
    }
}

fn once<R>(when: When, work: &mut Option<impl FnOnce() -> R>) -> Result<R> {
    host_stack(when, false, || match work.take() {
        Some(work) => Poll::Ready(Ok(work())),
        None => Poll::Ready(Err(Error::bug("a request was asked again after its end"))),
    })?
}

/// As [`Store::on_host_stack`], for work that has the store already.
#[inline]
pub(crate) fn on_host_stack<R>(may_wait: bool, work: impl FnMut() -> Poll<R>) -> Result<R> {
    host_stack(When::NotCancelled, may_wait, work)
}
