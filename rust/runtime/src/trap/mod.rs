//! Entering wasm, and leaving it early: traps, errors and their backtraces. An exception of a guest stays inside, where a
//! frame catches it (`exception`).
//!
//! Wasm is left early in one of two ways, and both end at the handler of the innermost `enter` trampoline. A libcall or
//! host function that fails records its error in the store, and compiled code calls the `raise` libcall. A signal for an
//! instruction that is known to trap lets the thread continue in [`land`], on the same stack but as an ordinary
//! function, which records the trap and resumes likewise. Only frames of compiled code are ever skipped, and they have
//! nothing to clean up.

mod activation;
mod backtrace;
mod exception;
mod lent;
mod signals;
mod stack;

use std::ptr::NonNull;

use dovetail_environ::TrapCode;

use crate::error::{Error, ErrorKind, Trap};
use crate::platform;
use crate::store::StoreInner;
use crate::vm::VMStoreContext;

pub(crate) use activation::{Activation, Chain, activated, has_room, innermost, invoke, with_thread_mark};
pub(crate) use exception::throw;
pub(crate) use lent::LentStore;
pub use signals::install_handlers;
pub(crate) use signals::pause as pause_installing;
pub(crate) use stack::HOST_RESERVE;

/// Keeps the reason why wasm is left, for the `invoke` that it is left to. A trap without frames gets them here.
///
/// # Safety
/// The store's code is running on this thread and has just called the host, and nobody holds a reference to the store's
/// contents.
pub(crate) unsafe fn record(store: NonNull<StoreInner>, mut error: Error) {
    if let ErrorKind::Trap(trap) = error.kind_mut()
        && trap.frames.is_empty()
    {
        // SAFETY: the caller's promise: the store's context tells where wasm was left.
        trap.frames = unsafe { backtrace::at_exit(store) };
    }
    // SAFETY: as above.
    unsafe { (*store.as_ptr()).pending = Some(error) };
}

/// Continues at the handler of the innermost `enter` trampoline.
///
/// # Safety
/// The context is that of a store whose code is running on this thread, its error is recorded, and there is nothing to
/// clean up in any frame between.
pub(crate) unsafe fn resume(context: *const VMStoreContext) -> ! {
    // SAFETY: `enter` wrote the three before any code of the store could run, and is still on the stack.
    unsafe {
        let context = &*context;
        platform::resume(context.last_wasm_entry_handler, context.last_wasm_entry_sp, context.last_wasm_entry_fp, 0)
    }
}

/// Where a thread continues after a trap signal.
unsafe extern "C" fn land(pc: usize, fp: usize, code: usize) -> ! {
    // SAFETY: the signal handler checked that this thread runs compiled code, so the innermost activation is that of its
    // store, and it stopped at `pc` in the frame `fp`. All values are dropped before `resume`.
    unsafe {
        let store = activation::current_store();
        let code = u8::try_from(code).ok().and_then(TrapCode::from_number);
        let error = match code {
            Some(code) => {
                let mut trap = Trap::bare(code);
                trap.frames = backtrace::at_trap(store, pc, fp);
                trap.into()
            }
            None => Error::bug("an unknown trap was signalled"),
        };
        let context = {
            let inner = store.as_ptr();
            (*inner).pending = Some(error);
            (*inner).context.as_ptr()
        };
        resume(context)
    }
}
