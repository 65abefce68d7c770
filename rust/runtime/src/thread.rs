//! Which thread is running.

use crate::platform;

/// A number that no other running thread has; one that has ended may have had it. Never 0. A variable of the thread, whose address
/// would do too, costs two calls in a shared library.
#[inline(always)]
pub fn thread_number() -> usize {
    platform::thread_number()
}
