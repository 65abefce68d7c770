//! The package `wasi:io`: errors, pollables and byte streams.

pub mod descriptor;
pub mod event;
pub mod failure;
pub mod input;
pub mod memory;
pub mod output;
pub mod wait;
