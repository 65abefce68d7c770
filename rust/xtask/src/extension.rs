//! Puts the native module where `PYTHONPATH=python` finds it: `python/dovetail/_engine.SUFFIX`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{place, process, python};

/// Arguments of cargo that build everything that the tests use at once: libraries, command lines, test programs and the native module.
/// One command, so that cargo decides on the features of each dependency once and builds none twice.
pub const BUILD_ALL: &[&str] = &["build", "--workspace", "--lib", "--bins", "--tests"];

/// A cargo command whose builds of the native module are for the tests' interpreter.
pub fn cargo() -> Result<Command> {
    let mut command = process::cargo();
    command.env("PYO3_PYTHON", python::environment()?);
    Ok(command)
}

/// Builds everything for the tests' interpreter and puts the native module in place.
pub fn build() -> Result<()> {
    process::run(cargo()?.args(BUILD_ALL))?;
    install("debug", &python::environment()?)
}

/// Builds the native module for another interpreter and puts it beside the first one's, which has another name: only PyO3 and
/// the crate `extension` are compiled again.
pub fn build_for(python: &Path) -> Result<()> {
    process::run(process::cargo().args(BUILD_ALL).env("PYO3_PYTHON", python))?;
    install("debug", python)
}

/// Builds the native module alone, optimised, and puts it in place.
pub fn build_release() -> Result<()> {
    process::run(cargo()?.args(["build", "--release", "--package", "dovetail-extension"]))?;
    install("release", &python::environment()?)
}

/// Builds the floor of the benchmark, optimised as the native module is, and puts it into a directory from which Python imports it.
pub fn build_floor() -> Result<PathBuf> {
    process::run(cargo()?.args(["build", "--release", "--package", "dovetail-bench-floor"]))?;
    let directory = place::target().join("floor");
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    let name = if cfg!(target_os = "macos") { "libfloor.dylib" } else { "libfloor.so" };
    let built = place::target().join("release").join(name);
    fs::copy(&built, directory.join("floor.so")).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(directory)
}

/// Copies the native module, which must have been built for this interpreter, into the Python package.
fn install(profile: &str, python: &Path) -> Result<()> {
    let probe = "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))";
    let suffix = process::output(Command::new(python).args(["-c", probe]))?;
    let name = if cfg!(target_os = "macos") { "libdovetail_engine.dylib" } else { "libdovetail_engine.so" };
    let built = place::target().join(profile).join(name);
    let package = place::root().join("python/dovetail");
    // Written beside its place and renamed: a Python that has the old file mapped keeps running.
    let temporary = package.join(format!(".engine{suffix}"));
    fs::copy(&built, &temporary).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&temporary, package.join(format!("_engine{suffix}"))).context("cannot put the native module in place")
}
