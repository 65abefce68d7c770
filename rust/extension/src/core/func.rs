//! `dovetail.Func` and `dovetail.Caller`: functions of guests called from Python, and Python functions called by guests.

use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

use dovetail_runtime as runtime;
use dovetail_runtime::{Signature, Val, ValRaw};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use super::types::{signature, signature_object};
use super::value::{are_numbers, from_extern, from_val, number_to_python, number_to_raw, to_val};
use super::vectorcall;
use crate::attach::with_python;
use crate::convert::raised;
use crate::errors::{bug, to_python};
use crate::python::type_name;
use crate::store::{Store, storelike};

/// A function of a store: a guest's or one made from a Python function.
#[pyclass(frozen, eq, hash, module = "dovetail")]
pub struct Func {
    handle: runtime::Func,
    /// What Python calls, once the class says that its instances have it: see [`vectorcall::enable`].
    vectorcall: ffi::vectorcallfunc,
}

impl PartialEq for Func {
    fn eq(&self, other: &Func) -> bool {
        self.handle == other.handle
    }
}

impl Eq for Func {}

impl Hash for Func {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.handle.hash(state);
    }
}

/// Up to how many parameters or results a call needs no allocation.
const INLINE: usize = 16;

impl Func {
    pub fn handle(&self) -> runtime::Func {
        self.handle
    }

    pub fn of(handle: runtime::Func) -> Func {
        Func { handle, vectorcall: vectorcall::call }
    }

    /// Where the function for calls is.
    pub fn vectorcall_field(&self) -> *const ffi::vectorcallfunc {
        &raw const self.vectorcall
    }

    /// The Python object for a function.
    pub fn object<'py>(py: Python<'py>, handle: runtime::Func) -> PyResult<Bound<'py, PyAny>> {
        let object = Bound::new(py, Func::of(handle))?;
        vectorcall::enable(&object);
        Ok(object.into_any())
    }

    /// Calls with one object for each parameter.
    pub fn call<'py>(&self, owner: &Bound<'py, Store>, arguments: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        let py = owner.py();
        let mut store = Store::begin(owner)?;
        let signature = self.handle.signature(&store).map_err(|error| to_python(py, error))?;
        if arguments.len() != signature.params.len() {
            let (expected, given) = (signature.params.len(), arguments.len());
            return Err(PyTypeError::new_err(format!("expected {expected} arguments, got {given}")));
        }
        let slots = signature.params.len().max(signature.results.len());
        if slots <= INLINE && are_numbers(&signature.params) && are_numbers(&signature.results) {
            let mut values = [ValRaw::default(); INLINE];
            for (number, (argument, ty)) in arguments.iter().zip(&signature.params).enumerate() {
                values[number] = number_to_raw(argument, *ty).map_err(|error| at_argument(py, number, error))?;
            }
            // SAFETY: the array holds a number of each parameter's type, and no reference.
            unsafe { self.handle.call_raw(&mut store, &mut values[..slots]) }.map_err(|error| to_python(py, error))?;
            let signature = self.handle.signature(&store).map_err(|error| to_python(py, error))?;
            let results = signature.results.iter().zip(values);
            return pack(py, results.map(|(ty, raw)| number_to_python(py, raw, *ty)));
        }
        let signature = signature.clone();
        let mut values = Vec::with_capacity(arguments.len());
        for (number, (argument, ty)) in arguments.iter().zip(&signature.params).enumerate() {
            let value = to_val(owner, &mut store, argument, *ty).map_err(|error| at_argument(py, number, error))?;
            values.push(value);
        }
        let results = self.handle.call(&mut store, &values).map_err(|error| to_python(py, error))?;
        pack(py, results.into_iter().map(|value| from_val(owner, &store, value)))
    }
}

/// No result is `None`, one is itself, more are a list.
fn pack<'py>(
    py: Python<'py>,
    mut results: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(first) = results.next().transpose()? else {
        return Ok(py.None().into_bound(py));
    };
    let Some(second) = results.next().transpose()? else {
        return Ok(first);
    };
    let list = PyList::new(py, [first, second])?;
    for result in results {
        list.append(result?)?;
    }
    Ok(list.into_any())
}

/// Names the argument in the message of a conversion's error.
fn at_argument(py: Python<'_>, number: usize, error: PyErr) -> PyErr {
    let message = format!("argument {number}: {}", error.value(py));
    PyErr::from_type(error.get_type(py), message)
}

/// Calls a Python function for a guest.
fn call_python(
    function: u32,
    with_caller: bool,
    signature: &Signature,
    mut caller: runtime::Caller<'_>,
    arguments: &[Val],
    results: &mut [Val],
) -> runtime::Result<()> {
    with_python(|py| {
        let instance = caller.instance();
        let store = caller.store();
        let mut work = || -> PyResult<()> {
            let owner = Store::of(py, store)?;
            let function = owner.get().objects().get(py, function);
            let function = function.ok_or_else(|| bug(py, "a host function without its object"))?;
            let mut objects = Vec::with_capacity(arguments.len() + 1);
            let access = with_caller.then(|| Bound::new(py, Caller::new(&owner, instance))).transpose()?;
            objects.extend(access.iter().map(|caller| caller.clone().into_any()));
            for value in arguments {
                objects.push(from_val(&owner, store, *value)?);
            }
            let arguments = PyTuple::new(py, objects)?;
            let value = owner.get().lend(store, || function.call1(arguments));
            if let Some(caller) = &access {
                caller.get().invalidate();
            }
            unpack(&owner, store, &value?, signature, results)
        };
        work().map_err(raised)
    })
}

/// The other way around from `pack`.
fn unpack(
    owner: &Bound<'_, Store>,
    store: &mut runtime::Store,
    value: &Bound<'_, PyAny>,
    signature: &Signature,
    results: &mut [Val],
) -> PyResult<()> {
    match signature.results.as_slice() {
        [] if value.is_none() => Ok(()),
        [] => Err(PyTypeError::new_err(format!("a host function without results returned {}", type_name(value)))),
        [ty] => {
            results[0] = to_val(owner, store, value, *ty)?;
            Ok(())
        }
        types => {
            let values: Vec<Bound<'_, PyAny>> = value.try_iter()?.collect::<PyResult<_>>()?;
            if values.len() != types.len() {
                let (expected, got) = (types.len(), values.len());
                let message = format!("a host function with {expected} results returned {got} values");
                return Err(PyTypeError::new_err(message));
            }
            for ((slot, value), ty) in results.iter_mut().zip(&values).zip(types) {
                *slot = to_val(owner, store, value, *ty)?;
            }
            Ok(())
        }
    }
}

/// The closure that stands for a Python function in any store: `object` puts the function into the store's table.
pub fn closure(
    function: u32,
    with_caller: bool,
    signature: Signature,
) -> impl Fn(runtime::Caller<'_>, &[Val], &mut [Val]) -> runtime::Result<()> + Send + Sync + 'static {
    move |caller, arguments, results| call_python(function, with_caller, &signature, caller, arguments, results)
}

/// Refuses what cannot be called.
pub fn check_callable(function: &Bound<'_, PyAny>) -> PyResult<()> {
    if function.is_callable() {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("`func`: expected a function, got {}", type_name(function))))
}

#[pymethods]
impl Func {
    #[new]
    #[pyo3(signature = (store, ty, func, access_caller=false))]
    fn new(
        store: &Bound<'_, PyAny>,
        ty: &Bound<'_, PyAny>,
        func: Bound<'_, PyAny>,
        access_caller: bool,
    ) -> PyResult<Func> {
        let owner = storelike(store)?;
        let signature = signature(ty)?;
        check_callable(&func)?;
        let mut store = Store::enter(&owner)?;
        let number = owner.get().objects().add(func.unbind());
        let closure = closure(number, access_caller, signature.clone());
        Ok(Func::of(runtime::Func::new(&mut store, signature, closure)))
    }

    /// The function's type.
    fn r#type<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let store = Store::enter(&owner)?;
        let signature = self.handle.ty(&store).map_err(|error| to_python(owner.py(), error))?;
        drop(store);
        signature_object(owner.py(), &signature)
    }

    #[pyo3(signature = (store, *params))]
    fn __call__<'py>(&self, store: &Bound<'py, PyAny>, params: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        self.call(&storelike(store)?, params.as_slice())
    }
}

/// What a host function made with `access_caller` gets first: the calling instance, for as long as the call lasts.
#[pyclass(frozen, module = "dovetail")]
pub struct Caller {
    owner: Py<Store>,
    instance: Option<runtime::Instance>,
    valid: AtomicBool,
}

impl Caller {
    fn new(owner: &Bound<'_, Store>, instance: Option<runtime::Instance>) -> Caller {
        Caller { owner: owner.clone().unbind(), instance, valid: AtomicBool::new(true) }
    }

    fn invalidate(&self) {
        self.valid.store(false, Ordering::Relaxed);
    }

    /// The store, while the call lasts.
    pub fn store<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Store>> {
        if self.valid.load(Ordering::Relaxed) {
            return Ok(self.owner.bind(py).clone());
        }
        Err(PyValueError::new_err("the call that this Caller belongs to is over"))
    }
}

#[pymethods]
impl Caller {
    /// An export of the calling instance, or `None`.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let owner = self.store(py)?;
        let mut store = Store::enter(&owner)?;
        let Some(instance) = self.instance else { return Ok(None) };
        let item = instance.get_export(&mut store, name).map_err(|error| to_python(py, error))?;
        drop(store);
        item.map(|item| from_extern(&owner, item)).transpose()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.get(py, name)?.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }
}
