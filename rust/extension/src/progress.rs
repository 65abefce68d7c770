//! Tells a person at a terminal how far a compilation is, once it lasts over a second. Silent elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);
/// Shortest time between two lines, in milliseconds.
const INTERVAL: u64 = 100;

/// Shows one compilation's progress; dropping it clears the line.
pub struct Progress {
    start: Instant,
    terminal: bool,
    /// When a line was last shown, in milliseconds since the start; 0 before that.
    shown: AtomicU64,
}

impl Progress {
    pub fn new() -> Progress {
        Progress { start: Instant::now(), terminal: stderr().is_terminal(), shown: AtomicU64::new(0) }
    }

    /// Called from any thread with the numbers of functions done and in all.
    pub fn update(&self, done: usize, all: usize) {
        let elapsed = self.start.elapsed();
        if !self.terminal || elapsed < PATIENCE {
            return;
        }
        let now = elapsed.as_millis() as u64;
        let last = self.shown.load(Ordering::Relaxed);
        let due = now.saturating_sub(last) >= INTERVAL;
        if due && self.shown.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let percent = done * 100 / all.max(1);
            // Progress is a courtesy: a terminal that cannot be written to must not stop the work.
            let _ = write!(stderr(), "\r\x1b[Kcompiling: {percent} % of {all} functions");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
