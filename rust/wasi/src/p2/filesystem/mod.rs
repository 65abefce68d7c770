//! The package `wasi:filesystem`: files and directories below the directories that the embedder opened for the guest.
//! cap-std keeps every path below its directory, whatever `..`, absolute paths and symbolic links say; this code adds the
//! permissions and WASI's own rules.

mod bindings;
pub mod descriptor;
pub mod directory;
pub mod entries;
pub mod error_code;
pub mod file;
pub mod metadata;
pub mod open;
pub mod paths;
pub mod streams;
pub mod types;

#[cfg(test)]
mod tests;

pub(in crate::p2) use bindings::add_to_linker;
