//! Suspended calls that were given up in another thread than their own: closed or collected there, or with their store.
//!
//! A fiber can only be ended in its own thread. Until that uses the engine again, its store is kept here. A process that was
//! forked off has only the thread that forked: to it, all others have ended.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};

use dovetail_runtime::Store as RuntimeStore;
use pyo3::prelude::*;

use crate::store::Store;

/// A store with suspended calls of a thread, which is to end those that nobody awaits any more.
struct Stray {
    thread: ThreadId,
    store: Py<Store>,
    /// What the store owned when it was closed.
    closed: Option<Box<RuntimeStore>>,
}

static STRAYS: Mutex<Vec<Stray>> = Mutex::new(Vec::new());
/// How many there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The threads that have begun awaited calls and have not ended.
static THREADS: Mutex<Option<HashSet<ThreadId>>> = Mutex::new(None);

/// Stands for a thread among those that have not ended.
struct Present(ThreadId);

impl Drop for Present {
    fn drop(&mut self) {
        if let Some(threads) = &mut *threads() {
            threads.remove(&self.0);
        }
    }
}

fn threads() -> MutexGuard<'static, Option<HashSet<ThreadId>>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn strays() -> MutexGuard<'static, Vec<Stray>> {
    STRAYS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a thread that began awaited calls is no more.
pub fn has_ended(thread: ThreadId) -> bool {
    !threads().as_ref().is_some_and(|threads| threads.contains(&thread))
}

/// The running thread, which begins a call that it may have to end.
pub fn this_thread() -> ThreadId {
    thread_local! {
        static PRESENT: Present = {
            heed_forks();
            let thread = thread::current().id();
            threads().get_or_insert_default().insert(thread);
            Present(thread)
        };
    }
    PRESENT.with(|present| present.0)
}

/// Leaves a store to the thread whose calls are suspended in it, with what it owned if it is closed.
pub fn leave(thread: ThreadId, store: Py<Store>, closed: Option<Box<RuntimeStore>>) {
    let mut strays = strays();
    strays.push(Stray { thread, store, closed });
    COUNT.store(strays.len(), Ordering::Relaxed);
}

/// Ends what was left to this thread, as far as possible now.
#[inline]
pub fn end(py: Python<'_>) {
    if COUNT.load(Ordering::Relaxed) > 0 {
        end_some(py);
    }
}

#[cold]
fn end_some(py: Python<'_>) {
    let here = thread::current().id();
    let found: Vec<Stray> = {
        let mut strays = strays();
        let found = strays.extract_if(.., |stray| stray.thread == here || has_ended(stray.thread)).collect();
        COUNT.store(strays.len(), Ordering::Relaxed);
        found
    };
    for stray in found {
        let store = stray.store.bind(py);
        // What an ended thread left suspended can be freed by nobody, and stays in memory; its objects do not.
        let unfinished = match stray.closed {
            Some(closed) => Store::drop_closed(store, closed).err(),
            None => Store::cancel_abandoned(store).err().filter(|_| !store.get().is_closed()).map(|_| None),
        };
        // Another thread is just looking at the store.
        if let Some(closed) = unfinished {
            leave(stray.thread, stray.store, closed);
        }
    }
}

/// What a thread holds while it forks, so that the child finds the locks free.
struct Forking {
    _strays: MutexGuard<'static, Vec<Stray>>,
    threads: MutexGuard<'static, Option<HashSet<ThreadId>>>,
}

thread_local! {
    static FORKING: RefCell<Option<Forking>> = const { RefCell::new(None) };
}

/// Has the lists put right in processes that are forked off.
fn heed_forks() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: three functions that may be called in any thread at any time. Without memory for the entry the call fails,
        // and forks are as they are without it.
        unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(in_child)) };
    });
}

/// Both locks are held elsewhere for a few statements only, in which nobody waits for Python's lock.
extern "C" fn before_fork() {
    // In this order, as in `end_some`.
    let strays = strays();
    let forking = Forking { _strays: strays, threads: threads() };
    // A thread that forks while it ends has lost its local storage: it goes without the locks.
    let _ = FORKING.try_with(|place| place.replace(Some(forking)));
}

extern "C" fn after_fork() {
    let _ = FORKING.try_with(RefCell::take);
}

extern "C" fn in_child() {
    if let Ok(Some(mut forking)) = FORKING.try_with(RefCell::take)
        && let Some(threads) = &mut *forking.threads
    {
        let here = thread::current().id();
        threads.retain(|thread| *thread == here);
    }
}
