//! Names of resource types and handles as the host sees them. What they stand for is kept by the store's
//! [`ComponentState`](super::state::ComponentState).

use std::any::TypeId;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::store::{Store, StoreId};

/// A resource type that the host implements, whatever the store: two linkers that use the same one agree about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HostResource(Identity);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Identity {
    Unique(u64),
    Rust(TypeId),
}

impl HostResource {
    /// A resource type that differs from all others.
    #[expect(clippy::new_without_default, reason = "each call gives another type, which `Default` would hide")]
    pub fn new() -> HostResource {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        HostResource(Identity::Unique(NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// The resource type whose objects are `T`s in the store's [`ResourceTable`](super::ResourceTable).
    pub fn of<T: 'static>() -> HostResource {
        HostResource(Identity::Rust(TypeId::of::<T>()))
    }
}

/// A resource type in one store: of the host, or of one instantiation of a component.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ResourceType {
    pub(crate) store: StoreId,
    pub(crate) number: u32,
}

/// A resource as it passes between walker and host.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResourceHandle {
    /// Of a type that the host implements: the representation that the host chose, which has 32 bits. Between two guests
    /// also of a type that one of them implements, then with up to 64.
    Host { ty: ResourceType, rep: u64 },
    /// Of a type that a guest implements.
    Guest(ResourceAny),
}

/// The representation of a host's resource as the host chose it.
pub(crate) fn host_rep(rep: u64) -> Result<u32> {
    u32::try_from(rep).map_err(|_| Error::bug(format!("a host's resource has the representation {rep:#x}")))
}

/// The host's handle of a guest's resource. Copies name the same handle; one that was dropped or given away is refused,
/// never mistaken for a later one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ResourceAny {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl ResourceAny {
    /// Gives the handle back: an owned resource's destructor runs, a borrow ends. A second drop does nothing, nor does
    /// one after the instance trapped. While the instance is in the middle of a call, the drop waits for its end.
    pub fn drop(self, store: &mut Store) -> Result<()> {
        super::host_handles::drop_handle(store, self)
    }

    /// The resource's type, or `None` where the handle was dropped or given away.
    pub fn ty(self, store: &Store) -> Option<ResourceType> {
        super::host_handles::type_of(store, self)
    }

    /// Whether the handle can still be used.
    pub fn is_live(self, store: &Store) -> bool {
        self.ty(store).is_some()
    }
}

/// Where any thread at any time may ask for drops: a collector's finalizer must not run a guest's destructor itself. The
/// store drains the queue when it is next entered or left.
#[derive(Clone, Debug, Default)]
pub struct DropQueue(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    handles: Mutex<Vec<ResourceAny>>,
    length: std::sync::atomic::AtomicUsize,
}

impl DropQueue {
    /// Asks for a drop. Never blocks for longer than another thread's push.
    pub fn push(&self, handle: ResourceAny) {
        let mut handles = self.0.handles.lock().unwrap_or_else(PoisonError::into_inner);
        handles.push(handle);
        self.0.length.store(handles.len(), Ordering::Release);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.length.load(Ordering::Acquire) == 0
    }

    pub(crate) fn take(&self) -> Vec<ResourceAny> {
        let mut handles = self.0.handles.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.length.store(0, Ordering::Release);
        std::mem::take(&mut *handles)
    }
}
