//! A box whose contents compiled code points to.

use std::fmt;
use std::ptr::NonNull;

/// Owns a value at a fixed address without claiming, as `Box` does, to be the only way to it: raw pointers to the value
/// stay valid while references to the owner come and go.
pub(crate) struct Owned<T>(NonNull<T>);

impl<T> Owned<T> {
    pub fn new(value: T) -> Self {
        Owned(NonNull::from(Box::leak(Box::new(value))))
    }

    pub fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// A reference for a moment in which no compiled code runs.
    pub fn get(&self) -> &T {
        // SAFETY: the value is alive as long as the owner. All access from Rust goes through the store, which is borrowed
        // for the result's lifetime, and compiled code only runs while the store is borrowed mutably.
        unsafe { self.0.as_ref() }
    }

    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: as in `get`, with a mutable borrow.
        unsafe { self.0.as_mut() }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::leak` in `new` and is freed here only.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl<T: fmt::Debug> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
