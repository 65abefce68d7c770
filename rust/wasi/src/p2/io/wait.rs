//! Sleeping until at least one of several events has happened: one `poll(2)` over all descriptors, with the nearest
//! deadline as its timeout. The host never spins.

use std::sync::Arc;
use std::time::Duration;

use dovetail_runtime::Error;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::event::{Event, Interest};
use crate::clocks::MonotonicClock;

/// Called when a signal woke the sleeping host; an error ends the guest's call. Python raises KeyboardInterrupt this way.
pub type InterruptHook = Arc<dyn Fn() -> Result<(), Error> + Send + Sync>;

/// Longer sleeps are taken in several steps: some systems refuse a timeout that their own unit cannot hold.
const LONGEST_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// What the host needs in order to sleep on a guest's behalf.
#[derive(Clone)]
pub struct Waiter {
    pub(crate) clock: Arc<dyn MonotonicClock>,
    pub(crate) interrupt: Option<InterruptHook>,
}

impl Waiter {
    /// Sleeps until the event has happened.
    pub fn wait(&self, event: &dyn Event) -> Result<(), Error> {
        self.wait_any(&[event]).map(drop)
    }

    /// Whether the event has happened. Does not sleep.
    pub fn is_ready(&self, event: &dyn Event) -> Result<bool, Error> {
        let (ready, _) = self.look(&[event], Some(Duration::ZERO))?;
        Ok(!ready.is_empty())
    }

    /// Sleeps until at least one event has happened; gives the indices of all that have, in order. For no events at all
    /// this returns at once: there is nothing that could end the sleep.
    pub fn wait_any(&self, events: &[&dyn Event]) -> Result<Vec<u32>, Error> {
        loop {
            let (ready, interrupted) = self.look(events, None)?;
            if interrupted && let Some(interrupt) = &self.interrupt {
                interrupt()?;
            }
            if !ready.is_empty() || events.is_empty() {
                return Ok(ready);
            }
        }
    }

    /// Looks at every event once, sleeping at most `limit` for the first to happen; gives the indices of those that have
    /// and whether a signal cut the sleep short.
    fn look(&self, events: &[&dyn Event], limit: Option<Duration>) -> Result<(Vec<u32>, bool), Error> {
        let now = self.clock.now();
        let mut ready = Vec::new();
        let mut descriptors = Vec::new();
        let mut watchers = Vec::new();
        let mut nearest: Option<u64> = None;
        for (index, event) in (0u32..).zip(events) {
            match event.interest() {
                Interest::Ready => ready.push(index),
                Interest::Deadline(when) if when <= now => ready.push(index),
                Interest::Deadline(when) => nearest = Some(nearest.map_or(when - now, |other| other.min(when - now))),
                Interest::Readable(descriptor) => {
                    descriptors.push(PollFd::from_borrowed_fd(descriptor, PollFlags::IN));
                    watchers.push(index);
                }
                Interest::Writable(descriptor) => {
                    descriptors.push(PollFd::from_borrowed_fd(descriptor, PollFlags::OUT));
                    watchers.push(index);
                }
            }
        }
        if descriptors.is_empty() && (!ready.is_empty() || nearest.is_none() || limit.is_some()) {
            return Ok((ready, false));
        }
        let timeout = match limit {
            _ if !ready.is_empty() => Some(Duration::ZERO),
            Some(limit) => Some(limit),
            None => nearest.map(|nanoseconds| self.clock.sleep_time(nanoseconds).min(LONGEST_SLEEP)),
        };
        let interrupted = match poll(&mut descriptors, timespec(timeout).as_ref()) {
            Ok(_) => false,
            Err(Errno::INTR) => true,
            // What is wrong with a source shows when it is used (wasi:io/poll: an error marks the source as ready).
            Err(_) if !watchers.is_empty() => {
                ready.extend(&watchers);
                ready.sort_unstable();
                return Ok((ready, false));
            }
            Err(error) => return Err(Error::Io(error.into())),
        };
        if !interrupted {
            let happened = watchers.iter().zip(&descriptors).filter(|(_, descriptor)| !descriptor.revents().is_empty());
            ready.extend(happened.map(|(index, _)| *index));
            ready.sort_unstable();
        }
        Ok((ready, interrupted))
    }
}

fn timespec(timeout: Option<Duration>) -> Option<Timespec> {
    timeout.and_then(|timeout| Timespec::try_from(timeout).ok())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Instant;

    use super::super::event::{Deadline, Immediate, Readable};
    use super::*;
    use crate::clocks::SystemMonotonicClock;
    use crate::test_support::{ManualClock, waiter};

    #[test]
    fn every_event_that_has_happened_is_named() {
        let waiter = waiter(ManualClock::at(10));
        let events: [&dyn Event; 4] = [&Deadline(10), &Deadline(11), &Immediate, &Deadline(3)];
        assert_eq!(waiter.wait_any(&events).unwrap(), [0, 2, 3]);
    }

    #[test]
    fn the_nearest_deadline_ends_the_sleep() {
        let waiter = waiter(ManualClock::at(0));
        let events: [&dyn Event; 2] = [&Deadline(1_000_000_000_000), &Deadline(5_000_000_000)];
        let start = Instant::now();
        assert_eq!(waiter.wait_any(&events).unwrap(), [1]);
        assert_eq!(waiter.clock.now(), 5_000_000_000);
        assert!(start.elapsed() < Duration::from_secs(2), "a manual clock costs no time");
    }

    #[test]
    fn the_system_clock_really_sleeps() {
        let waiter = waiter(SystemMonotonicClock::default());
        let start = Instant::now();
        let deadline = Deadline(waiter.clock.now() + 20_000_000);
        assert!(!waiter.is_ready(&deadline).unwrap());
        waiter.wait(&deadline).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert!(waiter.is_ready(&deadline).unwrap());
    }

    #[test]
    fn a_pipe_becomes_readable() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let waiter = waiter(SystemMonotonicClock::default());
        let readable = Readable(Arc::new(reader));
        assert!(!waiter.is_ready(&readable).unwrap());
        let soon = Deadline(waiter.clock.now() + 10_000_000);
        assert_eq!(waiter.wait_any(&[&readable, &soon]).unwrap(), [1]);
        let thread = std::thread::spawn(move || writer.write_all(b"x").unwrap());
        assert_eq!(waiter.wait_any(&[&readable]).unwrap(), [0]);
        thread.join().unwrap();
    }
}
