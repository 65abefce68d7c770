//! What can be awaited of a component: its exports, making an instance, dropping a resource.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dovetail_runtime::component::{Instance, Linker, ResourceAny};
use dovetail_runtime::{Result, Store as RuntimeStore};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::binding::InstanceBinding;
use super::callable::Export;
use super::exports;
use super::resources::{Passed, Resource};
use crate::awaitable::{Call, Job};
use crate::convert::{PyReceiver, PySupplier};
use crate::errors::{bug, to_python};
use crate::release::release;

/// A call of an exported function.
struct ExportCall {
    export: Arc<Export>,
    /// The object around the export, which the collector knows.
    callable: Py<PyAny>,
    /// One for each parameter, the object itself first where there is one. None are left after the call was given up: where its
    /// thread is no more, nobody can free the fiber, and with that this.
    arguments: Mutex<Vec<Py<PyAny>>>,
    outcome: Mutex<Outcome>,
}

/// What a call gave: moved here from the fiber, taken apart on the thread's own stack.
#[derive(Default)]
struct Outcome {
    before: Option<Passed>,
    supplied: bool,
    result: Option<Py<PyAny>>,
    /// The error value of the function itself.
    error: Option<Py<PyAny>>,
}

/// The call of an export, to be awaited.
pub fn call<'py>(
    py: Python<'py>,
    export: Arc<Export>,
    callable: Bound<'py, PyAny>,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    // A constructor is called with its class, which knows no more than the export.
    let skipped = usize::from(export.is_constructor()).min(arguments.len());
    let owner = export.binding().owner.clone_ref(py).into_bound(py);
    let job = ExportCall {
        export,
        callable: callable.unbind(),
        arguments: Mutex::new(arguments[skipped..].iter().map(|argument| argument.clone().unbind()).collect()),
        outcome: Mutex::default(),
    };
    Ok(Call::new(&owner, Arc::new(job))?.into_any())
}

/// By this `inspect.iscoroutinefunction` knows a function whose calls are coroutines though it is not Python's own: since CPython 3.12.
pub fn marker_of_inspect(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let marked = py.import("types")?.call_method0("SimpleNamespace")?;
    py.import("inspect")?.call_method1("markcoroutinefunction", (&marked,))?;
    marked.getattr("_is_coroutine_marker")
}

/// The same for `asyncio.iscoroutinefunction`, which before CPython 3.12 has a marker of its own.
pub fn marker_of_asyncio(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("asyncio.coroutines")?.getattr("_is_coroutine")
}

impl ExportCall {
    fn arguments(&self) -> MutexGuard<'_, Vec<Py<PyAny>>> {
        self.arguments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result or the function's own error. The host objects that were lent for the call are given up.
    fn take_outcome<'py>(&self, py: Python<'py>) -> (Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>) {
        let Outcome { before, supplied, result, error } =
            std::mem::take(&mut *self.outcome.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(before) = before {
            self.export.binding().resources.end_passing(py, before, supplied);
        }
        (result.map(|result| result.into_bound(py)), error.map(|error| error.into_bound(py)))
    }
}

impl Drop for ExportCall {
    fn drop(&mut self) {
        // One may be a call that was not awaited either.
        let arguments = std::mem::take(&mut *self.arguments());
        arguments.into_iter().for_each(release);
    }
}

impl Job for ExportCall {
    fn name(&self) -> String {
        self.export.shown().to_owned()
    }

    fn run(&self, store: &mut RuntimeStore) -> Result<()> {
        // SAFETY: tasks are resumed by Python only, whose thread this is. What is Python's is used by the supplier and the
        // receiver, which the runtime asks on the thread's own stack, and moved.
        let py = unsafe { Python::assume_attached() };
        let binding = self.export.binding();
        let conversion = binding.conversion(py);
        let mut receiver = PyReceiver::for_export(&conversion, self.export.outcome(), None);
        let before = self.export.passes_objects().then(|| binding.resources.passed());
        let mut supplied = false;
        let called = self.export.prepared().call(
            store,
            &mut PySupplier::new(&conversion),
            |supplier, slots| {
                let argument = |number: usize| self.arguments().get(number).map(|argument| argument.bind(py).clone());
                (0..).map_while(argument).try_for_each(|argument| slots.put(supplier, &argument))?;
                supplied = true;
                Ok(())
            },
            &mut receiver,
        );
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.before = before;
        outcome.supplied = supplied;
        outcome.error = receiver.error.map(Bound::unbind);
        outcome.result = called?.map(Bound::unbind);
        Ok(())
    }

    fn finish<'py>(&self, py: Python<'py>, outcome: Result<()>) -> PyResult<Bound<'py, PyAny>> {
        let (result, error) = self.take_outcome(py);
        self.export.conclude(py, outcome.map(|()| result), error)
    }

    fn give_up(&self, py: Python<'_>) {
        let arguments = std::mem::take(&mut *self.arguments());
        arguments.into_iter().for_each(release);
        drop(self.take_outcome(py));
    }

    fn traverse(&self, visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.callable)?;
        // What is being changed is not shown, which only delays the collection.
        if let Ok(arguments) = self.arguments.try_lock() {
            arguments.iter().try_for_each(|argument| visit.call(argument))?;
        }
        let Ok(outcome) = self.outcome.try_lock() else { return Ok(()) };
        visit.call(&outcome.result)?;
        visit.call(&outcome.error)
    }
}

/// Making the instance of a world.
pub struct Instantiation {
    pub world: Py<PyAny>,
    pub binding: Py<InstanceBinding>,
    pub linker: Linker,
    pub made: Mutex<Option<Instance>>,
}

impl Job for Instantiation {
    fn name(&self) -> String {
        self.binding.get().package.world(true).to_owned()
    }

    fn run(&self, store: &mut RuntimeStore) -> Result<()> {
        let instance = self.linker.instantiate(store, &self.binding.get().package.component)?;
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(instance);
        Ok(())
    }

    fn finish<'py>(&self, py: Python<'py>, outcome: Result<()>) -> PyResult<Bound<'py, PyAny>> {
        outcome.map_err(|error| to_python(py, error))?;
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).take();
        let instance = made.ok_or_else(|| bug(py, "an instance was made and is gone"))?;
        let (world, binding) = (self.world.bind(py), self.binding.bind(py));
        binding.get().set_instance(instance);
        exports::attach(world, binding)?;
        Ok(world.clone())
    }

    fn give_up(&self, _py: Python<'_>) {}

    fn traverse(&self, visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.world)?;
        visit.call(&self.binding)
    }
}

/// Dropping the handle of a resource.
struct Dropping(ResourceAny);

impl Job for Dropping {
    fn name(&self) -> String {
        "drop".to_owned()
    }

    fn run(&self, store: &mut RuntimeStore) -> Result<()> {
        self.0.drop(store)
    }

    fn finish<'py>(&self, py: Python<'py>, outcome: Result<()>) -> PyResult<Bound<'py, PyAny>> {
        outcome.map_err(|error| to_python(py, error))?;
        Ok(py.None().into_bound(py))
    }

    fn give_up(&self, _py: Python<'_>) {}

    fn traverse(&self, _visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        Ok(())
    }
}

/// Drops a resource's handle, to be awaited. Gives nothing where there is nothing to drop any more.
#[pyfunction]
#[pyo3(name = "_drop_async", signature = (resource, /))]
pub fn drop_async<'py>(resource: &Bound<'py, Resource>) -> PyResult<Option<Bound<'py, Call>>> {
    let py = resource.py();
    let Some((handle, owner)) = resource.get().handle(py) else { return Ok(None) };
    let owner = owner.bind(py);
    if owner.get().is_closed() {
        return Ok(None);
    }
    Ok(Some(Call::new(owner, Arc::new(Dropping(handle)))?))
}
