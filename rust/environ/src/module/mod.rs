//! A core module as data.

mod translate;
mod types;

pub use translate::{FunctionBody, ModuleTranslation, translate};
pub use types::*;
