//! Looks at a guest that runs for long: ends it when its time is over, lets Python handle signals, and lets other threads, or
//! the event loop, run Python meanwhile.
//!
//! A guest comes here from its epoch checks, a number of ticks after its call began or after the last look. A tick is a
//! millisecond of the process's ticker, so that the first one may come at any moment of a call's first millisecond. *Attached*
//! means that the thread holds the interpreter (the GIL, where there is one), as each call does when it begins; *detached*,
//! that it has let go of it.
//!
//! | look                                                 | what is done                            | next look |
//! |------------------------------------------------------|-----------------------------------------|-----------|
//! | the first of a call                                  | signals, time                           | 1 tick    |
//! | the first, in a store whose last call was long       | signals, time, detach                   | 1 tick    |
//! | any other, attached                                  | signals, time, detach                   | 6 ticks   |
//! | any other, detached                                  | time                                    | 6 ticks   |
//! | every third of these, in Python's main thread        | time, attach, signals, detach           | 6 ticks   |
//! | on a fiber, where the table above detaches           | signals, time, a turn of the event loop | 5 ticks   |
//!
//! Where values are long, converting them is looked at like a guest that is on no fiber, which it never is itself.
//!
//! A call was long if it was looked at twice or more: to detach costs more than most calls that end before. One that was never looked
//! at says nothing about the next. A guest is attached again where it calls Python and when it returns to it.

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

/// After how many ticks a guest is looked at first, and then for the second time.
pub const FIRST: u64 = 1;
/// How often it is looked at afterwards. Longer than the 5 ms after which a thread that waits for the GIL asks for it: where the
/// guest calls Python soon after it was detached, only a thread that has asked gets it.
const INTERVAL: u64 = 6;
/// How often a guest on a fiber is looked at, and lets its event loop go on. (Python's own threads hold the GIL for 5 ms too.)
const TURN: u64 = 5;
/// Every how many looks the main thread handles signals. It may have to wait for the GIL, 5 ms for each other thread.
const LOOKS_FOR_SIGNALS: u8 = 3;

/// What a store knows of the call under way. Used by the thread that has claimed it.
#[derive(Default)]
pub struct Watch {
    pub limit: Limit,
    /// Whether the guest of the call under way was looked at.
    seen: Cell<bool>,
    /// Whether the store's calls are taken to be long: the last one that was looked at turned out to be.
    expects_long: Cell<bool>,
    /// Whether this thread handles signals, as found when it was detached.
    main: Cell<bool>,
    /// How many looks there were since signals were last handled.
    looks: Cell<u8>,
}

impl Watch {
    /// An outermost call begins.
    #[inline]
    pub fn start(&self) -> Result<()> {
        self.seen.set(false);
        self.limit.start()
    }

    /// The outermost call is over.
    #[inline]
    pub fn stop(&self) {
        self.limit.stop();
    }

    /// Looks at a guest; says after how many ticks to look again.
    pub fn look(&self, store: &mut RuntimeStore) -> Result<u64> {
        let first = !self.seen.replace(true);
        // Until this call is looked at once more, the next one is taken to be short.
        let patient = !self.expects_long.replace(!first) && first;
        let next = if first { FIRST } else { INTERVAL };
        if store.is_on_fiber() {
            // The interpreter is the event loop's, which shares it with other threads when the guest is suspended.
            store.on_host_stack(&mut |store| Poll::Ready(self.look_attached(store)))??;
            if patient {
                return self.ticks(next);
            }
            if store.can_wait() {
                yield_to_loop(store)?;
            }
            return self.ticks(TURN);
        }
        if attach::is_released() {
            self.look_detached(store)?;
            return self.ticks(next);
        }
        self.look_attached(store)?;
        if patient {
            return self.ticks(next);
        }
        self.main.set(attach::with_python(is_main_thread).map_err(raised)?);
        self.looks.set(0);
        let ticks = self.ticks(next)?;
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
