//! Activations: calls from the host into wasm that are under way on a thread, innermost first. One activation may serve for
//! several entries, one after the other: a call of a lifted function enters for `realloc`, the function, and its post-return.
//!
//! The calls of a fiber that is suspended are taken out of the thread's list ([`Chain`]) and put back when it goes on:
//! what the stores' contexts say of them is kept meanwhile in the activations themselves.

use std::cell::Cell;
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

use crate::epoch;
use crate::error::{Error, Result};
use crate::store::{Store, StoreInner};
use crate::thread::thread_mark;
use crate::trap::stack;
use crate::value::ValRaw;
use crate::vm::{VMCode, VMEnter, VMOpaqueContext, VMStoreContext};

/// One call into wasm, or the mark where the calls of another stack begin. Lies on the stack of the thread or fiber that
/// made it.
pub(crate) struct Activation {
    /// The store that was entered; `None` for a mark.
    pub(super) store: Option<NonNull<StoreInner>>,
    /// The activation around this one, of any store.
    pub(super) previous: *mut Activation,
    /// The lowest stack pointer that compiled code may have.
    stack_limit: usize,
    /// What the store's context said of the activation of the same store around this one.
    pub(super) outer: Entered,
    /// Whose list it is in: the thread's own, and the thread's mark. Null and 0 where no store was entered.
    thread: *const ThisThread,
    thread_mark: usize,
}

/// What a store's context says of its innermost activation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entered {
    pub exit_pc: usize,
    pub exit_fp: usize,
    pub entry_fp: usize,
    entry_sp: usize,
    entry_handler: usize,
    stack_limit: usize,
}

impl Entered {
    #[inline(always)]
    fn read(context: &VMStoreContext) -> Entered {
        Entered {
            exit_pc: context.last_wasm_exit_pc,
            exit_fp: context.last_wasm_exit_fp,
            entry_fp: context.last_wasm_entry_fp,
            entry_sp: context.last_wasm_entry_sp,
            entry_handler: context.last_wasm_entry_handler,
            stack_limit: context.stack_limit,
        }
    }

    #[inline(always)]
    fn write(self, context: &mut VMStoreContext) {
        context.last_wasm_exit_pc = self.exit_pc;
        context.last_wasm_exit_fp = self.exit_fp;
        context.last_wasm_entry_fp = self.entry_fp;
        context.last_wasm_entry_sp = self.entry_sp;
        context.last_wasm_entry_handler = self.entry_handler;
        context.stack_limit = self.stack_limit;
    }
}

/// What a thread knows of its calls. One variable, since finding it costs a call in a shared library.
struct ThisThread {
    innermost: Cell<*mut Activation>,
    stack: stack::Bounds,
}

thread_local! {
    static THREAD: ThisThread =
        const { ThisThread { innermost: Cell::new(ptr::null_mut()), stack: stack::Bounds::UNKNOWN } };
}

/// The innermost activation of this thread, or null. In a signal handler only to be called once the program counter was
/// found to be in compiled code: then this thread has used its thread-local storage already.
pub(crate) fn innermost() -> *mut Activation {
    THREAD.with(|thread| thread.innermost.get())
}

fn set_innermost(activation: *mut Activation) {
    THREAD.with(|thread| thread.innermost.set(activation));
}

/// Whether the stack of this thread, which is not on a fiber, goes on far enough for functions of the host.
pub(crate) fn has_room() -> bool {
    THREAD.with(|thread| stack::has_room(&thread.stack))
}

/// The store whose code this thread is running.
///
/// # Safety
/// This thread is running compiled code, or was just interrupted in it.
pub(super) unsafe fn current_store() -> NonNull<StoreInner> {
    // SAFETY: compiled code is only entered by `invoke`, which is still on the stack with its activation; a mark is
    // innermost only while no compiled code runs.
    unsafe { (*innermost()).store.unwrap_unchecked() }
}

/// Makes an activation of the store for `work`, which may enter wasm in it any number of times, one entry after the other:
/// they cost less than entries that make an activation each. Not for work of a fiber, which goes on on another stack.
#[inline(always)]
pub(crate) fn activated<R>(store: &mut Store, work: impl FnOnce(&mut Store) -> R) -> R {
    let mut activation = MaybeUninit::uninit();
    // SAFETY: the activation stays where it is until `begun` is dropped, by a panic too. The store is borrowed until then.
    let begun = unsafe { Begun::new(activation.as_mut_ptr(), store.inner) };
    let result = work(store);
    drop(begun);
    result
}

/// The innermost activation of a thread, until this is dropped.
struct Begun {
    activation: *mut Activation,
    thread: *const ThisThread,
    inner: NonNull<StoreInner>,
    /// What was the store's idle activation before.
    was_idle: *mut Activation,
}

impl Begun {
    /// # Safety
    /// `activation` is room for one, on the stack of the caller, who drops the result before that room is gone and before
    /// any activation around it ends. The store is alive until then, and nobody holds a reference to its contents.
    #[inline(always)]
    unsafe fn new(activation: *mut Activation, inner: NonNull<StoreInner>) -> Begun {
        let thread = THREAD.with(ptr::from_ref);
        // SAFETY: the caller's promise. The thread's variable needs no destructor and so lives as long as the thread; a fiber
        // that the guest suspends goes on in this one. `previous` is further up on the stack that this thread is on, or on
        // the one that it came from, or a mark. The activation may change while a fiber is suspended, and is only read
        // through its pointer.
        unsafe {
            let previous = (*thread).innermost.get();
            let context = (*inner.as_ptr()).context.as_ptr();
            let stack_limit = match previous.as_ref() {
                // Calls that nest share what the outermost one on their stack was given.
                Some(outer) => outer.stack_limit,
                None => {
                    stack::limit(&(*thread).stack, activation.addr(), (*inner.as_ptr()).engine.config().max_wasm_stack)
                }
            };
            let outer = Entered::read(&*context);
            let thread_mark = thread_mark();
            activation.write(Activation { store: Some(inner), previous, stack_limit, outer, thread, thread_mark });
            (*context).stack_limit = stack_limit;
            if outer.entry_fp == 0 && !(*inner.as_ptr()).epoch.counting {
                epoch::enter(inner);
            }
            (*inner.as_ptr()).depth += 1;
            let was_idle = mem::replace(&mut (*inner.as_ptr()).idle, activation);
            (*thread).innermost.set(activation);
            Begun { activation, thread, inner, was_idle }
        }
    }
}

impl Drop for Begun {
    #[inline]
    fn drop(&mut self) {
        let inner = self.inner.as_ptr();
        // SAFETY: see `new`.
        unsafe {
            (*self.thread).innermost.set((*self.activation).previous);
            (*inner).depth -= 1;
            (*inner).idle = self.was_idle;
            (*self.activation).outer.write(&mut *(*inner).context.as_ptr());
        }
    }
}

/// Calls compiled code through an `enter` trampoline.
///
/// # Safety
/// `code` is a function with the context `vmctx` of this store and the signature of `enter`; `values` holds its
/// arguments and has room for its results.
#[inline]
pub(crate) unsafe fn invoke(
    store: &mut Store,
    enter: VMEnter,
    vmctx: *mut VMOpaqueContext,
    code: *const VMCode,
    values: *mut ValRaw,
) -> Result<()> {
    // Between the host's work in an activation and an entry there may be calls into other stores, fibers, and another thread.
    // SAFETY: an idle activation lasts until `Begun` takes it out of the store. Nobody holds a reference that could change it.
    if unsafe { store.inner().idle.as_ref() }.is_some_and(Activation::is_innermost) {
        // SAFETY: the caller's promise.
        unsafe { enter_idle(store.inner, enter, vmctx, code, values) }
    } else {
        // SAFETY: the caller's promise.
        unsafe { invoke_alone(store, enter, vmctx, code, values) }
    }
}

/// As [`invoke`], with an activation of its own.
///
/// # Safety
/// As for [`invoke`].
#[inline(never)]
unsafe fn invoke_alone(
    store: &mut Store,
    enter: VMEnter,
    vmctx: *mut VMOpaqueContext,
    code: *const VMCode,
    values: *mut ValRaw,
) -> Result<()> {
    // SAFETY: the caller's promise; the store's activation has just begun.
    activated(store, |store| unsafe { enter_idle(store.inner, enter, vmctx, code, values) })
}

/// Enters wasm in the store's idle activation.
///
/// # Safety
/// As for [`invoke`]; the store is borrowed mutably, and that activation is the thread's innermost.
#[inline(always)]
unsafe fn enter_idle(
    inner: NonNull<StoreInner>,
    enter: VMEnter,
    vmctx: *mut VMOpaqueContext,
    code: *const VMCode,
    values: *mut ValRaw,
) -> Result<()> {
    let inner = inner.as_ptr();
    // SAFETY: the caller's promise: the store is alive, and the context belongs to it. No reference into the store is held
    // while its code runs.
    unsafe {
        let activation = mem::replace(&mut (*inner).idle, ptr::null_mut());
        let returned = enter(vmctx, ptr::null_mut(), code, values);
        (*inner).idle = activation;
        // There are no frames of this activation now, which a backtrace would follow.
        (*(*inner).context.as_ptr()).last_wasm_entry_fp = 0;
        if (*inner).epoch.called {
            epoch::returned(NonNull::new_unchecked(inner));
        }
        if returned != 0 { Ok(()) } else { Err(left_early(NonNull::new_unchecked(inner))) }
    }
}

/// The reason why wasm was left early.
///
/// # Safety
/// The store is alive and nobody holds a reference to its contents.
#[cold]
unsafe fn left_early(store: NonNull<StoreInner>) -> Error {
    // SAFETY: the caller's promise.
    let error = unsafe { (*store.as_ptr()).pending.take() };
    error.unwrap_or_else(|| Error::bug("wasm was left early without a reason"))
}

/// The activations of a fiber, taken out of the thread's list: outermost first, which is the other way round.
#[derive(Clone, Copy)]
pub(crate) struct Chain(*mut Activation);

impl Activation {
    /// Whether it is the innermost one of the running thread: [`innermost`], without looking for the thread's variable.
    #[inline(always)]
    fn is_innermost(&self) -> bool {
        // SAFETY: the thread whose activation this is has not ended, and is the running one: its variable is there.
        self.thread_mark == thread_mark() && ptr::eq(self, unsafe { (*self.thread).innermost.get() })
    }

    /// A mark: not of a store, and not to be entered.
    fn mark(previous: *mut Activation, stack_limit: usize) -> Activation {
        let outer = Entered::default();
        Activation { store: None, previous, stack_limit, outer, thread: ptr::null(), thread_mark: 0 }
    }

    /// A mark for the calls of a fiber's stack, which may go down to `stack_limit`.
    pub(crate) fn fiber_mark(stack_limit: usize) -> Activation {
        Activation::mark(ptr::null_mut(), stack_limit)
    }
}

impl Chain {
    /// The chain of a fiber that has not begun: its mark alone.
    pub(crate) fn of_mark(mark: *mut Activation) -> Chain {
        Chain(mark)
    }

    /// Puts the activations on top of the thread's list.
    ///
    /// # Safety
    /// The chain came from [`Chain::take`] or [`Chain::of_mark`] and was not put back since; its activations and their
    /// stores are alive, and it is the thread's own.
    pub(crate) unsafe fn put_back(self) {
        // SAFETY: the caller's promise.
        set_innermost(unsafe { turn(self.0, ptr::null_mut(), innermost()) });
    }

    /// Takes the activations above `base` out of the thread's list, and leaves the stores' contexts as they were before
    /// the first of them.
    ///
    /// # Safety
    /// `base` was innermost when these activations were put back, and none of their stores is running code.
    pub(crate) unsafe fn take(base: *mut Activation) -> Chain {
        // SAFETY: the caller's promise.
        let chain = unsafe { turn(innermost(), base, ptr::null_mut()) };
        set_innermost(base);
        Chain(chain)
    }
}

/// Reverses a list from `from` until `end`, puts `rest` behind it, and exchanges what each activation and its store's
/// context say. Doing so twice gives the list and the contexts back as they were, but for what lies around: a context that
/// changed meanwhile is in the outermost activation then, which gives it back at its end. Going in the list's order is
/// right both times: of two activations of one store, the one that is exchanged first is the one that the context is of.
///
/// # Safety
/// The activations and their stores are alive, and none of the stores is running code.
unsafe fn turn(from: *mut Activation, end: *mut Activation, rest: *mut Activation) -> *mut Activation {
    let (mut current, mut behind) = (from, rest);
    while current != end {
        // SAFETY: the caller's promise; nobody holds a reference to an activation or a context.
        unsafe {
            if let Some(store) = (*current).store {
                let context = &mut *(*store.as_ptr()).context.as_ptr();
                let inside = Entered::read(context);
                (*current).outer.write(context);
                (*current).outer = inside;
            }
            let next = (*current).previous;
            (*current).previous = behind;
            behind = current;
            current = next;
        }
    }
    behind
}

/// Runs host code in the middle of a fiber's calls, on the thread's own stack: calls into wasm from there get their
/// limit from this stack, and their backtraces go on into the fiber's calls.
///
/// `around` is the activation that was innermost when the fiber was resumed, on the thread's stack if there is one.
pub(crate) fn with_thread_mark<R>(around: *mut Activation, max_wasm_stack: usize, work: impl FnOnce() -> R) -> R {
    // SAFETY: null, or further up on this stack.
    let stack_limit = match unsafe { around.as_ref() } {
        Some(outer) => outer.stack_limit,
        None => THREAD.with(|thread| stack::limit(&thread.stack, stack::stack_pointer(), max_wasm_stack)),
    };
    let previous = innermost();
    let mut mark = Activation::mark(previous, stack_limit);
    set_innermost(&raw mut mark);
    let guard = Restore(previous);
    let result = work();
    drop(guard);
    result
}

/// Makes an activation the innermost one again, also when a panic passes.
struct Restore(*mut Activation);

impl Drop for Restore {
    fn drop(&mut self) {
        set_innermost(self.0);
    }
}
