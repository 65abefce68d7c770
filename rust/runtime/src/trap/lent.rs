//! The handle of a running store that host functions get.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use crate::store::{Store, StoreInner};

/// A handle of a running store, lent for one call: it does not own the store.
pub(crate) struct LentStore {
    store: ManuallyDrop<Store>,
    pointer: NonNull<StoreInner>,
    /// Whether this counts as a call into the store.
    counted: bool,
}

impl LentStore {
    /// # Safety
    /// The store is alive and borrowed mutably by whoever led here, and that borrow is not used until this is dropped.
    pub unsafe fn new(pointer: NonNull<StoreInner>) -> Self {
        // SAFETY: the caller's promise.
        unsafe { (*pointer.as_ptr()).depth += 1 };
        LentStore { store: ManuallyDrop::new(Store { inner: pointer }), pointer, counted: true }
    }

    /// A handle for a task, which is not itself a call into the store.
    ///
    /// # Safety
    /// As for [`LentStore::new`]; and the store is kept alive by other means until this is dropped.
    pub unsafe fn for_task(pointer: NonNull<StoreInner>) -> Self {
        LentStore { store: ManuallyDrop::new(Store { inner: pointer }), pointer, counted: false }
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
        if self.counted {
            // SAFETY: the store is alive: while `depth` was above 0, dropping any handle would have leaked it.
            unsafe { (*self.pointer.as_ptr()).depth -= 1 };
        }
    }
}
