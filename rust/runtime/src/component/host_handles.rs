//! The host's handles of guests' resources, and dropping: by the host, by a guest, from the queue.

use super::resource::{ResourceAny, ResourceType, host_rep};
use super::state::{Access, Implementation, InstanceId};
use crate::error::{ArgumentKind, Error, Result};
use crate::fiber::discard;
use crate::store::{Store, StoreId};
use crate::value::ValRaw;

#[derive(Clone, Copy, Debug)]
pub(crate) struct HostHandleEntry {
    pub(crate) ty: u32,
    pub(crate) rep: u64,
    /// Else it is borrowed and ends with the call that lent it.
    pub(crate) own: bool,
    /// How many calls under way have borrowed it.
    pub(crate) lends: u32,
}

#[derive(Debug, Default)]
struct Slot {
    /// Counts the uses of the slot, so that an old handle is never taken for a new one.
    generation: u32,
    entry: Option<HostHandleEntry>,
}

#[derive(Debug, Default)]
pub(crate) struct HostHandles {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl HostHandles {
    pub(crate) fn add(&mut self, store: StoreId, entry: HostHandleEntry) -> ResourceAny {
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                self.slots.push(Slot::default());
                self.slots.len() as u32 - 1
            }
        };
        let slot = &mut self.slots[index as usize];
        slot.entry = Some(entry);
        ResourceAny { store, index, generation: slot.generation }
    }

    pub(crate) fn find(&self, any: ResourceAny) -> Option<&HostHandleEntry> {
        self.slots.get(any.index as usize).filter(|slot| slot.generation == any.generation)?.entry.as_ref()
    }

    #[inline]
    fn find_mut(&mut self, any: ResourceAny) -> Option<&mut HostHandleEntry> {
        self.slots.get_mut(any.index as usize).filter(|slot| slot.generation == any.generation)?.entry.as_mut()
    }

    #[inline]
    pub(crate) fn get(&mut self, any: ResourceAny) -> Result<&mut HostHandleEntry> {
        self.find_mut(any).ok_or_else(ended)
    }

    /// Ends one loan of a handle.
    #[inline]
    pub(crate) fn end_loan(&mut self, any: ResourceAny) {
        if let Some(entry) = self.find_mut(any) {
            entry.lends = entry.lends.saturating_sub(1);
        }
    }

    pub(crate) fn remove(&mut self, any: ResourceAny) -> Option<HostHandleEntry> {
        let slot = self.slots.get_mut(any.index as usize).filter(|slot| slot.generation == any.generation)?;
        let entry = slot.entry.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(any.index);
        Some(entry)
    }

    /// Undoes [`HostHandles::remove`], directly after it as far as this slot is concerned.
    pub(crate) fn restore(&mut self, any: ResourceAny, entry: HostHandleEntry) {
        if let Some(position) = self.free.iter().rposition(|index| *index == any.index) {
            self.free.remove(position);
            let slot = &mut self.slots[any.index as usize];
            slot.generation = any.generation;
            slot.entry = Some(entry);
        }
    }

    pub(crate) fn live(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

#[cold]
fn ended() -> Error {
    Error::argument(ArgumentKind::Value, "the resource was dropped or given away, or its borrow has ended")
}

pub(super) fn type_of(store: &Store, any: ResourceAny) -> Option<ResourceType> {
    if any.store != store.id() {
        return None;
    }
    let entry = store.component().host_handles.find(any)?;
    Some(ResourceType { store: any.store, number: entry.ty })
}

/// [`ResourceAny::drop`].
pub(super) fn drop_handle(store: &mut Store, any: ResourceAny) -> Result<()> {
    if any.store != store.id() {
        return Err(Error::other_store("resource"));
    }
    let state = store.component_mut();
    let Some(entry) = state.host_handles.find(any).copied() else { return Ok(()) };
    if entry.lends != 0 {
        let message = "the resource is borrowed by a call under way and cannot be dropped";
        return Err(Error::argument(ArgumentKind::Value, message));
    }
    let access = match *state.implementation(entry.ty) {
        Implementation::Guest { instance, .. } => state.access(instance),
        Implementation::Host { .. } => Access::Open,
    };
    match access {
        Access::Open => {}
        // The host was called by the very instance whose destructor has to run: that happens when it has returned.
        Access::Running => {
            state.queue.push(any);
            return Ok(());
        }
        // The instance trapped earlier: there is nobody left to tell.
        Access::Closed => {
            state.host_handles.remove(any);
            return Ok(());
        }
    }
    state.host_handles.remove(any);
    if entry.own { destroy(store, entry.ty, entry.rep, None) } else { Ok(()) }
}

/// Runs the destructor of a resource whose last own handle is gone (`canon_resource_drop`).
pub(super) fn destroy(store: &mut Store, ty: u32, rep: u64, caller: Option<InstanceId>) -> Result<()> {
    match store.component().implementation(ty).clone() {
        Implementation::Host { destructor: None, .. } => Ok(()),
        Implementation::Host { destructor: Some(destructor), .. } => destructor(store, host_rep(rep)?),
        Implementation::Guest { instance, destructor } => {
            let entry = store.component_mut().enter(instance, caller)?;
            if let Some(destructor) = destructor {
                let mut values = [ValRaw::from_u64(rep)];
                // SAFETY: instantiation checked that the destructor takes one value, of the type that represents the resource,
                // and returns nothing.
                if let Err(error) = unsafe { destructor.call_raw(store, &mut values) } {
                    store.component_mut().close(entry);
                    return Err(error);
                }
            }
            store.component_mut().leave(entry);
            Ok(())
        }
    }
}

/// Makes the drops that were asked for, unless the store is in use by a call further out.
#[inline]
pub(super) fn drain(store: &mut Store) -> Result<()> {
    if store.component().queue.is_empty() { Ok(()) } else { drain_queue(store) }
}

#[cold]
fn drain_queue(store: &mut Store) -> Result<()> {
    if store.inner().depth > 0 {
        return Ok(());
    }
    let mut first_error = None;
    for any in store.component().queue.take() {
        if let Err(error) = drop_handle(store, any) {
            match first_error {
                None => first_error = Some(error),
                Some(_) => discard(error),
            }
        }
    }
    first_error.map_or(Ok(()), Err)
}
