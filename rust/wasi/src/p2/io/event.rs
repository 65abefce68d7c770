//! What a `pollable` waits for, said in the three ways in which this host can wait: now, at a time, on a file descriptor.
//! A new kind of input or output (a socket, a child process) becomes pollable by saying its interest.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// A file descriptor that streams and pollables share; it stays open until the last of them is gone.
pub type SharedDescriptor = Arc<dyn AsFd + Send + Sync>;

/// What must happen before an event counts as having happened.
pub enum Interest<'a> {
    /// It already has.
    Ready,
    /// The monotonic clock must reach this many nanoseconds.
    Deadline(u64),
    /// The descriptor must have something to read, or be at its end.
    Readable(BorrowedFd<'a>),
    /// The descriptor must accept bytes, or be broken.
    Writable(BorrowedFd<'a>),
}

/// Something that a guest can wait for. Asked anew each time, so that an event can come and go.
pub trait Event: Send + Sync {
    /// What it waits for at this moment.
    fn interest(&self) -> Interest<'_>;
}

/// An event that has always happened: what memory and regular files offer.
pub struct Immediate;

impl Event for Immediate {
    fn interest(&self) -> Interest<'_> {
        Interest::Ready
    }
}

/// The monotonic clock reaching a time.
pub struct Deadline(pub u64);

impl Event for Deadline {
    fn interest(&self) -> Interest<'_> {
        Interest::Deadline(self.0)
    }
}

/// A descriptor having something to read.
pub struct Readable(pub SharedDescriptor);

impl Event for Readable {
    fn interest(&self) -> Interest<'_> {
        Interest::Readable(self.0.as_fd())
    }
}

/// A descriptor accepting bytes.
pub struct Writable(pub SharedDescriptor);

impl Event for Writable {
    fn interest(&self) -> Interest<'_> {
        Interest::Writable(self.0.as_fd())
    }
}
