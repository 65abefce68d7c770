//! `cargo run -q -p wast -- PATH...`: builds the runner in `dovetail-wast` and runs it with the same arguments.
//!
//! This package has no dependencies, and must not get any: cargo takes `-p wast` for our package only while the crate of the same name
//! from crates.io, which parses scripts for the runner, is not among this package's dependencies
//! (`docs/decisions/0001-the-wast-command.md`).

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};

fn main() -> ExitCode {
    let status = build().and_then(|built| if built.success() { run() } else { Ok(built) });
    match status {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(message) => {
            eprintln!("wast: {message}");
            ExitCode::FAILURE
        }
    }
}

/// With `--workspace`, so that the libraries have the features that every other build of the workspace gives them: for the runner's
/// package alone cargo would build them a second time.
fn build() -> Result<ExitStatus, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--workspace", "--bin", "dovetail-wast", "--manifest-path", manifest]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.status().map_err(|error| format!("cannot start cargo: {error}"))
}

/// The runner is beside this program in cargo's target directory.
fn run() -> Result<ExitStatus, String> {
    let here = env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let runner: PathBuf = here.with_file_name(format!("dovetail-wast{}", env::consts::EXE_SUFFIX));
    let mut command = Command::new(&runner);
    command.args(env::args_os().skip(1));
    // Scripts may use the component model's text format as it was before references had to name their kind.
    command.env("WAST_STRICT_COMPONENT_INDICES", "0");
    command.status().map_err(|error| format!("cannot start {}: {error}", runner.display()))
}
