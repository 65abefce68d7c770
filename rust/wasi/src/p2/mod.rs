//! WASI 0.2, a folder per package.

pub mod clocks;
pub mod filesystem;
pub mod io;
