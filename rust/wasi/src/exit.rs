//! The error by which a guest ends its program: `wasi:cli/exit` unwinds the guest by returning it from the host function,
//! and the same object comes out of the embedder's call.

use std::fmt;

/// The status that a guest asked its program to end with. Zero means success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub i32);

impl fmt::Display for Exit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the guest exited with status {}", self.0)
    }
}

impl std::error::Error for Exit {}
