//! The virtual environment in `target/venv`: every Python package that the tests, the type checks and the benchmark need.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    "pytest>=9",
    "ruff==0.17.*",
    "typing_extensions>=4.12",
    "uvloop>=0.22",
    "wasmtime",
];

/// What the tests themselves need: all that is installed for the interpreters that only run them. Types are checked and guests are
/// built with the first one. Hypothesis is whatever fits: what it draws differs between versions of Python anyway.
const RUNNING: &[&str] =
    &["coverage>=7", "dask[distributed]", "hypothesis>=6.150", "numpy", "pytest>=9", "typing_extensions>=4.12"];

/// The interpreter of the virtual environment, which is made first if it is not complete.
pub fn environment() -> Result<PathBuf> {
    let python = place::virtual_environment().join("bin/python");
    complete(
        &place::virtual_environment(),
        PACKAGES,
        || if python.exists() { Ok(python.clone()) } else { host_python() },
    )
}

/// Makes an environment with these packages, or completes it; returns its interpreter.
fn complete(directory: &Path, packages: &[&str], base: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    let python = directory.join("bin/python");
    let stamp = directory.join("packages.txt");
    let wanted = packages.join("\n");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if !python.exists() {
        process::run(Command::new(base()?).args(["-m", "venv"]).arg(directory))?;
    }
    process::run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages),
    )?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(python)
}

/// A CPython of the machine.
pub struct Interpreter {
    /// As in `3.12`.
    pub version: String,
    path: PathBuf,
}

impl Interpreter {
    /// The interpreter of an environment of its own, with what the tests need.
    pub fn environment(&self) -> Result<PathBuf> {
        let directory = place::root().join(format!("target/venv-{}", self.version));
        complete(&directory, RUNNING, || Ok(self.path.clone()))
    }
}

/// One interpreter of the machine for each version from 3.10 to 3.13 that the virtual environment does not have: pyenv's, which
/// need not be on the path, or that of the path.
pub fn others() -> Result<Vec<Interpreter>> {
    let own = version(&environment()?);
    let versions = (10..=13).map(|minor| format!("3.{minor}")).filter(|version| own.as_ref() != Some(version));
    Ok(versions
        .filter_map(|wanted| {
            let mut candidates = pyenv(&wanted);
            candidates.push(PathBuf::from(format!("python{wanted}")));
            let path = candidates.into_iter().find(|path| version(path).as_ref() == Some(&wanted))?;
            Some(Interpreter { version: wanted, path })
        })
        .collect())
}

/// The interpreters of this version that pyenv has installed, the newest first.
fn pyenv(version: &str) -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| env::home_dir().map(|home| home.join(".pyenv")));
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in root.and_then(|root| fs::read_dir(root.join("versions")).ok()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let patch = name.strip_prefix(version).and_then(|rest| rest.strip_prefix('.'));
        if let Some(patch) = patch.and_then(|patch| patch.parse().ok()) {
            found.push((patch, entry.path().join("bin/python")));
        }
    }
    found.sort_by(|left, right| right.0.cmp(&left.0));
    found.into_iter().map(|(_, path)| path).collect()
}

/// The version of a CPython that can make environments and takes extensions of its version's usual kind; `None` where it is none.
fn version(python: &Path) -> Option<String> {
    let probe = "import ensurepip, ssl, sys, sysconfig, venv; \
                 assert sys.implementation.name == 'cpython' and not sysconfig.get_config_var('Py_GIL_DISABLED'); \
                 print('%d.%d' % sys.version_info[:2])";
    let output = Command::new(python).args(["-c", probe]).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A program that pip installed into the environment.
pub fn tool(name: &str) -> Result<Command> {
    environment()?;
    let mut command = Command::new(place::virtual_environment().join("bin").join(name));
    command.current_dir(place::root()).env("PYTHONPATH", place::root().join("python"));
    Ok(command)
}

/// A Python of the machine that is new enough.
fn host_python() -> Result<PathBuf> {
    let wanted = env::var("DOVETAIL_PYTHON").ok();
    let candidates =
        wanted.as_deref().into_iter().chain(["python3", "python3.11", "python3.12", "python3.13", "python3.10"]);
    for candidate in candidates {
        let probe = "import sys; sys.exit(sys.version_info < (3, 10))";
        if Command::new(candidate).args(["-c", probe]).status().is_ok_and(|status| status.success()) {
            return Ok(PathBuf::from(candidate));
        }
    }
    bail!("no Python 3.10 or newer: set DOVETAIL_PYTHON to one")
}
