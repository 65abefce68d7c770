//! Classes that were looked at once, with what was found: they need not be looked at again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyType, PyWeakrefMethods, PyWeakrefReference};

/// How many classes are remembered in one place.
const MOST: usize = 64;

/// Classes, and what was found of each. They are not kept alive: a class may lead to the very store that remembers it, and the
/// collector is shown nothing here.
pub struct KnownClasses<T>(Mutex<Vec<(Py<PyWeakrefReference>, T)>>);

impl<T> Default for KnownClasses<T> {
    fn default() -> Self {
        KnownClasses(Mutex::default())
    }
}

impl<T: Copy> KnownClasses<T> {
    fn classes(&self) -> MutexGuard<'_, Vec<(Py<PyWeakrefReference>, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found of a class.
    pub fn find(&self, class: &Bound<'_, PyType>) -> Option<T> {
        let is_it =
            |known: &Py<PyWeakrefReference>| known.bind(class.py()).upgrade().is_some_and(|known| known.is(class));
        self.classes().iter().find(|(known, _)| is_it(known)).map(|(_, found)| *found)
    }

    /// Remembers what was found, if there is room.
    pub fn remember(&self, class: &Bound<'_, PyType>, found: T) -> PyResult<()> {
        let py = class.py();
        let class = PyWeakrefReference::new(class)?;
        let mut classes = self.classes();
        let (alive, gone) = std::mem::take(&mut *classes)
            .into_iter()
            .partition::<Vec<_>, _>(|(known, _)| known.bind(py).upgrade().is_some());
        *classes = alive;
        if classes.len() < MOST {
            classes.push((class.unbind(), found));
        }
        drop(classes);
        gone.into_iter().for_each(|(known, _)| drop(known.into_bound(py)));
        Ok(())
    }
}
