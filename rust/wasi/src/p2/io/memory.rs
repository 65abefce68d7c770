//! Streams whose other end is the embedder's memory or the embedder's code: given bytes, captured bytes, and a function
//! that is called with every piece of output.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dovetail_runtime::Error;

use super::event::{Event, Immediate};
use super::failure::StreamFailure;
use super::input::{MAX_TRANSFER, Source};
use super::output::Sink;

/// A source that gives bytes which the embedder had from the start.
pub struct BytesSource {
    bytes: Vec<u8>,
    position: usize,
}

impl BytesSource {
    /// A source of exactly these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        BytesSource { bytes, position: 0 }
    }
}

impl Source for BytesSource {
    fn read(&mut self, limit: usize) -> Result<Vec<u8>, StreamFailure> {
        let left = &self.bytes[self.position..];
        if left.is_empty() {
            return Err(StreamFailure::Closed);
        }
        let given = left[..left.len().min(limit)].to_vec();
        self.position += given.len();
        Ok(given)
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}

/// Captured output. Clones look at the same bytes: the embedder keeps one and gives the other to the guest.
#[derive(Clone, Debug)]
pub struct OutputBuffer {
    bytes: Arc<Mutex<Vec<u8>>>,
    limit: usize,
}

impl OutputBuffer {
    /// A buffer that takes at most `limit` bytes; after that the guest finds the stream closed. A guest that writes
    /// without end must not take all of the host's memory.
    pub fn new(limit: usize) -> Self {
        OutputBuffer { bytes: Arc::default(), limit }
    }

    /// What the guest has written so far.
    pub fn contents(&self) -> Vec<u8> {
        self.lock().clone()
    }

    /// Takes out what the guest has written so far; what it writes later starts from nothing.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }

    /// A sink that writes here.
    pub fn sink(&self) -> Box<dyn Sink> {
        Box::new(BufferSink(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct BufferSink(OutputBuffer);

impl Sink for BufferSink {
    fn capacity(&mut self) -> Result<usize, StreamFailure> {
        match self.0.limit.saturating_sub(self.0.lock().len()) {
            0 => Err(StreamFailure::Closed),
            left => Ok(left.min(MAX_TRANSFER)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure> {
        self.0.lock().extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}

/// The embedder's function that gets every piece of output. Its error ends the guest's call and comes out of it.
pub type OutputCallback = Box<dyn FnMut(&[u8]) -> Result<(), Error> + Send>;

/// A sink that calls a function of the embedder.
pub struct CallbackSink(pub OutputCallback);

impl Sink for CallbackSink {
    fn capacity(&mut self) -> Result<usize, StreamFailure> {
        Ok(MAX_TRANSFER)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure> {
        (self.0)(bytes).map_err(StreamFailure::Ended)
    }

    fn flush(&mut self) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Immediate)
    }
}

#[cfg(test)]
mod tests {
    use dovetail_runtime::ErrorKind;

    use super::*;
    use crate::p2::io::output::OutputStream;

    #[test]
    fn captured_output_can_be_taken_out() {
        let buffer = OutputBuffer::new(4);
        let mut stream = OutputStream::new(buffer.sink());
        stream.check_write().unwrap();
        stream.write(b"abcd").unwrap();
        assert_eq!(buffer.take(), b"abcd");
        assert_eq!(stream.check_write().unwrap(), 4);
        stream.write(b"e").unwrap();
        assert_eq!(buffer.contents(), b"e");
    }

    #[test]
    fn what_a_callback_raises_comes_out_as_it_is() {
        let mut stream = OutputStream::new(Box::new(CallbackSink(Box::new(|bytes| {
            Err(Error::host(format!("refused {} bytes", bytes.len())))
        }))));
        stream.check_write().unwrap();
        let failure = stream.write(b"abc").unwrap_err();
        let StreamFailure::Ended(error) = failure else { panic!("expected the callback's error, got {failure:?}") };
        assert!(matches!(error.kind(), ErrorKind::Host(error) if error.to_string() == "refused 3 bytes"), "{error:?}");
    }
}
