//! The engine: configuration and what all stores share (signature numbers, trampolines, the code cache).

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dovetail_environ::{CodeOptions, Compiler, Features};

use crate::code::{Cache, Identity};
use crate::epoch::Epoch;
use crate::error::Result;
use crate::fiber::StackPool;
use crate::signatures::SignatureRegistry;

/// How an engine is set up.
#[derive(Clone)]
pub struct Config {
    /// The proposals that validation accepts.
    pub features: Features,
    /// Turns modules into machine code. Without one, only precompiled code runs.
    pub compiler: Option<Arc<dyn Compiler>>,
    /// The directory of the code cache; `None` turns it off.
    pub cache: Option<PathBuf>,
    /// How many bytes the code cache may keep, about: what was used longest ago goes first.
    pub cache_limit: u64,
    /// Whether calls from one component to another go through adapters, compiled with the component; without, or where
    /// there is no compiler, the host carries each value from one to the other. Both behave alike.
    pub adapters: bool,
    /// Whether compiled code looks at the engine's epoch, so that a store's epoch hook can stop it (see
    /// [`Store::set_epoch_hook`](crate::Store::set_epoch_hook)). Code runs on engines that agree on this only.
    pub interruptible: bool,
    /// Whether the process's ticker moves the epoch of an interruptible engine on, every millisecond in which calls are
    /// under way. Without, only [`Engine::increment_epoch`] does.
    pub ticking: bool,
    /// How many bytes of the thread's stack a call into wasm may use.
    pub max_wasm_stack: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            features: Features::default(),
            compiler: None,
            cache: None,
            cache_limit: 1 << 30,
            adapters: true,
            interruptible: false,
            ticking: true,
            max_wasm_stack: 512 * 1024,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("features", &self.features)
            .field("compiler", &self.compiler.as_ref().map(|compiler| compiler.description()))
            .field("cache", &self.cache)
            .field("cache_limit", &self.cache_limit)
            .field("adapters", &self.adapters)
            .field("interruptible", &self.interruptible)
            .field("ticking", &self.ticking)
            .field("max_wasm_stack", &self.max_wasm_stack)
            .finish()
    }
}

/// What of an engine is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse {
    /// The stores that were made and not freed.
    pub stores: usize,
    /// The stacks of tasks that have begun and are not over.
    pub stacks: usize,
}

/// A cheap handle to what all modules and stores of a configuration share.
#[derive(Clone, Debug)]
pub struct Engine {
    inner: Arc<EngineInner>,
}

#[derive(Debug)]
pub(crate) struct EngineInner {
    config: Config,
    signatures: SignatureRegistry,
    identity: Identity,
    cache: Option<Cache>,
    stacks: StackPool,
    epoch: Arc<Epoch>,
    stores: AtomicUsize,
}

impl EngineInner {
    pub(crate) fn signatures(&self) -> &SignatureRegistry {
        &self.signatures
    }

    pub(crate) fn stacks(&self) -> &StackPool {
        &self.stacks
    }
}

impl Engine {
    /// Makes an engine, and installs the process's trap handlers where they are not yet.
    pub fn new(config: Config) -> Result<Engine> {
        crate::trap::install_handlers()?;
        let identity = Identity {
            engine: env!("CARGO_PKG_VERSION").to_string(),
            compiler: config.compiler.as_ref().map(|compiler| compiler.description()).unwrap_or_default(),
            features: config.features,
            options: CodeOptions { interruptible: config.interruptible },
        };
        let cache = config.cache.clone().map(|directory| Cache::new(directory, config.cache_limit));
        let (stacks, epoch) = (StackPool::new(config.max_wasm_stack), Arc::new(Epoch::new(config.ticking)));
        let signatures = SignatureRegistry::default();
        let inner =
            Arc::new(EngineInner { config, signatures, identity, cache, stacks, epoch, stores: AtomicUsize::new(0) });
        crate::fork::register(&inner);
        Ok(Engine { inner })
    }

    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The proposals that validation accepts.
    pub fn features(&self) -> &Features {
        &self.inner.config.features
    }

    /// Whether both handles are of one engine: modules and stores of different engines do not mix.
    pub fn same(&self, other: &Engine) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Moves the epoch on by one tick.
    pub fn increment_epoch(&self) {
        self.epoch().advance(1);
    }

    /// What is in use, of all threads together: for tests and for finding leaks.
    pub fn in_use(&self) -> InUse {
        InUse { stores: self.inner.stores.load(Ordering::Relaxed), stacks: self.inner.stacks.in_use() }
    }

    pub(crate) fn store_made(&self) {
        self.inner.stores.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn store_freed(&self) {
        self.inner.stores.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn epoch(&self) -> &Arc<Epoch> {
        &self.inner.epoch
    }

    /// What the code of this engine's modules depends on.
    pub(crate) fn identity(&self) -> &Identity {
        &self.inner.identity
    }

    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.inner.cache.as_ref()
    }

    /// The stacks of fibers that wait for their next use.
    pub(crate) fn stacks(&self) -> &StackPool {
        &self.inner.stacks
    }

    pub(crate) fn signatures(&self) -> &SignatureRegistry {
        &self.inner.signatures
    }
}
