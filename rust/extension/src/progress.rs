//! Tells a person at a terminal how far work is, once it lasts over a second. Silent elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

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

/// Says what is being done while a `with` block lasts, once it lasts over a second. A thread of its own says it, because the
/// guest that does the work keeps Python from running.
#[pyclass(frozen, module = "dovetail._engine", name = "_Waiting")]
pub struct Waiting {
    text: String,
    teller: Mutex<Option<(Sender<()>, JoinHandle<()>)>>,
}

/// Tells how long the work has lasted until the other end of the channel is gone.
fn tell(text: &str, over: &std::sync::mpsc::Receiver<()>) {
    let start = Instant::now();
    let mut shown = false;
    while let Err(RecvTimeoutError::Timeout) = over.recv_timeout(PATIENCE) {
        shown = true;
        let _ = write!(stderr(), "\r\x1b[K{text}: {} s", start.elapsed().as_secs());
    }
    if shown {
        let _ = write!(stderr(), "\r\x1b[K");
    }
}

#[pymethods]
impl Waiting {
    #[new]
    fn new(text: String) -> Waiting {
        Waiting { text, teller: Mutex::default() }
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        if stderr().is_terminal() {
            let text = slf.get().text.clone();
            let (sender, receiver) = channel();
            let thread = thread::spawn(move || tell(&text, &receiver));
            *slf.get().teller.lock().unwrap_or_else(PoisonError::into_inner) = Some((sender, thread));
        }
        slf
    }

    #[pyo3(signature = (_kind, _error, _traceback, /))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: Bound<'_, PyAny>,
        _error: Bound<'_, PyAny>,
        _traceback: Bound<'_, PyAny>,
    ) {
        let teller = self.teller.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((sender, thread)) = teller {
            drop(sender);
            // The thread only writes; that it panicked would be no reason to fail the work that is done.
            let _ = py.detach(|| thread.join());
        }
    }
}
