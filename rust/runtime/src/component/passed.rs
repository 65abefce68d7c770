//! The handles that a call passes: what has to be given back at its end, and what has to be undone where it fails half-way.

use super::resource::ResourceAny;
use super::room;
use super::state::{InstanceId, ScopeId};
use crate::error::Result;
use crate::store::Store;

/// The handles that a guest lent for a call (`Subtask.lenders`).
#[derive(Debug, Default)]
pub(crate) struct GuestLoans(Vec<GuestLoan>);

#[derive(Debug)]
struct GuestLoan {
    /// In the table of the instance that lent it.
    index: u32,
    /// The host's handle that was made for it, where the host has not the resource itself.
    borrowed: Option<ResourceAny>,
}

impl GuestLoans {
    /// Makes room for one more.
    pub(super) fn reserve(&mut self) -> Result<()> {
        room::reserve(&mut self.0, 1)
    }

    pub(super) fn push(&mut self, index: u32, borrowed: Option<ResourceAny>) {
        self.0.push(GuestLoan { index, borrowed });
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Subtask.deliver_resolve`: the handles are the guest's own again, and those that the host had of them end.
    pub(super) fn end(self, store: &mut Store, instance: InstanceId) {
        let state = store.component_mut();
        for GuestLoan { index, borrowed } in self.0 {
            if let Some(any) = borrowed {
                state.host_handles.remove(any);
            }
            state.instance_mut(instance).handles.end_loan(index);
        }
    }
}

/// What lowering did to handles.
#[derive(Debug, Default)]
pub(crate) struct Lowered {
    /// The callee's scope, which counts the borrow handles that it must drop: made with the first of them.
    pub(super) scope: Option<ScopeId>,
    /// The first handle that the host lent. One, as for a method, takes no memory of its own.
    first_loan: Option<ResourceAny>,
    rest: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    /// The host lent one more handle.
    Lent(ResourceAny),
    /// The guest's table got an entry, for a handle that the host gave away or for none of the host's.
    Entered { index: u32, from_host: Option<ResourceAny> },
}

impl Lowered {
    /// For a call whose scope there is already.
    pub(super) fn within(scope: Option<ScopeId>) -> Lowered {
        Lowered { scope, ..Lowered::default() }
    }

    #[inline]
    pub(super) fn lent(&mut self, any: ResourceAny) {
        match self.first_loan {
            None => self.first_loan = Some(any),
            Some(_) => self.rest.push(Change::Lent(any)),
        }
    }

    pub(super) fn entered(&mut self, index: u32, from_host: Option<ResourceAny>) {
        self.rest.push(Change::Entered { index, from_host });
    }

    /// Ends the loans that the host made for a call.
    #[inline]
    pub(super) fn end_loans(&self, store: &mut Store) {
        let Some(first) = self.first_loan else { return };
        let handles = &mut store.component_mut().host_handles;
        handles.end_loan(first);
        for change in &self.rest {
            match change {
                Change::Lent(any) => handles.end_loan(*any),
                Change::Entered { .. } => {}
            }
        }
    }

    /// All values are lowered: what the host gave away is the guest's.
    #[inline]
    pub(super) fn arrived(&self, store: &mut Store) {
        for change in &self.rest {
            match change {
                Change::Entered { from_host: Some(any), .. } => store.component_mut().host_handles.arrived(*any),
                Change::Entered { from_host: None, .. } | Change::Lent(_) => {}
            }
        }
    }

    /// Undoes everything after a later value failed, whoever is to blame: a call that did not take place leaves the
    /// resources with its caller, who else could not know which of them have gone.
    #[cold]
    pub(super) fn take_back(self, store: &mut Store, instance: InstanceId) {
        self.end_loans(store);
        let state = store.component_mut();
        for change in self.rest.into_iter().rev() {
            let Change::Entered { index, from_host } = change else { continue };
            // The instance's `realloc` has run since, which may not leave it, and others at most, for it cannot be entered
            // meanwhile: nobody could drop the handle or pass it on. If it were gone nevertheless, giving it back would make two
            // handles of one.
            let still_there = state.instance_mut(instance).handles.take(index).is_some();
            match from_host {
                Some(any) if still_there => state.host_handles.take_back(any),
                Some(any) => state.host_handles.arrived(any),
                None => {}
            }
        }
    }
}
