//! The store: owner of everything that instances consist of. All other handles are a store's id and an index into it.

mod limits;
mod owned;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::num::NonZeroU64;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::code::CodeImage;
use crate::engine::Engine;
use crate::epoch::EpochState;
use crate::error::{Error, Result};
use crate::exception::Exceptions;
use crate::fiber::Fiber;
use crate::func::{FuncData, HostFunction};
use crate::global::GlobalData;
use crate::instance::InstanceData;
use crate::memory::MemoryData;
use crate::table::TableData;
use crate::tag::TagData;
use crate::trap::Activation;
use crate::value::ExternRef;
use crate::vm::VMStoreContext;

pub use limits::StoreLimits;
pub(crate) use limits::Usage;
pub(crate) use owned::Owned;

/// Tells stores apart: never given out twice in a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreId(NonZeroU64);

/// Owns instances, memories, tables, globals, host functions and the host's own data. May be sent between threads, used
/// by one at a time.
///
/// The contents are behind a raw pointer because compiled code and host functions reach them too, while a `&mut Store`
/// is borrowed further up the stack: no reference into them is ever held across a call into wasm.
pub struct Store {
    pub(crate) inner: NonNull<StoreInner>,
}

// SAFETY: everything in the store may be sent (host functions and objects are bounded by `Send`), compiled code is bound
// to no thread, and nothing outside the store points into it while it is not entered.
unsafe impl Send for Store {}

pub(crate) struct StoreInner {
    pub id: StoreId,
    pub engine: Engine,
    /// What compiled code sees of the store.
    pub context: Owned<VMStoreContext>,
    pub limits: StoreLimits,
    pub usage: Usage,
    pub epoch: EpochState,
    /// The reason of a trap or error on its way out of wasm.
    pub pending: Option<Error>,
    /// How many calls into this store's wasm or host functions are under way.
    pub depth: u32,
    /// The store's innermost activation if no wasm is running in it, else null: while it is the thread's innermost, too, the
    /// next entry needs none of its own.
    pub idle: *mut Activation,
    pub instances: Vec<Owned<InstanceData>>,
    pub funcs: Vec<FuncData>,
    /// From the address of a `VMFuncRef` to its place in `funcs`.
    pub funcs_by_ref: HashMap<usize, u32>,
    pub host_functions: Vec<Owned<HostFunction>>,
    pub memories: Vec<Owned<MemoryData>>,
    pub tables: Vec<Owned<TableData>>,
    pub globals: Vec<Owned<GlobalData>>,
    pub tags: Vec<Owned<TagData>>,
    pub exceptions: Exceptions,
    pub extern_refs: Vec<Box<dyn Any + Send>>,
    /// Code that host functions' trampolines lie in.
    pub images: Vec<Arc<CodeImage>>,
    pub data: HashMap<TypeId, Box<dyn Any + Send>>,
    pub component: crate::component::ComponentState,
    /// The tasks that have begun and are not over, in the order in which they began.
    pub fibers: Vec<Arc<Fiber>>,
}

impl Store {
    pub fn new(engine: &Engine) -> Store {
        // Somebody may have put handlers on top of ours since the engine was made; where that cannot be found out, the
        // engine's stand.
        let _ = crate::trap::install_handlers();
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let id = StoreId(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN));
        let inner = StoreInner {
            id,
            engine: engine.clone(),
            context: Owned::new(VMStoreContext {
                stack_limit: 0,
                last_wasm_exit_fp: 0,
                last_wasm_exit_pc: 0,
                last_wasm_entry_fp: 0,
                last_wasm_entry_sp: 0,
                last_wasm_entry_handler: 0,
                epoch: Arc::as_ptr(engine.epoch()),
                epoch_deadline: u64::MAX,
            }),
            limits: StoreLimits::default(),
            usage: Usage::default(),
            epoch: EpochState::default(),
            pending: None,
            depth: 0,
            idle: ptr::null_mut(),
            instances: Vec::new(),
            funcs: Vec::new(),
            funcs_by_ref: HashMap::new(),
            host_functions: Vec::new(),
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            exceptions: Exceptions::default(),
            extern_refs: Vec::new(),
            images: Vec::new(),
            data: HashMap::new(),
            component: crate::component::ComponentState::default(),
            fibers: Vec::new(),
        };
        engine.store_made();
        Store { inner: NonNull::from(Box::leak(Box::new(inner))) }
    }

    #[inline]
    pub fn id(&self) -> StoreId {
        self.inner().id
    }

    pub fn engine(&self) -> &Engine {
        &self.inner().engine
    }

    /// The host's own data of type `T`.
    pub fn data<T: Any + Send>(&self) -> Option<&T> {
        self.inner().data.get(&TypeId::of::<T>())?.downcast_ref()
    }

    pub fn data_mut<T: Any + Send>(&mut self) -> Option<&mut T> {
        self.inner_mut().data.get_mut(&TypeId::of::<T>())?.downcast_mut()
    }

    /// Puts a value into the store, in the place of an earlier one of the same type, which is returned.
    pub fn insert_data<T: Any + Send>(&mut self, value: T) -> Option<T> {
        let old = self.inner_mut().data.insert(TypeId::of::<T>(), Box::new(value))?;
        old.downcast().ok().map(|old| *old)
    }

    /// Takes a value out of the store.
    pub fn remove_data<T: Any + Send>(&mut self) -> Option<T> {
        let old = self.inner_mut().data.remove(&TypeId::of::<T>())?;
        old.downcast().ok().map(|old| *old)
    }

    /// Bounds what the guests of this store may use from now on.
    pub fn set_limits(&mut self, limits: StoreLimits) {
        self.inner_mut().limits = limits;
    }

    pub fn limits(&self) -> StoreLimits {
        self.inner().limits
    }

    #[inline]
    pub(crate) fn inner(&self) -> &StoreInner {
        // SAFETY: the pointer is valid until `drop`. The shared borrow of the handle is the only way to the contents for
        // its lifetime: compiled code runs only under a `&mut Store`.
        unsafe { self.inner.as_ref() }
    }

    #[inline]
    pub(crate) fn inner_mut(&mut self) -> &mut StoreInner {
        // SAFETY: as in `inner`; a `&mut Store` that a host function holds is made from the same pointer, but while it
        // exists the outer borrow is suspended in the call that led to it.
        unsafe { self.inner.as_mut() }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.cancel_tasks();
        if self.inner().depth > 0 || !self.inner().fibers.is_empty() {
            // A host function or task moved the store out of the handle it was lent, and dropped it while its guests are
            // still on the stack; or a task is suspended on another thread. They need the store: it is leaked.
            return;
        }
        self.engine().store_freed();
        // SAFETY: the pointer came from `Box::leak`, and nobody uses it after this: no call is under way.
        drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("id", &self.inner().id).finish_non_exhaustive()
    }
}

impl StoreInner {
    pub fn add_extern_ref(&mut self, object: Box<dyn Any + Send>) -> Result<ExternRef> {
        let index =
            u32::try_from(self.extern_refs.len()).map_err(|_| Error::bug("more than 2^32 host objects in a store"))?;
        self.extern_refs.push(object);
        Ok(ExternRef { store: self.id, index })
    }

    pub fn extern_ref(&self, object: ExternRef) -> Result<&(dyn Any + Send)> {
        self.check(object.store, "externref")?;
        match self.extern_refs.get(object.index as usize) {
            Some(object) => Ok(object.as_ref()),
            None => Err(Error::bug(format!("host object {} does not exist", object.index))),
        }
    }

    /// Refuses handles of other stores.
    pub fn check(&self, store: StoreId, what: &str) -> Result<()> {
        if self.id == store { Ok(()) } else { Err(Error::other_store(what)) }
    }
}
