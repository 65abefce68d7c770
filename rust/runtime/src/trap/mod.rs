//! Entering wasm, and leaving it early: traps, errors and their backtraces.

use std::ptr::NonNull;

use crate::error::{Error, Result};
use crate::store::{Store, StoreInner};
use crate::value::ValRaw;
use crate::vm::{VMCode, VMEnter, VMOpaqueContext};

/// Installs the process's trap handlers, once.
pub(crate) fn install_handlers() -> Result<()> {
    Ok(())
}

/// Calls compiled code through an `enter` trampoline.
///
/// # Safety
/// `code` is a function with the context `vmctx` of this store and the signature of `enter`; `values` holds its
/// arguments and has room for its results.
pub(crate) unsafe fn invoke(
    _store: &mut Store,
    _enter: VMEnter,
    _vmctx: *mut VMOpaqueContext,
    _code: *const VMCode,
    _values: *mut ValRaw,
) -> Result<()> {
    Err(Error::Bug("not built yet".into()))
}

/// Keeps the reason why wasm is left, for the `invoke` that it is left to.
pub(crate) fn record(mut store: NonNull<StoreInner>, error: Error) {
    // SAFETY: the store is alive: its code is running; nobody else has a reference to its contents now.
    unsafe { store.as_mut().pending = Some(error) };
}

/// A handle of a running store, lent to a host function.
pub(crate) struct LentStore {
    store: std::mem::ManuallyDrop<Store>,
    pointer: NonNull<StoreInner>,
}

impl LentStore {
    pub fn new(pointer: NonNull<StoreInner>) -> Self {
        LentStore { store: std::mem::ManuallyDrop::new(Store { inner: pointer }), pointer }
    }

    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }
}

impl Drop for LentStore {
    fn drop(&mut self) {
        if self.store.inner != self.pointer {
            // A host function swapped the store that it was lent for another. Its guests are still on the stack, and who
            // owns them now cannot be known: nothing can be saved.
            eprintln!("dovetail: a host function replaced the store that it was lent");
            std::process::abort();
        }
    }
}
