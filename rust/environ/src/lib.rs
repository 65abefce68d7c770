//! WebAssembly in, an inert description out: modules and components are decoded, validated and written down as data that
//! the compiler and the runtime share. Nothing here holds an address, a handle or a thread, and this crate knows no
//! machine code; it builds for wasm32, where the generator uses it.
#![forbid(unsafe_code)]
#![deny(
    clippy::todo,
    clippy::unimplemented,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod artifact;
pub mod binding;
mod binding_of_plan;
mod compiler;
pub mod component;
pub mod contract;
mod error;
mod features;
pub mod libcall;
pub mod module;
mod trap;
pub mod vmctx;

pub use compiler::{CodeOptions, Compiler, Progress};
pub use error::Error;
pub use features::{Features, is_component};
pub use trap::TrapCode;
