//! Epochs: how a host comes past a guest that runs for long.
//!
//! Every engine counts epochs, which the process's [`ticker`] moves on while calls are under way, or the host by
//! [`Engine::increment_epoch`](crate::Engine::increment_epoch). Interruptible code compares its engine's epoch with its
//! store's deadline; where the deadline has passed, it calls [`reached`], which runs the store's hook. The hook ends the
//! guest's call or says when it wants to be called again. The time until its first call counts from the *outermost* entry
//! into the store: guests that a host function or the hook enters in turn have no time of their own, and the entries that one
//! lifted function is made of (each `realloc`, the function, its `post-return`) share one time. What the host does itself with
//! the values of a component's call comes past the hook too ([`look`]).

mod ticker;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};
use crate::store::{Store, StoreInner};

/// What a store does when its deadline has passed. It is given the store, as a host function is, and says after how many
/// ticks it is to be called again; an error ends the guest's call. Runs on the stack that the guest runs on.
pub type EpochHook = Arc<dyn Fn(&mut Store) -> Result<u64> + Send + Sync>;

/// What a store does when the host goes on after a call into wasm in which its hook was called.
pub type ReturnHook = fn();

/// The deadline of stores without a hook, and of those whose hook is not to be called again.
const NEVER: u64 = u64::MAX;
/// The most ticks that a deadline is ahead. A hook that is due later is waited for in steps, so that the ticker, which is
/// told of deadlines and not of returns, does not go on for long after a call.
const STEP: u64 = 256;

/// The epoch of an engine. Has cache lines of its own: every thread that runs guests reads it all the time.
#[derive(Debug)]
#[repr(C, align(128))]
pub(crate) struct Epoch {
    /// What compiled code reads, which knows it as the first field.
    counter: AtomicU64,
    /// Up to which epoch somebody moves it on. Every later deadline must be told to the ticker.
    needed_until: AtomicU64,
}

impl Epoch {
    /// One that the ticker moves on or not.
    pub fn new(ticking: bool) -> Epoch {
        Epoch { counter: AtomicU64::new(0), needed_until: AtomicU64::new(if ticking { 0 } else { NEVER }) }
    }

    #[inline]
    fn now(&self) -> u64 {
        self.counter.load(Ordering::Relaxed)
    }

    /// Moves it on; gives the new epoch.
    pub fn advance(&self, ticks: u64) -> u64 {
        self.counter.fetch_add(ticks, Ordering::Relaxed) + ticks
    }

    /// Moves it to the last epoch that it was needed for, and has it told anew from there.
    fn skip_to_needed(&self) {
        self.counter.fetch_max(self.needed_until.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// What a store knows of epochs beside its deadline, which compiled code reads in the store's context.
pub(crate) struct EpochState {
    hook: Option<EpochHook>,
    /// How many ticks an entry has until the hook is called; `NEVER` without a hook.
    first: u64,
    /// The epoch at which the hook is to be called.
    due: u64,
    return_hook: Option<ReturnHook>,
    /// Whether the time of a call that is made of several entries is being counted: they do not begin it anew.
    pub counting: bool,
    /// Whether the hook was called since the host last came back from wasm.
    pub called: bool,
}

impl Default for EpochState {
    fn default() -> Self {
        EpochState { hook: None, first: NEVER, due: NEVER, return_hook: None, counting: false, called: false }
    }
}

impl Store {
    /// Sets what is called while guests of this store run: `first` ticks after the host entered the store, and then as
    /// often as the hook says. Replaces an earlier hook; during a call, the ticks count from now. A tick of the process's
    /// ticker is a millisecond.
    ///
    /// Guests look at the epoch only where the engine's [`Config`](crate::Config) has `interruptible` on: otherwise the
    /// hook is never called.
    pub fn set_epoch_hook(&mut self, first: u64, hook: Option<EpochHook>) {
        let first = if hook.is_some() && self.engine().config().interruptible { first } else { NEVER };
        let inner = self.inner_mut();
        inner.epoch = EpochState { hook, first, due: NEVER, ..inner.epoch };
        if inner.depth > 0 {
            inner.set_due(first);
        }
    }

    /// Does work that is one call to the host, though it may enter wasm several times: its time counts from here, unless an
    /// outer call's counts already. After a panic the next call has what time was left, until its first check.
    #[inline(always)]
    pub(crate) fn timed<R>(&mut self, work: impl FnOnce(&mut Store) -> R) -> R {
        let counting = std::mem::replace(&mut self.inner_mut().epoch.counting, true);
        if !counting {
            // SAFETY: the store is borrowed, and no reference to its contents is held.
            unsafe { enter(self.inner) };
        }
        let result = work(self);
        self.inner_mut().epoch.counting = counting;
        result
    }

    /// Sets what undoes the hook's work where it was for the guest alone: called whenever the host goes on after a call into
    /// wasm, by return or trap, if the hook was called meanwhile; also between the calls that one lifted function is made of.
    /// It is not called where a guest calls a host function, but where the hook is called while values are lifted or lowered.
    pub fn set_return_hook(&mut self, hook: Option<ReturnHook>) {
        self.inner_mut().epoch.return_hook = hook;
    }
}

impl StoreInner {
    /// Has the hook called in so many ticks.
    #[inline(always)]
    fn set_due(&mut self, ticks: u64) {
        if ticks == NEVER {
            self.epoch.due = NEVER;
            self.context.get_mut().epoch_deadline = NEVER;
            return;
        }
        // SAFETY: the engine, which the store keeps alive, has it.
        let epoch = unsafe { &*self.context.get().epoch };
        let now = epoch.now();
        self.epoch.due = now.saturating_add(ticks);
        self.set_deadline(epoch, now + ticks.min(STEP));
    }

    /// Lets compiled code go on until then.
    #[inline(always)]
    fn set_deadline(&mut self, epoch: &Epoch, deadline: u64) {
        self.context.get_mut().epoch_deadline = deadline;
        if deadline > epoch.needed_until.load(Ordering::Relaxed) {
            ticker::need(self.engine.epoch(), deadline);
        }
    }
}

/// Sets the deadline of a store that the host enters, or goes on with.
///
/// # Safety
/// The store is alive, and nobody holds a reference to its contents.
#[inline(always)]
pub(crate) unsafe fn enter(store: NonNull<StoreInner>) {
    // SAFETY: the caller's promise.
    let inner = unsafe { &mut *store.as_ptr() };
    if inner.epoch.first != NEVER {
        inner.set_due(inner.epoch.first);
    }
}

/// Does for the host's own work on a guest's values what compiled code does for its loops: has the hook called, if it is due.
/// Afterwards the host goes on, as after a call into wasm.
pub(crate) fn look(store: &mut Store) -> Result<()> {
    let inner = store.inner();
    if inner.engine.epoch().now() < inner.context.get().epoch_deadline {
        return Ok(());
    }
    let outcome = reached(store);
    if store.inner().epoch.called {
        returned(store.inner);
    }
    outcome
}

/// Runs the hook of a store whose code has seen the deadline pass, if it is due.
pub(crate) fn reached(store: &mut Store) -> Result<()> {
    let inner = store.inner_mut();
    let Some(hook) = inner.epoch.hook.clone() else {
        inner.set_due(NEVER);
        return Ok(());
    };
    let left = inner.epoch.due.saturating_sub(inner.engine.epoch().now());
    if left > 0 {
        // A step is over, and the hook is due in a later one.
        inner.set_due(left);
        return Ok(());
    }
    // For guests that the hook enters.
    inner.set_due(inner.epoch.first);
    let in_transit = store.component_mut().set_transit_aside();
    let called = catch_unwind(AssertUnwindSafe(|| hook(store)));
    // Guests that it entered have returned.
    store.component_mut().in_transit = in_transit;
    store.inner_mut().epoch.called = true;
    let ticks = called.unwrap_or_else(|panic| Err(Error::from_panic("an epoch hook", panic)))?;
    let removed = store.inner().epoch.hook.is_none();
    store.inner_mut().set_due(if removed { NEVER } else { ticks });
    Ok(())
}

/// Runs the return hook of a store, whose hook was called in a call that is over.
#[cold]
pub(crate) fn returned(store: NonNull<StoreInner>) {
    // SAFETY: the store is alive, and nobody holds a reference to its contents: its code was running.
    let epoch = unsafe { &mut (*store.as_ptr()).epoch };
    epoch.called = false;
    if let Some(hook) = epoch.return_hook {
        hook();
    }
}
