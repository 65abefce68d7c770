//! What the tests of several modules share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dovetail_runtime::{Config, Engine, Store};

use crate::clocks::MonotonicClock;
use crate::p2::io::wait::Waiter;

/// A clock that stands still until somebody sleeps on it; then it jumps there.
pub(crate) struct ManualClock(AtomicU64);

impl ManualClock {
    pub(crate) fn at(now: u64) -> Self {
        ManualClock(AtomicU64::new(now))
    }
}

impl MonotonicClock for ManualClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn resolution(&self) -> u64 {
        1
    }

    fn sleep_time(&self, nanoseconds: u64) -> Duration {
        self.0.fetch_add(nanoseconds, Ordering::SeqCst);
        Duration::ZERO
    }
}

/// A waiter over this clock that no signal ends.
pub(crate) fn waiter(clock: impl MonotonicClock + 'static) -> Waiter {
    Waiter { clock: Arc::new(clock), interrupt: None }
}

/// A store without guests.
pub(crate) fn store() -> Store {
    Store::new(&Engine::new(Config::default()).unwrap())
}
