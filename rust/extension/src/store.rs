//! `dovetail.Store`: the runtime's store as a Python object.

use std::sync::Arc;
use std::time::Duration;

use dovetail_runtime as runtime;
use dovetail_runtime::StoreLimits;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::access::{Access, Entered};
use crate::awaitable::{Calls, strays};
use crate::claim::Claimed;
use crate::core::func::Caller;
use crate::deadline::{Deadline, Deadlines};
use crate::engine::Engine;
use crate::faults;
use crate::limit::{Limit, seconds};
use crate::objects::HostObjects;
use crate::python::type_name;
use crate::release::release;
use crate::wasi;

/// Owns everything that instances consist of. A store is used by one thread at a time: during a call, any other is refused.
#[pyclass(frozen, weakref, subclass, module = "dovetail")]
pub struct Store {
    access: Box<Access>,
    objects: Arc<HostObjects>,
    calls: Calls,
    engine: Py<Engine>,
    data: Option<Py<PyAny>>,
}

impl Drop for Store {
    fn drop(&mut self) {
        // It may be another store.
        self.data.take().into_iter().for_each(release);
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
        slf.get().access.enter_for(slf)
    }

    /// Borrows the runtime's store to run guests of it. The time that an outermost call may take begins now.
    #[inline(always)]
    pub fn begin<'a>(slf: &'a Bound<'_, Store>) -> PyResult<Entered<'a>> {
        let mut entered = Store::enter(slf)?;
        entered.begin_call(slf.py())?;
        Ok(entered)
    }

    /// The limits of calls, to be used by the thread that has entered the store.
    pub fn limit(&self) -> &Limit {
        self.access.limit()
    }

    /// The ends of the blocks around calls to come. For any thread, at any time.
    pub fn deadlines(&self) -> &Deadlines {
        &self.access.limit().deadlines
    }

    /// How long the call under way may go on, if that is bounded; the trap that ends it, once that time has passed.
    pub fn remaining(store: &runtime::Store) -> runtime::Result<Option<Duration>> {
        Access::remaining(store)
    }

    /// Lets Python use a store that a host function was lent, while `work` runs.
    pub fn lend<R>(&self, store: &mut runtime::Store, work: impl FnOnce() -> R) -> R {
        let _synchronous = self.calls.synchronous();
        self.lend_to_awaited(store, work)
    }

    /// As `lend`, in an awaited call whose guest is on a fiber: such calls may be made by `work` too.
    pub fn lend_to_awaited<R>(&self, store: &mut runtime::Store, work: impl FnOnce() -> R) -> R {
        self.access.lend(store, work)
    }

    /// The Python object around a store that was made here, during a call into it.
    pub fn of<'py>(py: Python<'py>, store: &runtime::Store) -> PyResult<Bound<'py, Store>> {
        Access::object(py, store)
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
        let Ok(claimed) = slf.get().access.claim() else { return Err(Some(owned)) };
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

    /// The way to the runtime's store.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Whether the store was closed.
    pub fn is_closed(&self) -> bool {
        self.access.is_closed()
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
        let mut store = runtime::Store::new(engine.get().runtime());
        wasi::grant(py, &mut store, &objects, wasi)?;
        let access = Access::new(store)?;
        access.limit().set_timeout(timeout);
        Ok(Store { access, objects, calls: Calls::default(), engine, data })
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

    /// Bounds what guests may use; `table_elements` also the handles of each component instance, `value_size` the bytes of all
    /// strings and lists in the arguments or the result of one call as they come from a guest. A negative number leaves a
    /// bound as it is.
    #[pyo3(
        signature = (memory_size=-1, table_elements=-1, instances=-1, tables=-1, memories=-1, value_size=-1),
        text_signature = "($self, memory_size=-1, table_elements=-1, instances=-1, tables=-1, memories=-1, value_size=-1)"
    )]
    fn set_limits(
        slf: &Bound<'_, Self>,
        memory_size: i64,
        table_elements: i64,
        instances: i64,
        tables: i64,
        memories: i64,
        value_size: i64,
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
            value_size: bound(value_size, old.value_size),
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
        slf.get().access.claim()?;
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
        let Ok(_claimed) = self.access.claim() else { return };
        if self.calls.elsewhere().is_some() {
            return;
        }
        // Host functions rely on the objects: the guests that could call them go first. No call is running, because that
        // would hold a reference to the store; awaited ones may be suspended, and their objects be part of the cycle.
        // SAFETY: the store is claimed for this thread; the collector found it unreachable, so that nothing refers to it here.
        if let Some(mut owned) = unsafe { self.access.close_unreachable() } {
            self.calls.cancel_unreachable(py, &mut owned);
        }
        self.objects.clear();
    }
}
