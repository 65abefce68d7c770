//! How a stream operation fails, and the `wasi:io/error` resource that carries the reason to the guest.

use std::io;

use dovetail_runtime::Error;

/// Why a stream operation did not succeed.
#[derive(Debug)]
pub enum StreamFailure {
    /// The stream is at its end, or was closed by an earlier failure.
    Closed,
    /// This operation failed; the guest gets the reason, and the stream is closed from now on.
    Failed(io::Error),
    /// The guest broke the contract, or the embedder's own code raised: the guest's call ends with this error.
    Ended(Error),
}

impl From<io::Error> for StreamFailure {
    fn from(error: io::Error) -> Self {
        StreamFailure::Failed(error)
    }
}

impl From<rustix::io::Errno> for StreamFailure {
    fn from(errno: rustix::io::Errno) -> Self {
        StreamFailure::Failed(errno.into())
    }
}

impl From<Error> for StreamFailure {
    fn from(error: Error) -> Self {
        StreamFailure::Ended(error)
    }
}

/// What the guest holds as `wasi:io/error.error`.
pub struct IoError(pub io::Error);

impl IoError {
    /// For a person who looks for the reason; a guest must not take it apart.
    pub fn debug_string(&self) -> String {
        self.0.to_string()
    }
}
