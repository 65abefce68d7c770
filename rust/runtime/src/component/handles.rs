//! The handle table of a component instance, and how handles are lifted and lowered (`lift_own`, `lift_borrow`,
//! `lower_own`, `lower_borrow`).

use super::host_handles::{HostHandleEntry, HostHandles};
use super::resource::{ResourceAny, ResourceHandle, ResourceType};
use super::state::{ComponentState, Implementation, InstanceId, ScopeId};
use super::walker::{LiftContext, LowerContext};
use crate::environ::TrapCode;
use crate::error::{ArgumentKind, Error, Result};
use crate::store::Store;

/// `Table.MAX_LENGTH`.
const MAX_LENGTH: usize = (1 << 28) - 1;

/// `ResourceHandle` of the specification.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle {
    pub(crate) ty: u32,
    /// An `i32` zero-extended, or an `i64`.
    pub(crate) rep: u64,
    pub(crate) kind: HandleKind,
    pub(crate) lends: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum HandleKind {
    Own,
    Borrow(ScopeId),
}

/// `Table` of the specification: index 0 is never used, freed indices are used again, the last first.
#[derive(Debug, Default)]
pub(crate) struct HandleTable {
    /// Entry `i` stands for index `i + 1`.
    entries: Vec<Option<Handle>>,
    free: Vec<u32>,
}

impl HandleTable {
    /// Puts in a handle, which must not make more than `most` at a time.
    fn add(&mut self, handle: Handle, most: Option<usize>) -> Result<u32> {
        if self.live() >= most.map_or(MAX_LENGTH, |most| most.min(MAX_LENGTH)) {
            return Err(Error::trap(TrapCode::InvalidHandle, "the handle table is full"));
        }
        if let Some(index) = self.free.pop() {
            self.entries[index as usize - 1] = Some(handle);
            return Ok(index);
        }
        self.entries.push(Some(handle));
        Ok(self.entries.len() as u32)
    }

    #[inline]
    fn slot(&mut self, index: u32) -> Option<&mut Option<Handle>> {
        self.entries.get_mut((index as usize).checked_sub(1)?)
    }

    /// The live handle at an index.
    fn get(&mut self, index: u32) -> Result<&mut Handle> {
        match self.slot(index) {
            Some(Some(handle)) => Ok(handle),
            Some(None) | None => Err(Error::trap(TrapCode::InvalidHandle, format!("unknown handle index {index}"))),
        }
    }

    /// Takes out whatever is there.
    pub(crate) fn take(&mut self, index: u32) -> Option<Handle> {
        let handle = self.slot(index)?.take()?;
        self.free.push(index);
        Some(handle)
    }

    /// Ends one loan (`Subtask.deliver_resolve`).
    pub(crate) fn end_loan(&mut self, index: u32) {
        if let Some(Some(handle)) = self.slot(index) {
            handle.lends = handle.lends.saturating_sub(1);
        }
    }

    /// Takes out all borrow handles; gives the scopes that they counted in.
    pub(crate) fn take_borrows(&mut self) -> Vec<ScopeId> {
        let mut scopes = Vec::new();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if let Some(Handle { kind: HandleKind::Borrow(scope), .. }) = *entry {
                *entry = None;
                self.free.push(index as u32 + 1);
                scopes.push(scope);
            }
        }
        scopes
    }

    pub(crate) fn live(&self) -> usize {
        self.entries.len() - self.free.len()
    }
}

impl Store {
    /// Puts a handle into an instance's table, which is bounded like other tables.
    pub(super) fn add_handle(&mut self, instance: InstanceId, handle: Handle) -> Result<u32> {
        let most = self.inner().limits.table_elements;
        self.component_mut().instance_mut(instance).handles.add(handle, most)
    }
}

impl ComponentState {
    /// The live handle of this type at an index of an instance's table.
    pub(super) fn handle(&mut self, instance: InstanceId, index: u32, ty: u32) -> Result<&mut Handle> {
        let found = self.instance_mut(instance).handles.get(index)?.ty;
        if found != ty {
            return Err(self.wrong_type(index, ty, found));
        }
        self.instance_mut(instance).handles.get(index)
    }

    /// Takes out the handle of this type at an index, which must not be lent.
    pub(super) fn remove_handle(&mut self, instance: InstanceId, index: u32, ty: u32) -> Result<Handle> {
        let handle = *self.handle(instance, index, ty)?;
        if handle.lends != 0 {
            let detail = format!("cannot remove owned resource while borrowed (handle index {index})");
            return Err(Error::trap(TrapCode::InvalidHandle, detail));
        }
        self.instance_mut(instance).handles.take(index);
        Ok(handle)
    }

    fn wrong_type(&self, index: u32, expected: u32, found: u32) -> Error {
        let (expected, found) = match (self.implementation(expected), self.implementation(found)) {
            (Implementation::Guest { .. }, Implementation::Guest { .. }) => ("guest", "a different guest"),
            (Implementation::Guest { .. }, Implementation::Host { .. }) => ("guest", "a host"),
            (Implementation::Host { .. }, Implementation::Guest { .. }) => ("host", "a guest"),
            (Implementation::Host { .. }, Implementation::Host { .. }) => ("host", "a different host"),
        };
        let detail = format!(
            "handle index {index} used with the wrong type, \
             expected {expected}-defined resource but found {found}-defined resource"
        );
        Error::trap(TrapCode::InvalidHandle, detail)
    }
}

/// `lift_own`: the handle leaves the guest's table. `strange`: see [`Receiver::is_strange`](super::Receiver::is_strange).
pub(super) fn lift_own(
    cx: &mut LiftContext<'_>,
    index: u32,
    expected: ResourceType,
    strange: bool,
) -> Result<ResourceHandle> {
    let between_guests = cx.between_guests;
    let state = cx.store.component_mut();
    let instance = cx.options.instance;
    if state.handle(instance, index, expected.number)?.kind != HandleKind::Own {
        let detail = format!("handle index {index} is a borrow, expected an owned resource");
        return Err(Error::trap(TrapCode::InvalidHandle, detail));
    }
    let handle = state.remove_handle(instance, index, expected.number)?;
    to_host(state, (between_guests, strange), expected, handle.rep, true)
}

/// `lift_borrow`: the handle is lent until the call ends.
pub(super) fn lift_borrow(
    cx: &mut LiftContext<'_>,
    index: u32,
    expected: ResourceType,
    strange: bool,
) -> Result<ResourceHandle> {
    if let Some(loans) = &mut cx.loans {
        loans.reserve()?;
    }
    let between_guests = cx.between_guests;
    let state = cx.store.component_mut();
    let handle = state.handle(cx.options.instance, index, expected.number)?;
    handle.lends += 1;
    let rep = handle.rep;
    let lifted = to_host(state, (between_guests, strange), expected, rep, false)?;
    if let Some(loans) = &mut cx.loans {
        let borrowed = match lifted {
            ResourceHandle::Guest(any) => Some(any),
            ResourceHandle::Host { .. } => None,
        };
        loans.push(index, borrowed);
    }
    Ok(lifted)
}

/// A guest's resource gets an entry in the host's table, and so does one that is strange to the receiver; the host's own,
/// and what goes to another guest, is passed as it is.
fn to_host(
    state: &mut ComponentState,
    (between_guests, strange): (bool, bool),
    ty: ResourceType,
    rep: u64,
    own: bool,
) -> Result<ResourceHandle> {
    let in_table = match state.implementation(ty.number) {
        Implementation::Guest { .. } => !between_guests,
        Implementation::Host { .. } => strange,
    };
    if !in_table {
        return Ok(ResourceHandle::Host { ty, rep });
    }
    let entry = HostHandleEntry { ty: ty.number, rep, own, lends: 0 };
    state.host_handles.add(ty.store, entry).map(ResourceHandle::Guest)
}

/// `lower_own`: a new handle in the guest's table. A guest's resource leaves the host's table, for good once all values are
/// lowered.
pub(super) fn lower_own(cx: &mut LowerContext<'_>, handle: &ResourceHandle, expected: ResourceType) -> Result<u32> {
    let (rep, from_host) = match *handle {
        ResourceHandle::Host { ty, rep } => {
            check_type(ty, expected)?;
            check_host(cx, expected)?;
            (rep, None)
        }
        ResourceHandle::Guest(any) => {
            let handles = &mut cx.store.component_mut().host_handles;
            let entry = *of_type(handles, any, expected)?;
            if !entry.own {
                return Err(misuse("a borrowed resource cannot be given away"));
            }
            if entry.lends != 0 {
                return Err(misuse("the resource is borrowed by a call under way"));
            }
            (entry.rep, Some(any))
        }
    };
    let new = Handle { ty: expected.number, rep, kind: HandleKind::Own, lends: 0 };
    let index = cx.store.add_handle(cx.options.instance, new)?;
    if let Some(any) = from_host {
        cx.store.component_mut().host_handles.pass(any);
    }
    cx.lowered.entered(index, from_host);
    Ok(index)
}

/// `lower_borrow`: the implementing instance gets the representation, any other a handle that it must drop before it
/// returns.
pub(super) fn lower_borrow(cx: &mut LowerContext<'_>, handle: &ResourceHandle, expected: ResourceType) -> Result<u32> {
    let rep = match *handle {
        ResourceHandle::Host { ty, rep } => {
            check_type(ty, expected)?;
            check_host(cx, expected)?;
            rep
        }
        ResourceHandle::Guest(any) => {
            let entry = of_type(&mut cx.store.component_mut().host_handles, any, expected)?;
            entry.lends += 1;
            cx.lowered.lent(any);
            entry.rep
        }
    };
    match *cx.store.component().implementation(expected.number) {
        // A borrow is an `i32` to core code, whatever represents the resource: what does not fit must not become another.
        Implementation::Guest { instance, .. } if instance == cx.options.instance => {
            u32::try_from(rep).map_err(|_| too_wide(rep))
        }
        Implementation::Guest { .. } | Implementation::Host { .. } => enter_borrow(cx, rep, expected),
    }
}

/// Puts a borrow handle into the guest's table, which counts in the scope of the call.
#[inline(never)]
fn enter_borrow(cx: &mut LowerContext<'_>, rep: u64, expected: ResourceType) -> Result<u32> {
    let state = cx.store.component_mut();
    let scope = *cx.lowered.scope.get_or_insert_with(|| state.push_scope());
    let new = Handle { ty: expected.number, rep, kind: HandleKind::Borrow(scope), lends: 0 };
    let index = cx.store.add_handle(cx.options.instance, new)?;
    if let Some(count) = cx.store.component_mut().borrows(scope) {
        *count += 1;
    }
    cx.lowered.entered(index, None);
    Ok(index)
}

#[cold]
fn too_wide(rep: u64) -> Error {
    let detail = format!("the representation {rep:#x} of a borrowed resource does not fit an `i32`");
    Error::trap(TrapCode::CanonicalAbi, detail)
}

/// The host's live handle, which must be of this type.
#[inline]
fn of_type(handles: &mut HostHandles, any: ResourceAny, expected: ResourceType) -> Result<&mut HostHandleEntry> {
    if any.store != expected.store {
        return Err(other_store());
    }
    let entry = handles.get(any)?;
    if entry.ty == expected.number { Ok(entry) } else { Err(other_type()) }
}

#[inline]
fn check_type(found: ResourceType, expected: ResourceType) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(if found.store != expected.store { other_store() } else { other_type() })
}

#[cold]
fn other_store() -> Error {
    Error::other_store("resource")
}

#[cold]
fn other_type() -> Error {
    misuse("expected a resource of another type")
}

/// A representation alone stands for a resource only where the host implements it, or on the way between guests.
fn check_host(cx: &LowerContext<'_>, expected: ResourceType) -> Result<()> {
    if cx.between_guests {
        return Ok(());
    }
    match cx.store.component().implementation(expected.number) {
        Implementation::Host { .. } => Ok(()),
        Implementation::Guest { .. } => Err(misuse("expected a handle of a guest's resource")),
    }
}

#[cold]
fn misuse(message: &str) -> Error {
    Error::argument(ArgumentKind::Value, message)
}
