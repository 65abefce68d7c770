//! What is done while a guest runs for long: at some of its epoch checks it is asked whether its time is over, whether Python
//! has signals to handle, and it lets other threads run Python.
//!
//! A tick is a millisecond. After five of them a guest is detached from Python; where its time is limited, it is looked at
//! before, because that may be short. From then on only a thread that has to handle signals, Python's main thread, comes back from time to
//! time. Whoever calls Python in between, or returns to it, attaches the thread again, and it takes another look to detach it.

use std::cell::Cell;
use std::task::Poll;

use dovetail_runtime::{Result, Store as RuntimeStore};
use pyo3::prelude::*;

use crate::attach;
use crate::awaitable::yield_to_loop;
use crate::convert::raised;
use crate::limit::Limit;
use crate::python;
use crate::store::Store;

/// After how many ticks a guest is detached. (Python's own threads hold the GIL for 5 ms too.)
const PATIENCE: u64 = 5;
/// After how many ticks a guest whose time is limited is looked at first.
const EARLY: u64 = 1;
/// How often it is looked at afterwards.
const INTERVAL: u64 = 10;
/// Every how many looks the main thread handles signals. It may have to wait for the GIL, 5 ms for each other thread.
const LOOKS_FOR_SIGNALS: u8 = 2;

/// What a store knows of the call under way. Used by the thread that has claimed it.
#[derive(Default)]
pub struct Watch {
    pub limit: Limit,
    /// Whether the guest was looked at before it was to be detached.
    seen_early: Cell<bool>,
    /// Whether this thread handles signals, as found when it was detached.
    main: Cell<bool>,
    /// How many looks there were since signals were last handled.
    looks: Cell<u8>,
}

impl Watch {
    /// An outermost call begins.
    #[inline]
    pub fn start(&self) -> Result<()> {
        self.seen_early.set(false);
        self.limit.start()
    }

    /// The outermost call is over.
    #[inline]
    pub fn stop(&self) {
        self.limit.stop();
    }

    /// After how many ticks of a call its guest is looked at first.
    pub fn first(&self) -> u64 {
        if self.limit.is_set() { EARLY } else { PATIENCE }
    }

    /// Looks at a guest; says after how many ticks to look again.
    pub fn look(&self, store: &mut RuntimeStore) -> Result<u64> {
        if store.is_on_fiber() {
            // The interpreter is the event loop's, which shares it with other threads when the guest is suspended.
            store.on_host_stack(&mut |store| Poll::Ready(self.look_attached(store)))??;
            if store.can_wait() {
                yield_to_loop(store)?;
            }
            return self.ticks(PATIENCE);
        }
        if attach::is_released() {
            self.look_detached(store)?;
            return self.ticks(INTERVAL);
        }
        self.look_attached(store)?;
        if self.limit.is_set() && !self.seen_early.replace(true) {
            return self.ticks(PATIENCE - EARLY);
        }
        self.main.set(attach::with_python(is_main_thread).map_err(raised)?);
        self.looks.set(0);
        let ticks = self.ticks(INTERVAL)?;
        // SAFETY: this is the hook of a guest that Python has called on the thread's own stack, and the guest goes on. All
        // ways from it to Python restore: its host functions and destructors (`component::host`, `core::func`), WASI's
        // callbacks (`wasi`) and the return to the host (the store's return hook).
        unsafe { attach::release() };
        Ok(ticks)
    }

    fn look_attached(&self, store: &mut RuntimeStore) -> Result<()> {
        handle_signals(store)?;
        self.limit.remaining().map(|_| ())
    }

    fn look_detached(&self, store: &mut RuntimeStore) -> Result<()> {
        self.limit.remaining()?;
        if !self.main.get() {
            return Ok(());
        }
        let looks = self.looks.get() + 1;
        self.looks.set(looks % LOOKS_FOR_SIGNALS);
        if looks < LOOKS_FOR_SIGNALS {
            return Ok(());
        }
        handle_signals(store)?;
        // SAFETY: as in `look`. A handler may have run guests of this or another store; they have returned, attached.
        unsafe { attach::release() };
        Ok(())
    }

    /// So many ticks, or until the call's time is over.
    fn ticks(&self, ticks: u64) -> Result<u64> {
        let remaining = self.limit.remaining()?;
        let remaining = remaining.map_or(u64::MAX, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        Ok(remaining.saturating_add(1).min(ticks))
    }
}

/// Runs Python's handlers of the signals that have arrived. They may use the store, as a host function may, and raise.
pub fn handle_signals(store: &mut RuntimeStore) -> Result<()> {
    attach::with_python(|py| {
        let owner = Store::of(py, store).map_err(raised)?;
        owner.get().lend(store, || py.check_signals()).map_err(raised)
    })
}

/// Whether Python runs its signal handlers in this thread.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let main: u64 = python::main_thread(py)?.call0()?.getattr(pyo3::intern!(py, "ident"))?.extract()?;
    let own: u64 = python::get_ident(py)?.call0()?.extract()?;
    Ok(main == own)
}
