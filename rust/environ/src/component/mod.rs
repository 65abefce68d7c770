//! A component as data: the link plan.

pub mod adapter;
mod boundary;
mod builtin;
mod canonical;
mod decode;
mod definition;
mod describe;
mod inline;
mod nested;
mod plan;
mod translate;
mod types;
mod verify;

pub use plan::*;
pub use translate::{ComponentTranslation, translate_component};
