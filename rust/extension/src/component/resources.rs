//! Resources of one instance: guests' resources as Python objects, and host objects as resources of guests.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use dovetail_runtime::abi::{ResourceIndex, Types, ValueType};
use dovetail_runtime::component::{DropQueue, HostResource, ResourceAny, ResourceHandle, ResourceType};
use dovetail_runtime::{ArgumentKind, Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::type_object::PyTypeInfo;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::convert::{KnownClasses, is_kind_of, raised, refused, wrong_type};
use crate::errors::{bug, to_python};
use crate::guarded::Guarded;
use crate::objects::HostObjects;
use crate::python::class_name;
use crate::store::Store;

/// The resources of an instance, by the index in its package's table.
pub struct Resources {
    entries: Vec<Entry>,
    pub identities: Arc<Identities>,
    /// Which types of the package have handles of resources that Python implements, by index.
    of_python: Vec<bool>,
    objects: Arc<HostObjects>,
    owner: Py<Store>,
    drops: DropQueue,
    /// The host objects that calls under way lent or gave to the guest: see [`Resources::end_passing`].
    lent: Numbers,
    given: Numbers,
}

/// How many host objects were lent and given when a call began.
#[derive(Clone, Copy)]
pub struct Passed {
    lent: usize,
    given: usize,
}

struct Entry {
    name: String,
    kind: Kind,
}

impl Entry {
    /// Why an object is none of a guest's resource, whose class is the expected one.
    #[cold]
    fn refuse(&self, value: &Bound<'_, PyAny>, expected: Option<&Bound<'_, PyType>>) -> Error {
        if value.is_instance_of::<Resource>() {
            let message = format!("expected `{}` of this instance, got one of another", self.name);
            return refused(ArgumentKind::Type, message);
        }
        wrong_type(&expected.map_or_else(|| self.name.clone(), class_name), value)
    }
}

/// What each index stands for in the store. Host functions share it; it holds no Python object.
pub struct Identities(Vec<Identity>);

struct Identity {
    /// Set when the instance is linked.
    ty: OnceLock<ResourceType>,
    /// The host's type, where Python implements the resource.
    host: Option<HostResource>,
}

impl Identities {
    fn of(&self, resource: ResourceIndex) -> &Identity {
        &self.0[resource.as_u32() as usize]
    }

    /// The host's type for a resource that Python implements.
    pub fn host_resource(&self, resource: ResourceIndex) -> Option<HostResource> {
        self.of(resource).host
    }

    /// Whether an index may stand for this type of the store: the first time it is decided, after that it must be the same.
    pub fn pair(&self, resource: ResourceIndex, ty: ResourceType) -> bool {
        *self.of(resource).ty.get_or_init(|| ty) == ty
    }
}

enum Kind {
    /// A guest implements it, this instance or (where an import is another component's export) that one's.
    Guest { class: OnceLock<Py<PyType>> },
    /// A Python object implements it.
    Host {
        /// The Python names of its methods.
        methods: Vec<String>,
        /// The classes whose objects were found to have them all.
        accepted: KnownClasses<()>,
        /// What is called with the object when the guest drops its last handle; else it is the object's own `drop`.
        destructor: Option<Py<PyAny>>,
    },
}

/// Numbers of host objects, in the order of the calls that they went to.
#[derive(Default)]
struct Numbers(Cell<Vec<u32>>);

// SAFETY: only the thread that has claimed the store converts values for it: each use comes after the store was entered.
unsafe impl Sync for Numbers {}

impl Numbers {
    fn push(&self, number: u32) {
        let mut numbers = self.0.take();
        numbers.push(number);
        self.0.set(numbers);
    }

    fn len(&self) -> usize {
        let numbers = self.0.take();
        let length = numbers.len();
        self.0.set(numbers);
        length
    }

    fn split_off(&self, start: usize) -> Vec<u32> {
        let mut numbers = self.0.take();
        let rest = numbers.split_off(start.min(numbers.len()));
        self.0.set(numbers);
        rest
    }
}

/// Who implements a resource.
pub enum Implementer {
    Guest,
    /// Python objects with these methods.
    Host {
        methods: Vec<String>,
        id: HostResource,
        destructor: Option<Py<PyAny>>,
    },
}

impl Resources {
    pub fn new(
        owner: &Bound<'_, Store>,
        drops: DropQueue,
        types: &Types,
        resources: impl Iterator<Item = (String, Implementer)>,
    ) -> Resources {
        let (mut entries, mut identities) = (Vec::new(), Vec::new());
        for (name, implementer) in resources {
            let (kind, host) = match implementer {
                Implementer::Guest => (Kind::Guest { class: OnceLock::new() }, None),
                Implementer::Host { methods, id, destructor } => {
                    (Kind::Host { methods, accepted: KnownClasses::default(), destructor }, Some(id))
                }
            };
            entries.push(Entry { name, kind });
            identities.push(Identity { ty: OnceLock::new(), host });
        }
        let is_python = |resource: ResourceIndex| {
            matches!(entries.get(resource.as_u32() as usize), Some(Entry { kind: Kind::Host { .. }, .. }))
        };
        Resources {
            of_python: types.with_handles(is_python),
            entries,
            identities: Arc::new(Identities(identities)),
            objects: owner.get().objects().clone(),
            owner: owner.clone().unbind(),
            drops,
            lent: Numbers::default(),
            given: Numbers::default(),
        }
    }

    fn entry(&self, resource: ResourceIndex) -> &Entry {
        &self.entries[resource.as_u32() as usize]
    }

    /// Sets the Python class of a guest's resource, a subclass of [`Resource`].
    pub fn set_class(&self, resource: ResourceIndex, class: Bound<'_, PyType>) -> PyResult<()> {
        // SAFETY: two live types.
        if unsafe { ffi::PyType_IsSubtype(class.as_type_ptr(), Resource::type_object_raw(class.py())) } == 0 {
            return Err(bug(class.py(), "the class of a resource is none"));
        }
        if let Kind::Guest { class: cell } = &self.entry(resource).kind {
            // A second time does not happen: each interface declares its resources once.
            let _ = cell.set(class.unbind());
        }
        Ok(())
    }

    /// The Python class of a guest's resource.
    pub fn class<'py>(&self, py: Python<'py>, resource: ResourceIndex) -> Option<Bound<'py, PyType>> {
        match &self.entry(resource).kind {
            Kind::Guest { class } => class.get().map(|class| class.bind(py).clone()),
            Kind::Host { .. } => None,
        }
    }

    /// A Python object for a resource that the guest gives away.
    pub fn receive_own<'py>(
        &self,
        py: Python<'py>,
        resource: ResourceIndex,
        handle: ResourceHandle,
    ) -> Result<Bound<'py, PyAny>> {
        match handle {
            ResourceHandle::Guest(any) => self.wrap(py, resource, any),
            ResourceHandle::Host { rep, .. } => {
                let number = u32::try_from(rep).ok().filter(|_| self.is_python(resource));
                match number.and_then(|number| self.objects.remove(number)) {
                    Some(object) => Ok(object.into_bound(py)),
                    None => Err(raised(bug(py, &format!("host resource {rep} has no object")))),
                }
            }
        }
    }

    /// A Python object for a resource that the guest lends for the call.
    pub fn receive_borrow<'py>(
        &self,
        py: Python<'py>,
        resource: ResourceIndex,
        handle: ResourceHandle,
    ) -> Result<Bound<'py, PyAny>> {
        match handle {
            ResourceHandle::Guest(any) => self.wrap(py, resource, any),
            ResourceHandle::Host { rep, .. } => match u32::try_from(rep).ok().and_then(|rep| self.objects.get(py, rep))
            {
                Some(object) if self.is_python(resource) => Ok(object),
                Some(_) | None => Err(raised(bug(py, &format!("host resource {rep} has no object")))),
            },
        }
    }

    /// Whether Python implements a resource.
    pub fn is_python(&self, resource: ResourceIndex) -> bool {
        matches!(self.entry(resource).kind, Kind::Host { .. })
    }

    fn wrap<'py>(&self, py: Python<'py>, resource: ResourceIndex, any: ResourceAny) -> Result<Bound<'py, PyAny>> {
        let Kind::Guest { class } = &self.entry(resource).kind else {
            return Err(raised(bug(py, "a guest's resource where the host's was expected")));
        };
        // The engine's own resources have no class: Python holds their handles and hands them on.
        let class = class.get().map_or_else(|| py.get_type::<Resource>(), |class| class.bind(py).clone());
        let object = Resource::allocate(&class).map_err(raised)?;
        object.get().adopt(&self.owner, &self.drops, any, py);
        Ok(object.into_any())
    }

    /// Puts a constructor's resource into the object that is being made.
    pub fn adopt(&self, object: &Bound<'_, Resource>, handle: ResourceHandle) -> Result<()> {
        match handle {
            ResourceHandle::Guest(any) => {
                object.get().adopt(&self.owner, &self.drops, any, object.py());
                Ok(())
            }
            ResourceHandle::Host { .. } => Err(raised(bug(object.py(), "a constructor gave a host's resource"))),
        }
    }

    /// The handle of a Python object that a call takes away.
    pub fn give(&self, resource: ResourceIndex, value: &Bound<'_, PyAny>) -> Result<ResourceHandle> {
        self.handle(resource, value, false)
    }

    /// The handle of a Python object that a call borrows.
    pub fn lend(&self, resource: ResourceIndex, value: &Bound<'_, PyAny>) -> Result<ResourceHandle> {
        self.handle(resource, value, true)
    }

    #[inline]
    fn handle(&self, resource: ResourceIndex, value: &Bound<'_, PyAny>, lent: bool) -> Result<ResourceHandle> {
        let entry = self.entry(resource);
        match &entry.kind {
            Kind::Guest { class } => {
                let expected = class.get().map(|class| class.bind(value.py()));
                let object = match expected {
                    // SAFETY: `set_class` takes only subclasses of `Resource`.
                    Some(class) if is_kind_of(value, class) => Some(unsafe { value.cast_unchecked::<Resource>() }),
                    Some(_) => None,
                    None => value.cast::<Resource>().ok(),
                };
                match object {
                    Some(object) => object.get().any().map(ResourceHandle::Guest),
                    None => Err(entry.refuse(value, expected)),
                }
            }
            Kind::Host { methods, accepted, .. } => {
                check_host_object(&entry.name, methods, accepted, value)?;
                self.host_handle(resource, value, lent)
            }
        }
    }

    /// The handle of a host object, which the store keeps from now on.
    #[inline(never)]
    fn host_handle(&self, resource: ResourceIndex, value: &Bound<'_, PyAny>, lent: bool) -> Result<ResourceHandle> {
        let Some(ty) = self.identities.of(resource).ty.get() else {
            return Err(raised(bug(value.py(), "a host's resource that was never linked")));
        };
        let rep = self.objects.add(value.clone().unbind());
        if lent {
            self.lent.push(rep)
        } else {
            self.given.push(rep)
        };
        Ok(ResourceHandle::Host { ty: *ty, rep: rep.into() })
    }

    /// What a linker was given to destroy a host's resource with.
    pub fn destructor<'py>(&self, py: Python<'py>, resource: ResourceIndex) -> Option<Bound<'py, PyAny>> {
        match &self.entry(resource).kind {
            Kind::Host { destructor, .. } => destructor.as_ref().map(|destructor| destructor.bind(py).clone()),
            Kind::Guest { .. } => None,
        }
    }

    /// Whether a value of this type may give or lend a host object: see [`Resources::end_passing`].
    pub fn passes_objects(&self, ty: ValueType) -> bool {
        matches!(ty, ValueType::Defined(index) if self.of_python[index.as_u32() as usize])
    }

    /// To be asked before values are lowered, for [`Resources::end_passing`].
    pub fn passed(&self) -> Passed {
        Passed { lent: self.lent.len(), given: self.given.len() }
    }

    /// Gives up the host objects that were lent since `start`, and unless all values arrived also those that were given: the
    /// guest never learnt of them.
    pub fn end_passing(&self, py: Python<'_>, start: Passed, arrived: bool) {
        let mut ended = self.lent.split_off(start.lent);
        let given = self.given.split_off(start.given);
        if !arrived {
            ended.extend(given);
        }
        for object in ended.into_iter().filter_map(|number| self.objects.remove(number)) {
            drop(object.into_bound(py));
        }
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        visit.call(&self.owner)?;
        for entry in &self.entries {
            match &entry.kind {
                Kind::Guest { class } => visit.call(class.get())?,
                Kind::Host { destructor, .. } => visit.call(destructor)?,
            }
        }
        Ok(())
    }
}

/// Refuses an object that lacks a method of its resource. Each class is looked at once.
#[inline(never)]
fn check_host_object(
    resource: &str,
    methods: &[String],
    accepted: &KnownClasses<()>,
    value: &Bound<'_, PyAny>,
) -> Result<()> {
    let class = value.get_type();
    if accepted.find(&class).is_some() {
        return Ok(());
    }
    for method in methods {
        let found = value.getattr_opt(method.as_str()).map_err(raised)?;
        if !found.is_some_and(|found| found.is_callable()) {
            return Err(wrong_type(&format!("an object for `{resource}` with a method `{method}`"), value));
        }
    }
    if methods.is_empty() && value.is_none() {
        return Err(wrong_type(&format!("an object for `{resource}`"), value));
    }
    accepted.remember(&class, ()).map_err(raised)
}

/// What a resource is in Python that Python does not implement: the base of the class that is made for each resource of each
/// instance. The engine's own resources (WASI's) have no class besides: their handles can be dropped and handed on.
#[pyclass(frozen, subclass, weakref, module = "dovetail._engine", name = "_Resource")]
#[derive(Default)]
pub struct Resource(Guarded<Handle>);

struct Handle {
    any: ResourceAny,
    owner: Py<Store>,
    drops: DropQueue,
}

impl Resource {
    /// A new object of a resource class, without a handle yet.
    fn allocate<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, Resource>> {
        let arguments = PyTuple::empty(class.py());
        let base = class.py().get_type::<Resource>();
        // SAFETY: `class` is a subclass of this one, whose `tp_new` is `Resource::new` and takes no arguments. The subclass may
        // have another, which calls the guest.
        let object = unsafe {
            let new = (*base.as_type_ptr()).tp_new.ok_or_else(|| PyTypeError::new_err("the class has no `__new__`"))?;
            let object = new(class.as_type_ptr(), arguments.as_ptr(), std::ptr::null_mut());
            Bound::from_owned_ptr_or_err(class.py(), object)?
        };
        Ok(object.cast_into()?)
    }

    /// The handle with its store, as long as there was ever one.
    pub fn handle(&self, py: Python<'_>) -> Option<(ResourceAny, Py<Store>)> {
        self.0.look(|handle| handle.map(|handle| (handle.any, handle.owner.clone_ref(py))))
    }

    /// The handle, as long as there was ever one: whether it is still good is for the runtime to say.
    fn any(&self) -> Result<ResourceAny> {
        let any = self.0.look(|handle| handle.map(|handle| handle.any));
        any.ok_or_else(never_constructed)
    }

    /// Puts a handle into the object; an earlier one is dropped.
    fn adopt(&self, owner: &Py<Store>, drops: &DropQueue, any: ResourceAny, py: Python<'_>) {
        let handle = Handle { any, owner: owner.clone_ref(py), drops: drops.clone() };
        drop(self.0.replace(Some(handle)));
    }
}

#[cold]
fn never_constructed() -> Error {
    refused(ArgumentKind::Value, "the resource was never constructed")
}

impl Drop for Handle {
    fn drop(&mut self) {
        // The collector may free the object at any moment, also in the middle of a call: the store drops the handle later.
        // A handle that was dropped or given away before is passed over then.
        self.drops.push(self.any);
    }
}

#[pymethods]
impl Resource {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Resource {
        Resource::default()
    }

    /// Drop the handle now. Does nothing when it was dropped or given away before.
    fn drop(&self, py: Python<'_>) -> PyResult<()> {
        let Some((any, owner)) = self.handle(py) else { return Ok(()) };
        let owner = owner.bind(py);
        if owner.get().is_closed() {
            return Ok(());
        }
        let mut store = Store::begin(owner)?;
        any.drop(&mut store).map_err(|error| to_python(py, error))
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (_kind, _error, _traceback, /))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: Bound<'_, PyAny>,
        _error: Bound<'_, PyAny>,
        _traceback: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.drop(py)
    }

    fn __reduce_ex__(slf: &Bound<'_, Self>, _protocol: i32) -> PyResult<()> {
        let name = class_name(&slf.get_type());
        Err(PyTypeError::new_err(format!("cannot pickle `{name}`: a resource lives in its store")))
    }

    fn __copy__(slf: &Bound<'_, Self>) -> PyResult<()> {
        let name = class_name(&slf.get_type());
        Err(PyTypeError::new_err(format!("cannot copy `{name}`: a handle has one owner")))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> std::result::Result<(), PyTraverseError> {
        self.0.look(|handle| handle.map_or(Ok(()), |handle| visit.call(&handle.owner)))
    }
}
