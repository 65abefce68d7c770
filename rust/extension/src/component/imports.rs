//! What serves the imports of an instance: Python objects, checked here for everything that they must have; the engine's own
//! WASI; or what another component exports.

use std::sync::Arc;

use dovetail_runtime::abi::ResourceIndex;
use dovetail_runtime::binding::{FunctionFace, FunctionKind, InterfaceFace, ResourceFace};
use dovetail_runtime::component::{HostResource, Linker, LinkerInstance};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::binding::InstanceBinding;
use super::destructor::destructor;
use super::host::{BindingPointer, HostImport};
use super::linked::LinkedFunctions;
use super::package::Package;
use super::resources::{Implementer, Resources};
use crate::errors::{cannot_link, to_python};
use crate::python::{self, type_name};
use crate::store::Store;

/// One imported interface, or the world's own functions, with what serves it.
pub struct Supplied<'a> {
    package: &'a Arc<Package>,
    /// Its place among the package's imports.
    number: usize,
    face: &'a InterfaceFace,
    source: Source,
}

enum Source {
    /// WASI, or types alone.
    Engine,
    /// For each function the Python callable, where it is not looked up on a resource's own object.
    Python(Vec<Option<Py<PyAny>>>),
    /// For each function the callable that a linker was given, where it was given one.
    Functions { callables: Vec<Option<Py<PyAny>>>, given: Py<LinkedFunctions> },
    /// What a linker holds besides.
    Linker,
    /// An interface that another component exports.
    Component { binding: Py<InstanceBinding>, interface: String },
}

/// Finds out what serves each import, and whether it has everything.
pub fn resolve<'a>(
    package: &'a Arc<Package>,
    store: &Bound<'_, Store>,
    imports: Option<&Bound<'_, PyAny>>,
    asynchronous: bool,
) -> PyResult<Vec<Supplied<'a>>> {
    let faces = package.binding.imports.iter().enumerate();
    faces
        .map(|(number, face)| {
            let source = source(package, store, imports, face, asynchronous)?;
            Ok(Supplied { package, number, face, source })
        })
        .collect()
}

/// Finds out what serves each import of a component that a linker instantiates.
pub fn resolve_linked<'a>(
    package: &'a Arc<Package>,
    store: &Bound<'_, Store>,
    served: &[Option<Bound<'_, PyAny>>],
    asynchronous: bool,
) -> PyResult<Vec<Supplied<'a>>> {
    let py = store.py();
    let faces = &package.binding.imports;
    let mut supplied = Vec::with_capacity(faces.len());
    for (number, face) in faces.iter().enumerate() {
        let source = match served.get(number).and_then(Option::as_ref) {
            None => Source::Linker,
            Some(object) if object.is_instance(python::interface(py)?)? => component_source(object, store, face)?,
            Some(object) => match object.cast::<LinkedFunctions>() {
                Ok(given) => given_functions(given, face)?,
                Err(_) => Check { py, package, face, object, place: "", asynchronous, missing: Vec::new() }.run()?,
            },
        };
        supplied.push(Supplied { package, number, face, source });
    }
    Ok(supplied)
}

fn given_functions(given: &Bound<'_, LinkedFunctions>, face: &InterfaceFace) -> PyResult<Source> {
    let functions = given.get().functions.bind(given.py());
    let callables = face.functions.iter().map(|function| Ok(functions.get_item(&function.name)?.map(Bound::unbind)));
    Ok(Source::Functions { callables: callables.collect::<PyResult<_>>()?, given: given.clone().unbind() })
}

fn source(
    package: &Package,
    store: &Bound<'_, Store>,
    imports: Option<&Bound<'_, PyAny>>,
    face: &InterfaceFace,
    asynchronous: bool,
) -> PyResult<Source> {
    let py = store.py();
    if face.functions.is_empty() && face.resources.is_empty() {
        return Ok(Source::Engine);
    }
    let imports = imports.filter(|imports| !imports.is_none());
    let Some(imports) = imports else {
        if face.wasi {
            return Ok(Source::Engine);
        }
        let name = face.name.as_deref().unwrap_or("the world's own functions");
        return Err(cannot_link(py, format!("`imports` is missing: the component imports `{name}`")));
    };
    let object = match &face.attribute {
        None => imports.clone(),
        Some(attribute) => match imports.getattr_opt(attribute.as_str())? {
            Some(object) if !object.is_none() => object,
            Some(_) | None if face.wasi => return Ok(Source::Engine),
            Some(_) | None => {
                let name = face.name.as_deref().unwrap_or_default();
                let given = type_name(imports);
                return Err(cannot_link(py, format!("`imports.{attribute}` (`{name}`): missing in the given {given}")));
            }
        },
    };
    if object.is_instance(python::interface(py)?)? {
        return component_source(&object, store, face);
    }
    Check { py, package, face, object: &object, place: "imports", asynchronous, missing: Vec::new() }.run()
}

/// The export of another component, which must live in the same store.
fn component_source(object: &Bound<'_, PyAny>, store: &Bound<'_, Store>, face: &InterfaceFace) -> PyResult<Source> {
    let py = object.py();
    let binding = object.getattr(intern!(py, "_owner"))?.cast_into::<InstanceBinding>()?;
    if !binding.get().owner.is(store) {
        let name = face.name.as_deref().unwrap_or_default();
        let message = format!("`{name}`: the component that exports it lives in another store");
        return Err(cannot_link(py, message));
    }
    let interface = object.getattr(intern!(py, "_name"))?.extract()?;
    Ok(Source::Component { binding: binding.unbind(), interface })
}

/// Looks for everything that an interface asks of a Python object.
struct Check<'a, 'py> {
    py: Python<'py>,
    package: &'a Package,
    face: &'a InterfaceFace,
    object: &'a Bound<'py, PyAny>,
    /// What the object is an attribute of.
    place: &'static str,
    /// Whether the object serves the asynchronous face.
    asynchronous: bool,
    missing: Vec<String>,
}

impl<'py> Check<'_, 'py> {
    fn run(mut self) -> PyResult<Source> {
        let protocol = match self.package.interface_class(self.face, self.asynchronous) {
            Some(class) => Some(self.package.classes.class(self.py, class)?),
            None => None,
        };
        let mut callables = Vec::with_capacity(self.face.functions.len());
        let owner = type_name(self.object);
        for function in &self.face.functions {
            let callable = match function.kind {
                FunctionKind::Free => {
                    let found = own_attribute(self.object, protocol.as_ref(), &function.python)?;
                    self.need(found, || format!("`{owner}` lacks method `{}`", function.python))
                }
                FunctionKind::Constructor(resource)
                | FunctionKind::Method(resource)
                | FunctionKind::Static(resource) => self.of_resource(&owner, resource, function)?,
            };
            callables.push(callable.map(Bound::unbind));
        }
        if self.missing.is_empty() {
            return Ok(Source::Python(callables));
        }
        self.missing.dedup();
        let place = match (&self.face.name, &self.face.attribute, self.place) {
            (Some(name), _, "") => format!("`{name}`"),
            (Some(name), Some(attribute), place) => format!("`{place}.{attribute}` (`{name}`)"),
            (Some(name), None, place) => format!("`{place}` (`{name}`)"),
            (None, Some(attribute), place) => format!("`{place}.{attribute}`"),
            (None, None, place) => format!("`{place}`"),
        };
        Err(cannot_link(self.py, format!("{place}: {}", self.missing.join("; "))))
    }

    fn need(&mut self, found: Option<Bound<'py, PyAny>>, lack: impl FnOnce() -> String) -> Option<Bound<'py, PyAny>> {
        if found.is_none() {
            self.missing.push(lack());
        }
        found
    }

    /// A function of a resource: the class for a constructor, the function for a static; a method is looked up on each
    /// object when it is called, and its class's is only checked.
    fn of_resource(
        &mut self,
        owner: &str,
        resource: ResourceIndex,
        function: &FunctionFace,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let face = &self.package.binding.resources[resource];
        let class = self.object.getattr_opt(face.attribute.as_str())?.filter(|class| class.is_callable());
        let Some(class) = self.need(class, || format!("`{owner}` lacks resource class `{}`", face.attribute)) else {
            return Ok(None);
        };
        let protocol = self.package.classes.class(self.py, self.package.resource_class(resource, self.asynchronous))?;
        let attribute = &face.attribute;
        if let FunctionKind::Constructor(_) = function.kind {
            let lacks = !function.params.is_empty() && cannot_be_made(&class, &protocol)?;
            if lacks {
                self.missing.push(format!("`{owner}.{attribute}` lacks method `__init__`"));
            }
            return Ok(Some(class));
        }
        let found = if class.is_instance_of::<PyType>() {
            own_attribute(&class, Some(&protocol), &function.python)?
        } else {
            // What a factory makes is seen only when it made it; a static function must be its own.
            match function.kind {
                FunctionKind::Method(_) => Some(class.clone()),
                FunctionKind::Free | FunctionKind::Constructor(_) | FunctionKind::Static(_) => {
                    own_attribute(&class, Some(&protocol), &function.python)?
                }
            }
        };
        let found = self.need(found, || format!("`{owner}.{attribute}` lacks method `{}`", function.python));
        Ok(found.filter(|_| matches!(function.kind, FunctionKind::Static(_))))
    }
}

/// Whether a class takes no argument, because it has no constructor of its own. (A factory function takes what it likes.)
fn cannot_be_made<'py>(class: &Bound<'py, PyAny>, protocol: &Bound<'py, PyType>) -> PyResult<bool> {
    if !class.is_instance_of::<PyType>() {
        return Ok(false);
    }
    let object = class.py().get_type::<PyAny>();
    let own = |name: &str| -> PyResult<bool> {
        let default = object.getattr(name)?;
        Ok(own_attribute(class, Some(protocol), name)?.is_some_and(|found| !found.is(&default)))
    };
    Ok(!own("__init__")? && !own("__new__")?)
}

/// A callable attribute that the host wrote itself: what it merely inherits from the generated Protocol does nothing, and so
/// counts as missing.
fn own_attribute<'py>(
    object: &Bound<'py, PyAny>,
    protocol: Option<&Bound<'py, PyType>>,
    name: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(found) = object.getattr_opt(name)?.filter(|found| found.is_callable()) else {
        return Ok(None);
    };
    if let Some(inherited) = protocol.and_then(|protocol| protocol.getattr_opt(name).transpose()).transpose()? {
        let function = |value: &Bound<'py, PyAny>| -> PyResult<Bound<'py, PyAny>> {
            Ok(value.getattr_opt(intern!(value.py(), "__func__"))?.unwrap_or_else(|| value.clone()))
        };
        let object_type = object.py().get_type::<PyAny>();
        let of_object = object_type.getattr_opt(name)?.is_some_and(|default| default.is(&inherited));
        if !of_object && function(&found)?.is(&function(&inherited)?) {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

impl Supplied<'_> {
    /// How Python implements a resource, where it does by serving this interface.
    pub fn implementer(&self, py: Python<'_>, resource: ResourceIndex) -> Option<Implementer> {
        if !self.face.resources.contains(&resource) {
            return None;
        }
        match &self.source {
            Source::Python(_) => {
                let functions = self.face.functions.iter();
                let methods = functions.filter(|function| function.kind == FunctionKind::Method(resource));
                let methods = methods.map(|function| function.python.clone()).collect();
                Some(Implementer::Host { methods, id: HostResource::new(), destructor: None })
            }
            Source::Functions { given, .. } => {
                let name = &self.package.binding.resources[resource].name;
                let (id, destructor) = given.get().resources.get(name)?;
                let destructor = destructor.as_ref().map(|destructor| destructor.clone_ref(py));
                Some(Implementer::Host { methods: Vec::new(), id: id.get().0, destructor })
            }
            Source::Engine | Source::Linker | Source::Component { .. } => None,
        }
    }

    /// Gives the resources of an interface that another component serves that component's classes.
    pub fn share_classes(&self, py: Python<'_>, resources: &Resources) -> PyResult<()> {
        let Source::Component { binding, interface } = &self.source else { return Ok(()) };
        let (mine, theirs) = (&self.package.binding.resources, &binding.get().package.binding.resources);
        for index in &self.face.resources {
            let same = |face: &ResourceFace| {
                face.exported && face.interface.as_ref() == Some(interface) && face.name == mine[*index].name
            };
            let found = theirs.iter().find(|(_, face)| same(face));
            if let Some(class) = found.and_then(|(other, _)| binding.get().resources.class(py, other)) {
                resources.set_class(*index, class)?;
            }
        }
        Ok(())
    }

    /// Whether the engine's own WASI serves the interface.
    pub fn is_engine(&self) -> bool {
        matches!(self.source, Source::Engine) && self.face.wasi
    }

    /// The Python functions, one for each of the interface's.
    pub fn callables(&self, py: Python<'_>) -> Vec<Option<Py<PyAny>>> {
        match &self.source {
            Source::Python(callables) | Source::Functions { callables, .. } => {
                callables.iter().map(|callable| callable.as_ref().map(|callable| callable.clone_ref(py))).collect()
            }
            Source::Engine | Source::Linker | Source::Component { .. } => Vec::new(),
        }
    }

    /// Defines the interface in a linker, for the instance that `binding` is to become.
    pub fn define(&self, linker: &mut Linker, binding: &Bound<'_, InstanceBinding>) -> PyResult<()> {
        let failed = |error| to_python(binding.py(), error);
        let named =
            |linker: &mut Linker, found: bool, define: &dyn Fn(&mut LinkerInstance<'_>) -> PyResult<()>| match &self
                .face
                .name
            {
                Some(name) if found => define(&mut linker.serving(name).map_err(failed)?),
                Some(name) => define(&mut linker.instance(name).map_err(failed)?),
                None => define(&mut linker.root()),
            };
        match &self.source {
            // WASI is in the linker under its own version: an empty instance under this one would hide it.
            Source::Engine | Source::Linker => Ok(()),
            Source::Component { binding: other, interface } => named(linker, false, &|place| {
                let Some(instance) = other.get().instance() else {
                    return Err(cannot_link(binding.py(), format!("`{interface}` is not instantiated yet")));
                };
                place.exports_of(instance, &[interface]).map_err(failed)
            }),
            Source::Python(_) => {
                named(linker, false, &|place| self.define_python(place, binding, &|_| true).map_err(failed))
            }
            // What else the linker has for the interface stays.
            Source::Functions { callables, .. } => named(linker, true, &|place| {
                self.define_python(place, binding, &|number| callables[number].is_some()).map_err(failed)
            }),
        }
    }

    fn define_python(
        &self,
        place: &mut LinkerInstance<'_>,
        binding: &Bound<'_, InstanceBinding>,
        given: &dyn Fn(usize) -> bool,
    ) -> dovetail_runtime::Result<()> {
        for resource in &self.face.resources {
            if let Some(id) = binding.get().resources.identities.host_resource(*resource) {
                let name = &self.package.binding.resources[*resource].name;
                place.resource_dynamic(name, id, destructor(BindingPointer::new(binding), *resource))?;
            }
        }
        for function in (0..self.face.functions.len()).filter(|function| given(*function)) {
            let import = HostImport::new(binding, self.number, function);
            place.func_dynamic(&self.face.functions[function].name, Arc::new(import))?;
        }
        Ok(())
    }
}
