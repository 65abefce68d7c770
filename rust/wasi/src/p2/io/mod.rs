//! The package `wasi:io`: errors, pollables and byte streams.

use dovetail_runtime::Result;
use dovetail_runtime::component::Linker;

pub mod descriptor;
pub mod error;
pub mod event;
pub mod failure;
pub mod input;
pub mod memory;
pub mod output;
pub mod poll;
pub mod streams;
pub mod wait;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    error::add_to_linker(linker)?;
    poll::add_to_linker(linker)?;
    streams::add_to_linker(linker)
}
