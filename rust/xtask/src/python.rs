//! The virtual environment in `target/venv`: every Python package that the tests, the type checks and the benchmark need.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{place, process};

/// What pip installs. Tools whose output the tests compare have exact versions, and so has what draws the same random types in each run.
const PACKAGES: &[&str] = &[
    "componentize-py==0.25.1",
    "coverage>=7",
    "dask[distributed]",
    "hypothesis==6.170.15",
    "maturin>=1.16,<2",
    "mypy==2.4.*",
    "numpy",
    "pyright[nodejs]==1.1.414",
    "pytest>=8",
    "ruff==0.17.*",
    "typing_extensions>=4.12",
    "wasmtime",
];

/// The interpreter of the virtual environment, which is made first if it is not complete.
pub fn environment() -> Result<PathBuf> {
    let directory = place::virtual_environment();
    let python = directory.join("bin/python");
    let stamp = directory.join("packages.txt");
    let wanted = PACKAGES.join("\n");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if !python.exists() {
        process::run(Command::new(host_python()?).args(["-m", "venv"]).arg(&directory))?;
    }
    process::run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES),
    )?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(python)
}

/// A program that pip installed into the environment.
pub fn tool(name: &str) -> Result<Command> {
    environment()?;
    let mut command = Command::new(place::virtual_environment().join("bin").join(name));
    command.current_dir(place::root()).env("PYTHONPATH", place::root().join("python"));
    Ok(command)
}

/// A Python of the machine that is new enough.
fn host_python() -> Result<String> {
    let wanted = env::var("DOVETAIL_PYTHON").ok();
    let candidates =
        wanted.as_deref().into_iter().chain(["python3", "python3.11", "python3.12", "python3.13", "python3.10"]);
    for candidate in candidates {
        let probe = "import sys; sys.exit(sys.version_info < (3, 10))";
        if Command::new(candidate).args(["-c", probe]).status().is_ok_and(|status| status.success()) {
            return Ok(candidate.to_owned());
        }
    }
    bail!("no Python 3.10 or newer: set DOVETAIL_PYTHON to one")
}
