//! The end of a host object: what runs when a guest drops its last handle.

use std::sync::Arc;
use std::task::Poll;

use dovetail_runtime::abi::ResourceIndex;
use dovetail_runtime::component::HostDestructor;
use dovetail_runtime::{Result, Store as RuntimeStore, run_on_host_stack};
use pyo3::intern;
use pyo3::prelude::*;

use super::binding::InstanceBinding;
use super::host::BindingPointer;
use super::package::Package;
use crate::attach;
use crate::convert::raised;
use crate::errors::bug;
use crate::python::refuse_coroutine;

/// What runs when a guest drops its last handle of a host object.
pub fn destructor(binding: BindingPointer, resource: ResourceIndex) -> HostDestructor {
    Arc::new(move |store: &mut RuntimeStore, rep: u32| {
        attach::restore();
        // SAFETY: as in `HostImport::call`.
        let py = unsafe { Python::assume_attached() };
        if !store.can_wait() {
            return run_on_host_stack(|| destroy(py, binding, resource, store, rep))?;
        }
        let mut called = false;
        store.on_host_stack(&mut |store| poll_destroy(py, binding, resource, store, rep, &mut called))?
    })
}

fn destroy(
    py: Python<'_>,
    binding: BindingPointer,
    resource: ResourceIndex,
    store: &mut RuntimeStore,
    rep: u32,
) -> Result<()> {
    let binding = binding.get(py);
    let owner = binding.owner.bind(py).get();
    let Some(object) = owner.objects().remove(rep) else { return Ok(()) };
    let object = object.into_bound(py);
    let work = || {
        let dropped = binding.drop_object(resource, &object)?;
        refuse_coroutine(&dropped, || drop_path(&binding.package, resource))
    };
    owner.lend(store, work).map_err(raised)
}

/// On a fiber: begins to destroy an object, or goes on where that waits.
fn poll_destroy(
    py: Python<'_>,
    binding: BindingPointer,
    resource: ResourceIndex,
    store: &mut RuntimeStore,
    rep: u32,
    called: &mut bool,
) -> Poll<Result<()>> {
    let binding = binding.get(py);
    let owner = binding.owner.bind(py).get();
    let Some(running) = owner.calls().current() else {
        return Poll::Ready(Err(raised(bug(py, "a guest runs on a fiber in no call"))));
    };
    let polled = if *called {
        owner.lend_to_awaited(store, || running.drive(py, None))
    } else {
        *called = true;
        let Some(object) = owner.objects().remove(rep) else { return Poll::Ready(Ok(())) };
        let object = object.into_bound(py);
        owner.lend_to_awaited(store, || running.await_result(py, || binding.drop_object(resource, &object)))
    };
    let Poll::Ready(destroyed) = polled else { return Poll::Pending };
    owner.calls().cancel_after(py, store, &running);
    Poll::Ready(destroyed.map(drop).map_err(raised))
}

/// The `drop` of a resource's class as people know it: `host_log.Sink.drop`.
fn drop_path(package: &Package, resource: ResourceIndex) -> String {
    let mut interfaces = package.binding.imports.iter();
    let interface = interfaces.find(|interface| interface.resources.contains(&resource));
    let class = package.binding.resources[resource].attribute.as_str();
    let parts = [interface.and_then(|interface| interface.attribute.as_deref()), Some(class), Some("drop")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(".")
}

impl InstanceBinding {
    /// Tells a host object that its last handle is gone: by what a linker was given for that, or the object's own `drop`.
    fn drop_object<'py>(&self, resource: ResourceIndex, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = object.py();
        if let Some(destructor) = self.resources.destructor(py, resource) {
            return destructor.call1((object,));
        }
        match object.getattr_opt(intern!(py, "drop"))? {
            Some(drop) if drop.is_callable() => drop.call0(),
            Some(_) | None => Ok(py.None().into_bound(py)),
        }
    }
}
