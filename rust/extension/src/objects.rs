//! The Python objects that a store keeps alive: host functions, host resources, external references. The runtime's side
//! holds numbers only, so that Python's collector can see every reference.

use std::sync::{Mutex, PoisonError};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::python::assert_host_stack;

/// A table of objects by number. Numbers are used again after a removal.
#[derive(Default)]
pub struct HostObjects(Mutex<Slots>);

#[derive(Default)]
struct Slots {
    slots: Vec<Slot>,
    /// The first free slot, which names the next.
    free: Option<u32>,
}

enum Slot {
    Used(Py<PyAny>),
    Free(Option<u32>),
}

impl HostObjects {
    /// Keeps an object and gives it a number.
    pub fn add(&self, object: Py<PyAny>) -> u32 {
        assert_host_stack();
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = table.free {
            if let Some(slot) = table.slots.get_mut(number as usize)
                && let Slot::Free(next) = *slot
            {
                *slot = Slot::Used(object);
                table.free = next;
            }
            return number;
        }
        let number = table.slots.len() as u32;
        table.slots.push(Slot::Used(object));
        number
    }

    /// The object with this number, unless it was removed.
    pub fn get<'py>(&self, py: Python<'py>, number: u32) -> Option<Bound<'py, PyAny>> {
        assert_host_stack();
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match table.slots.get(number as usize)? {
            Slot::Used(object) => Some(object.bind(py).clone()),
            Slot::Free(_) => None,
        }
    }

    /// Gives up an object, which the caller may drop once it holds no lock: dropping runs Python code.
    #[must_use]
    pub fn remove(&self, number: u32) -> Option<Py<PyAny>> {
        assert_host_stack();
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = table.free;
        let slot = table.slots.get_mut(number as usize)?;
        match std::mem::replace(slot, Slot::Free(free)) {
            Slot::Used(object) => {
                table.free = Some(number);
                Some(object)
            }
            Slot::Free(next) => {
                *slot = Slot::Free(next);
                None
            }
        }
    }

    /// How many objects are kept.
    pub fn count(&self) -> usize {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.slots.iter().filter(|slot| matches!(slot, Slot::Used(_))).count()
    }

    /// Gives up all objects.
    pub fn clear(&self) {
        assert_host_stack();
        let old = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(old);
    }

    /// Shows the objects to the collector, for the store alone, although others share the table. While the table is being
    /// changed nothing is shown, which only delays collection.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(table) = self.0.try_lock() else { return Ok(()) };
        for slot in &table.slots {
            if let Slot::Used(object) = slot {
                visit.call(object)?;
            }
        }
        Ok(())
    }
}
