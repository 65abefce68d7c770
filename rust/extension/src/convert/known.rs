//! Classes that were looked at once, with what was found: they need not be looked at again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyType, PyWeakrefMethods, PyWeakrefReference};

/// How many classes are remembered in one place.
const MOST: usize = 64;

/// A class that was looked at.
struct Known<T> {
    /// Where the class is, or was: another may be there now.
    address: usize,
    class: Py<PyWeakrefReference>,
    found: T,
}

impl<T> Known<T> {
    fn class<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.class.bind(py).upgrade()
    }
}

/// Classes, and what was found of each. They are not kept alive: a class may lead to the very store that remembers it, and the
/// collector is shown nothing here.
pub struct KnownClasses<T>(Mutex<Vec<Known<T>>>);

impl<T> Default for KnownClasses<T> {
    fn default() -> Self {
        KnownClasses(Mutex::default())
    }
}

impl<T: Copy> KnownClasses<T> {
    fn classes(&self) -> MutexGuard<'_, Vec<Known<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found of a class.
    pub fn find(&self, class: &Bound<'_, PyType>) -> Option<T> {
        let address = class.as_ptr().addr();
        let is_it = |known: &&Known<T>| known.address == address && known.class(class.py()).is_some();
        self.classes().iter().find(is_it).map(|known| known.found)
    }

    /// Remembers what was found, if there is room.
    pub fn remember(&self, class: &Bound<'_, PyType>, found: T) -> PyResult<()> {
        let py = class.py();
        let known = Known { address: class.as_ptr().addr(), class: PyWeakrefReference::new(class)?.unbind(), found };
        let mut classes = self.classes();
        let (alive, mut gone) =
            std::mem::take(&mut *classes).into_iter().partition::<Vec<_>, _>(|known| known.class(py).is_some());
        *classes = alive;
        if classes.len() < MOST {
            classes.push(known)
        } else {
            gone.push(known)
        }
        drop(classes);
        gone.into_iter().for_each(|known| drop(known.class.into_bound(py)));
        Ok(())
    }
}
