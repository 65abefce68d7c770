//! A core module as data.

pub(crate) mod convert;
mod names;
pub(crate) mod proposals;
mod translate;
mod types;

pub use translate::{FunctionBody, ModuleTranslation, translate};
pub use types::*;
