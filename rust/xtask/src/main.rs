//! Developer verbs: `cargo xtask demo`, `test`, `guests`, `bless`, `bench`, `tidy` and so on.
//!
//! A verb installs what it needs below `target/` and runs with no other preparation than rustup, a C compiler and Python with pip.
//! This crate starts other tools and reports; it holds no logic of the product.

mod componentize;
mod guests;
mod place;
mod process;
mod python;

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
    /// Build the guests of the tests into target/guests
    Guests {
        /// Only these: kv, everything, market, notes, hexyl
        names: Vec<String>,
    },
    /// Create the virtual environment of the tests in target/venv
    Venv,
}

fn main() -> Result<()> {
    match Arguments::parse().verb {
        Verb::Guests { names } => guests::build(&names),
        Verb::Venv => python::environment().map(|_| ()),
    }
}
