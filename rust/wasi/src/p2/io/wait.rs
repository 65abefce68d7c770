//! Waiting until at least one of several events has happened. The host never spins: what to wait for is put into one
//! [`Wait`], which one `poll(2)` over all descriptors sleeps through, with the nearest deadline as its timeout, or which
//! the embedder's [`Blocker`] waits out in a way of its own.

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use dovetail_runtime::{Error, Store};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::event::{Event, Interest};
use crate::clocks::MonotonicClock;

/// Called when a signal woke the sleeping host; an error ends the guest's call. Python raises KeyboardInterrupt this way.
pub type InterruptHook = Arc<dyn Fn() -> Result<(), Error> + Send + Sync>;

/// How the guests of a store wait: put it in with `Store::insert_data`. Without one, the thread sleeps.
///
/// The function returns when something that is waited for may have happened, early at its own discretion (it is called
/// again where nothing has); an error ends the guest's call. In a task it may suspend the guest (`Store::on_host_stack`).
#[derive(Clone)]
pub struct Blocker(pub Arc<BlockingFunction>);

/// The function of a [`Blocker`].
pub type BlockingFunction = dyn Fn(&mut Store, &Wait<'_>) -> Result<(), Error> + Send + Sync;

/// Longer sleeps are taken in several steps: some systems refuse a timeout that their own unit cannot hold.
const LONGEST_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// What a guest waits for: the first of these to happen.
pub struct Wait<'a> {
    descriptors: Vec<(BorrowedFd<'a>, Direction)>,
    timeout: Option<Duration>,
}

/// What a descriptor must be ready for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Read,
    Write,
}

impl Direction {
    fn flags(self) -> PollFlags {
        match self {
            Direction::Read => PollFlags::IN,
            Direction::Write => PollFlags::OUT,
        }
    }
}

impl Wait<'_> {
    /// The descriptors, any of which may become ready; one may appear several times.
    pub fn descriptors(&self) -> &[(BorrowedFd<'_>, Direction)] {
        &self.descriptors
    }

    /// How long to wait at most; `None` where only a descriptor can end it.
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Lets the thread sleep, for no longer than `limit` if there is one; gives whether a signal cut the sleep short.
    pub fn sleep(&self, limit: Option<Duration>) -> Result<bool, Error> {
        let longest = self.timeout.unwrap_or(LONGEST_SLEEP).min(limit.unwrap_or(LONGEST_SLEEP)).min(LONGEST_SLEEP);
        let mut descriptors = poll_list(&self.descriptors);
        match poll(&mut descriptors, timespec(longest).as_ref()) {
            Ok(_) => Ok(false),
            Err(Errno::INTR) => Ok(true),
            // What is wrong with a descriptor shows when it is looked at.
            Err(_) if !descriptors.is_empty() => Ok(false),
            Err(error) => Err(std::io::Error::from(error).into()),
        }
    }
}

fn poll_list<'a>(descriptors: &[(BorrowedFd<'a>, Direction)]) -> Vec<PollFd<'a>> {
    let entry = |(descriptor, direction): &(BorrowedFd<'a>, Direction)| {
        PollFd::from_borrowed_fd(*descriptor, direction.flags())
    };
    descriptors.iter().map(entry).collect()
}

/// What the host needs in order to wait on a guest's behalf.
#[derive(Clone)]
pub struct Waiter {
    pub(crate) clock: Arc<dyn MonotonicClock>,
    pub(crate) interrupt: Option<InterruptHook>,
}

/// A guest's call that may have to wait, in its store.
pub struct Blocking<'a> {
    waiter: Waiter,
    store: &'a mut Store,
}

/// What looking at several events gave.
struct Look<'a> {
    /// The indices of those that have happened, in order.
    ready: Vec<u32>,
    /// The nearest deadline, in nanoseconds from now.
    nearest: Option<u64>,
    descriptors: Vec<(BorrowedFd<'a>, Direction)>,
}

impl Waiter {
    /// Whether the event has happened. Does not wait.
    pub fn is_ready(&self, event: &dyn Event) -> Result<bool, Error> {
        Ok(!self.look(&[event])?.ready.is_empty())
    }

    /// The same means, for a call in this store.
    pub fn blocking<'a>(&self, store: &'a mut Store) -> Blocking<'a> {
        Blocking { waiter: self.clone(), store }
    }

    /// Looks at every event once, without waiting.
    fn look<'a>(&self, events: &[&'a dyn Event]) -> Result<Look<'a>, Error> {
        let now = self.clock.now();
        let mut look = Look { ready: Vec::new(), nearest: None, descriptors: Vec::new() };
        let mut watchers = Vec::new();
        for (index, event) in (0u32..).zip(events) {
            let watched = match event.interest() {
                Interest::Ready => {
                    look.ready.push(index);
                    continue;
                }
                Interest::Deadline(when) => {
                    match when.checked_sub(now) {
                        None | Some(0) => look.ready.push(index),
                        Some(left) => look.nearest = Some(look.nearest.map_or(left, |other| other.min(left))),
                    }
                    continue;
                }
                Interest::Readable(descriptor) => (descriptor, Direction::Read),
                Interest::Writable(descriptor) => (descriptor, Direction::Write),
            };
            look.descriptors.push(watched);
            watchers.push(index);
        }
        if look.descriptors.is_empty() {
            return Ok(look);
        }
        let mut descriptors = poll_list(&look.descriptors);
        match poll(&mut descriptors, timespec(Duration::ZERO).as_ref()) {
            Ok(_) => {
                let entries = watchers.iter().zip(&descriptors);
                look.ready.extend(entries.filter(|(_, entry)| !entry.revents().is_empty()).map(|(index, _)| *index));
            }
            Err(Errno::INTR) => {}
            // What is wrong with a source shows when it is used (wasi:io/poll: an error marks the source as ready).
            Err(_) => look.ready.extend(&watchers),
        }
        look.ready.sort_unstable();
        Ok(look)
    }
}

impl Blocking<'_> {
    /// Waits until the event has happened.
    pub fn wait(&mut self, event: &dyn Event) -> Result<(), Error> {
        self.wait_any(&[event]).map(drop)
    }

    /// Waits until at least one event has happened; gives the indices of all that have, in order. For no events at all
    /// this returns at once: there is nothing that could end it.
    pub fn wait_any(&mut self, events: &[&dyn Event]) -> Result<Vec<u32>, Error> {
        loop {
            let Look { ready, nearest, descriptors } = self.waiter.look(events)?;
            if !ready.is_empty() || events.is_empty() {
                return Ok(ready);
            }
            let timeout = nearest.map(|nanoseconds| self.waiter.clock.sleep_time(nanoseconds));
            self.block(&Wait { descriptors, timeout })?;
        }
    }

    fn block(&mut self, wait: &Wait<'_>) -> Result<(), Error> {
        if let Some(blocker) = self.store.data::<Blocker>().cloned() {
            return blocker.0(self.store, wait);
        }
        if wait.sleep(None)?
            && let Some(interrupt) = &self.waiter.interrupt
        {
            interrupt()?;
        }
        Ok(())
    }
}

fn timespec(timeout: Duration) -> Option<Timespec> {
    Timespec::try_from(timeout).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    use super::super::event::{Deadline, Immediate, Readable};
    use super::*;
    use crate::clocks::SystemMonotonicClock;
    use crate::test_support::{ManualClock, store, waiter};

    #[test]
    fn every_event_that_has_happened_is_named() {
        let mut store = store();
        let events: [&dyn Event; 4] = [&Deadline(10), &Deadline(11), &Immediate, &Deadline(3)];
        let waiter = waiter(ManualClock::at(10));
        assert_eq!(waiter.blocking(&mut store).wait_any(&events).unwrap(), [0, 2, 3]);
        assert_eq!(waiter.blocking(&mut store).wait_any(&[]).unwrap(), [0; 0]);
    }

    #[test]
    fn the_nearest_deadline_ends_the_sleep() {
        let mut store = store();
        let waiter = waiter(ManualClock::at(0));
        let events: [&dyn Event; 2] = [&Deadline(1_000_000_000_000), &Deadline(5_000_000_000)];
        let start = Instant::now();
        assert_eq!(waiter.blocking(&mut store).wait_any(&events).unwrap(), [1]);
        assert_eq!(waiter.clock.now(), 5_000_000_000);
        assert!(start.elapsed() < Duration::from_secs(2), "a manual clock costs no time");
    }

    #[test]
    fn the_system_clock_really_sleeps() {
        let mut store = store();
        let waiter = waiter(SystemMonotonicClock::default());
        let start = Instant::now();
        let deadline = Deadline(waiter.clock.now() + 20_000_000);
        assert!(!waiter.is_ready(&deadline).unwrap());
        waiter.blocking(&mut store).wait(&deadline).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert!(waiter.is_ready(&deadline).unwrap());
    }

    #[test]
    fn a_pipe_becomes_readable() {
        let mut store = store();
        let (reader, mut writer) = std::io::pipe().unwrap();
        let waiter = waiter(SystemMonotonicClock::default());
        let readable = Readable(Arc::new(reader));
        assert!(!waiter.is_ready(&readable).unwrap());
        let soon = Deadline(waiter.clock.now() + 10_000_000);
        let mut blocking = waiter.blocking(&mut store);
        assert_eq!(blocking.wait_any(&[&readable, &soon]).unwrap(), [1]);
        let thread = std::thread::spawn(move || writer.write_all(b"x").unwrap());
        assert_eq!(blocking.wait_any(&[&readable]).unwrap(), [0]);
        thread.join().unwrap();
    }

    #[test]
    fn the_embedder_waits_in_its_own_way_until_something_has_happened() {
        let mut store = store();
        let (reader, writer) = std::io::pipe().unwrap();
        let readable = Readable(Arc::new(reader));
        let asked = Arc::new(AtomicU32::new(0));
        let seen = asked.clone();
        store.insert_data(Blocker(Arc::new(move |_, wait| {
            assert_eq!(wait.timeout(), Some(Duration::from_secs(7)));
            assert!(matches!(wait.descriptors(), [(_, Direction::Read)]));
            // Early the first time: it is asked again.
            if seen.fetch_add(1, Ordering::Relaxed) == 1 {
                (&writer).write_all(b"x")?;
            }
            Ok(())
        })));
        let waiter = waiter(Asleep);
        let events: [&dyn Event; 2] = [&readable, &Deadline(7_000_000_000)];
        assert_eq!(waiter.blocking(&mut store).wait_any(&events).unwrap(), [0]);
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        // Its error ends the call.
        store.insert_data(Blocker(Arc::new(|_, _| Err(Error::bug("enough")))));
        let error = waiter.blocking(&mut store).wait(&Deadline(1)).unwrap_err();
        assert!(error.to_string().contains("enough"), "{error}");
    }

    /// A clock that stands still.
    struct Asleep;

    impl MonotonicClock for Asleep {
        fn now(&self) -> u64 {
            0
        }

        fn resolution(&self) -> u64 {
            1
        }

        fn sleep_time(&self, nanoseconds: u64) -> Duration {
            Duration::from_nanos(nanoseconds)
        }
    }
}
