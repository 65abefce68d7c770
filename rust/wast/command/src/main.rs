//! `cargo run -q -p wast -- PATH...`: starts the runner in `dovetail-wast` with the same arguments.
//!
//! This package has no dependencies, and must not get any: cargo takes `-p wast` for our package only while the crate of the same name
//! from crates.io, which parses scripts for the runner, is not among this package's dependencies
//! (`docs/decisions/0001-the-wast-command.md`).

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--manifest-path", manifest, "--bin", "dovetail-wast", "--"])
        .args(env::args_os().skip(1))
        .status();
    match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("wast: cannot start cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
