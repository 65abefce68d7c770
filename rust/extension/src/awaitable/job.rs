//! What an awaited call does.

use dovetail_runtime::{Result, Store};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

/// One call: its arguments, what it does with the guest, and what its caller gets.
///
/// The object is shared by the fiber and the awaitable, which frees it after the fiber's end.
pub trait Job: Send + Sync {
    /// The name that people know the call by.
    fn name(&self) -> String;

    /// Calls the guest. Runs on the fiber: what is Python's is used in `Store::on_host_stack` only.
    fn run(&self, store: &mut Store) -> Result<()>;

    /// What the caller gets, after `run`. Called once, on the thread's own stack.
    fn finish<'py>(&self, py: Python<'py>, outcome: Result<()>) -> PyResult<Bound<'py, PyAny>>;

    /// Undoes what `run` did for the guest alone, in the place of `finish`: the call was ended, and nobody wants to know how.
    fn give_up(&self, py: Python<'_>);

    /// Shows the collector what the job holds.
    fn traverse(&self, visit: &PyVisit<'_>) -> std::result::Result<(), PyTraverseError>;
}
