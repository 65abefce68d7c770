//! The compilation targets of the guests.

use std::process::Command;

use anyhow::Result;

use crate::process;

const TARGETS: &[&str] = &["wasm32-wasip1", "wasm32-wasip2"];

/// Installs the targets that are missing. `rust-toolchain.toml` names them as well, which older releases of rustup do not heed.
pub fn prepare() -> Result<()> {
    let installed = process::output(Command::new("rustup").args(["target", "list", "--installed"]))?;
    let missing: Vec<_> = TARGETS.iter().filter(|target| !installed.lines().any(|line| line == **target)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    process::run(Command::new("rustup").args(["target", "add"]).args(missing))
}
