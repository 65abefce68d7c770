//! Developer verbs: `cargo xtask demo`, `test`, `gen`, `guests`, `echo`, `bless`, `bench`, `installation`, `tidy`.
//!
//! A verb installs what it needs below `target/` and runs with no other preparation than rustup, a C compiler and Python with pip.
//! This crate starts other tools and reports; it holds no logic of the product.

mod componentize;
mod demo;
mod echo;
mod extension;
mod generator;
mod guests;
mod installation;
mod place;
mod process;
mod python;
mod shells;
mod stage;
mod test;
mod testdata;
mod tidy;
mod toolchain;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer verbs of Dovetail")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build all, make a component, generate its package, import and call it
    Demo,
    /// Run every test and check
    Test {
        /// Let the tests that draw lots draw many more: random types, damaged components
        #[arg(long)]
        all: bool,
    },
    /// Build the generator as a component and write its own package
    Gen {
        /// Fail when the committed files are not what is generated now
        #[arg(long)]
        check: bool,
        /// Put the package here instead of into the Python package
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Build the guests of the tests into target/guests
    Guests {
        /// Only these: kv, everything, market, notes, probe, hexyl, cases
        names: Vec<String>,
    },
    /// Make components that give back what they get, for any world
    Echo {
        /// A WIT file or directory and the component to write, as often as needed
        #[arg(required = true, value_name = "WIT OUT")]
        pairs: Vec<PathBuf>,
        /// The world, where the package has several
        #[arg(long)]
        world: Option<String>,
        /// Include what is `@unstable` with these features
        #[arg(long, value_delimiter = ',')]
        features: Vec<String>,
    },
    /// Build the native module and put it into python/dovetail
    Extension,
    /// Accept what the generator writes now as the goldens
    Bless,
    /// Measure Dovetail and its peers
    Bench {
        /// Handed to bench/run.py
        arguments: Vec<String>,
    },
    /// Build source distribution and wheel, and try the wheel in a clean environment
    Installation,
    /// Check lengths, openings and unfinished work
    Tidy,
    /// Create the virtual environment of the tests in target/venv
    Venv,
}

fn main() -> ExitCode {
    match run(Arguments::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<()> {
    match verb {
        Verb::Demo => demo::run(),
        Verb::Test { all } => test::run(all),
        Verb::Gen { check, out } => {
            toolchain::prepare()?;
            generator::run(check, out.as_deref())
        }
        Verb::Guests { names } => {
            toolchain::prepare()?;
            guests::build(&names)
        }
        Verb::Echo { pairs, world, features } => echo::run(&pairs, world.as_deref(), &features),
        Verb::Extension => extension::build(),
        Verb::Bless => test::bless(),
        Verb::Bench { arguments } => test::bench(&arguments),
        Verb::Installation => installation::run(),
        Verb::Tidy => tidy::run(),
        Verb::Venv => python::environment().map(|_| ()),
    }
}
