//! The way from a Python object to the runtime's store, and the rules by which Python goes it: from one thread at a time, not
//! after the store was closed, and not in the middle of the engine's own work.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dovetail_runtime as runtime;
use pyo3::exceptions::{PyBufferError, PyRuntimeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;

use crate::attach;
use crate::claim::{Claim, Claimed};
use crate::errors::{bug, to_python};
use crate::faults;
use crate::limit::Limit;
use crate::python::{assert_host_stack, beside_exception};
use crate::store::Store;
use crate::watch::{self, Watch};

/// The way to the runtime's store. Boxed, because the store's host functions know its address.
pub struct Access {
    /// The thread that uses the store, and so may touch `state`.
    claim: Claim,
    state: UnsafeCell<State>,
    /// For the calls that last. Touched as `state` is, but for the deadlines, which any thread may change.
    watch: Watch,
    /// Whether the store was closed. For any thread to look at.
    closed: AtomicBool,
    /// How many buffers of its memories Python holds. They are counted when the store is claimed, and may be given back at any
    /// time, by any thread.
    buffers: AtomicUsize,
}

struct State {
    /// From `Box::into_raw`; null after the store was closed.
    owned: *mut runtime::Store,
    /// What the next user borrows: the store itself, or what a host function was lent of it. Null while somebody uses it and
    /// after it was closed.
    current: *mut runtime::Store,
    /// The Python object, once it was entered; it outlives this.
    object: *mut ffi::PyObject,
}

impl Drop for State {
    fn drop(&mut self) {
        if !self.owned.is_null() {
            // SAFETY: the pointer came from `Box::into_raw`, and nobody uses the store: no call is under way when its Python
            // object is freed, because each call holds a reference to that.
            let owned = unsafe { Box::from_raw(self.owned) };
            // Host functions and what suspended calls wait for are Python's.
            Python::attach(|py| beside_exception(py, || drop(owned)));
        }
    }
}

// SAFETY: `state` and `watch` are touched only by the thread that holds the claim, which is passed on between threads with everything
// written before, except when the object is freed, which nobody else can see, and for the deadlines in `watch`, which may be
// shared; the runtime's store itself may be sent.
unsafe impl Send for Access {}
// SAFETY: as above.
unsafe impl Sync for Access {}

/// The runtime's store, borrowed until this is dropped.
pub struct Entered<'a> {
    access: &'a Access,
    store: NonNull<runtime::Store>,
    /// Whether the clock of an outermost call runs.
    watched: bool,
    /// Given back last: until then no other thread looks at the store.
    claimed: Claimed<'a>,
}

impl Entered<'_> {
    /// Starts the clock, if this is an outermost call.
    #[inline(always)]
    pub fn begin_call(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.claimed.is_outermost() {
            faults::keep_handlers(py);
            self.access.watch.start().map_err(|error| to_python(py, error))?;
            self.watched = true;
        }
        Ok(())
    }
}

impl Deref for Entered<'_> {
    type Target = runtime::Store;

    fn deref(&self) -> &runtime::Store {
        // SAFETY: `enter` took the pointer out of `current`, so that this is its only user; see there.
        unsafe { self.store.as_ref() }
    }
}

impl DerefMut for Entered<'_> {
    fn deref_mut(&mut self) -> &mut runtime::Store {
        // SAFETY: as in `deref`.
        unsafe { self.store.as_mut() }
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // SAFETY: the guard cannot leave the thread that claimed the store, and still holds the claim.
        unsafe { (*self.access.state.get()).current = self.store.as_ptr() };
        if self.watched {
            self.access.watch.stop();
        }
    }
}

/// Puts `current` back to null when a host function's work in Python is over, panic or not.
struct Lent<'a>(&'a Access);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        // SAFETY: as in `Entered::drop`.
        unsafe { (*self.0.state.get()).current = ptr::null_mut() };
    }
}

impl Access {
    /// The way to a new store.
    pub fn new(store: runtime::Store) -> PyResult<Box<Access>> {
        let store = Box::into_raw(Box::new(store));
        let state = State { owned: store, current: store, object: ptr::null_mut() };
        let access = Box::new(Access {
            claim: Claim::default(),
            state: UnsafeCell::new(state),
            watch: Watch::default(),
            closed: AtomicBool::new(false),
            buffers: AtomicUsize::new(0),
        });
        let owner = Owner(NonNull::from(&*access));
        let mut entered = access.enter()?;
        entered.insert_data(owner);
        entered
            .set_epoch_hook(watch::FIRST, Some(Arc::new(move |store: &mut runtime::Store| owner.watch().look(store))));
        entered.set_return_hook(Some(attach::restore));
        drop(entered);
        Ok(access)
    }

    /// The claim of the store for this thread, without the store: refused while another thread uses it.
    pub fn claim(&self) -> PyResult<Claimed<'_>> {
        self.claim.take()
    }

    #[inline]
    fn enter(&self) -> PyResult<Entered<'_>> {
        let claimed = self.claim.take()?;
        // SAFETY: the store is claimed for this thread, and nothing else holds a reference into `state` across a call.
        let state = unsafe { &mut *self.state.get() };
        let Some(store) = NonNull::new(state.current) else {
            return Err(if state.owned.is_null() {
                PyValueError::new_err("the store is closed")
            } else {
                PyRuntimeError::new_err("the store is in use: a value is being converted for it")
            });
        };
        state.current = ptr::null_mut();
        Ok(Entered { access: self, store, watched: false, claimed })
    }

    /// Borrows the runtime's store for its Python object, which the result keeps alive.
    #[inline]
    pub fn enter_for<'a>(&'a self, object: &'a Bound<'_, Store>) -> PyResult<Entered<'a>> {
        let entered = self.enter()?;
        // SAFETY: `enter` has claimed the store for this thread.
        unsafe { (*self.state.get()).object = object.as_ptr() };
        Ok(entered)
    }

    /// The limits of calls, to be used by the thread that has entered the store.
    pub fn limit(&self) -> &Limit {
        &self.watch.limit
    }

    /// How long the call under way may go on, if that is bounded; the trap that ends it, once that time has passed.
    pub fn remaining(store: &runtime::Store) -> runtime::Result<Option<Duration>> {
        store.data::<Owner>().map_or(Ok(None), |owner| owner.watch().limit.remaining())
    }

    /// Lets Python use a store that a host function was lent, while `work` runs.
    pub fn lend<R>(&self, store: &mut runtime::Store, work: impl FnOnce() -> R) -> R {
        assert_host_stack();
        // SAFETY: host functions run in the thread that entered the store. The pointer is taken back before `store`'s borrow
        // ends.
        unsafe { (*self.state.get()).current = store };
        let _lent = Lent(self);
        work()
    }

    /// The Python object around a store that was made here, during a call into it.
    pub fn object<'py>(py: Python<'py>, store: &runtime::Store) -> PyResult<Bound<'py, Store>> {
        let Some(Owner(access)) = store.data::<Owner>() else {
            return Err(bug(py, "a store without a Python object"));
        };
        // SAFETY: the box lives as long as the runtime's store in it, whose thread this is: it is being called.
        let object = unsafe { (*access.as_ref().state.get()).object };
        // SAFETY: somebody entered the store through its Python object, and holds a reference to that during the call.
        let object = unsafe { Bound::from_borrowed_ptr(py, object) };
        Ok(object.cast_into()?)
    }

    /// Whether the store was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Counts a buffer of a memory that Python holds from now on. To be called with the store entered.
    pub fn retain_buffer(&self) {
        self.buffers.fetch_add(1, Ordering::Relaxed);
    }

    pub fn release_buffer(&self) {
        // Whoever closes the store sees what was done with the buffer before.
        self.buffers.fetch_sub(1, Ordering::Release);
    }

    /// Closes the store unless it is in use, and gives out what it owned, if it was not closed before.
    pub fn close(&self) -> PyResult<Option<(Claimed<'_>, Box<runtime::Store>)>> {
        let claimed = self.claim.take()?;
        // SAFETY: the store is claimed for this thread, and nothing else holds a reference into `state` across a call.
        let state = unsafe { &mut *self.state.get() };
        // What runs beside calls, such as the destructor of a host's object, is lent the store itself.
        if !claimed.is_outermost() || state.current != state.owned {
            return Err(PyRuntimeError::new_err("the store is in use: it cannot be closed during a call into it"));
        }
        if self.buffers.load(Ordering::Acquire) > 0 {
            return Err(PyBufferError::new_err("a buffer of one of the store's memories is still in use"));
        }
        // SAFETY: nobody borrows the store: it is where it is between calls.
        Ok(unsafe { self.take(state) }.map(|owned| (claimed, owned)))
    }

    /// Closes a store that the collector found unreachable.
    ///
    /// # Safety
    ///
    /// The thread has claimed the store, and nobody borrows it: no call is running.
    pub unsafe fn close_unreachable(&self) -> Option<Box<runtime::Store>> {
        // SAFETY: the store is claimed for this thread, and nothing else holds a reference into `state` across a call.
        let state = unsafe { &mut *self.state.get() };
        // SAFETY: as the caller promises.
        unsafe { self.take(state) }
    }

    /// # Safety
    ///
    /// Nobody borrows the store.
    unsafe fn take(&self, state: &mut State) -> Option<Box<runtime::Store>> {
        state.current = ptr::null_mut();
        let owned = NonNull::new(std::mem::replace(&mut state.owned, ptr::null_mut()))?;
        self.closed.store(true, Ordering::Release);
        // SAFETY: the pointer came from `Box::into_raw`, and is in `state` no more.
        Some(unsafe { Box::from_raw(owned.as_ptr()) })
    }
}

/// How a host function finds the Python object around the store that calls it.
#[derive(Clone, Copy)]
struct Owner(NonNull<Access>);

// SAFETY: only an address; it is used by the thread that has claimed the store.
unsafe impl Send for Owner {}
// SAFETY: as above.
unsafe impl Sync for Owner {}

impl Owner {
    /// What the store knows of the call under way.
    fn watch(&self) -> &Watch {
        // SAFETY: the box lives as long as the runtime's store in it, whose hook this is; the thread has claimed it.
        unsafe { &(*self.0.as_ptr()).watch }
    }
}
