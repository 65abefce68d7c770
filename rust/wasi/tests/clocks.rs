//! Clocks and waiting: `wasi:clocks` and `wasi:io/poll`.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use dovetail_runtime::TrapCode;
use dovetail_wasi::{MonotonicClock, WallClock};
use support::run;

struct FixedWallClock;

impl WallClock for FixedWallClock {
    fn now(&self) -> Duration {
        Duration::new(1_234_567, 89)
    }

    fn resolution(&self) -> Duration {
        Duration::from_millis(3)
    }
}

/// Stands still except while somebody sleeps.
#[derive(Clone, Default)]
struct ManualClock(Arc<AtomicU64>);

impl MonotonicClock for ManualClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn resolution(&self) -> u64 {
        17
    }

    fn sleep_time(&self, nanoseconds: u64) -> Duration {
        self.0.fetch_add(nanoseconds, Ordering::SeqCst);
        Duration::ZERO
    }
}

#[test]
fn the_wall_clock_is_the_systems_or_the_one_given() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let told = run(&["clocks", "wall"], |_| {}).printed();
    let told: u128 = told.split(' ').next().unwrap().parse().unwrap();
    assert!(told >= now && told < now + 60_000_000_000, "{told} is not near {now}");
    let run = run(&["clocks", "wall"], |config| {
        config.wall_clock(FixedWallClock);
    });
    assert_eq!(run.printed(), "1234567000000089 Datetime { seconds: 0, nanoseconds: 3000000 }");
}

#[test]
fn the_monotonic_clock_is_the_one_given() {
    let run = run(&["clocks", "monotonic"], |config| {
        config.monotonic_clock(ManualClock(Arc::new(AtomicU64::new(99))));
    });
    assert_eq!(run.printed(), "99 17");
}

#[test]
fn a_sleeping_guest_really_sleeps() {
    let start = Instant::now();
    let slept: u64 = run(&["clocks", "sleep", "50"], |_| {}).printed().parse().unwrap();
    assert!(slept >= 50);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[test]
fn a_pollable_blocks_until_its_time() {
    let clock = ManualClock::default();
    let run = run(&["clocks", "block", "3600000000000"], |config| {
        config.monotonic_clock(clock.clone());
    });
    assert_eq!(run.printed(), "false true 3600000000000");
}

#[test]
fn poll_names_those_that_are_ready_and_wakes_for_the_first() {
    let run = run(&["clocks", "poll"], |config| {
        config.monotonic_clock(ManualClock::default());
    });
    assert_eq!(run.printed(), "[1]\n[1] 2000000000");
}

#[test]
fn polling_nothing_traps() {
    let trap = run(&["clocks", "poll-nothing"], |_| {}).trap();
    assert_eq!(trap.code, TrapCode::CanonicalAbi);
    assert!(trap.detail.unwrap().starts_with("`wasi:io/poll.poll`: "));
}
