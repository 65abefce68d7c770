//! Streams over a file descriptor that has a position of its own: the process's standard streams, pipes, and files that
//! the embedder handed over as one of them. (A guest's own files are read and written at explicit offsets instead:
//! see `filesystem/streams.rs`.)

use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;

use super::event::{Event, Readable, SharedDescriptor, Writable};
use super::failure::StreamFailure;
use super::input::{MAX_TRANSFER, Source};
use super::output::Sink;

/// What a pipe or terminal that polls as writable takes without blocking (POSIX: at least 512, Linux and macOS: the
/// atomic write of a pipe is 4096 and 512). A reader who stops reading stops the guest's output, not the host.
const PIPE_CAPACITY: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// Reads from a descriptor when it polls as readable.
pub struct DescriptorSource(pub SharedDescriptor);

impl Source for DescriptorSource {
    fn read(&mut self, limit: usize) -> Result<Vec<u8>, StreamFailure> {
        if !is_ready(&self.0, PollFlags::IN)? {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::with_capacity(limit);
        match rustix::io::read(&*self.0, spare_capacity(&mut bytes)) {
            Ok(0) => Err(StreamFailure::Closed),
            Ok(_) => Ok(bytes),
            // Someone else was quicker, or a signal came: the caller waits and asks again.
            Err(Errno::AGAIN | Errno::INTR) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Readable(Arc::clone(&self.0)))
    }
}

/// Writes to a descriptor when it polls as writable.
pub struct DescriptorSink {
    descriptor: SharedDescriptor,
    /// Regular files take any amount.
    regular: bool,
}

impl DescriptorSink {
    /// A sink over this descriptor, which is asked what kind of file it is.
    pub fn new(descriptor: SharedDescriptor) -> Self {
        let regular =
            fstat(&*descriptor).is_ok_and(|status| FileType::from_raw_mode(status.st_mode) == FileType::RegularFile);
        DescriptorSink { descriptor, regular }
    }
}

impl Sink for DescriptorSink {
    fn capacity(&mut self) -> Result<usize, StreamFailure> {
        if self.regular {
            return Ok(MAX_TRANSFER);
        }
        Ok(if is_ready(&self.descriptor, PollFlags::OUT)? { PIPE_CAPACITY } else { 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StreamFailure> {
        let mut left = bytes;
        while !left.is_empty() {
            match rustix::io::write(&*self.descriptor, left) {
                Ok(count) => left = left.get(count..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                // A descriptor in non-blocking mode that took less than it promised: wait here for the rest.
                Err(Errno::AGAIN) => {
                    let mut wanted = [PollFd::from_borrowed_fd(self.descriptor.as_fd(), PollFlags::OUT)];
                    match poll(&mut wanted, None) {
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StreamFailure> {
        Ok(())
    }

    fn event(&self) -> Arc<dyn Event> {
        Arc::new(Writable(Arc::clone(&self.descriptor)))
    }
}

fn is_ready(descriptor: &SharedDescriptor, wanted: PollFlags) -> Result<bool, StreamFailure> {
    let mut descriptors = [PollFd::from_borrowed_fd(descriptor.as_fd(), wanted)];
    loop {
        match poll(&mut descriptors, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::clocks::SystemMonotonicClock;
    use crate::p2::io::input::InputStream;
    use crate::p2::io::output::OutputStream;
    use crate::test_support::{store, waiter};

    #[test]
    fn an_empty_pipe_is_not_the_end_of_it() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let stream = InputStream::new(Box::new(DescriptorSource(Arc::new(reader))));
        assert_eq!(stream.read(5).unwrap(), b"");
        writer.write_all(b"hello world").unwrap();
        assert_eq!(stream.read(5).unwrap(), b"hello");
        assert_eq!(stream.read(100).unwrap(), b" world");
        drop(writer);
        assert!(matches!(stream.read(5), Err(StreamFailure::Closed)));
    }

    #[test]
    fn a_blocking_read_waits_for_the_writer() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let stream = InputStream::new(Box::new(DescriptorSource(Arc::new(reader))));
        let thread = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            writer.write_all(b"late").unwrap();
        });
        let (waiter, mut store) = (waiter(SystemMonotonicClock::default()), store());
        assert_eq!(stream.blocking_read(100, &mut waiter.blocking(&mut store)).unwrap(), b"late");
        thread.join().unwrap();
    }

    #[test]
    fn a_full_pipe_permits_no_write_until_it_is_read() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let mut stream = OutputStream::new(Box::new(DescriptorSink::new(Arc::new(writer))));
        let mut written = 0;
        loop {
            let permitted = stream.check_write().unwrap();
            if permitted == 0 {
                break;
            }
            stream.write_zeroes(permitted).unwrap();
            written += permitted as usize;
        }
        let waiter = waiter(SystemMonotonicClock::default());
        assert!(!waiter.is_ready(&*stream.event()).unwrap());
        reader.read_exact(&mut vec![0; written]).unwrap();
        assert!(waiter.is_ready(&*stream.event()).unwrap());
        assert!(stream.check_write().unwrap() > 0);
    }

    #[test]
    fn a_broken_pipe_is_told_once() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut stream = OutputStream::new(Box::new(DescriptorSink::new(Arc::new(writer))));
        stream.check_write().unwrap();
        assert!(matches!(stream.write(b"x"), Err(StreamFailure::Failed(_))));
        assert!(matches!(stream.check_write(), Err(StreamFailure::Closed)));
    }
}
