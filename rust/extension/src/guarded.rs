//! A value in a Python object that any thread may look at, or put another in the place of: behind the GIL where there is one,
//! behind a lock of its own where there is none.

#[cfg(not(Py_GIL_DISABLED))]
mod with_gil {
    use std::cell::Cell;

    /// A value, or none yet.
    pub struct Guarded<T>(Cell<Option<T>>);

    // SAFETY: Python calls native code with the GIL held, and neither operation gives it away in the middle: what they are
    // given to do runs no Python code. The collector's visit is such a call too.
    unsafe impl<T: Send> Sync for Guarded<T> {}

    impl<T> Guarded<T> {
        /// What `look` sees in the value. It must not run Python code.
        pub fn look<R>(&self, look: impl FnOnce(Option<&T>) -> R) -> R {
            // SAFETY: nobody else looks at the value meanwhile, or changes it: only one thread at a time has the GIL, which `look`
            // cannot give away, for it runs no Python code.
            look(unsafe { &*self.0.as_ptr() }.as_ref())
        }

        /// Puts a value in the place of another, which is given back: dropping that one may run Python code.
        #[must_use]
        pub fn replace(&self, value: Option<T>) -> Option<T> {
            self.0.replace(value)
        }
    }

    impl<T> Default for Guarded<T> {
        fn default() -> Self {
            Guarded(Cell::new(None))
        }
    }
}

#[cfg(Py_GIL_DISABLED)]
mod without_gil {
    use std::sync::{Mutex, PoisonError};

    /// A value, or none yet.
    pub struct Guarded<T>(Mutex<Option<T>>);

    impl<T> Guarded<T> {
        /// What `look` sees in the value. It must not run Python code.
        pub fn look<R>(&self, look: impl FnOnce(Option<&T>) -> R) -> R {
            look(self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref())
        }

        /// Puts a value in the place of another, which is given back: dropping that one may run Python code.
        #[must_use]
        pub fn replace(&self, value: Option<T>) -> Option<T> {
            std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), value)
        }
    }

    impl<T> Default for Guarded<T> {
        fn default() -> Self {
            Guarded(Mutex::new(None))
        }
    }
}

#[cfg(not(Py_GIL_DISABLED))]
pub use with_gil::Guarded;
#[cfg(Py_GIL_DISABLED)]
pub use without_gil::Guarded;
