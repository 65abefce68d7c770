//! `output-stream`: bytes that a guest writes. A sink knows how much it takes without blocking; the stream around it keeps
//! the guest to what `check-write` permitted, and builds the blocking calls and `splice` from the non-blocking ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dovetail_runtime::{Error, TrapCode};

use super::event::{Event, Immediate};
use super::failure::StreamFailure;
use super::input::InputStream;
use super::wait::Blocking;

/// The most bytes that `blocking-write-and-flush` and its sister for zeroes take (wasi:io/streams).
pub const MAX_BLOCKING_WRITE: u64 = 4096;

const ZEROES: [u8; MAX_BLOCKING_WRITE as usize] = [0; MAX_BLOCKING_WRITE as usize];

/// Where an output stream's bytes go.
pub trait Sink: Send {
    /// How many bytes the next `write` may have without blocking; none: not now.
    fn capacity(&mut self) -> Result<usize, StreamFailure>;

    /// Writes all of the bytes, which are no more than `capacity` gave.
    fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure>;

    /// Passes on what is buffered.
    fn flush(&mut self) -> Result<(), StreamFailure>;

    /// What to wait for until there is capacity.
    fn event(&self) -> Arc<dyn Event>;
}

/// A sink that forgets.
pub struct DiscardSink;

impl Sink for DiscardSink {
    fn capacity(&mut self) -> Result<usize, StreamFailure> {
        Ok(super::input::MAX_TRANSFER)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}

struct Shared {
    sink: Box<dyn Sink>,
    closed: bool,
}

impl Shared {
    /// Does one operation on the sink. After one that failed the stream is closed (wasi:io/streams, `stream-error`).
    fn attempt<T>(
        &mut self,
        operation: impl FnOnce(&mut dyn Sink) -> Result<T, StreamFailure>,
    ) -> Result<T, StreamFailure> {
        if self.closed {
            return Err(StreamFailure::Closed);
        }
        let result = operation(&mut *self.sink);
        if matches!(result, Err(StreamFailure::Closed | StreamFailure::Failed(_))) {
            self.closed = true;
        }
        result
    }
}

/// A guest's output stream. The sink may be shared (standard output can be asked for twice), the permission to write
/// belongs to this handle.
pub struct OutputStream {
    shared: Arc<Mutex<Shared>>,
    permitted: u64,
}

impl Clone for OutputStream {
    fn clone(&self) -> Self {
        OutputStream { shared: Arc::clone(&self.shared), permitted: 0 }
    }
}

impl OutputStream {
    /// A stream over `sink`.
    pub fn new(sink: Box<dyn Sink>) -> Self {
        OutputStream { shared: Arc::new(Mutex::new(Shared { sink, closed: false })), permitted: 0 }
    }

    /// Takes over what another handle of the same sink is permitted: that of a call which waited.
    pub(super) fn adopt_permission(&mut self, other: &OutputStream) {
        self.permitted = other.permitted;
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        // A sink that panicked is no reason to panic again: its state is its own affair.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `check-write`: how many bytes the next `write` may have.
    pub fn check_write(&mut self) -> Result<u64, StreamFailure> {
        self.permitted = 0;
        let capacity = self.shared().attempt(|sink| sink.capacity())?;
        self.permitted = capacity as u64;
        Ok(self.permitted)
    }

    /// `write`: traps when `check-write` did not permit as many bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure> {
        self.take_permission("wasi:io/streams.[method]output-stream.write", bytes.len() as u64)?;
        self.shared().attempt(|sink| sink.write(bytes))
    }

    /// `write-zeroes`: under the same rule as `write`.
    pub fn write_zeroes(&mut self, length: u64) -> Result<(), StreamFailure> {
        self.take_permission("wasi:io/streams.[method]output-stream.write-zeroes", length)?;
        let mut shared = self.shared();
        let mut left = length;
        while left > 0 {
            let step = left.min(MAX_BLOCKING_WRITE);
            shared.attempt(|sink| sink.write(&ZEROES[..step as usize]))?;
            left -= step;
        }
        Ok(())
    }

    fn take_permission(&mut self, function: &str, length: u64) -> Result<(), Error> {
        match self.permitted.checked_sub(length) {
            Some(rest) => {
                self.permitted = rest;
                Ok(())
            }
            None => Err(contract_broken(format!(
                "`{function}`: {length} bytes, but the last `check-write` permitted {}",
                self.permitted
            ))),
        }
    }

    /// `flush`.
    pub fn flush(&mut self) -> Result<(), StreamFailure> {
        self.shared().attempt(|sink| sink.flush())
    }

    /// `blocking-flush`: until the sink accepts bytes again.
    pub fn blocking_flush(&mut self, blocking: &mut Blocking<'_>) -> Result<(), StreamFailure> {
        self.flush()?;
        self.wait_for_capacity(blocking).map(drop)
    }

    /// `blocking-write-and-flush`: traps for more than 4096 bytes.
    pub fn blocking_write_and_flush(&mut self, bytes: &[u8], blocking: &mut Blocking<'_>) -> Result<(), StreamFailure> {
        if bytes.len() as u64 > MAX_BLOCKING_WRITE {
            return Err(too_long("blocking-write-and-flush", bytes.len() as u64).into());
        }
        let mut left = bytes;
        while !left.is_empty() {
            let permitted = usize::try_from(self.wait_for_capacity(blocking)?).unwrap_or(usize::MAX);
            let (now, later) = left.split_at(left.len().min(permitted));
            self.write(now)?;
            left = later;
        }
        self.flush()
    }

    /// `blocking-write-zeroes-and-flush`: traps for more than 4096 bytes.
    pub fn blocking_write_zeroes_and_flush(
        &mut self,
        length: u64,
        blocking: &mut Blocking<'_>,
    ) -> Result<(), StreamFailure> {
        if length > MAX_BLOCKING_WRITE {
            return Err(too_long("blocking-write-zeroes-and-flush", length).into());
        }
        self.blocking_write_and_flush(&ZEROES[..length as usize], blocking)
    }

    /// `splice`: what both sides can move now.
    pub fn splice(&mut self, source: &InputStream, length: u64) -> Result<u64, StreamFailure> {
        let permitted = self.check_write()?;
        let bytes = source.read(length.min(permitted))?;
        self.write(&bytes)?;
        Ok(bytes.len() as u64)
    }

    /// `blocking-splice`: waits for both sides, then moves what they can.
    pub fn blocking_splice(
        &mut self,
        source: &InputStream,
        length: u64,
        blocking: &mut Blocking<'_>,
    ) -> Result<u64, StreamFailure> {
        let permitted = self.wait_for_capacity(blocking)?;
        let bytes = source.blocking_read(length.min(permitted), blocking)?;
        self.write(&bytes)?;
        Ok(bytes.len() as u64)
    }

    /// `subscribe`: what to wait for until the sink accepts bytes, or never will again.
    pub fn event(&self) -> Arc<dyn Event> {
        let shared = self.shared();
        if shared.closed { Arc::new(Immediate) } else { shared.sink.event() }
    }

    fn wait_for_capacity(&mut self, blocking: &mut Blocking<'_>) -> Result<u64, StreamFailure> {
        loop {
            let permitted = self.check_write()?;
            if permitted > 0 {
                return Ok(permitted);
            }
            blocking.wait(&*self.event())?;
        }
    }
}

fn too_long(function: &str, length: u64) -> Error {
    contract_broken(format!(
        "`wasi:io/streams.[method]output-stream.{function}`: {length} bytes, at most {MAX_BLOCKING_WRITE} are allowed"
    ))
}

fn contract_broken(detail: String) -> Error {
    Error::trap(TrapCode::CanonicalAbi, detail)
}

#[cfg(test)]
mod tests {
    use dovetail_runtime::ErrorKind;

    use super::*;
    use crate::p2::io::memory::{BytesSource, OutputBuffer};
    use crate::test_support::{ManualClock, store, waiter};

    fn stream(limit: usize) -> (OutputStream, OutputBuffer) {
        let buffer = OutputBuffer::new(limit);
        (OutputStream::new(buffer.sink()), buffer)
    }

    fn trap_text(failure: StreamFailure) -> String {
        let StreamFailure::Ended(error) = failure else { panic!("expected a trap, got {failure:?}") };
        match error.into_kind() {
            ErrorKind::Trap(trap) => trap.detail.unwrap(),
            other => panic!("expected a trap, got {other:?}"),
        }
    }

    #[test]
    fn a_write_must_be_permitted_first() {
        let (mut stream, buffer) = stream(10);
        let text = trap_text(stream.write(b"a").unwrap_err());
        assert!(text.contains("1 bytes, but the last `check-write` permitted 0"), "{text}");
        assert_eq!(stream.check_write().unwrap(), 10);
        stream.write(b"abc").unwrap();
        stream.write_zeroes(2).unwrap();
        trap_text(stream.write(b"123456").unwrap_err());
        trap_text(stream.write_zeroes(u64::MAX).unwrap_err());
        assert_eq!(buffer.contents(), b"abc\0\0");
    }

    #[test]
    fn a_permission_belongs_to_one_handle() {
        let (mut stream, _) = stream(10);
        stream.check_write().unwrap();
        trap_text(stream.clone().write(b"a").unwrap_err());
    }

    #[test]
    fn the_blocking_writes_take_4096_bytes_and_no_more() {
        let mut store = store();
        let mut blocking = waiter(ManualClock::at(0)).blocking(&mut store);
        let (mut stream, buffer) = stream(1 << 20);
        stream.blocking_write_and_flush(&[7; 4096], &mut blocking).unwrap();
        stream.blocking_write_zeroes_and_flush(4096, &mut blocking).unwrap();
        assert_eq!(buffer.contents(), [vec![7; 4096], vec![0; 4096]].concat());
        trap_text(stream.blocking_write_and_flush(&[7; 4097], &mut blocking).unwrap_err());
        trap_text(stream.blocking_write_zeroes_and_flush(4097, &mut blocking).unwrap_err());
    }

    #[test]
    fn a_full_sink_closes_the_stream_for_good() {
        let (mut stream, buffer) = stream(3);
        stream.check_write().unwrap();
        stream.write(b"abc").unwrap();
        assert!(matches!(stream.check_write(), Err(StreamFailure::Closed)));
        assert!(matches!(stream.flush(), Err(StreamFailure::Closed)));
        assert_eq!(buffer.contents(), b"abc");
    }

    #[test]
    fn a_splice_moves_what_both_sides_can() {
        let mut store = store();
        let mut blocking = waiter(ManualClock::at(0)).blocking(&mut store);
        let (mut stream, buffer) = stream(5);
        let source = InputStream::new(Box::new(BytesSource::new(b"abcdefgh".to_vec())));
        assert_eq!(stream.splice(&source, 2).unwrap(), 2);
        assert_eq!(stream.blocking_splice(&source, 100, &mut blocking).unwrap(), 3);
        assert_eq!(buffer.contents(), b"abcde");
        assert_eq!(source.read(10).unwrap(), b"fgh");
    }
}
