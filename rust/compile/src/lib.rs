//! Machine code for WebAssembly, with Cranelift: function bodies, the trampolines between host and guest, and the code
//! image with its tables.
//!
//! The way through this crate: [`Cranelift`] (`compiler.rs`) hands function bodies to `function/`, which translates
//! operators to Cranelift's intermediate language, and signatures to `trampoline/`; `unit.rs` turns each into bytes, `queue.rs` spreads the work over threads, and
//! `image.rs` lays the bytes out and resolves the calls between them. Nothing here decides what valid WebAssembly is:
//! bodies arrive validated, and `environ` owns every offset, libcall and trap that compiled code shares with the host.
#![forbid(unsafe_code)]

mod access;
mod compiler;
mod error;
mod function;
mod image;
mod queue;
mod settings;
mod signature;
mod trampoline;
mod trap;
mod unit;
mod unwind;

pub use compiler::Cranelift;
pub use settings::Settings;
