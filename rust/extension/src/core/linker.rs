//! `dovetail.Linker`: imports of core modules by name.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dovetail_runtime as runtime;
use pyo3::exceptions::PyKeyError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::func::{check_callable, closure};
use super::types::signature;
use super::value::{from_extern, to_extern};
use super::{Func, Instance, Module};
use crate::engine::Engine;
use crate::errors::to_python;
use crate::store::{Store, storelike};

/// Names for imports.
#[pyclass(frozen, weakref, module = "dovetail")]
pub struct Linker {
    linker: Mutex<runtime::Linker>,
    /// Host functions that belong to no store yet: they are made in the store that instantiates.
    functions: Mutex<Vec<HostFunction>>,
}

struct HostFunction {
    module: String,
    name: String,
    signature: runtime::Signature,
    function: Py<PyAny>,
    access_caller: bool,
}

impl Linker {
    fn linker(&self) -> MutexGuard<'_, runtime::Linker> {
        self.linker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of the names with this store's own versions of the host functions.
    fn in_store(&self, owner: &Bound<'_, Store>, store: &mut runtime::Store) -> PyResult<runtime::Linker> {
        let py = owner.py();
        let mut linker = self.linker().clone();
        linker.allow_shadowing(true);
        let defined = self.functions.lock().unwrap_or_else(PoisonError::into_inner).iter().try_for_each(|host| {
            let number = owner.get().objects().add(host.function.clone_ref(py));
            let closure = closure(number, host.access_caller, host.signature.clone());
            let func = runtime::Func::new(store, host.signature.clone(), closure);
            linker.define(&host.module, &host.name, func).map(|_| ())
        });
        defined.map_err(|error| to_python(py, error))?;
        Ok(linker)
    }
}

#[pymethods]
impl Linker {
    #[new]
    fn new(engine: &Bound<'_, Engine>) -> Linker {
        Linker { linker: Mutex::new(runtime::Linker::new(engine.get().runtime())), functions: Mutex::default() }
    }

    /// Whether a name may be defined again, the later definition holding.
    #[setter]
    fn allow_shadowing(&self, allow: bool) {
        self.linker().allow_shadowing(allow);
    }

    /// Defines an item of a store.
    fn define(&self, store: &Bound<'_, PyAny>, module: &str, name: &str, item: &Bound<'_, PyAny>) -> PyResult<()> {
        let owner = storelike(store)?;
        let item = to_extern(item)?;
        // The lock is free again before an exception is made: that may start the collector, which runs any Python code.
        let defined = self.linker().define(module, name, item).map(|_| ());
        defined.map_err(|error| to_python(owner.py(), error))
    }

    /// Defines a Python function, for any store.
    #[pyo3(signature = (module, name, ty, func, access_caller=false))]
    fn define_func(
        &self,
        module: String,
        name: String,
        ty: &Bound<'_, PyAny>,
        func: Bound<'_, PyAny>,
        access_caller: bool,
    ) -> PyResult<()> {
        let signature = signature(ty)?;
        check_callable(&func)?;
        // A placeholder under the name keeps the rule about shadowing, and holds where no store's own is defined.
        let refuse = |_: runtime::Caller<'_>, _: &[runtime::Val], _: &mut [runtime::Val]| {
            Err(runtime::Error::bug("a host function that was not made in its store"))
        };
        let defined = self.linker().define_func(&module, &name, signature.clone(), refuse).map(|_| ());
        defined.map_err(|error| to_python(func.py(), error))?;
        let host = HostFunction { module, name, signature, function: func.unbind(), access_caller };
        self.functions.lock().unwrap_or_else(PoisonError::into_inner).push(host);
        Ok(())
    }

    /// Defines all exports of an instance under a module name.
    fn define_instance(&self, store: &Bound<'_, PyAny>, name: &str, instance: &Bound<'_, Instance>) -> PyResult<()> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let defined = self.linker().define_instance(&mut store, name, instance.get().handle()).map(|_| ());
        defined.map_err(|error| to_python(owner.py(), error))
    }

    /// Instantiates a module and defines its exports under a module name.
    fn define_module(&self, store: &Bound<'_, PyAny>, name: &str, module: &Bound<'_, Module>) -> PyResult<()> {
        let instance = Bound::new(store.py(), self.instantiate(store, module)?)?;
        self.define_instance(store, name, &instance)
    }

    /// Instantiates a module with what is defined here.
    fn instantiate(&self, store: &Bound<'_, PyAny>, module: &Bound<'_, Module>) -> PyResult<Instance> {
        let owner = storelike(store)?;
        let mut store = Store::begin(&owner)?;
        let linker = self.in_store(&owner, &mut store)?;
        let handle = linker.instantiate(&mut store, module.get().handle());
        Ok(Instance::from_handle(handle.map_err(|error| to_python(owner.py(), error))?))
    }

    /// The function to run for a module name.
    fn get_default(&self, store: &Bound<'_, PyAny>, name: &str) -> PyResult<Func> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let linker = self.in_store(&owner, &mut store)?;
        let handle = linker.get_default(&mut store, name).map_err(|error| to_python(owner.py(), error))?;
        Ok(Func::of(handle))
    }

    /// What is defined under a name.
    fn get<'py>(&self, store: &Bound<'py, PyAny>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let item = self.in_store(&owner, &mut store)?.get(&mut store, module, name);
        drop(store);
        match item {
            Some(item) => from_extern(&owner, item),
            None => Err(PyKeyError::new_err(format!("`{module}.{name}` is not defined"))),
        }
    }

    /// Defines each function that a module imports and that is not defined yet as one that traps, naming itself.
    fn define_unknown_imports_as_traps(&self, module: &Bound<'_, Module>) -> PyResult<()> {
        let defined = self.linker().define_unknown_imports_as_traps(module.get().handle());
        defined.map_err(|error| to_python(module.py(), error))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(functions) = self.functions.try_lock() else { return Ok(()) };
        functions.iter().try_for_each(|host| visit.call(&host.function))
    }

    fn __clear__(&self) {
        let old = std::mem::take(&mut *self.functions.lock().unwrap_or_else(PoisonError::into_inner));
        drop(old);
    }
}
