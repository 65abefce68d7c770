//! `bind` and `link`: make the object of a generated world work. Everything that a call needs is looked up and checked here,
//! once.

use std::sync::{Arc, Mutex, OnceLock};

use dovetail_runtime::component::{Instance, Linker};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::awaited::Instantiation;
use super::dynamic::Linker as ComponentLinker;
use super::package::{self, LoadedPackage, Package};
use super::resources::{Implementer, Resources};
use super::{exports, imports};
use crate::awaitable::Call;
use crate::convert::Conversion;
use crate::errors::to_python;
use crate::store::{Store, storelike};

/// One instance of a package's component, with what converts values for it.
#[pyclass(frozen, module = "dovetail._engine", name = "_Binding")]
pub struct InstanceBinding {
    pub package: Arc<Package>,
    pub owner: Py<Store>,
    pub resources: Resources,
    /// The Python functions behind the imports, by interface and function; `None` where the engine or another component
    /// serves the interface, or where the function is a method of the resource's own object.
    pub callables: Vec<Vec<Option<Py<PyAny>>>>,
    /// Whether the exports are to be awaited.
    pub asynchronous: bool,
    instance: OnceLock<Instance>,
}

impl InstanceBinding {
    pub fn conversion<'a, 'py>(&'a self, py: Python<'py>) -> Conversion<'a, 'py> {
        Conversion { py, binding: &self.package.binding, classes: &self.package.classes, resources: &self.resources }
    }

    /// The component's instance; `None` only while it is being made.
    pub fn instance(&self) -> Option<&Instance> {
        self.instance.get()
    }

    /// Sets the instance, once it was made.
    pub fn set_instance(&self, instance: Instance) {
        // Nobody else has seen the binding, so the cell is empty.
        let _ = self.instance.set(instance);
    }
}

#[pymethods]
impl InstanceBinding {
    /// The functions of an exported interface that is bound when it is first used.
    #[pyo3(signature = (interface, /))]
    fn functions<'py>(slf: &Bound<'py, Self>, interface: &str) -> PyResult<Bound<'py, PyDict>> {
        let functions = PyDict::new(slf.py());
        for (number, face) in slf.get().package.binding.exports.iter().enumerate() {
            if face.name.as_deref() == Some(interface) {
                for (name, function) in exports::free_functions(slf, number, face) {
                    functions.set_item(name, function?)?;
                }
            }
        }
        Ok(functions)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.owner)?;
        self.callables.iter().flatten().flatten().try_for_each(|callable| visit.call(callable))?;
        self.resources.traverse(&visit)
    }
}

/// Instantiates the component of a generated package and gives the world's object its exports.
#[pyfunction]
#[pyo3(signature = (world, package, store, imports=None, /, *, fingerprint=None))]
pub fn bind(
    world: &Bound<'_, PyAny>,
    package: &str,
    store: &Bound<'_, PyAny>,
    imports: Option<&Bound<'_, PyAny>>,
    fingerprint: Option<&str>,
) -> PyResult<()> {
    let store = &storelike(store)?;
    // A store that cannot be used is found before anything is compiled.
    drop(Store::enter(store)?);
    let prepared = prepare_package(package, store, imports, fingerprint, false)?;
    instantiate(world, store, prepared)
}

/// As `bind`, for exports that are to be awaited. What is returned is to be awaited first, and gives the world's object back:
/// a component may wait for its host already while it is instantiated.
#[pyfunction]
#[pyo3(signature = (world, package, store, imports=None, /, *, fingerprint=None))]
pub fn bind_async<'py>(
    world: &Bound<'py, PyAny>,
    package: &str,
    store: &Bound<'py, PyAny>,
    imports: Option<&Bound<'py, PyAny>>,
    fingerprint: Option<&str>,
) -> PyResult<Bound<'py, Call>> {
    let store = &storelike(store)?;
    drop(Store::enter_beside(store)?);
    let prepared = prepare_package(package, store, imports, fingerprint, true)?;
    exports::refuse_before_instantiation(world, &prepared.0)?;
    instantiation(world, store, prepared)
}

/// A binding, and what its instance is linked with.
type Prepared<'py> = (Bound<'py, InstanceBinding>, Linker);

fn prepare_package<'py>(
    package: &str,
    store: &Bound<'py, Store>,
    imports: Option<&Bound<'py, PyAny>>,
    fingerprint: Option<&str>,
    asynchronous: bool,
) -> PyResult<Prepared<'py>> {
    let py = store.py();
    let engine = store.get().py_engine().bind(py).get();
    let package = package::load(py, package, engine)?;
    package.check_fingerprint(py, fingerprint)?;
    let supplied = imports::resolve(&package, store, imports, asynchronous)?;
    let linker = match supplied.iter().any(imports::Supplied::is_engine) {
        true => engine.wasi().map_err(|error| to_python(py, error))?,
        false => Linker::new(package.component.engine()),
    };
    prepare(&package, store, linker, &supplied, asynchronous)
}

/// As `bind`, with what a linker offers: `served` has for each imported interface the object or functions that Python gives
/// it, or `None` where the linker itself serves it.
#[pyfunction]
#[pyo3(name = "_link", signature = (world, package, store, linker, served, /))]
pub fn link(
    world: &Bound<'_, PyAny>,
    package: &Bound<'_, LoadedPackage>,
    store: &Bound<'_, PyAny>,
    linker: &Bound<'_, ComponentLinker>,
    served: Vec<Option<Bound<'_, PyAny>>>,
) -> PyResult<()> {
    let store = &storelike(store)?;
    drop(Store::enter(store)?);
    let prepared = prepare_linked(package, store, linker, &served, false)?;
    instantiate(world, store, prepared)
}

/// As `_link`, for exports that are to be awaited; see `bind_async`.
#[pyfunction]
#[pyo3(name = "_link_async", signature = (world, package, store, linker, served, /))]
pub fn link_async<'py>(
    world: &Bound<'py, PyAny>,
    package: &Bound<'py, LoadedPackage>,
    store: &Bound<'py, PyAny>,
    linker: &Bound<'py, ComponentLinker>,
    served: Vec<Option<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, Call>> {
    let store = &storelike(store)?;
    drop(Store::enter_beside(store)?);
    let prepared = prepare_linked(package, store, linker, &served, true)?;
    instantiation(world, store, prepared)
}

fn prepare_linked<'py>(
    package: &Bound<'py, LoadedPackage>,
    store: &Bound<'py, Store>,
    linker: &Bound<'py, ComponentLinker>,
    served: &[Option<Bound<'py, PyAny>>],
    asynchronous: bool,
) -> PyResult<Prepared<'py>> {
    let package = package.get().package();
    let supplied = imports::resolve_linked(package, store, served, asynchronous)?;
    prepare(package, store, linker.get().copy(), &supplied, asynchronous)
}

fn prepare<'py>(
    package: &Arc<Package>,
    store: &Bound<'py, Store>,
    mut linker: Linker,
    supplied: &[imports::Supplied<'_>],
    asynchronous: bool,
) -> PyResult<Prepared<'py>> {
    let py = store.py();
    let drops = Store::enter_beside(store)?.drop_queue();
    let implementers = package.binding.resources.iter().map(|(index, face)| {
        let host = supplied.iter().find_map(|import| import.implementer(py, index));
        (face.name.clone(), host.unwrap_or(Implementer::Guest))
    });
    let resources = Resources::new(store, drops, &package.binding.types, implementers);
    supplied.iter().try_for_each(|import| import.share_classes(py, &resources))?;
    let callables = supplied.iter().map(|import| import.callables(py)).collect();
    let binding = InstanceBinding {
        package: package.clone(),
        owner: store.clone().unbind(),
        resources,
        callables,
        asynchronous,
        instance: OnceLock::new(),
    };
    let binding = Bound::new(py, binding)?;
    // The store keeps the binding as long as it has guests: also when this one fails half-way, since it may have given its
    // host's resources to others by then.
    let _ = store.get().objects().add(binding.clone().into_any().unbind());
    linker.allow_shadowing(true);
    for import in supplied {
        import.define(&mut linker, &binding)?;
    }
    Ok((binding, linker))
}

fn instantiate(world: &Bound<'_, PyAny>, owner: &Bound<'_, Store>, (binding, linker): Prepared<'_>) -> PyResult<()> {
    let py = world.py();
    let component = &binding.get().package.component;
    let mut store = Store::begin(owner)?;
    let instance = linker.instantiate(&mut store, component).map_err(|error| to_python(py, error))?;
    drop(store);
    binding.get().set_instance(instance);
    exports::attach(world, &binding)
}

fn instantiation<'py>(
    world: &Bound<'py, PyAny>,
    owner: &Bound<'py, Store>,
    (binding, linker): Prepared<'py>,
) -> PyResult<Bound<'py, Call>> {
    let (world, binding) = (world.clone().unbind(), binding.unbind());
    Call::new(owner, Arc::new(Instantiation { world, binding, linker, made: Mutex::default() }))
}
