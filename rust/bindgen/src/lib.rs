//! The generator: a component or WIT in, the files of a typed Python package out.
//!
//! [`generate`] is a pure function. The way is: bytes, a resolve and a world ([`input`](mod@input)), the part of them that
//! Python sees (`surface`), Python names (`names`), Python as data (`model`, made by `build`), text (`printer`); beside it
//! `environ` turns the same bytes into core modules and a link plan, and `binding` tells the engine the Python names.
#![deny(unsafe_code)]
#![deny(
    clippy::todo,
    clippy::unimplemented,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod binding;
mod build;
mod check;
#[cfg(feature = "component")]
mod component;
mod documented;
mod error;
mod functions;
mod input;
mod inspect;
mod model;
mod names;
mod options;
mod package;
mod printer;
mod sources;
mod surface;

pub use error::Error;
pub use input::Input;
pub use inspect::{Inspection, inspect};
pub use options::{Mode, NumberLists, Options, Results};
pub use package::{File, Package, PythonPackage, generate, python_package};
pub use sources::Sources;
