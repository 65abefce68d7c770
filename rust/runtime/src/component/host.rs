//! Functions that the host gives to components: what they are asked when they are linked, and how they are called.

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::task::Poll;

use super::passed::GuestLoans;
use super::resource::{HostResource, ResourceType};
use super::resource_table::ResourceTable;
use super::seam::{Receiver, Supplier};
use super::signature::{HostSignature, Signature};
use super::transit::give_result;
use super::walker::{Budget, LiftContext, Options, Pace, lift_sequence};
use crate::abi::{FunctionType, Mismatch, ResourceIndex, Types};
use crate::error::{Error, Result};
use crate::fiber;
use crate::store::Store;
use crate::value::ValRaw;

/// A function of the host behind a component's import.
pub trait HostFunction: Send + Sync {
    /// Called at each instantiation: whether this function can serve the import, and with which table of types it wants
    /// its calls walked. [`ImportedFunction::as_is`] takes the component's own.
    fn bind(&self, import: &ImportedFunction<'_>) -> Result<BoundFunction, Mismatch>;

    /// One call: take the parameters, do the work, give the result.
    fn call(&self, call: &mut HostCall<'_>) -> Result<()>;

    /// One call that may wait, where [`HostCall::can_wait`] says so: after `Pending`, it is asked again with what it left
    /// in `waiting`, until it is ready or the task is cancelled. Either way, what is left there is dropped on the
    /// thread's own stack.
    fn poll(&self, call: &mut HostCall<'_>, waiting: &mut Waiting) -> Poll<Result<()>> {
        let _ = waiting;
        Poll::Ready(self.call(call))
    }

    /// Whether it may be called on the stack of a fiber; by default, it is called on the thread's own. One that may does
    /// not look at its stack, and is never asked to [`HostFunction::poll`].
    fn runs_on_fibers(&self) -> bool {
        false
    }
}

/// What a host function keeps while it waits.
pub type Waiting = Option<Box<dyn Any>>;

/// An import that wants a function.
pub struct ImportedFunction<'a> {
    pub(crate) store: &'a Store,
    pub(crate) signature: &'a Arc<Signature>,
}

/// A host function's own view of an import, from [`ImportedFunction`].
#[derive(Clone, Debug)]
pub struct BoundFunction(pub(crate) Arc<Signature>);

impl ImportedFunction<'_> {
    pub fn types(&self) -> &Types {
        &self.signature.types
    }

    pub fn ty(&self) -> &FunctionType {
        &self.signature.ty
    }

    /// The resource type behind an index of [`ImportedFunction::types`].
    pub fn resource(&self, index: ResourceIndex) -> Option<ResourceType> {
        self.signature.resources.get(index.as_u32() as usize).copied()
    }

    /// The host's resource behind an index; `None` for a guest's.
    pub fn host_resource(&self, index: ResourceIndex) -> Option<HostResource> {
        self.store.host_resource_of(self.resource(index)?).ok().flatten()
    }

    /// The host's resource behind a resource type of this store; `None` for a guest's.
    pub fn host_resource_of(&self, ty: ResourceType) -> Option<HostResource> {
        self.store.host_resource_of(ty).ok().flatten()
    }

    /// Walks with the component's own table.
    pub fn as_is(&self) -> BoundFunction {
        BoundFunction(self.signature.clone())
    }

    /// Walks with the host's table, once it is found equal. `pairs` decides whether a resource of the host's table is
    /// the one that the import has.
    pub fn rebind(
        &self,
        host: &HostSignature,
        pairs: &mut dyn FnMut(ResourceIndex, ResourceType) -> bool,
    ) -> Result<BoundFunction, Mismatch> {
        Ok(BoundFunction(Arc::new(self.signature.rebind(host, pairs)?)))
    }
}

/// A call of a host function under way.
pub struct HostCall<'a> {
    store: &'a mut Store,
    options: &'a Options,
    signature: &'a Signature,
    values: &'a mut [ValRaw],
    loans: GuestLoans,
    state: State,
    can_wait: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Started,
    ParametersTaken,
    Finished,
}

impl<'a> HostCall<'a> {
    pub fn store(&mut self) -> &mut Store {
        self.store
    }

    /// Whether the function may be [polled](HostFunction::poll) until it is ready.
    pub fn can_wait(&self) -> bool {
        self.can_wait
    }

    /// The table with which the call is walked.
    pub fn types(&self) -> &'a Types {
        &self.signature.types
    }

    pub fn ty(&self) -> &'a FunctionType {
        &self.signature.ty
    }

    /// Lifts the parameters: `each` gets one after the other. Must be called exactly once, also where there are none.
    pub fn params<R: Receiver>(&mut self, receiver: &mut R, each: impl FnMut(R::Value)) -> Result<()> {
        if self.state != State::Started {
            return Err(Error::bug("a host function took its parameters twice"));
        }
        self.state = State::ParametersTaken;
        let signature = self.signature;
        let mut cx = LiftContext {
            budget: Budget::new(self.store),
            pace: Pace::default(),
            store: self.store,
            options: self.options,
            types: &signature.types,
            resources: &signature.resources,
            flat: self.values,
            position: 0,
            between_guests: false,
            loans: Some(&mut self.loans),
        };
        let (params, layout) = (&signature.ty.params, &signature.params_layout);
        lift_sequence(&mut cx, receiver, params, layout, signature.params_in_memory, each)
    }

    /// Lowers the result of a function that has one.
    pub fn finish<S: Supplier>(&mut self, supplier: &mut S, value: &S::Value) -> Result<()> {
        if self.state != State::ParametersTaken {
            return Err(Error::bug("a host function gave a result that nobody asked for"));
        }
        self.state = State::Finished;
        give_result(self.store, self.options, self.signature, self.values, false, supplier, value)
    }

    /// Ends the call of a function without a result.
    pub fn finish_empty(&mut self) -> Result<()> {
        if self.state != State::ParametersTaken || !self.signature.result.is_empty() {
            return Err(Error::bug("a host function gave no result where one was asked for"));
        }
        self.state = State::Finished;
        Ok(())
    }
}

/// `canon lower` of a host function: `values` are the core arguments, and afterwards the core results.
pub(super) fn call_host(
    store: &mut Store,
    options: &Options,
    signature: &Signature,
    function: &dyn HostFunction,
    values: &mut [ValRaw],
) -> Result<()> {
    options.check_may_leave()?;
    let on_fiber = fiber::is_on_fiber();
    let can_wait = on_fiber && store.can_wait();
    let mut call =
        HostCall { store, options, signature, values, loans: GuestLoans::default(), state: State::Started, can_wait };
    let outcome = match on_fiber {
        false => match function.poll(&mut call, &mut None) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(fiber::cannot_wait()),
        },
        true if function.runs_on_fibers() => function.call(&mut call),
        true => leave_fiber(function, &mut call),
    };
    if !call.loans.is_empty() {
        std::mem::take(&mut call.loans).end(call.store, options.instance);
    }
    outcome?;
    if call.state != State::Finished {
        return Err(Error::bug("a host function returned without finishing its call"));
    }
    Ok(())
}

/// Calls a function of the host from a fiber, on the thread's own stack, until it is ready.
#[inline(never)]
fn leave_fiber(function: &dyn HostFunction, call: &mut HostCall<'_>) -> Result<()> {
    let mut waiting = None;
    let outcome = fiber::on_host_stack(call.can_wait, || {
        let polled = function.poll(call, &mut waiting);
        if polled.is_ready() {
            waiting = None;
        }
        polled
    });
    // Left there by a function that was cancelled.
    fiber::discard(waiting);
    outcome?
}

/// What a typed host function is called with: the store, which it derefs to.
#[derive(Debug)]
pub struct HostContext<'a> {
    store: &'a mut Store,
}

impl<'a> HostContext<'a> {
    pub fn new(store: &'a mut Store) -> Self {
        HostContext { store }
    }

    /// The objects behind the host's typed resources.
    pub fn table(&mut self) -> &mut ResourceTable {
        self.store.resource_table()
    }

    pub fn store(&mut self) -> &mut Store {
        self.store
    }
}

impl Deref for HostContext<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store
    }
}

impl DerefMut for HostContext<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        self.store
    }
}
