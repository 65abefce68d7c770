//! Where a guest's time comes from. The system's clocks are the default; an embedder or a test puts its own in their place.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_getres};

/// A clock that tells the time of day.
pub trait WallClock: Send + Sync {
    /// The time since 1970-01-01T00:00:00Z. WASI has no way to say an earlier one.
    fn now(&self) -> Duration;

    /// The smallest difference that two readings can have.
    fn resolution(&self) -> Duration;
}

/// A clock that only ever moves forwards, counted in nanoseconds from a moment of its own choosing.
pub trait MonotonicClock: Send + Sync {
    /// The nanoseconds that have passed.
    fn now(&self) -> u64;

    /// The smallest difference that two readings can have, in nanoseconds.
    fn resolution(&self) -> u64;

    /// How long the host must really sleep until `nanoseconds` of this clock have passed. A clock that a test moves by
    /// hand moves itself forwards here and answers zero, so that a guest that sleeps costs no time.
    fn sleep_time(&self, nanoseconds: u64) -> Duration {
        Duration::from_nanos(nanoseconds)
    }
}

/// The system's time of day.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemWallClock;

impl WallClock for SystemWallClock {
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn resolution(&self) -> Duration {
        clock_resolution(ClockId::Realtime)
    }
}

/// The system's monotonic clock. It counts from its own making, so that a guest does not learn how long the machine runs.
#[derive(Clone, Copy, Debug)]
pub struct SystemMonotonicClock {
    start: Instant,
}

impl Default for SystemMonotonicClock {
    fn default() -> Self {
        SystemMonotonicClock { start: Instant::now() }
    }
}

impl MonotonicClock for SystemMonotonicClock {
    fn now(&self) -> u64 {
        saturating_nanoseconds(self.start.elapsed())
    }

    fn resolution(&self) -> u64 {
        saturating_nanoseconds(clock_resolution(ClockId::Monotonic))
    }
}

fn clock_resolution(clock: ClockId) -> Duration {
    // A clock that claims to be finer than the unit it is read in has the unit as its resolution.
    let resolution = Duration::try_from(clock_getres(clock)).unwrap_or_default();
    resolution.max(Duration::from_nanos(1))
}

fn saturating_nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clocks_move_forwards_and_have_a_resolution() {
        let clock = SystemMonotonicClock::default();
        let first = clock.now();
        std::thread::sleep(Duration::from_millis(2));
        assert!(clock.now() >= first + 1_000_000);
        assert!(clock.resolution() > 0);
        assert!(SystemWallClock.now() > Duration::from_secs(1_600_000_000), "the year is later than 2020");
        assert!(SystemWallClock.resolution() > Duration::ZERO);
    }
}
