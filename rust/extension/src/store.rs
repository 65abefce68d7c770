//! `dovetail.Store`: the runtime's store as a Python object, and the rules by which Python reaches it: from one thread at a
//! time, not after it was closed, and not in the middle of the engine's own work.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dovetail_runtime as runtime;
use dovetail_runtime::StoreLimits;
use pyo3::exceptions::{PyBufferError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::attach;
use crate::awaitable::{Calls, strays};
use crate::claim::{Claim, Claimed};
use crate::core::func::Caller;
use crate::deadline::{Deadline, Deadlines};
use crate::engine::Engine;
use crate::errors::{bug, to_python};
use crate::faults;
use crate::limit::{Limit, seconds};
use crate::objects::HostObjects;
use crate::python::{assert_host_stack, beside_exception, type_name};
use crate::wasi;
use crate::watch::{self, Watch};

/// Owns everything that instances consist of. A store is used by one thread at a time: during a call, any other is refused.
#[pyclass(frozen, weakref, subclass, module = "dovetail")]
pub struct Store {
    access: Box<Access>,
    objects: Arc<HostObjects>,
    calls: Calls,
    engine: Py<Engine>,
    data: Option<Py<PyAny>>,
}

/// The way to the runtime's store. Boxed, because the store's host functions know its address.
struct Access {
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

    /// Closes the store unless it is in use, and gives out what it owned, if it was not closed before.
    fn close(&self) -> PyResult<Option<(Claimed<'_>, Box<runtime::Store>)>> {
        let claimed = self.claim.take()?;
        // SAFETY: the store is claimed for this thread, and nothing else holds a reference into `state` across a call.
        let state = unsafe { &mut *self.state.get() };
        if state.current != state.owned {
            return Err(PyRuntimeError::new_err("the store is in use: it cannot be closed during a call into it"));
        }
        if self.buffers.load(Ordering::Acquire) > 0 {
            return Err(PyBufferError::new_err("a buffer of one of the store's memories is still in use"));
        }
        state.current = ptr::null_mut();
        let owned = std::mem::replace(&mut state.owned, ptr::null_mut());
        if owned.is_null() {
            return Ok(None);
        }
        self.closed.store(true, Ordering::Release);
        // SAFETY: the pointer came from `Box::into_raw`, and is in `state` no more.
        Ok(Some((claimed, unsafe { Box::from_raw(owned) })))
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

impl Store {
    /// Borrows the runtime's store.
    #[inline]
    pub fn enter<'a>(slf: &'a Bound<'_, Store>) -> PyResult<Entered<'a>> {
        if slf.get().calls.is_blocked() {
            Store::cancel_lost(slf)?;
            if !slf.get().is_closed() {
                slf.get().calls.check_free()?;
            }
        }
        Store::enter_beside(slf)
    }

    /// As `enter`, also while an awaited call waits for its host: for what calls no guest beside it.
    #[inline]
    pub fn enter_beside<'a>(slf: &'a Bound<'_, Store>) -> PyResult<Entered<'a>> {
        let access = &slf.get().access;
        let entered = access.enter()?;
        // SAFETY: `enter` has claimed the store for this thread.
        unsafe { (*access.state.get()).object = slf.as_ptr() };
        Ok(entered)
    }

    /// Borrows the runtime's store to run guests of it. The time that an outermost call may take begins now.
    #[inline(always)]
    pub fn begin<'a>(slf: &'a Bound<'_, Store>) -> PyResult<Entered<'a>> {
        let mut entered = Store::enter(slf)?;
        if entered.claimed.is_outermost() {
            faults::keep_handlers(slf.py());
            entered.access.watch.start().map_err(|error| to_python(slf.py(), error))?;
            entered.watched = true;
        }
        Ok(entered)
    }

    /// The limits of calls, to be used by the thread that has entered the store.
    pub fn limit(&self) -> &Limit {
        &self.access.watch.limit
    }

    /// The ends of the blocks around calls to come. For any thread, at any time.
    pub fn deadlines(&self) -> &Deadlines {
        &self.access.watch.limit.deadlines
    }

    /// How long the call under way may go on, if that is bounded; the trap that ends it, once that time has passed.
    pub fn remaining(store: &runtime::Store) -> dovetail_runtime::Result<Option<Duration>> {
        store.data::<Owner>().map_or(Ok(None), |owner| owner.watch().limit.remaining())
    }

    /// Lets Python use a store that a host function was lent, while `work` runs.
    pub fn lend<R>(&self, store: &mut runtime::Store, work: impl FnOnce() -> R) -> R {
        let _synchronous = self.calls.synchronous();
        self.lend_to_awaited(store, work)
    }

    /// As `lend`, in an awaited call whose guest is on a fiber: such calls may be made by `work` too.
    pub fn lend_to_awaited<R>(&self, store: &mut runtime::Store, work: impl FnOnce() -> R) -> R {
        assert_host_stack();
        // SAFETY: host functions run in the thread that entered the store. The pointer is taken back before `store`'s borrow
        // ends.
        unsafe { (*self.access.state.get()).current = store };
        let _lent = Lent(&self.access);
        work()
    }

    /// The Python object around a store that was made here, during a call into it.
    pub fn of<'py>(py: Python<'py>, store: &runtime::Store) -> PyResult<Bound<'py, Store>> {
        let Some(Owner(access)) = store.data::<Owner>() else {
            return Err(bug(py, "a store without a Python object"));
        };
        // SAFETY: the box lives as long as the runtime's store in it, whose thread this is: it is being called.
        let object = unsafe { (*access.as_ref().state.get()).object };
        // SAFETY: somebody entered the store through its Python object, and holds a reference to that during the call.
        let object = unsafe { Bound::from_borrowed_ptr(py, object) };
        Ok(object.cast_into()?)
    }

    /// The Python objects that the store's guests and host functions hold.
    pub fn objects(&self) -> &Arc<HostObjects> {
        &self.objects
    }

    /// The awaited calls into the store.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Ends the awaited calls that nobody awaits any more.
    pub fn cancel_abandoned(slf: &Bound<'_, Store>) -> PyResult<()> {
        let calls = slf.get().calls();
        if calls.has_abandoned() {
            calls.cancel_abandoned(slf.py(), &mut *Store::enter_beside(slf)?);
        }
        Ok(())
    }

    /// Ends the awaited calls that can never go on: nobody awaits them any more, or their event loop is closed.
    pub fn cancel_lost(slf: &Bound<'_, Store>) -> PyResult<()> {
        slf.get().calls().abandon_in_closed_loops(slf)?;
        Store::cancel_abandoned(slf)
    }

    /// Drops what the store owned, which was closed in another thread than the one whose calls are suspended there: this is
    /// that thread. Gives it back where another one is using the store.
    pub fn drop_closed(slf: &Bound<'_, Store>, owned: Box<runtime::Store>) -> Result<(), Option<Box<runtime::Store>>> {
        let Ok(claimed) = slf.get().access.claim.take() else { return Err(Some(owned)) };
        slf.get().drop_owned(slf.py(), claimed, owned);
        Ok(())
    }

    fn drop_owned(&self, py: Python<'_>, claimed: Claimed<'_>, mut owned: Box<runtime::Store>) {
        self.calls.cancel_all(py, &mut owned);
        drop(owned);
        drop(claimed);
        // Dropping the objects runs Python code, which finds the store closed.
        self.objects.clear();
    }

    pub fn py_engine(&self) -> &Py<Engine> {
        &self.engine
    }

    /// Whether the store was closed.
    pub fn is_closed(&self) -> bool {
        self.access.closed.load(Ordering::Acquire)
    }

    /// Counts a buffer of a memory that Python holds from now on. To be called with the store entered.
    pub fn retain_buffer(&self) {
        self.access.buffers.fetch_add(1, Ordering::Relaxed);
    }

    pub fn release_buffer(&self) {
        // Whoever closes the store sees what was done with the buffer before.
        self.access.buffers.fetch_sub(1, Ordering::Release);
    }

    /// Makes a store.
    pub fn create<'py>(
        py: Python<'py>,
        engine: Option<Bound<'py, Engine>>,
        data: Option<Py<PyAny>>,
        wasi: Option<&Bound<'py, PyAny>>,
        timeout: Option<Duration>,
    ) -> PyResult<Store> {
        let engine = match engine {
            Some(engine) => engine.unbind(),
            None => Engine::default(py)?,
        };
        strays::end(py);
        faults::find_faulthandler(py)?;
        let objects = Arc::new(HostObjects::default());
        let mut store = Box::new(runtime::Store::new(engine.get().runtime()));
        wasi::grant(py, &mut store, &objects, wasi)?;
        let store = Box::into_raw(store);
        let state = State { owned: store, current: store, object: ptr::null_mut() };
        let access = Box::new(Access {
            claim: Claim::default(),
            state: UnsafeCell::new(state),
            watch: Watch::default(),
            closed: AtomicBool::new(false),
            buffers: AtomicUsize::new(0),
        });
        let store = Store { access, objects, calls: Calls::default(), engine, data };
        let owner = Owner(NonNull::from(&*store.access));
        let mut entered = store.access.enter()?;
        entered.insert_data(owner);
        store.limit().set_timeout(timeout);
        entered
            .set_epoch_hook(watch::FIRST, Some(Arc::new(move |store: &mut runtime::Store| owner.watch().look(store))));
        entered.set_return_hook(Some(attach::restore));
        drop(entered);
        Ok(store)
    }
}

/// The store that a method was given: a `Store`, or the `Caller` of a host function.
pub fn storelike<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Store>> {
    if let Ok(store) = value.cast::<Store>() {
        return Ok(store.clone());
    }
    if let Ok(caller) = value.cast::<Caller>() {
        return caller.get().store(value.py());
    }
    Err(PyTypeError::new_err(format!("`store`: expected Store, got {}", type_name(value))))
}

#[pymethods]
impl Store {
    #[new]
    #[pyo3(signature = (engine=None, data=None, *, wasi=None, timeout=None))]
    fn new<'py>(
        py: Python<'py>,
        engine: Option<Bound<'py, Engine>>,
        data: Option<Py<PyAny>>,
        wasi: Option<Bound<'py, PyAny>>,
        timeout: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Store> {
        let timeout = timeout.map(|timeout| seconds("timeout", &timeout)).transpose()?;
        Store::create(py, engine, data, wasi.as_ref(), timeout)
    }

    /// The engine that the store belongs to.
    #[getter]
    fn engine(&self, py: Python<'_>) -> Py<Engine> {
        self.engine.clone_ref(py)
    }

    /// How many seconds a call may take, `None` for as long as it likes. A guest that takes longer is stopped, and the call
    /// raises `TimeoutTrap`. For an awaited call the clock starts when it has its turn.
    #[getter]
    fn timeout(slf: &Bound<'_, Self>) -> PyResult<Option<f64>> {
        let _entered = Store::enter_beside(slf)?;
        Ok(slf.get().limit().timeout().map(|timeout| timeout.as_secs_f64()))
    }

    #[setter]
    fn set_timeout(slf: &Bound<'_, Self>, timeout: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let timeout = timeout.map(|timeout| seconds("timeout", &timeout)).transpose()?;
        let _entered = Store::enter_beside(slf)?;
        slf.get().limit().set_timeout(timeout);
        Ok(())
    }

    /// A context manager: all calls that are made inside its block must be over so many seconds after it was entered.
    /// For awaited calls: all that begin in the store, or begin to wait for their turn, while some task is inside such a block.
    fn deadline(slf: &Bound<'_, Self>, seconds: &Bound<'_, PyAny>) -> PyResult<Deadline> {
        Deadline::new(slf, seconds)
    }

    /// What was given as `data`.
    fn data(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.data.as_ref().map(|data| data.clone_ref(py))
    }

    /// Bounds what guests may use; `table_elements` also the handles of each component instance. A negative number leaves a
    /// bound as it is.
    #[pyo3(
        signature = (memory_size=-1, table_elements=-1, instances=-1, tables=-1, memories=-1),
        text_signature = "($self, memory_size=-1, table_elements=-1, instances=-1, tables=-1, memories=-1)"
    )]
    fn set_limits(
        slf: &Bound<'_, Self>,
        memory_size: i64,
        table_elements: i64,
        instances: i64,
        tables: i64,
        memories: i64,
    ) -> PyResult<()> {
        let mut store = Store::enter(slf)?;
        let old = store.limits();
        let bound = |new: i64, old: Option<usize>| usize::try_from(new).ok().or(old);
        store.set_limits(StoreLimits {
            memory_size: bound(memory_size, old.memory_size),
            table_elements: bound(table_elements, old.table_elements),
            instances: bound(instances, old.instances),
            tables: bound(tables, old.tables),
            memories: bound(memories, old.memories),
        });
        Ok(())
    }

    /// Drops everything in the store. Whatever belongs to it is refused from now on.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (py, store) = (slf.py(), slf.get());
        let Some((claimed, owned)) = store.access.close()? else { return Ok(()) };
        store.calls.dismiss_waiting(py);
        let Some(thread) = store.calls.elsewhere() else {
            store.drop_owned(py, claimed, owned);
            return Ok(());
        };
        // The other thread may come by as soon as it is told.
        drop(claimed);
        strays::leave(thread, slf.clone().unbind(), Some(owned));
        store.calls.end_elsewhere(slf);
        Ok(())
    }

    /// How many handles guests hold, how many the host holds, and how many Python objects the store keeps: to find leaks.
    fn _live(slf: &Bound<'_, Self>) -> PyResult<(usize, usize, usize)> {
        let live = Store::enter(slf)?.live_handles();
        Ok((live.guest, live.host, slf.get().objects.count()))
    }

    /// Gives the turn anew that did not reach the awaited call in this place of the queue.
    #[pyo3(signature = (place, /))]
    fn _give_again(&self, py: Python<'_>, place: Py<PyAny>) -> PyResult<()> {
        self.calls.give_again(py, &place)
    }

    /// Ends the awaited calls that were left to this thread. For the event loop of such a call, which does not forget the store.
    fn _end_strays(slf: &Bound<'_, Self>) {
        strays::end(slf.py());
    }

    #[pyo3(signature = (_protocol, /))]
    fn __reduce_ex__(&self, _protocol: i32) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "cannot pickle a Store: it lives in its process; make one where it is to be used, and pickle the component",
        ))
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().access.claim.take()?;
        if slf.get().is_closed() {
            return Err(PyValueError::new_err("the store is closed"));
        }
        Ok(slf)
    }

    #[pyo3(signature = (_kind, _error, _traceback, /))]
    fn __exit__(
        slf: &Bound<'_, Self>,
        _kind: Bound<'_, PyAny>,
        _error: Bound<'_, PyAny>,
        _traceback: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        Store::close(slf)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.engine)?;
        visit.call(&self.data)?;
        self.calls.traverse(&visit)?;
        self.objects.traverse(&visit)
    }

    fn __clear__(&self, py: Python<'_>) {
        // A call that another thread must end is part of the cycle, and leaves the store to that thread, which may be at it.
        let Ok(_claimed) = self.access.claim.take() else { return };
        if self.calls.elsewhere().is_some() {
            return;
        }
        // Host functions rely on the objects: the guests that could call them go first. No call is running, because that
        // would hold a reference to the store; awaited ones may be suspended, and their objects be part of the cycle.
        // SAFETY: the store is claimed for this thread; the collector found it unreachable, so that nothing refers to it here.
        unsafe {
            let state = self.access.state.get();
            let owned = std::mem::replace(&mut (*state).owned, ptr::null_mut());
            (*state).current = ptr::null_mut();
            self.access.closed.store(true, Ordering::Release);
            if !owned.is_null() {
                self.calls.cancel_unreachable(py, &mut *owned);
                drop(Box::from_raw(owned));
            }
        }
        self.objects.clear();
    }
}
