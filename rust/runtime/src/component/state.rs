//! What a store knows about components: the state of each component instance, resource types, the host's handles, the
//! scopes of calls under way.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::flags::{CLOSED, Flag, FlagCell, InstanceFlags, OPEN};
use super::handles::HandleTable;
use super::host_handles::HostHandles;
use super::resource::{DropQueue, HostResource, ResourceHandle, ResourceType};
use super::resource_table::ResourceTable;
use crate::environ::TrapCode;
use crate::error::{Error, Result};
use crate::func::Func;
use crate::global::Global;
use crate::store::Store;

/// A component instance of a store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct InstanceId(u32);

/// A call under way whose borrow handles are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ScopeId(u32);

/// What is counted for such a call.
#[derive(Debug, Default)]
struct Scope {
    /// `Task.num_borrows`.
    borrows: u32,
    /// The handles that the caller of an adapter lent (`Subtask.lenders`).
    lenders: Vec<(InstanceId, u32)>,
}

/// Runs when the last own handle of a host's resource is dropped, with the representation; in a task, on the fiber's stack,
/// from where [`Store::on_host_stack`] leads to the thread's own and lets it wait.
pub type HostDestructor = Arc<dyn Fn(&mut Store, u32) -> Result<()> + Send + Sync>;

/// `ComponentInstance` of the specification, as far as synchronous calls need it.
#[derive(Debug)]
pub(crate) struct InstanceState {
    parent: Option<InstanceId>,
    flags: InstanceFlags,
    /// [`InstanceFlags::entered`] of the instance, of its parent, and so on to the outermost.
    lineage: Lineage,
    pub(crate) handles: HandleTable,
}

/// [`InstanceFlags::entered`] of an instance and of those around it, innermost first. A call enters the first of them: all
/// if the host calls, else those that are not around the caller too (`entering_set`).
pub(crate) type Lineage = Arc<[FlagCell]>;

/// An entry of the host, or of the walker for a guest, into component instances: ends with
/// [`ComponentState::leave`] or [`ComponentState::close`].
#[derive(Clone, Copy, Debug)]
#[must_use = "an instance that was entered must be left or closed"]
pub(crate) struct Entry<'f> {
    entered: &'f [FlagCell],
    activation: i32,
    /// How many scopes there were before.
    scopes: usize,
}

/// Whether an instance can be entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Open,
    /// It, or an instance around it, is in the middle of a call.
    Running,
    /// It trapped.
    Closed,
}

/// Who implements a resource type.
#[derive(Clone)]
pub(crate) enum Implementation {
    Host { id: HostResource, destructor: Option<HostDestructor> },
    Guest { instance: InstanceId, destructor: Option<Func> },
}

/// The component model's part of a store.
#[derive(Default)]
pub(crate) struct ComponentState {
    instances: Vec<InstanceState>,
    resources: Vec<Implementation>,
    host_resources: HashMap<HostResource, u32>,
    pub(crate) host_handles: HostHandles,
    /// The calls under way whose borrow handles are counted.
    scopes: Vec<Scope>,
    /// Handles that an adapter has lifted and not lowered yet: as types and representations, in order.
    pub(crate) in_transit: VecDeque<ResourceHandle>,
    /// The number of [`Entry`]s under way, for adapters and host alike; made with the first instance.
    activation: Option<Flag>,
    pub(crate) queue: DropQueue,
    pub(crate) table: ResourceTable,
}

/// How many handles are alive in a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LiveHandles {
    /// In the handle tables of component instances.
    pub guest: usize,
    /// Handles of guests' resources that the host holds.
    pub host: usize,
}

impl ComponentState {
    #[inline]
    fn instance(&self, id: InstanceId) -> &InstanceState {
        &self.instances[id.0 as usize]
    }

    #[inline]
    pub(crate) fn instance_mut(&mut self, id: InstanceId) -> &mut InstanceState {
        &mut self.instances[id.0 as usize]
    }

    /// Traps where an instance that lowers a value or runs post-return calls out.
    #[inline]
    pub(crate) fn check_may_leave(&self, id: InstanceId) -> Result<()> {
        if self.instance(id).flags.may_leave.get() != 0 { Ok(()) } else { Err(cannot_leave()) }
    }

    fn is_self_or_ancestor(&self, candidate: InstanceId, of: InstanceId) -> bool {
        let mut current = Some(of);
        while let Some(id) = current {
            if id == candidate {
                return true;
            }
            current = self.instance(id).parent;
        }
        false
    }

    /// The flags of an instance and of those around it.
    pub(crate) fn lineage(&self, id: InstanceId) -> Lineage {
        self.instance(id).lineage.clone()
    }

    /// The flags of `entering_set`, of the callee's lineage.
    #[inline]
    pub(crate) fn entering<'f>(
        &self,
        callee: InstanceId,
        lineage: &'f [FlagCell],
        caller: Option<InstanceId>,
    ) -> &'f [FlagCell] {
        match caller {
            None => lineage,
            Some(caller) => &lineage[..self.entering_set(callee, caller).count()],
        }
    }

    #[inline]
    fn set_activation(&self, number: i32) {
        if let Some(activation) = self.activation {
            activation.set(number);
        }
    }

    /// `may_enter_from` and `enter_from`: traps on re-entry, and on any entry after a trap.
    #[inline(always)]
    pub(crate) fn enter<'f>(&mut self, entering: &'f [FlagCell]) -> Result<Entry<'f>> {
        let activation = self.activation.map_or(0, Flag::get) + 1;
        // Most often it is one, and a loop is made for many.
        if let [own, around @ ..] = entering {
            if own.get() != OPEN {
                return Err(refused(entering));
            }
            own.set(activation);
            if !around.is_empty() {
                enter_around(entering, activation)?;
            }
        }
        self.set_activation(activation);
        Ok(Entry { entered: entering, activation, scopes: self.scopes.len() })
    }

    /// Called in the place of `leave`, after a trap. The instances that adapters entered meanwhile were stopped with it.
    #[cold]
    pub(crate) fn close(&mut self, entry: Entry<'_>) {
        for instance in &self.instances {
            if instance.flags.entered.get() >= entry.activation {
                instance.flags.entered.set(CLOSED);
            }
        }
        self.set_activation(entry.activation - 1);
        self.scopes.truncate(entry.scopes);
        self.in_transit.clear();
    }

    /// Takes what is between two guests out of the way of calls that begin meanwhile: while the receiver's `realloc` is at
    /// it, the store's epoch hook may call other guests, which pass handles too.
    pub(crate) fn set_transit_aside(&mut self) -> VecDeque<ResourceHandle> {
        std::mem::take(&mut self.in_transit)
    }

    /// `leave_to`.
    #[inline(always)]
    pub(crate) fn leave(&mut self, entry: Entry<'_>) {
        if let [own, around @ ..] = entry.entered {
            own.set(OPEN);
            around.iter().for_each(|entered| entered.set(OPEN));
        }
        self.set_activation(entry.activation - 1);
        if self.scopes.len() != entry.scopes {
            self.scopes.truncate(entry.scopes);
        }
    }

    /// The flags of an instance, for adapters.
    pub(crate) fn flags(&self, id: InstanceId) -> InstanceFlags {
        self.instance(id).flags
    }

    /// What an adapter writes where it enters an instance.
    pub(crate) fn activation(&self) -> Option<Global> {
        self.activation.map(|flag| flag.global)
    }

    /// The instances that a guest's call enters (`entering_set`): the callee and those around it that are not around the
    /// caller too.
    pub(crate) fn entering_set(&self, callee: InstanceId, caller: InstanceId) -> impl Iterator<Item = InstanceId> {
        let outside = move |id: &InstanceId| !self.is_self_or_ancestor(*id, caller);
        std::iter::successors(Some(callee), |id| self.instance(*id).parent).take_while(outside)
    }

    /// Lets an instance of the host be entered again after its function failed.
    pub(crate) fn reopen(&mut self, id: InstanceId) {
        let flags = self.instance(id).flags;
        flags.entered.set(OPEN);
        flags.may_leave.set(1);
    }

    /// Whether the host could enter an instance now, later, or never again.
    pub(crate) fn access(&self, callee: InstanceId) -> Access {
        let lineage = &self.instance(callee).lineage;
        if lineage.iter().all(|entered| entered.get() == OPEN) {
            Access::Open
        } else if is_closed(lineage) {
            Access::Closed
        } else {
            Access::Running
        }
    }

    pub(crate) fn add_resource(&mut self, implementation: Implementation) -> u32 {
        let number = self.resources.len() as u32;
        self.resources.push(implementation);
        number
    }

    /// The number of a host's resource type in this store. The first destructor that a linker brings stays.
    pub(crate) fn host_resource(&mut self, id: HostResource, destructor: Option<&HostDestructor>) -> u32 {
        if let Some(number) = self.host_resources.get(&id).copied() {
            if let Some(Implementation::Host { destructor: known, .. }) = self.resources.get_mut(number as usize)
                && known.is_none()
            {
                *known = destructor.cloned();
            }
            return number;
        }
        let number = self.add_resource(Implementation::Host { id, destructor: destructor.cloned() });
        self.host_resources.insert(id, number);
        number
    }

    pub(crate) fn implementation(&self, ty: u32) -> &Implementation {
        &self.resources[ty as usize]
    }

    pub(crate) fn set_destructor(&mut self, ty: u32, function: Func) {
        if let Implementation::Guest { destructor, .. } = &mut self.resources[ty as usize] {
            *destructor = Some(function);
        }
    }

    pub(crate) fn push_scope(&mut self) -> ScopeId {
        self.scopes.push(Scope::default());
        ScopeId(self.scopes.len() as u32 - 1)
    }

    pub(crate) fn borrows(&mut self, scope: ScopeId) -> Option<&mut u32> {
        self.scopes.get_mut(scope.0 as usize).map(|scope| &mut scope.borrows)
    }

    /// The innermost scope.
    pub(crate) fn scope(&self) -> Option<ScopeId> {
        (self.scopes.len() as u32).checked_sub(1).map(ScopeId)
    }

    /// Notes that the innermost call of an adapter was lent a handle.
    pub(crate) fn lend(&mut self, instance: InstanceId, handle: u32) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.lenders.push((instance, handle));
        }
    }

    /// Traps where a callee has not dropped what it borrowed.
    pub(crate) fn check_scope(&mut self) -> Result<()> {
        if self.scopes.last().is_some_and(|scope| scope.borrows != 0) {
            let detail = "borrow handles still remain at the end of the call";
            return Err(Error::trap(TrapCode::InvalidHandle, detail));
        }
        Ok(())
    }

    /// Ends the innermost scope, and the loans that were made for it (`Subtask.deliver_resolve`).
    pub(crate) fn pop_scope(&mut self) {
        for (instance, handle) in self.scopes.pop().unwrap_or_default().lenders {
            self.instance_mut(instance).handles.end_loan(handle);
        }
    }
}

/// Enters the instances around the first, which was entered; leaves that again where one of them refuses.
#[inline(never)]
fn enter_around(entering: &[FlagCell], activation: i32) -> Result<()> {
    for (number, entered) in entering.iter().enumerate().skip(1) {
        if entered.get() != OPEN {
            entering[..number].iter().for_each(|entered| entered.set(OPEN));
            return Err(refused(entering));
        }
        entered.set(activation);
    }
    Ok(())
}

/// Why instances cannot be entered.
#[cold]
pub(super) fn refused(entering: &[FlagCell]) -> Error {
    let reason =
        if is_closed(entering) { "an earlier call into it was stopped" } else { "a call into it is under way" };
    Error::trap(TrapCode::CannotEnterComponent, reason)
}

/// Whether any of these instances was stopped.
fn is_closed(entered: &[FlagCell]) -> bool {
    entered.iter().any(|entered| entered.get() == CLOSED)
}

#[cold]
pub(super) fn cannot_leave() -> Error {
    crate::error::Trap::bare(TrapCode::CannotLeaveComponent).into()
}

impl Store {
    /// Adds a component instance, with flags of its own.
    pub(crate) fn add_component_instance(&mut self, parent: Option<InstanceId>) -> InstanceId {
        if self.component().activation.is_none() {
            self.component_mut().activation = Some(Flag::new(self, 0));
        }
        let flags = InstanceFlags::new(self);
        let instances = &mut self.component_mut().instances;
        let around = parent.map_or(&[][..], |parent| &instances[parent.0 as usize].lineage);
        let lineage = std::iter::once(flags.entered.cell).chain(around.iter().copied()).collect();
        let id = InstanceId(instances.len() as u32);
        instances.push(InstanceState { parent, flags, lineage, handles: HandleTable::default() });
        id
    }

    #[inline]
    pub(crate) fn component(&self) -> &ComponentState {
        &self.inner().component
    }

    #[inline]
    pub(crate) fn component_mut(&mut self) -> &mut ComponentState {
        &mut self.inner_mut().component
    }

    /// How many handles of resources are alive: for tests and for finding leaks.
    pub fn live_handles(&self) -> LiveHandles {
        let state = self.component();
        LiveHandles {
            guest: state.instances.iter().map(|instance| instance.handles.live()).sum(),
            host: state.host_handles.live(),
        }
    }

    /// Where any thread may ask for a drop that this store then makes.
    pub fn drop_queue(&self) -> DropQueue {
        self.component().queue.clone()
    }

    /// Asks for a drop at the next entry or exit of the store.
    pub fn queue_resource_drop(&self, handle: super::resource::ResourceAny) {
        self.component().queue.push(handle);
    }

    /// The store's resource table, which holds the objects behind the host's typed resources.
    pub fn resource_table(&mut self) -> &mut ResourceTable {
        &mut self.component_mut().table
    }

    /// The resource type under which this store knows a host's resource.
    pub fn host_resource_type(&mut self, id: HostResource) -> ResourceType {
        let number = self.component_mut().host_resource(id, None);
        ResourceType { store: self.id(), number }
    }

    /// The host's resource behind a type of this store; `None` for a guest's.
    pub fn host_resource_of(&self, ty: ResourceType) -> Result<Option<HostResource>> {
        if ty.store != self.id() {
            return Err(Error::other_store("resource type"));
        }
        Ok(match self.component().implementation(ty.number) {
            Implementation::Host { id, .. } => Some(*id),
            Implementation::Guest { .. } => None,
        })
    }
}
