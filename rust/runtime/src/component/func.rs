//! A component function that the host can call.

use std::sync::Arc;

use super::call::{Lifted, PreparedFunc};
use super::resource::ResourceType;
use super::signature::HostSignature;
use super::value::{Value, ValueReceiver, ValueSupplier};
use crate::abi::{FunctionType, Mismatch, ResourceIndex, Types};
use crate::error::{ArgumentKind, Error, Result};
use crate::store::{Store, StoreId};

/// An exported function of a component instance; a cheap handle.
#[derive(Clone, Debug)]
pub struct Func(Arc<PreparedFunc>);

impl Func {
    pub(super) fn new(store: StoreId, lifted: Lifted) -> Func {
        Func(Arc::new(PreparedFunc { store, lifted }))
    }

    pub(super) fn lifted(&self) -> &Lifted {
        &self.0.lifted
    }

    pub(super) fn store(&self) -> StoreId {
        self.0.store
    }

    /// The function's type over its component's table.
    pub fn ty(&self) -> (&Types, &FunctionType) {
        self.0.ty()
    }

    /// The table that [`Func::ty`] refers to.
    pub fn types(&self) -> &Arc<Types> {
        &self.0.lifted.signature.types
    }

    /// The resource type behind an index of [`Func::types`].
    pub fn resource(&self, index: ResourceIndex) -> Option<ResourceType> {
        self.0.resource(index)
    }

    /// Calls the function with a tree of values for each parameter.
    pub fn call(&self, store: &mut Store, args: &[Value]) -> Result<Option<Value>> {
        let expected = self.ty().1.params.len();
        if args.len() != expected {
            let message = format!("expected {expected} arguments, got {}", args.len());
            return Err(Error::argument(ArgumentKind::Type, message));
        }
        let arguments = |supplier: &mut ValueSupplier, slots: &mut super::Slots<'_, '_>| slots.put_all(supplier, args);
        self.0.call(store, &mut ValueSupplier, arguments, &mut ValueReceiver)
    }

    /// Binds the function to the component's own types: what [`Func::call`] uses, for other suppliers and receivers.
    pub fn prepared(&self) -> PreparedFunc {
        self.0.as_ref().clone()
    }

    /// Binds the function to a host's own table of types, once it is found equal to the component's. `pairs` decides
    /// whether a resource of the host's table is the given type.
    pub fn prepare(
        &self,
        host: &HostSignature,
        pairs: &mut dyn FnMut(ResourceIndex, ResourceType) -> bool,
    ) -> Result<PreparedFunc, Mismatch> {
        let signature = Arc::new(self.0.lifted.signature.rebind(host, pairs)?);
        let lifted = Lifted { signature, ..self.0.lifted.clone() };
        Ok(PreparedFunc { store: self.0.store, lifted })
    }
}
