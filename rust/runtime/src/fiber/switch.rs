//! One call on a stack of its own: how a thread goes over to it and comes back.
//!
//! A fiber comes back to the stack of its thread for one of two reasons: it is over, or it has a request for something to
//! be done there (`host_stack`). What was requested is done at once, with the fiber's calls still in the thread's list of
//! activations, as for a host function without fibers; only if it has to wait are they taken out of the list
//! ([`Chain`]), and control given back.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use dovetail_environ::TrapCode;

use super::Cancelled;
use crate::engine::Engine;
use crate::error::{ArgumentKind, Error, Result, Trap};
use crate::store::{Store, StoreId, StoreInner};
use crate::trap::{Activation, Chain, LentStore, has_room, innermost, with_thread_mark};

/// What a fiber does. It is lent to the fiber and dropped on the thread's own stack, like all that it owns.
pub(super) type Work = Box<dyn FnMut(&mut Store)>;

/// What a fiber wants done on its thread's own stack, until that says that it is done. Lies on the fiber's stack.
type Request = NonNull<dyn FnMut() -> Poll<()>>;

/// A fiber's stack and where on it the fiber is.
type Frames = Coroutine<(), Request, (), DefaultStack>;

thread_local! {
    /// The fiber on whose stack this thread is, or null.
    static CURRENT: Cell<*const Fiber> = const { Cell::new(ptr::null()) };
    /// This thread's number, or 0 before it has one.
    static THREAD: Cell<u64> = const { Cell::new(0) };
}

/// How far a fiber is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// It has no stack yet.
    New,
    Suspended,
    /// It, or what it requested, is running.
    Running,
    Over,
}

/// A fiber, shared by its task and its store. Everything but `thread`, `store` and `abandoned` belongs to its thread:
/// whoever has a `Fiber` elsewhere can find out no more than that it is not theirs.
pub(crate) struct Fiber {
    thread: u64,
    store: StoreId,
    /// Set when the task is dropped: nobody will resume the fiber, it waits for its store to cancel it.
    abandoned: AtomicBool,
    phase: Cell<Phase>,
    work: UnsafeCell<ManuallyDrop<Option<Work>>>,
    coroutine: UnsafeCell<ManuallyDrop<Option<Frames>>>,
    /// How the fiber comes back; valid while it is on its stack.
    yielder: Cell<*const Yielder<(), Request>>,
    /// What the suspended fiber waits for.
    request: Cell<Option<Request>>,
    /// The mark below the fiber's activations.
    mark: UnsafeCell<Activation>,
    /// The fiber's activations while it is suspended.
    chain: Cell<Chain>,
    /// How many calls into the store were under way when the fiber began.
    base: Cell<u32>,
    /// How many of those that were under way when the fiber was suspended still are, its own included.
    depth: Cell<u32>,
    /// The same, for when the fiber went on last.
    before: Cell<u32>,
    cancelled: Cell<bool>,
    /// The reason for the cancellation, until somebody on the fiber was told.
    reason: Cell<Option<Error>>,
    engine: Engine,
}

// SAFETY: `thread`, `store`, `abandoned` and `engine` may be used by all threads. Whatever touches another field first
// compares `thread` with the thread it is on (`check_thread`), or is run by the fiber itself; `drop` touches those
// fields elsewhere only where that is allowed (see there).
unsafe impl Send for Fiber {}
// SAFETY: as above.
unsafe impl Sync for Fiber {}

/// A number that no other thread has or ever had.
fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut number = THREAD.get();
    if number == 0 {
        number = NEXT.fetch_add(1, Ordering::Relaxed);
        THREAD.set(number);
    }
    number
}

/// Whether this thread is on the stack of a fiber.
#[inline]
pub(crate) fn on_fiber() -> bool {
    USED.load(Ordering::Relaxed) && has_current()
}

/// Not inlined: the compiler would look at the thread's variable, which costs a call, before it knows that it has to.
#[inline(never)]
fn has_current() -> bool {
    !CURRENT.get().is_null()
}

/// Whether a fiber was ever begun in this process: one that makes none is spared the look at the thread's own variable. A
/// thread that is on one has written this itself.
static USED: AtomicBool = AtomicBool::new(false);

impl Fiber {
    pub(super) fn new(store: &Store, work: Work) -> Fiber {
        Fiber {
            thread: thread_number(),
            store: store.id(),
            abandoned: AtomicBool::new(false),
            phase: Cell::new(Phase::New),
            work: UnsafeCell::new(ManuallyDrop::new(Some(work))),
            coroutine: UnsafeCell::new(ManuallyDrop::new(None)),
            yielder: Cell::new(ptr::null()),
            request: Cell::new(None),
            mark: UnsafeCell::new(Activation::fiber_mark(0)),
            chain: Cell::new(Chain::of_mark(ptr::null_mut())),
            base: Cell::new(0),
            depth: Cell::new(0),
            before: Cell::new(0),
            cancelled: Cell::new(false),
            reason: Cell::new(None),
            engine: store.engine().clone(),
        }
    }

    /// Whether this is the thread that the fiber belongs to.
    pub(super) fn is_here(&self) -> bool {
        self.thread == thread_number()
    }

    /// Whether the fiber can be resumed or cancelled, from here.
    fn check(&self, store: &Store) -> Result<()> {
        if store.id() != self.store {
            return Err(Error::other_store("task"));
        }
        if !self.is_here() {
            let message = "a task belongs to the thread that made it, and cannot be used on another";
            return Err(Error::argument(ArgumentKind::Value, message));
        }
        if on_fiber() {
            let message = "a task cannot be resumed by another task's guest: only on the thread's own stack";
            return Err(Error::argument(ArgumentKind::Value, message));
        }
        match self.phase.get() {
            Phase::New | Phase::Suspended => Ok(()),
            Phase::Running => Err(Error::argument(ArgumentKind::Value, "the task is running")),
            Phase::Over => Err(Error::argument(ArgumentKind::Value, "the task is over")),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_here() && self.phase.get() == Phase::Over
    }

    /// Whether the fiber waits for its store to cancel it.
    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire) && self.is_here() && self.phase.get() == Phase::Suspended
    }

    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    /// Runs the fiber until it is over or what it requested has to wait.
    pub(super) fn resume(self: &std::sync::Arc<Fiber>, store: &mut Store) -> Result<Poll<()>> {
        self.check(store)?;
        if self.phase.get() == Phase::New {
            // The guest has a stack of its own; the host functions that it calls, and the tasks that they begin, have not.
            if !has_room() {
                return Err(Trap::bare(TrapCode::StackOverflow).into());
            }
            self.prepare(store.inner)?;
            self.base.set(store.inner().depth);
            store.inner_mut().fibers.push(self.clone());
        } else if store.inner().depth != self.depth.get() {
            let message = "the task cannot go on before the calls into its store that began after it are over";
            return Err(Error::argument(ArgumentKind::Value, message));
        }
        Ok(self.run(store))
    }

    /// Ends the fiber: what it waits for is given up, and so is whatever it asks for from now on.
    pub(super) fn cancel(&self, store: &mut Store, reason: Error) -> Result<(), Error> {
        self.check(store)?;
        if self.phase.get() == Phase::New {
            self.phase.set(Phase::Over);
            self.drop_work();
            return Err(reason);
        }
        self.cancelled.set(true);
        self.reason.set(Some(reason));
        self.request.set(None);
        match self.run(store) {
            Poll::Ready(()) => Ok(()),
            Poll::Pending => Err(Error::bug("a cancelled task was suspended")),
        }
    }

    /// Gives the fiber a stack, with everything ready for the first switch.
    fn prepare(&self, store: NonNull<StoreInner>) -> Result<()> {
        USED.store(true, Ordering::Relaxed);
        let stack = self.engine.stacks().take()?;
        let limit = self.engine.stacks().limit(&stack);
        let this: *const Fiber = self;
        // SAFETY: nothing refers to the mark yet, nor to the coroutine. The fiber stays where it is, in an `Arc`, and
        // alive while its coroutine runs: `run` borrows it.
        unsafe {
            *self.mark.get() = Activation::fiber_mark(limit);
            **self.coroutine.get() = Some(Coroutine::with_stack(stack, move |yielder, ()| {
                let fiber = &*this;
                fiber.yielder.set(yielder);
                fiber.body(store);
            }));
        }
        self.chain.set(Chain::of_mark(self.mark.get()));
        Ok(())
    }

    /// What runs on the fiber's stack.
    fn body(&self, store: NonNull<StoreInner>) {
        // SAFETY: the work stays where it is until the fiber is over (`finish`), and nobody else uses it.
        let Some(work) = (unsafe { (**self.work.get()).as_mut() }) else { return };
        // SAFETY: whoever resumes the fiber has borrowed the store mutably, and uses it again only when the fiber has come
        // back. A store that has a fiber in its list is not freed (`Store::drop`).
        let mut lent = unsafe { LentStore::for_task(store) };
        // The work catches its own panics (`Task::new`). Should another come this far, the task has no result, which is
        // then reported; it must not reach the end of this stack.
        let _ = catch_unwind(AssertUnwindSafe(|| work(lent.store())));
    }

    /// Goes over to the fiber's stack, and does what it requests, until it is over or must wait.
    fn run(&self, store: &mut Store) -> Poll<()> {
        // The fiber's activations do not end in the order of the thread's own.
        let was_idle = std::mem::replace(&mut store.inner_mut().idle, ptr::null_mut());
        let done = self.run_above(store, innermost());
        store.inner_mut().idle = was_idle;
        done
    }

    /// As [`Fiber::run`], with the fiber's activations above `around`, the thread's innermost.
    fn run_above(&self, store: &mut Store, around: *mut Activation) -> Poll<()> {
        let max_wasm_stack = self.engine.config().max_wasm_stack;
        self.before.set(store.inner().depth);
        let mut waited = self.phase.replace(Phase::Running) == Phase::Suspended;
        // SAFETY: the chain is the one that was taken when the fiber was suspended, or the mark that it begins with; this
        // is its thread. The store that was entered first is borrowed; others stay alive for their calls under way.
        unsafe { self.chain.get().put_back() };
        loop {
            if let Some(mut request) = self.request.take() {
                // SAFETY: the fiber is suspended in `wait_for`, whose frame holds what the request points to.
                let done = with_thread_mark(around, max_wasm_stack, || unsafe { request.as_mut()() });
                if done.is_pending() && !self.cancelled.get() {
                    self.request.set(Some(request));
                    // SAFETY: `around` was innermost when the chain was put back; what was requested has returned, and so
                    // no code of the stores in the chain is running.
                    self.chain.set(unsafe { Chain::take(around) });
                    self.depth.set(store.inner().depth);
                    self.tell_those_around(store);
                    self.phase.set(Phase::Suspended);
                    return Poll::Pending;
                }
            }
            if std::mem::take(&mut waited) {
                // The time for which the guest waited is not its own.
                // SAFETY: the store is borrowed, and its guest goes on below.
                unsafe { crate::epoch::enter(store.inner) };
            }
            match self.switch() {
                CoroutineResult::Yield(request) => self.request.set(Some(request)),
                CoroutineResult::Return(()) => break,
            }
        }
        // SAFETY: only the fiber's mark is left above `around`: all calls have returned.
        unsafe { Chain::take(around) };
        self.tell_those_around(store);
        self.finish(store);
        Poll::Ready(())
    }

    /// The fiber comes back. Fibers that began earlier may have counted its calls, when they were suspended or went on: what has
    /// become of those meanwhile is none of what they wait for.
    fn tell_those_around(&self, store: &Store) {
        let StoreInner { fibers, depth, .. } = store.inner();
        let Some(place) = fibers.iter().rposition(|fiber| ptr::eq(&**fiber, self)) else { return };
        for around in fibers[..place].iter().filter(|around| around.is_here()) {
            for count in [&around.depth, &around.before] {
                if count.get() > self.base.get() {
                    count.set((count.get() + depth).saturating_sub(self.before.get()));
                }
            }
        }
    }

    /// Goes over to the fiber's stack, until it comes back.
    fn switch(&self) -> CoroutineResult<Request, ()> {
        // SAFETY: in this phase nobody else uses the coroutine: `check` refuses, and the fiber itself has its yielder only.
        let Some(coroutine) = (unsafe { (**self.coroutine.get()).as_mut() }) else {
            return CoroutineResult::Return(());
        };
        CURRENT.set(self);
        let came_back = coroutine.resume(());
        CURRENT.set(ptr::null());
        came_back
    }

    /// Cleans up after the fiber's last switch.
    fn finish(&self, store: &mut Store) {
        self.phase.set(Phase::Over);
        // SAFETY: the coroutine is over, nobody refers to it.
        if let Some(coroutine) = unsafe { (**self.coroutine.get()).take() } {
            self.engine.stacks().put(coroutine.into_stack());
        }
        let fibers = &mut store.inner_mut().fibers;
        if let Some(place) = fibers.iter().rposition(|fiber| ptr::eq(&**fiber, self)) {
            // The task or the caller holds the fiber too.
            fibers.remove(place);
        }
        self.drop_work();
    }

    fn drop_work(&self) {
        // SAFETY: the fiber is over, or never began: nobody else refers to its work.
        drop(unsafe { (**self.work.get()).take() });
    }

    /// Called on the fiber: comes back to the thread's own stack until the request was done, or the fiber is cancelled.
    fn wait_for(&self, request: Request) {
        // SAFETY: set at the fiber's first switch, and valid as long as its stack.
        let yielder = unsafe { &*self.yielder.get() };
        yielder.suspend(request);
    }

    fn reason(&self) -> Error {
        self.reason.take().unwrap_or_else(|| Error::host(Cancelled))
    }
}

impl Drop for Fiber {
    fn drop(&mut self) {
        // Before its first switch and after its last, a fiber is plain data of its thread. Suspended, its frames must
        // neither be run without the store nor unwound (those of wasm cannot be); this happens only to those whose
        // store was leaked for the same reason. On another thread, nothing of it may be touched.
        if self.is_here() && matches!(self.phase.get(), Phase::New | Phase::Over) {
            self.drop_work();
        }
    }
}

impl std::fmt::Debug for Fiber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fiber").field("store", &self.store).finish_non_exhaustive()
    }
}

/// Whether a request is made in earnest of a fiber that was cancelled, too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Not any more once the fiber is cancelled.
    NotCancelled,
    /// In any case; it must not wait.
    Always,
}

/// Whether a call of this store may wait here.
#[inline]
pub(super) fn can_wait(store: StoreId) -> bool {
    on_fiber() && is_current_of(store)
}

#[inline(never)]
fn is_current_of(store: StoreId) -> bool {
    // SAFETY: not null only while this thread is on the fiber's stack, and then its fiber is borrowed by `run`.
    unsafe { CURRENT.get().as_ref() }.is_some_and(|fiber| fiber.store == store && !fiber.cancelled.get())
}

pub(crate) fn cannot_wait() -> Error {
    let message = "this call is no task of its store: what the host was asked for cannot wait";
    Error::argument(ArgumentKind::Value, message)
}

/// Does something on the thread's own stack: at once where this is it, else by a request. Where it `may_wait`, `work` is
/// asked again after each `Pending`, when the task is resumed.
///
/// Only a task's own store may wait, and only while it is borrowed mutably: until the task is resumed, its owner can use
/// the store, and so nobody on the fiber may still hold a reference into it.
pub(super) fn host_stack<R>(when: When, may_wait: bool, mut work: impl FnMut() -> Poll<R>) -> Result<R> {
    // SAFETY: as in `can_wait`.
    let Some(fiber) = (unsafe { CURRENT.get().as_ref() }) else {
        return match work() {
            Poll::Ready(result) => Ok(result),
            Poll::Pending => Err(cannot_wait()),
        };
    };
    if when == When::NotCancelled && fiber.cancelled.get() {
        return Err(fiber.reason());
    }
    if std::thread::panicking() {
        return Err(Error::bug("a fiber was to be suspended while it panics"));
    }
    let mut outcome = None;
    let mut request = || {
        // The panic of a request is the fiber's, as if there were one stack.
        match catch_unwind(AssertUnwindSafe(&mut work)) {
            Ok(Poll::Pending) if may_wait => Poll::Pending,
            Ok(Poll::Pending) => {
                outcome = Some(Err(cannot_wait()));
                Poll::Ready(())
            }
            Ok(Poll::Ready(result)) => {
                outcome = Some(Ok(result));
                Poll::Ready(())
            }
            Err(panic) => {
                outcome = Some(Err(panicked("host code", &*panic)));
                Poll::Ready(())
            }
        }
    };
    let request: &mut dyn FnMut() -> Poll<()> = &mut request;
    // SAFETY: only the lifetime changes. The request is used until `wait_for` returns, which is before it ends: it is taken
    // out of the fiber before each switch.
    fiber.wait_for(unsafe {
        std::mem::transmute::<NonNull<dyn FnMut() -> Poll<()> + '_>, Request>(NonNull::from(request))
    });
    outcome.unwrap_or_else(|| Err(fiber.reason()))
}

/// The error that stands for a panic.
pub(super) fn panicked(what: &str, panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::bug(format!("{what} panicked: {text}"))
}
