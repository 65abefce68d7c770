//! What the command does, around the pure function of the library.

mod compare;
mod folder;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use bindgen::{Options, Package, generate};
use clap::{CommandFactory, Parser};
use clap_complete::Shell;

/// Generates a typed Python package from a WebAssembly component.
///
/// The package holds the component's core modules, a link plan for Dovetail's engine, and typed Python for its world:
/// `from app import App`.
#[derive(Parser, Debug)]
#[command(
    name = "bindgen",
    version,
    after_help = "Exit status: 0 when the package was written or is up to date, 1 when --check found differences, 2 on errors."
)]
pub struct Arguments {
    /// The component: a .wasm file
    #[arg(required_unless_present = "completions")]
    component: Option<PathBuf>,
    /// The package's folder; a package that is there is replaced as a whole
    #[arg(required_unless_present = "completions")]
    out_dir: Option<PathBuf>,
    /// The package's name, from which its files and its world's class are named [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// Which world to generate, where the input has several
    #[arg(long)]
    world: Option<String>,
    /// Write nothing: print how the files on disk differ from what would be written
    #[arg(long)]
    check: bool,
    /// Print a completion script for a shell
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,
}

/// How a run ended that met no error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Done,
    Different,
}

impl Outcome {
    pub fn exit_code(self) -> ExitCode {
        match self {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Different => ExitCode::from(1),
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    if let Some(shell) = arguments.completions {
        clap_complete::generate(shell, &mut Arguments::command(), "bindgen", &mut std::io::stdout());
        return Ok(Outcome::Done);
    }
    let (Some(input), Some(out_dir)) = (&arguments.component, &arguments.out_dir) else {
        bail!("expected a component and a folder");
    };
    let package = package(input, out_dir, arguments)?;
    if arguments.check {
        let differences = compare::differences(&package, out_dir)?;
        if differences.is_empty() {
            return Ok(Outcome::Done);
        }
        print!("{differences}");
        eprintln!("`{}` is not what would be generated from `{}`", out_dir.display(), input.display());
        return Ok(Outcome::Different);
    }
    folder::write(&package, out_dir)?;
    Ok(Outcome::Done)
}

fn package(input: &Path, out_dir: &Path, arguments: &Arguments) -> Result<Package> {
    let bytes = fs::read(input).with_context(|| format!("cannot read `{}`", input.display()))?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        // A package is imported by its folder's name.
        None => std::path::absolute(out_dir)
            .ok()
            .as_deref()
            .and_then(Path::file_name)
            .and_then(OsStr::to_str)
            .with_context(|| format!("`{}` gives the package no name: use --name", out_dir.display()))?
            .to_string(),
    };
    let options = Options { name: Some(name), world: arguments.world.clone() };
    generate(&bytes, &options).with_context(|| format!("cannot generate a package from `{}`", input.display()))
}
