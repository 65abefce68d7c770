//! Activations: calls from the host into wasm that are under way on a thread, innermost first.

use std::cell::Cell;
use std::ptr::{self, NonNull};

use crate::error::{Error, Result};
use crate::store::{Store, StoreInner};
use crate::trap::stack;
use crate::value::ValRaw;
use crate::vm::{VMCode, VMEnter, VMOpaqueContext};

/// One call into wasm. Lies on the stack of the thread that made it.
pub(super) struct Activation {
    /// The store that was entered.
    pub store: NonNull<StoreInner>,
    /// The activation around this one, of any store.
    pub previous: *const Activation,
    /// The lowest stack pointer that compiled code may have.
    stack_limit: usize,
    /// What the store's context said of the activation of the same store around this one.
    pub outer_exit_pc: usize,
    pub outer_exit_fp: usize,
    pub outer_entry_fp: usize,
    outer_entry_sp: usize,
    outer_entry_handler: usize,
    outer_stack_limit: usize,
}

thread_local! {
    static INNERMOST: Cell<*const Activation> = const { Cell::new(ptr::null()) };
}

/// The innermost activation of this thread, or null. In a signal handler only to be called once the program counter was
/// found to be in compiled code: then this thread has used its thread-local storage already.
pub(super) fn innermost() -> *const Activation {
    INNERMOST.get()
}

/// The store whose code this thread is running.
///
/// # Safety
/// This thread is running compiled code, or was just interrupted in it.
pub(super) unsafe fn current_store() -> NonNull<StoreInner> {
    // SAFETY: compiled code is only entered by `invoke`, which is still on the stack with its activation.
    unsafe { (*innermost()).store }
}

/// Calls compiled code through an `enter` trampoline.
///
/// # Safety
/// `code` is a function with the context `vmctx` of this store and the signature of `enter`; `values` holds its
/// arguments and has room for its results.
pub(crate) unsafe fn invoke(
    store: &mut Store,
    enter: VMEnter,
    vmctx: *mut VMOpaqueContext,
    code: *const VMCode,
    values: *mut ValRaw,
) -> Result<()> {
    let inner = store.inner;
    let previous = INNERMOST.get();
    // SAFETY: the store is borrowed mutably and so alive; the context belongs to it. No reference into the store is held
    // while its code runs. `previous` is on this thread's stack further up.
    unsafe {
        let context = (*inner.as_ptr()).context.as_ptr();
        let stack_limit = match previous.as_ref() {
            // Calls that nest share what the outermost one was given.
            Some(outer) => outer.stack_limit,
            None => stack::limit((*inner.as_ptr()).engine.config().max_wasm_stack),
        };
        let activation = Activation {
            store: inner,
            previous,
            stack_limit,
            outer_exit_pc: (*context).last_wasm_exit_pc,
            outer_exit_fp: (*context).last_wasm_exit_fp,
            outer_entry_fp: (*context).last_wasm_entry_fp,
            outer_entry_sp: (*context).last_wasm_entry_sp,
            outer_entry_handler: (*context).last_wasm_entry_handler,
            outer_stack_limit: (*context).stack_limit,
        };
        (*context).stack_limit = stack_limit;
        (*inner.as_ptr()).depth += 1;
        INNERMOST.set(&raw const activation);

        let returned = enter(vmctx, ptr::null_mut(), code, values);

        INNERMOST.set(previous);
        (*inner.as_ptr()).depth -= 1;
        (*context).stack_limit = activation.outer_stack_limit;
        (*context).last_wasm_exit_pc = activation.outer_exit_pc;
        (*context).last_wasm_exit_fp = activation.outer_exit_fp;
        (*context).last_wasm_entry_fp = activation.outer_entry_fp;
        (*context).last_wasm_entry_sp = activation.outer_entry_sp;
        (*context).last_wasm_entry_handler = activation.outer_entry_handler;
        if returned != 0 {
            return Ok(());
        }
        let error = (*inner.as_ptr()).pending.take();
        Err(error.unwrap_or_else(|| Error::Bug("wasm was left early without a reason".into())))
    }
}
