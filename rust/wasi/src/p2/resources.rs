//! Putting a guest's new resources into its store's table, with a bound on how many there can be.

use std::any::Any;

use dovetail_runtime::component::{HostContext, Resource};
use dovetail_runtime::{Error, Result, TrapCode};

/// The most resources that a store holds. A guest that makes pollables in a loop and drops none must not take all of the
/// host's memory; no honest one comes near.
const MAX_RESOURCES: usize = 1 << 20;

/// A new resource for the guest.
pub(crate) fn push<T: Any + Send>(context: &mut HostContext<'_>, object: T) -> Result<Resource<T>> {
    if context.table().len() >= MAX_RESOURCES {
        let detail = format!("the guest holds {MAX_RESOURCES} resources of the host, and no more are given");
        return Err(Error::trap(TrapCode::AllocationTooLarge, detail));
    }
    context.table().push(object)
}
