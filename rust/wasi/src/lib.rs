//! The host side of WASI: what a guest's imports of `wasi:` packages do on this machine.
//!
//! A store holds a [`WasiContext`], made from a [`WasiConfig`]; a guest sees the arguments, variables, streams and
//! directories that were put into it and no others. This crate uses the runtime's public interface only, like any other
//! host: it must not reach behind it.
#![forbid(unsafe_code)]

mod clocks;
mod command;
mod config;
mod context;
mod exit;
pub mod p2;
mod permissions;
mod random;
mod stdio;
#[cfg(test)]
mod test_support;

pub use clocks::{MonotonicClock, SystemMonotonicClock, SystemWallClock, WallClock};
pub use command::run_command;
pub use config::WasiConfig;
pub use context::WasiContext;
pub use exit::Exit;
pub use p2::add_to_linker;
pub use p2::io::wait::{Blocker, BlockingFunction, Direction, Wait};
pub use permissions::{Access, Permissions};
pub use random::{RandomSource, SeededRandom, SystemRandom};
pub use stdio::{Input, Output};
