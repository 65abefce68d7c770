//! Where a call on a fiber waits for something other than a host function: for its turn on the processor, and for WASI.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::task::Poll;

use dovetail_runtime::{Result, Store as RuntimeStore};
use dovetail_wasi::{Direction, Wait};
use pyo3::intern;
use pyo3::prelude::*;

use super::running::Running;
use crate::convert::raised;
use crate::errors::bug;
use crate::store::Store;

/// The call whose guest runs on a fiber in this store.
fn running(py: Python<'_>, store: &RuntimeStore) -> Result<Arc<Running>> {
    let owner = Store::of(py, store).map_err(raised)?;
    owner.get().calls().current().ok_or_else(|| raised(bug(py, "a guest runs on a fiber in no call")))
}

/// Asks `poll` on the thread's own stack until it is ready, giving control to the event loop in between.
fn suspend(store: &mut RuntimeStore, poll: &mut dyn FnMut(Python<'_>, &Running) -> Poll<PyResult<()>>) -> Result<()> {
    store.on_host_stack(&mut |store| {
        // SAFETY: tasks are resumed by Python only, whose thread this is.
        let py = unsafe { Python::assume_attached() };
        match running(py, store) {
            Ok(running) => poll(py, &running).map(|result| match result {
                Ok(()) => Store::remaining(store).map(|_| ()),
                Err(error) => Err(running.failed(error, py)),
            }),
            Err(error) => Poll::Ready(Err(error)),
        }
    })?
}

/// Lets other tasks of the event loop run before the guest goes on, which may be cancelled here.
pub fn yield_to_loop(store: &mut RuntimeStore) -> Result<()> {
    let mut begun = false;
    suspend(store, &mut |py, running| running.pause(py, &mut begun))
}

/// Waits for what a guest waits for in WASI, by asyncio.
pub fn wait_for_events(store: &mut RuntimeStore, wait: &Wait<'_>) -> Result<()> {
    let mut begun = false;
    suspend(store, &mut |py, running| {
        let polled = if std::mem::replace(&mut begun, true) {
            running.drive(py, None)
        } else {
            running.await_result(py, || ready(py, wait))
        };
        polled.map(|result| result.map(drop))
    })
}

fn ready<'py>(py: Python<'py>, wait: &Wait<'_>) -> PyResult<Bound<'py, PyAny>> {
    let of = |wanted: Direction| -> Vec<i32> {
        let descriptors = wait.descriptors().iter().filter(|(_, direction)| *direction == wanted);
        descriptors.map(|(descriptor, _)| descriptor.as_raw_fd()).collect()
    };
    let seconds = wait.timeout().map(|timeout| timeout.as_secs_f64());
    let module = py.import(intern!(py, "dovetail._asyncio"))?;
    module.getattr(intern!(py, "ready"))?.call1((seconds, of(Direction::Read), of(Direction::Write)))
}
