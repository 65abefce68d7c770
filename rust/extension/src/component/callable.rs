//! One exported function of one instance: what is prepared for its calls, how its arguments are told apart, what its caller gets.

use std::sync::OnceLock;

use dovetail_runtime::abi::TypeIndex;
use dovetail_runtime::binding::{FunctionFace, FunctionKind};
use dovetail_runtime::component::PreparedFunc;
use dovetail_runtime::{Error, Result};
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};

use super::binding::InstanceBinding;
use super::host::raised_result;
use super::resources::Resource;
use crate::convert::{PyReceiver, PySupplier, err, within};
use crate::errors::{bug, made, to_python};
use crate::python::{self, text, type_name};
use crate::store::Store;

/// One exported function of one instance, ready to be called.
pub struct Export {
    binding: Py<InstanceBinding>,
    prepared: PreparedFunc,
    interface: usize,
    function: usize,
    /// The parameters' Python names, interned; a method's self is left out.
    params: Vec<Py<PyString>>,
    /// How many of the positional arguments are the object itself.
    receiver: usize,
    constructor: bool,
    /// Whether a host object may be lent or given for the call.
    passes_objects: bool,
    outcome: Option<TypeIndex>,
    error: OnceLock<Py<PyType>>,
}

impl Export {
    pub fn new(
        binding: &Bound<'_, InstanceBinding>,
        prepared: PreparedFunc,
        interface: usize,
        function: usize,
    ) -> PyResult<Export> {
        let py = binding.py();
        let package = &binding.get().package;
        let face = &package.binding.exports[interface].functions[function];
        let (receiver, constructor) = match face.kind {
            FunctionKind::Free | FunctionKind::Static(_) => (0, false),
            FunctionKind::Method(_) => (1, false),
            FunctionKind::Constructor(_) => (1, true),
        };
        let wit_params = face.ty.params.len() - if constructor { 0 } else { receiver };
        if face.params.len() != wit_params {
            return Err(bug(py, &format!("the plan names {} parameters of {wit_params}", face.params.len())));
        }
        Ok(Export {
            binding: binding.clone().unbind(),
            prepared,
            interface,
            function,
            params: face.params.iter().map(|name| PyString::intern(py, name).unbind()).collect(),
            receiver,
            constructor,
            passes_objects: face.ty.params.iter().any(|param| binding.get().resources.passes_objects(param.ty)),
            outcome: raised_result(package, face),
            error: OnceLock::new(),
        })
    }

    pub fn binding(&self) -> &InstanceBinding {
        self.binding.get()
    }

    pub fn prepared(&self) -> &PreparedFunc {
        &self.prepared
    }

    /// The `result` type whose error is raised.
    pub fn outcome(&self) -> Option<TypeIndex> {
        self.outcome
    }

    pub fn is_constructor(&self) -> bool {
        self.constructor
    }

    pub fn passes_objects(&self) -> bool {
        self.passes_objects
    }

    pub fn face(&self) -> &FunctionFace {
        &self.binding.get().package.binding.exports[self.interface].functions[self.function]
    }

    /// The function as its caller wrote it: a constructor is called by its class.
    pub fn shown(&self) -> &str {
        let face = self.face();
        match face.kind {
            FunctionKind::Constructor(resource) => &self.binding.get().package.binding.resources[resource].attribute,
            FunctionKind::Free | FunctionKind::Method(_) | FunctionKind::Static(_) => &face.python,
        }
    }

    /// Calls with one value for each parameter, the object itself first where there is one.
    #[inline(always)]
    pub fn call<'py>(&self, py: Python<'py>, arguments: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        let binding = self.binding.get();
        let conversion = binding.conversion(py);
        let (object, arguments) = match arguments.split_first() {
            Some((object, rest)) if self.constructor => match object.cast::<Resource>() {
                Ok(resource) => (Some(resource), rest),
                Err(_) => {
                    let message =
                        format!("`{}` argument `self`: expected the resource, got {}", self.shown(), type_name(object));
                    return Err(PyTypeError::new_err(message));
                }
            },
            Some(_) | None => (None, arguments),
        };
        let mut store = Store::begin(binding.owner.bind(py))?;
        let mut receiver = PyReceiver::for_export(&conversion, self.outcome, object);
        let before = if self.passes_objects { Some(binding.resources.passed()) } else { None };
        let mut supplied = false;
        let called = self.prepared.call(
            &mut store,
            &mut PySupplier::new(&conversion),
            |supplier, slots| {
                slots.put_all(supplier, arguments)?;
                supplied = true;
                Ok(())
            },
            &mut receiver,
        );
        drop(store);
        if let Some(before) = before {
            binding.resources.end_passing(py, before, supplied);
        }
        let result = self.conclude(py, called, receiver.error)?;
        // A constructor has put it into the object.
        Ok(if self.constructor { py.None().into_bound(py) } else { result })
    }

    /// What the caller gets: the result, or the exception that stands for the function's own error or the call's.
    #[inline(always)]
    pub fn conclude<'py>(
        &self,
        py: Python<'py>,
        called: Result<Option<Bound<'py, PyAny>>>,
        error: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match (called, error) {
            (Ok(result), None) => Ok(result.unwrap_or_else(|| py.None().into_bound(py))),
            (Ok(_), Some(error)) => Err(self.raise(py, error)),
            (Err(error), _) => Err(self.failed(py, error)),
        }
    }

    #[cold]
    fn failed(&self, py: Python<'_>, error: Error) -> PyErr {
        to_python(py, within(error, || format!("`{}` argument", self.shown())))
    }

    /// The exception for an error value of the function.
    #[cold]
    fn raise<'py>(&self, py: Python<'py>, value: Bound<'py, PyAny>) -> PyErr {
        let class = || -> PyResult<Bound<'py, PyType>> {
            if let Some(class) = self.error.get() {
                return Ok(class.bind(py).clone());
            }
            let class = match &self.face().error {
                Some(name) => self.binding.get().package.classes.class(py, name)?,
                None => python::err(py)?.clone(),
            };
            Ok(self.error.get_or_init(|| class.unbind()).bind(py).clone())
        };
        let raised = class().and_then(|class| err(&class, value).map_err(|error| to_python(py, error)));
        raised.map_or_else(|error| error, made)
    }

    /// Puts keyword arguments into their places. `arguments` are the positional ones, then the values of `names`.
    pub fn with_keywords<'py>(
        &self,
        positional: &[Bound<'py, PyAny>],
        keywords: &[Bound<'py, PyAny>],
        names: &Bound<'py, PyTuple>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let py = names.py();
        let name = self.shown();
        let mut places: Vec<Option<Bound<'py, PyAny>>> = vec![None; self.receiver + self.params.len()];
        if positional.len() > places.len() {
            return Err(self.wrong_count(py, positional.len()));
        }
        for (place, value) in places.iter_mut().zip(positional) {
            *place = Some(value.clone());
        }
        for (keyword, value) in names.iter().zip(keywords) {
            let keyword = keyword.cast_into::<PyString>()?;
            let found = self.params.iter().position(|param| param.is(&keyword)).or_else(|| {
                // By its text: a subclass of `str` may say anything about what it is equal to.
                let text = keyword.to_cow().ok()?;
                self.params.iter().position(|param| param.bind(py).to_cow().is_ok_and(|name| name == text))
            });
            let Some(found) = found else {
                return Err(PyTypeError::new_err(format!("`{name}` has no parameter `{}`", text(&keyword))));
            };
            if places[self.receiver + found].replace(value.clone()).is_some() {
                return Err(PyTypeError::new_err(format!("`{name}` got argument `{}` twice", text(&keyword))));
            }
        }
        let missing: Vec<String> = places
            .iter()
            .skip(self.receiver)
            .zip(&self.params)
            .filter(|(place, _)| place.is_none())
            .map(|(_, param)| format!("`{}`", text(param.bind(py))))
            .collect();
        if !missing.is_empty() {
            return Err(PyTypeError::new_err(format!("`{name}` lacks argument {}", missing.join(", "))));
        }
        let count = positional.len();
        let complete: Vec<_> = places.into_iter().flatten().collect();
        if complete.len() == self.receiver + self.params.len() {
            Ok(complete)
        } else {
            Err(self.wrong_count(py, count))
        }
    }

    #[cold]
    pub fn wrong_count(&self, py: Python<'_>, given: usize) -> PyErr {
        let names: Vec<String> = self.params.iter().map(|param| text(param.bind(py))).collect();
        let (expected, given) = (self.params.len(), given.saturating_sub(self.receiver));
        let (name, plural) = (self.shown(), if expected == 1 { "" } else { "s" });
        PyTypeError::new_err(format!("`{name}({})` takes {expected} argument{plural}, got {given}", names.join(", ")))
    }

    /// The function of the generated Protocol (or world) that this one stands for. A component without a package has none.
    pub fn prototype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let package = &self.binding.get().package;
        if package.name.is_empty() {
            return Err(PyAttributeError::new_err("the component has no generated classes"));
        }
        let face = self.face();
        let interface = &package.binding.exports[self.interface];
        let asynchronous = self.binding().asynchronous;
        let class = match (face.kind, package.interface_class(interface, asynchronous)) {
            (
                FunctionKind::Constructor(resource) | FunctionKind::Method(resource) | FunctionKind::Static(resource),
                _,
            ) => package.classes.class(py, package.resource_class(resource, asynchronous))?.into_any(),
            (FunctionKind::Free, Some(class)) => package.classes.class(py, class)?.into_any(),
            (FunctionKind::Free, None) => py.import(package.name.as_str())?.getattr(package.world(asynchronous))?,
        };
        class.getattr(face.python.as_str())
    }

    /// How many arguments there are, with the object itself.
    #[inline(always)]
    pub fn arity(&self) -> usize {
        self.receiver + self.params.len()
    }

    /// The binding of the export's instance as an object, for the collector.
    pub fn owner(&self) -> &Py<InstanceBinding> {
        &self.binding
    }

    /// Lets go of Python's objects, in a thread of which PyO3 does not know that it is attached: it would put off the release of
    /// each `Py`.
    pub fn release(self, py: Python<'_>) {
        let Export { binding, params, error, .. } = self;
        drop(error.into_inner().map(|class| class.into_bound(py)));
        drop(params.into_iter().map(|name| name.into_bound(py)).collect::<Vec<_>>());
        drop(binding.into_bound(py));
    }
}
