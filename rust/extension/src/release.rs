//! Releasing objects that hang on one another in long chains: a store whose `data` is a store, an awaited call with a call for its
//! argument. Each object frees the next from within its own end, and without a bound the native stack would be too small for that.
//! Python's containers do the same for themselves (`Py_TRASHCAN_BEGIN`).

use std::cell::{Cell, RefCell};

use pyo3::prelude::*;

/// How deep releases nest; the number is Python's own.
const MAX_DEPTH: u32 = 50;

/// The releases under way in a thread.
struct Releases {
    depth: Cell<u32>,
    /// What was put off because they nest too deep: the outermost one does it.
    put_off: RefCell<Vec<Py<PyAny>>>,
}

thread_local! {
    static RELEASES: Releases = const { Releases { depth: Cell::new(0), put_off: RefCell::new(Vec::new()) } };
}

/// Releases a reference from within the end of the object that held it: now, or when those further out have done so with theirs.
pub fn release(object: Py<PyAny>) {
    let mut object = Some(object);
    // A thread that ends may have lost its local storage: then the reference is released below, as any other.
    let _ = RELEASES.try_with(|releases| {
        let Some(object) = object.take() else { return };
        let depth = releases.depth.get();
        if depth == MAX_DEPTH {
            releases.put_off.borrow_mut().push(object);
            return;
        }
        releases.depth.set(depth + 1);
        Python::attach(|py| {
            drop(object.into_bound(py));
            if depth == 0 {
                // Taken out first: the release may put off more.
                while let Some(next) = releases.take() {
                    drop(next.into_bound(py));
                }
            }
        });
        releases.depth.set(depth);
    });
    drop(object);
}

impl Releases {
    fn take(&self) -> Option<Py<PyAny>> {
        self.put_off.borrow_mut().pop()
    }
}
