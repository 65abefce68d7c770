//! What depends on processor and operating system: one file for each processor's instructions, one for each system's way
//! to say where a signal struck. The rest of the crate sees the same names on all of them.
//!
//! - `resume`: continue at a program counter with a stack and frame pointer, and a value for the handler there.
//! - `libcall_thunk!`: the code that compiled code calls for a libcall.
//! - `flush_instruction_cache`: after code was written.
//! - `Context`: the registers of a thread that a signal struck.
//! - `stack_bounds`: where the calling thread's stack lies.
//! - `thread_block`: where the C library keeps what it knows of the running thread.

#[cfg(target_arch = "aarch64")]
#[macro_use]
mod aarch64;
#[cfg(target_arch = "x86_64")]
#[macro_use]
mod x86_64;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::{flush_instruction_cache, resume};
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::{flush_instruction_cache, resume};

#[cfg(target_os = "linux")]
pub(crate) use linux::{Context, stack_bounds};
#[cfg(target_os = "macos")]
pub(crate) use macos::{Context, stack_bounds};

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use x86_64::thread_block;

/// Elsewhere, what the C library calls the thread: it is the same address.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[inline]
pub(crate) fn thread_block() -> usize {
    // SAFETY: any thread may ask at any time.
    unsafe { libc::pthread_self() as usize }
}

#[cfg(not(any(
    all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")),
    all(target_os = "macos", any(target_arch = "x86_64", target_arch = "aarch64")),
)))]
compile_error!("dovetail runs on Linux and macOS, on x86-64 and aarch64");

/// The function at which a thread continues after a trap signal: program counter and frame pointer of the instruction
/// that trapped, and the trap's number.
pub(crate) type Landing = unsafe extern "C" fn(pc: usize, fp: usize, code: usize) -> !;
