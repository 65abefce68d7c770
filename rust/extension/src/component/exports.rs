//! Gives a world's object what its component exports: interface objects, resource classes, functions.

use dovetail_runtime::binding::{FunctionFace, FunctionKind, InterfaceFace};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use pyo3::{ffi, intern};

use super::binding::InstanceBinding;
use super::callable::Export;
use super::exported_function;
use super::package::Package;
use super::resources::Resource;
use crate::errors::{bug, cannot_link};
use crate::python;

/// Sets the attributes of the world's object. Interfaces without resources are bound when they are first used, once an instance
/// of the package has shown that all of them fit: whether they do is the same for each.
pub fn attach(world: &Bound<'_, PyAny>, binding: &Bound<'_, InstanceBinding>) -> PyResult<()> {
    let py = world.py();
    let package = &binding.get().package;
    for (number, face) in package.binding.exports.iter().enumerate() {
        let target = match (&face.name, &face.attribute) {
            (None, _) | (Some(_), None) => world.clone(),
            (Some(name), Some(attribute)) => {
                let later = package.exports_fit.get().is_some() && !mentions_resources(package, face);
                let class = if later { python::unbound_interface(py)? } else { python::interface(py)? };
                let object = class.call1((name, binding))?;
                world.setattr(attribute.as_str(), &object)?;
                if later {
                    continue;
                }
                object
            }
        };
        pair_resources(binding, face)?;
        for resource in &face.resources {
            let class = resource_class(binding, number, face, *resource)?;
            target.setattr(package.binding.resources[*resource].attribute.as_str(), &class)?;
            binding.get().resources.set_class(*resource, class)?;
        }
        for (name, function) in free_functions(binding, number, face) {
            target.setattr(name, function?)?;
        }
    }
    let _ = package.exports_fit.set(());
    Ok(())
}

/// Has the world's own functions say that it must be awaited first. The classes' bodies, which say nothing, would be called.
pub fn refuse_before_instantiation(world: &Bound<'_, PyAny>, binding: &Bound<'_, InstanceBinding>) -> PyResult<()> {
    let py = world.py();
    let faces = binding.get().package.binding.exports.iter().filter(|face| face.name.is_none());
    let functions = faces.flat_map(|face| &face.functions).filter(|function| function.kind == FunctionKind::Free);
    let mut names = functions.map(|function| function.python.as_str()).peekable();
    if names.peek().is_none() {
        return Ok(());
    }
    let refuse =
        py.import(intern!(py, "dovetail._aio"))?.getattr(intern!(py, "refuses"))?.call1((world.get_type(),))?;
    names.try_for_each(|name| world.setattr(name, &refuse))
}

/// Whether binding an interface has a part in what resources stand for, in the store and in Python.
fn mentions_resources(package: &Package, face: &InterfaceFace) -> bool {
    let types = &package.binding.types;
    let mentions = |function: &FunctionFace| {
        let params = function.ty.params.iter().map(|param| param.ty);
        params.chain(function.ty.result).any(|ty| types.has_handle(ty))
    };
    !face.resources.is_empty() || face.functions.iter().any(mentions)
}

/// The interface's functions that belong to no resource, by their Python names.
pub fn free_functions<'a, 'py>(
    binding: &'a Bound<'py, InstanceBinding>,
    number: usize,
    face: &'a InterfaceFace,
) -> impl Iterator<Item = (&'a str, PyResult<Bound<'py, PyAny>>)> {
    let functions = face.functions.iter().enumerate();
    functions
        .filter(|(_, function)| function.kind == FunctionKind::Free)
        .map(move |(index, function)| (function.python.as_str(), export(binding, number, index, function)))
}

/// Tells which types of the store the interface's resources stand for.
fn pair_resources(binding: &Bound<'_, InstanceBinding>, face: &InterfaceFace) -> PyResult<()> {
    let py = binding.py();
    let Some(instance) = binding.get().instance() else {
        return Err(bug(py, "an instance was not made before its exports"));
    };
    for resource in &face.resources {
        let name = binding.get().package.binding.resources[*resource].name.as_str();
        let path: Vec<&str> = face.name.as_deref().into_iter().chain([name]).collect();
        let fits = instance.resource(&path).is_some_and(|ty| binding.get().resources.identities.pair(*resource, ty));
        if !fits {
            return Err(cannot_link(py, format!("the component exports no resource `{}`", path.join("#"))));
        }
    }
    Ok(())
}

/// The native function for one export.
fn export<'py>(
    binding: &Bound<'py, InstanceBinding>,
    interface: usize,
    index: usize,
    face: &FunctionFace,
) -> PyResult<Bound<'py, PyAny>> {
    let py = binding.py();
    let package = &binding.get().package;
    let path: Vec<&str> =
        package.binding.exports[interface].name.as_deref().into_iter().chain([face.name.as_str()]).collect();
    let Some(func) = binding.get().instance().and_then(|instance| instance.func(&path)) else {
        return Err(cannot_link(py, format!("the component exports no function `{}`", path.join("#"))));
    };
    let identities = &binding.get().resources.identities;
    let signature = &package.signatures.exports[interface][index];
    let prepared = func.prepare(signature, &mut |index, ty| identities.pair(index, ty));
    let prepared = prepared.map_err(|error| {
        cannot_link(py, format!("`{}` is not what the package was generated for: {error}", path.join("#")))
    })?;
    exported_function::new(py, Export::new(binding, prepared, interface, index)?)
}

/// The class of a guest's resource: native, and a subclass of the generated Protocol.
fn resource_class<'py>(
    binding: &Bound<'py, InstanceBinding>,
    number: usize,
    face: &InterfaceFace,
    resource: dovetail_runtime::abi::ResourceIndex,
) -> PyResult<Bound<'py, PyType>> {
    let py = binding.py();
    let package = &binding.get().package;
    let asynchronous = binding.get().asynchronous;
    let name = package.resource_class(resource, asynchronous);
    let protocol = package.classes.class(py, name)?;
    let namespace = PyDict::new(py);
    namespace.set_item(intern!(py, "__module__"), protocol.getattr(intern!(py, "__module__"))?)?;
    namespace.set_item(intern!(py, "__qualname__"), protocol.getattr(intern!(py, "__qualname__"))?)?;
    namespace.set_item(intern!(py, "__doc__"), protocol.getattr(intern!(py, "__doc__"))?)?;
    namespace.set_item(intern!(py, "__slots__"), PyTuple::empty(py))?;
    let mut constructed = false;
    for (index, function) in face.functions.iter().enumerate() {
        match function.kind {
            FunctionKind::Free => {}
            FunctionKind::Constructor(owner) if owner == resource => {
                constructed = true;
                let constructor = export(binding, number, index, function)?;
                if asynchronous {
                    // Calling the class gives what is to be awaited, and that gives the object.
                    namespace.set_item(intern!(py, "__new__"), static_method(&constructor)?)?;
                } else {
                    namespace.set_item(intern!(py, "__init__"), constructor)?;
                }
            }
            FunctionKind::Method(owner) if owner == resource => {
                namespace.set_item(function.python.as_str(), export(binding, number, index, function)?)?;
            }
            FunctionKind::Static(owner) if owner == resource => {
                let function_object = export(binding, number, index, function)?;
                namespace.set_item(function.python.as_str(), static_method(&function_object)?)?;
            }
            FunctionKind::Constructor(_) | FunctionKind::Method(_) | FunctionKind::Static(_) => {}
        }
    }
    if !constructed {
        let refuse = py.import(intern!(py, "dovetail._interface"))?.getattr(intern!(py, "no_constructor"))?;
        namespace.set_item(intern!(py, "__init__"), refuse)?;
    }
    let mut bases = vec![py.get_type::<Resource>().into_any(), protocol.clone().into_any()];
    if asynchronous {
        bases.insert(0, python::awaited_resource(py)?.clone().into_any());
    }
    let bases = PyTuple::new(py, bases)?;
    Ok(protocol.get_type().call1((name.class.as_str(), bases, namespace))?.cast_into()?)
}

fn static_method<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the function is a live object; the result is a new reference or null.
    unsafe { Bound::from_owned_ptr_or_err(function.py(), ffi::PyStaticMethod_New(function.as_ptr())) }
}
