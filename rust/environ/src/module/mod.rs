//! A core module as data.

pub(crate) mod convert;
mod names;
mod translate;
mod types;

pub use translate::{FunctionBody, ModuleTranslation, translate};
pub use types::*;
