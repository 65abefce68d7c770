//! `input-stream`: bytes that a guest reads. A source knows how to read without blocking and what to wait for; the
//! stream around it adds the rules that hold for all of them: bounded reads, blocking reads, and staying closed.

use std::sync::{Arc, Mutex, PoisonError};

use super::event::Event;
use super::failure::StreamFailure;
use super::wait::Blocking;

/// The most bytes that one call moves. A guest may ask for any `u64`; it is given less and asks again.
pub const MAX_TRANSFER: usize = 1 << 20;

/// Where an input stream's bytes come from.
pub trait Source: Send {
    /// Reads up to `limit` bytes, `limit` being at least 1, without blocking. No bytes: there are none yet.
    fn read(&mut self, limit: usize) -> Result<Vec<u8>, StreamFailure>;

    /// What to wait for until there is something to read.
    fn event(&self) -> Arc<dyn Event>;
}

/// A source with nothing in it.
pub struct EmptySource;

impl Source for EmptySource {
    fn read(&mut self, _limit: usize) -> Result<Vec<u8>, StreamFailure> {
        Err(StreamFailure::Closed)
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(super::event::Immediate)
    }
}

/// A guest's input stream. Clones read from the same source: standard input can be asked for twice.
#[derive(Clone)]
pub struct InputStream(Arc<Mutex<State>>);

struct State {
    source: Box<dyn Source>,
    closed: bool,
}

impl InputStream {
    /// A stream over `source`.
    pub fn new(source: Box<dyn Source>) -> Self {
        InputStream(Arc::new(Mutex::new(State { source, closed: false })))
    }

    /// `read`: what is there now, up to `length` bytes.
    pub fn read(&self, length: u64) -> Result<Vec<u8>, StreamFailure> {
        // A source that panicked is no reason to panic again: its state is its own affair.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(StreamFailure::Closed);
        }
        let limit = usize::try_from(length).unwrap_or(usize::MAX).min(MAX_TRANSFER);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let result = state.source.read(limit);
        if matches!(result, Err(StreamFailure::Closed | StreamFailure::Failed(_))) {
            state.closed = true;
        }
        result
    }

    /// `blocking-read`: like `read`, after waiting for at least one byte.
    pub fn blocking_read(&self, length: u64, blocking: &mut Blocking<'_>) -> Result<Vec<u8>, StreamFailure> {
        loop {
            let bytes = self.read(length)?;
            if !bytes.is_empty() || length == 0 {
                return Ok(bytes);
            }
            blocking.wait(&*self.event())?;
        }
    }

    /// `subscribe`: what to wait for until there is something to read, or nothing ever will be.
    pub fn event(&self) -> Arc<dyn Event> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed { Arc::new(super::event::Immediate) } else { state.source.event() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::p2::io::memory::BytesSource;

    #[test]
    fn reading_goes_on_where_it_stopped_and_ends_closed() {
        let stream = InputStream::new(Box::new(BytesSource::new(b"abcdef".to_vec())));
        assert_eq!(stream.read(4).unwrap(), b"abcd");
        assert_eq!(stream.clone().read(0).unwrap(), b"");
        assert_eq!(stream.clone().read(u64::MAX).unwrap(), b"ef");
        assert!(matches!(stream.read(1), Err(StreamFailure::Closed)));
        assert!(matches!(stream.read(0), Err(StreamFailure::Closed)));
    }

    #[test]
    fn one_read_is_bounded_whatever_the_guest_asks_for() {
        let stream = InputStream::new(Box::new(BytesSource::new(vec![1; MAX_TRANSFER + 1])));
        assert_eq!(stream.read(u64::MAX).unwrap().len(), MAX_TRANSFER);
        assert_eq!(stream.read(u64::MAX).unwrap().len(), 1);
    }

    #[test]
    fn a_failure_is_told_once_and_then_the_stream_is_closed() {
        struct Broken;
        impl Source for Broken {
            fn read(&mut self, _limit: usize) -> Result<Vec<u8>, StreamFailure> {
                Err(std::io::Error::other("torn").into())
            }
            fn event(&self) -> Arc<dyn Event> {
                Arc::new(crate::p2::io::event::Immediate)
            }
        }
        let stream = InputStream::new(Box::new(Broken));
        assert!(matches!(stream.read(1), Err(StreamFailure::Failed(error)) if error.to_string() == "torn"));
        assert!(matches!(stream.read(1), Err(StreamFailure::Closed)));
    }
}
