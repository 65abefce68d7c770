//! Host functions: a guest calls Python. The callable was looked up when the instance was bound; a call lifts the arguments,
//! calls, and lowers what was returned or raised.

use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;
use std::task::Poll;

use dovetail_runtime::abi::{DefinedType, Mismatch, TypeIndex, ValueType};
use dovetail_runtime::binding::{FunctionFace, FunctionKind, Results};
use dovetail_runtime::component::{BoundFunction, HostCall, HostFunction, ImportedFunction, Waiting};
use dovetail_runtime::{ArgumentError, Error, ErrorKind, Result};
use pyo3::exceptions::PyBaseException;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::binding::InstanceBinding;
use super::package::Package;
use super::resources::Identities;
use crate::attach;
use crate::convert::{Conversion, Outcome, PyReceiver, PySupplier, error_value, raised};
use crate::errors::{bug, to_python};
use crate::python::{self, refuse_another_coroutine, refuse_coroutine, release_put_off};

/// One imported function that Python serves.
pub struct HostImport {
    package: Arc<Package>,
    identities: Arc<Identities>,
    binding: BindingPointer,
    interface: usize,
    function: usize,
    /// The function's own `result` type, if it has one.
    outcome: Option<TypeIndex>,
    /// The same, if the function returns its success as it is.
    raises: Option<TypeIndex>,
    params: usize,
    has_result: bool,
    /// Whether a host object may be given with the result.
    passes_objects: bool,
    /// The name of a method, interned.
    name: Py<PyString>,
}

/// The `result` type that a function returns itself.
fn own_result(package: &Package, face: &FunctionFace) -> Option<TypeIndex> {
    match face.ty.result? {
        ValueType::Defined(index) => {
            matches!(package.binding.types.kind(index), DefinedType::Result { .. }).then_some(index)
        }
        _ => None,
    }
}

/// The `result` type of a function whose error is raised.
pub fn raised_result(package: &Package, face: &FunctionFace) -> Option<TypeIndex> {
    match face.results {
        Results::Raise => own_result(package, face),
        Results::Values => None,
    }
}

impl HostImport {
    pub fn new(binding: &Bound<'_, InstanceBinding>, interface: usize, function: usize) -> HostImport {
        let py = binding.py();
        let package = binding.get().package.clone();
        let identities = binding.get().resources.identities.clone();
        let face = &package.binding.imports[interface].functions[function];
        let (outcome, raises) = (own_result(&package, face), raised_result(&package, face));
        let name = PyString::intern(py, &face.python).unbind();
        let (params, has_result) = (face.ty.params.len(), face.ty.result.is_some());
        let passes_objects = face.ty.result.is_some_and(|ty| binding.get().resources.passes_objects(ty));
        let binding = BindingPointer::new(binding);
        HostImport {
            package,
            identities,
            binding,
            interface,
            function,
            outcome,
            raises,
            params,
            has_result,
            passes_objects,
            name,
        }
    }

    fn face(&self) -> &FunctionFace {
        &self.package.binding.imports[self.interface].functions[self.function]
    }

    /// The function as people know it: `host_log.log`.
    fn path(&self) -> String {
        let face = self.face();
        let interface = self.package.binding.imports[self.interface].attribute.as_deref();
        let resource = match face.kind {
            FunctionKind::Free => None,
            FunctionKind::Constructor(resource) | FunctionKind::Method(resource) | FunctionKind::Static(resource) => {
                Some(self.package.binding.resources[resource].attribute.as_str())
            }
        };
        let parts = [interface, resource, Some(face.python.as_str())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }
}

/// The binding of the instance that calls, without a reference of its own, which the collector could not see.
///
/// The store's table of objects holds the reference (see `bind`). It is given up after the store's guests are gone:
/// `Store::close`, `Store::__clear__`.
#[derive(Clone, Copy)]
pub struct BindingPointer(NonNull<ffi::PyObject>);

// SAFETY: only an address; it is used by the thread that has claimed the store.
unsafe impl Send for BindingPointer {}
// SAFETY: as above.
unsafe impl Sync for BindingPointer {}

impl BindingPointer {
    pub fn new(binding: &Bound<'_, InstanceBinding>) -> BindingPointer {
        // SAFETY: a live object's address.
        BindingPointer(unsafe { NonNull::new_unchecked(binding.as_ptr()) })
    }

    #[inline]
    pub fn get<'a>(&'a self, py: Python<'a>) -> &'a InstanceBinding {
        // SAFETY: a guest of the store is calling, so that the table still holds the object, which is of this class, and does
        // so until that call has returned: the address is used by what serves it.
        unsafe { Borrowed::from_ptr(py, self.0.as_ptr()).cast_unchecked() }.get()
    }
}

/// The arguments of one call: new references, each in its place.
struct Arguments<'a, 'py> {
    /// The first one is the free place that `PY_VECTORCALL_ARGUMENTS_OFFSET` promises to the callee; the `count` after it are set.
    places: &'a mut [MaybeUninit<Bound<'py, PyAny>>],
    count: usize,
}

/// How many places for arguments, the free one included, are on the stack.
const PLACES_ON_STACK: usize = 8;

impl<'a, 'py> Arguments<'a, 'py> {
    /// For so many arguments: in the places on the stack if those suffice, else on the heap.
    #[inline]
    fn new(
        params: usize,
        on_stack: &'a mut [MaybeUninit<Bound<'py, PyAny>>; PLACES_ON_STACK],
        on_heap: &'a mut Vec<MaybeUninit<Bound<'py, PyAny>>>,
    ) -> Self {
        if params < PLACES_ON_STACK {
            return Arguments { places: on_stack, count: 0 };
        }
        on_heap.resize_with(params + 1, MaybeUninit::uninit);
        Arguments { places: on_heap, count: 0 }
    }

    #[inline]
    fn push(&mut self, argument: Bound<'py, PyAny>) {
        self.places[self.count + 1].write(argument);
        self.count += 1;
    }
}

impl Drop for Arguments<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: `push` has set so many, which nobody uses after this.
        unsafe { self.places[1..=self.count].assume_init_drop() }
    }
}

impl HostFunction for HostImport {
    fn bind(&self, import: &ImportedFunction<'_>) -> Result<BoundFunction, Mismatch> {
        let identities = &self.identities;
        let signature = &self.package.signatures.imports[self.interface][self.function];
        import.rebind(signature, &mut |index, ty| {
            let host = identities.host_resource(index);
            (host.is_none() || import.host_resource_of(ty) == host) && identities.pair(index, ty)
        })
    }

    fn call(&self, call: &mut HostCall<'_>) -> Result<()> {
        attach::restore();
        // SAFETY: guests are called by Python only, and a guest that was detached meanwhile is attached again.
        let py = unsafe { Python::assume_attached() };
        let binding = self.binding.get(py);
        let conversion = binding.conversion(py);
        let (mut on_stack, mut on_heap) = ([const { MaybeUninit::uninit() }; PLACES_ON_STACK], Vec::new());
        let mut arguments = Arguments::new(self.params, &mut on_stack, &mut on_heap);
        call.params(&mut PyReceiver::new(&conversion), |argument| arguments.push(argument))?;
        let owner = binding.owner.bind(py).get();
        let returned = owner.lend(call.store(), || self.call_python(binding, py, &mut arguments));
        drop(arguments);
        self.finish_passing(call, &conversion, binding, returned)
    }

    #[inline]
    fn poll(&self, call: &mut HostCall<'_>, waiting: &mut Waiting) -> Poll<Result<()>> {
        if !call.can_wait() {
            return Poll::Ready(self.call(call));
        }
        // SAFETY: as in `call`.
        self.poll_awaited(unsafe { Python::assume_attached() }, call, waiting)
    }
}

impl HostImport {
    /// In an awaited call: begins, or goes on where what the function returned waits.
    #[inline(never)]
    fn poll_awaited(&self, py: Python<'_>, call: &mut HostCall<'_>, waiting: &mut Waiting) -> Poll<Result<()>> {
        let binding = self.binding.get(py);
        let conversion = binding.conversion(py);
        let owner = binding.owner.bind(py).get();
        let Some(running) = owner.calls().current() else {
            return Poll::Ready(Err(raised(bug(py, "a guest runs on a fiber in no call"))));
        };
        let polled = if waiting.is_some() {
            owner.lend_to_awaited(call.store(), || running.drive(py, None))
        } else {
            let (mut on_stack, mut on_heap) = ([const { MaybeUninit::uninit() }; PLACES_ON_STACK], Vec::new());
            let mut arguments = Arguments::new(self.params, &mut on_stack, &mut on_heap);
            let lifted = call.params(&mut PyReceiver::new(&conversion), |argument| arguments.push(argument));
            if let Err(error) = lifted {
                return Poll::Ready(Err(error));
            }
            owner.lend_to_awaited(call.store(), || {
                running.await_result(py, || self.call_python(binding, py, &mut arguments))
            })
        };
        let Poll::Ready(returned) = polled else {
            // What it waits for is kept where Python's collector can see it.
            *waiting = Some(Box::new(()));
            return Poll::Pending;
        };
        // The host function is over, and with it what it began and left alone.
        owner.calls().cancel_after(py, call.store(), &running);
        let stopped = match &returned {
            Ok(_) => owner.limit().remaining().err(),
            Err(error) => running.time.explains(py, error).unwrap_or_else(|another| Some(raised(another))),
        };
        if let Some(stopped) = stopped {
            return Poll::Ready(Err(stopped));
        }
        Poll::Ready(self.finish_passing(call, &conversion, binding, returned))
    }

    #[inline(always)]
    fn finish_passing<'py>(
        &self,
        call: &mut HostCall<'_>,
        conversion: &Conversion<'_, 'py>,
        binding: &InstanceBinding,
        returned: PyResult<Bound<'py, PyAny>>,
    ) -> Result<()> {
        let before = if self.passes_objects { Some(binding.resources.passed()) } else { None };
        let finished = self.finish(call, conversion, returned);
        if let Some(before) = before {
            binding.resources.end_passing(conversion.py, before, finished.is_ok());
        }
        finished
    }

    #[inline(always)]
    fn call_python<'py>(
        &self,
        binding: &InstanceBinding,
        py: Python<'py>,
        arguments: &mut Arguments<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let callable = binding.callables[self.interface][self.function].as_ref();
        let flags = arguments.count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        // SAFETY: `MaybeUninit<Bound>` has the layout of a pointer. After the free place are `count` live objects; they
        // outlive the call.
        unsafe {
            let array = arguments.places.as_mut_ptr().cast::<*mut ffi::PyObject>().add(1);
            let result = match callable {
                Some(callable) => ffi::PyObject_Vectorcall(callable.as_ptr(), array, flags, std::ptr::null_mut()),
                // A method: the object is the first argument.
                None => ffi::PyObject_VectorcallMethod(self.name.as_ptr(), array, flags, std::ptr::null_mut()),
            };
            Bound::from_owned_ptr_or_err(py, result)
        }
    }

    #[inline(always)]
    fn finish<'py>(
        &self,
        call: &mut HostCall<'_>,
        conversion: &Conversion<'_, 'py>,
        returned: PyResult<Bound<'py, PyAny>>,
    ) -> Result<()> {
        let value = match (returned, self.outcome) {
            (Ok(value), _) => value,
            (Err(error), Some(outcome)) => return self.finish_raised(call, conversion, error, outcome),
            (Err(error), None) => return Err(raised(error)),
        };
        if !self.has_result {
            self.refuse_coroutine(call, &value)?;
            return call.finish_empty();
        }
        let mut supplier = match self.raises {
            Some(outcome) => PySupplier::with_outcome(conversion, outcome, Outcome::Returned),
            // Also where it returned `Ok` or `Err`, like a result inside other values.
            None => PySupplier::new(conversion),
        };
        call.finish(&mut supplier, &value).or_else(|error| self.explained(call, error, &value))
    }

    /// An error about a result, with the name of the function that gave it.
    #[cold]
    fn named(&self, error: Error) -> Error {
        match error.into_kind() {
            // Made an exception here: on its way out it must not be taken for a complaint about the outer call's arguments.
            ErrorKind::Argument(ArgumentError { kind, message }) => {
                let message = message.strip_prefix("`result`: ").unwrap_or(&message);
                let message = format!("result of `{}`: {message}", self.path());
                // SAFETY: as in `HostImport::call`.
                let py = unsafe { Python::assume_attached() };
                raised(to_python(py, ArgumentError { kind, message }.into()))
            }
            other => other.into(),
        }
    }

    /// In an awaited call, what the function returned was awaited already.
    fn refuse_coroutine(&self, call: &HostCall<'_>, value: &Bound<'_, PyAny>) -> Result<()> {
        let path = || self.path();
        let refused =
            if call.can_wait() { refuse_another_coroutine(value, path) } else { refuse_coroutine(value, path) };
        refused.map_err(raised)
    }

    /// Why a returned value was refused: a coroutine is the reason before any other.
    #[cold]
    fn explained(&self, call: &HostCall<'_>, error: Error, value: &Bound<'_, PyAny>) -> Result<()> {
        self.refuse_coroutine(call, value)?;
        let is_err = || python::err(value.py()).and_then(|class| value.is_instance(class)).map_err(raised);
        let returned_err = self.raises.is_some() && is_err()?;
        Err(match error.into_kind() {
            ErrorKind::Argument(mut misfit) if returned_err => {
                misfit.message += "; an `Err` is to be raised, not returned";
                self.named(misfit.into())
            }
            other => self.named(other.into()),
        })
    }

    /// An `Err` whose value fits is the function's error. Any other exception ends the guest's call, also one that comes while
    /// the value is looked at.
    #[cold]
    fn finish_raised(
        &self,
        call: &mut HostCall<'_>,
        conversion: &Conversion<'_, '_>,
        error: PyErr,
        outcome: TypeIndex,
    ) -> Result<()> {
        let py = conversion.py;
        let exception = error.value(py);
        let is_err = python::err(py).and_then(|class| exception.is_instance(class)).map_err(raised)?;
        if !is_err {
            return Err(raised(error));
        }
        let mut supplier = PySupplier::with_outcome(conversion, outcome, Outcome::Raised);
        let finished = error_value(exception.as_any()).and_then(|value| call.finish(&mut supplier, &value));
        let finished = match finished.map_err(Error::into_kind) {
            Err(ErrorKind::Argument(misfit)) => {
                explain(py, exception, to_python(py, self.named(misfit.into()))).map_err(raised)?;
                return Err(raised(error));
            }
            // Python code has raised that ran meanwhile, a signal's handler for one: this comes out, as from an `except` block.
            Err(ErrorKind::Host(other)) => {
                let other = to_python(py, ErrorKind::Host(other).into());
                explain(py, other.value(py), error).map_err(raised)?;
                return Err(raised(other));
            }
            Err(other) => Err(other.into()),
            Ok(()) => Ok(()),
        };
        drop(error);
        release_put_off();
        finished
    }
}

/// Says with an exception how another one came about, unless it says something there already.
fn explain(py: Python<'_>, exception: &Bound<'_, PyBaseException>, reason: PyErr) -> PyResult<()> {
    let context = intern!(py, "__context__");
    if !exception.is(reason.value(py)) && exception.getattr(context)?.is_none() {
        exception.setattr(context, reason.into_value(py))?;
    }
    Ok(())
}
