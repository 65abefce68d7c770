//! The host's handles of guests' resources, and dropping: by the host, by a guest, from the queue.

use super::resource::{ResourceAny, ResourceType, host_rep};
use super::room;
use super::state::{Access, Implementation, InstanceId};
use crate::error::{ArgumentKind, Error, Result};
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

/// What a slot holds.
#[derive(Debug, Default)]
enum Content {
    /// Nothing. The slot is on the list of free ones, unless it was used up.
    #[default]
    Nothing,
    Handle(HostHandleEntry),
    /// A handle that the host gives away in a call whose values are not all lowered yet. While the guest's `realloc` is at
    /// it, other code of the host may use the store: to that the handle is gone already, but nobody else gets its slot.
    Passing(HostHandleEntry),
}

#[derive(Debug, Default)]
struct Slot {
    /// Counts the uses of the slot, so that an old handle is never taken for a new one.
    generation: u32,
    content: Content,
}

#[derive(Debug, Default)]
pub(crate) struct HostHandles {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// How many slots have no generation left.
    used_up: usize,
}

impl HostHandles {
    pub(crate) fn add(&mut self, store: StoreId, entry: HostHandleEntry) -> Result<ResourceAny> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                room::push(&mut self.slots, Slot::default())?;
                self.slots.len() as u32 - 1
            }
        };
        let slot = &mut self.slots[index as usize];
        slot.content = Content::Handle(entry);
        Ok(ResourceAny { store, index, generation: slot.generation })
    }

    #[inline]
    fn slot(&self, any: ResourceAny) -> Option<&Slot> {
        self.slots.get(any.index as usize).filter(|slot| slot.generation == any.generation)
    }

    #[inline]
    fn slot_mut(&mut self, any: ResourceAny) -> Option<&mut Slot> {
        self.slots.get_mut(any.index as usize).filter(|slot| slot.generation == any.generation)
    }

    pub(crate) fn find(&self, any: ResourceAny) -> Option<&HostHandleEntry> {
        match &self.slot(any)?.content {
            Content::Handle(entry) => Some(entry),
            Content::Passing(_) | Content::Nothing => None,
        }
    }

    #[inline]
    fn find_mut(&mut self, any: ResourceAny) -> Option<&mut HostHandleEntry> {
        match &mut self.slot_mut(any)?.content {
            Content::Handle(entry) => Some(entry),
            Content::Passing(_) | Content::Nothing => None,
        }
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

    pub(crate) fn remove(&mut self, any: ResourceAny) {
        if self.find(any).is_some() {
            self.free(any);
        }
    }

    /// The host gives a live handle away. Ends with [`HostHandles::arrived`] or [`HostHandles::take_back`].
    pub(crate) fn pass(&mut self, any: ResourceAny) {
        if let Some(slot) = self.slot_mut(any)
            && let Content::Handle(entry) = slot.content
        {
            slot.content = Content::Passing(entry);
        }
    }

    /// The handle is the guest's now.
    pub(crate) fn arrived(&mut self, any: ResourceAny) {
        if self.is_passing(any) {
            self.free(any);
        }
    }

    /// The handle stays the host's.
    pub(crate) fn take_back(&mut self, any: ResourceAny) {
        if let Some(slot) = self.slot_mut(any)
            && let Content::Passing(entry) = slot.content
        {
            slot.content = Content::Handle(entry);
        }
    }

    fn is_passing(&self, any: ResourceAny) -> bool {
        matches!(self.slot(any), Some(Slot { content: Content::Passing(_), .. }))
    }

    /// Empties a handle's slot for the next one, which gets another generation: a slot that has none left stays empty.
    fn free(&mut self, any: ResourceAny) {
        let slot = &mut self.slots[any.index as usize];
        slot.content = Content::Nothing;
        match slot.generation.checked_add(1) {
            Some(next) => {
                slot.generation = next;
                self.free.push(any.index);
            }
            None => self.used_up += 1,
        }
    }

    pub(crate) fn live(&self) -> usize {
        self.slots.len() - self.free.len() - self.used_up
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
    let Some(entry) = state.host_handles.find(any).copied() else {
        // Should the call that gives it away not take place after all, the handle is dropped then.
        if state.host_handles.is_passing(any) {
            state.queue.push(any);
        }
        return Ok(());
    };
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
            let state = store.component_mut();
            let lineage = state.lineage(instance);
            let entry = state.enter(state.entering(instance, &lineage, caller))?;
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
    let mut result = Ok(());
    for any in store.component().queue.take() {
        if let Err(error) = drop_handle(store, any) {
            result = match result {
                Ok(()) => Err(error),
                Err(first) => Err(Error::followed_by(first, error)),
            };
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Config, Engine};

    #[test]
    fn a_slot_whose_generations_are_used_up_is_not_used_again() -> Result<()> {
        let store = Store::new(&Engine::new(Config::default())?);
        let entry = HostHandleEntry { ty: 0, rep: 1, own: true, lends: 0 };
        let mut handles = HostHandles::default();
        let first = handles.add(store.id(), entry)?;
        handles.remove(first);
        handles.slots[0].generation = u32::MAX;
        let last = handles.add(store.id(), entry)?;
        assert_eq!((last.index, last.generation), (0, u32::MAX));
        handles.remove(last);
        // With a generation of 0, this one would be the first again.
        let next = handles.add(store.id(), entry)?;
        assert_eq!(next.index, 1);
        assert!(handles.find(first).is_none() && handles.find(last).is_none());
        assert_eq!(handles.live(), 1);
        Ok(())
    }
}
