//! The ticker: the one thread of the process that moves epochs on.
//!
//! It sleeps while nobody needs it. An engine asks for it up to some epoch, when a store that is entered, or goes on, gets a
//! deadline later than what was asked for; once that epoch has come, the ticker forgets the engine. So nobody has to tell it
//! that a call has ended, and calls that follow each other ask again only every [`SLACK`] ticks.
//!
//! Threads do not survive `fork`: in the child, the ticker starts anew when it is next needed.

use std::cell::RefCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use crate::epoch::Epoch;

/// The length of a tick.
const TICK: Duration = Duration::from_millis(1);
/// For how many ticks more than asked for the ticker goes on.
const SLACK: u64 = 64;
/// The thread calls nothing that needs more.
const STACK: usize = 64 * 1024;

struct Ticker {
    running: bool,
    registered_for_fork: bool,
    /// What the thread moves on.
    epochs: Vec<Arc<Epoch>>,
}

static TICKER: Mutex<Ticker> = Mutex::new(Ticker { running: false, registered_for_fork: false, epochs: Vec::new() });
/// Signalled when there is something to move on.
static NEEDED: Condvar = Condvar::new();

/// Nothing of ours panics while it holds the lock, and the state is good at every moment.
fn lock() -> MutexGuard<'static, Ticker> {
    TICKER.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Sees to it that an epoch moves on at least until `until`.
#[cold]
pub(super) fn need(epoch: &Arc<Epoch>, until: u64) {
    let mut ticker = lock();
    if ticker.start().is_err() {
        // The system has no thread left. The next call tries again; until then, guests run without being asked to stop.
        return;
    }
    epoch.needed_until.fetch_max(until.saturating_add(SLACK), Ordering::Relaxed);
    if !ticker.epochs.iter().any(|other| Arc::ptr_eq(other, epoch)) {
        ticker.epochs.push(epoch.clone());
        NEEDED.notify_one();
    }
}

impl Ticker {
    fn start(&mut self) -> io::Result<()> {
        if self.running {
            return Ok(());
        }
        if !self.registered_for_fork {
            // SAFETY: the handlers are functions of this library and do what handlers of `fork` may do: see there.
            match unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(in_child)) } {
                0 => self.registered_for_fork = true,
                number => return Err(io::Error::from_raw_os_error(number)),
            }
        }
        without_signals(|| thread::Builder::new().name("dovetail-ticker".into()).stack_size(STACK).spawn(run))?;
        self.running = true;
        Ok(())
    }

    /// Moves on what is needed, and forgets what is needed no longer.
    fn tick(&mut self, ticks: u64) {
        self.epochs.retain(|epoch| epoch.advance(ticks) < epoch.needed_until.load(Ordering::Relaxed));
    }
}

/// The thread.
fn run() {
    loop {
        let ticker = NEEDED.wait_while(lock(), |ticker| ticker.epochs.is_empty());
        drop(ticker);
        tick_while_needed();
    }
}

/// A thread that sleeps for a millisecond sleeps longer, and on a busy machine much longer: time decides how many ticks
/// have passed.
fn tick_while_needed() {
    let mut last = Instant::now();
    loop {
        thread::sleep(TICK);
        let ticks = last.elapsed().as_nanos() / TICK.as_nanos();
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        last += TICK * ticks;
        let mut ticker = lock();
        ticker.tick(u64::from(ticks));
        if ticker.epochs.is_empty() {
            return;
        }
    }
}

/// Runs `start` with all signals blocked, which a thread that it starts inherits: signals of the process are for the
/// host's threads, whose system calls they must interrupt.
fn without_signals<R>(start: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
    let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    // SAFETY: both sets are written by the calls that get them before they are read.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        match libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()) {
            0 => {}
            number => return Err(io::Error::from_raw_os_error(number)),
        }
        let result = start();
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut());
        result
    }
}

thread_local! {
    /// The lock while this thread forks, so that the child finds it free and the state whole.
    static FORKING: RefCell<Option<MutexGuard<'static, Ticker>>> = const { RefCell::new(None) };
}

extern "C" fn before_fork() {
    let guard = lock();
    // A thread that forks while it ends has lost its local storage: it goes without the lock.
    let _ = FORKING.try_with(|forking| forking.replace(Some(guard)));
}

extern "C" fn after_fork() {
    let _ = FORKING.try_with(|forking| forking.take());
}

/// Calls that were under way in the thread that forked go on in the child, with deadlines that nobody brings any nearer:
/// their epochs are moved past all of them, so that their hooks are called once and ask for the ticker.
extern "C" fn in_child() {
    let guard = FORKING.try_with(|forking| forking.take());
    if let Ok(Some(mut ticker)) = guard {
        ticker.running = false;
        for epoch in std::mem::take(&mut ticker.epochs) {
            epoch.skip_to_needed();
        }
    }
}
