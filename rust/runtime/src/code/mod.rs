//! Executable code: where it lies in memory, how it is stored on disk, and how a program counter finds it.

mod artifact;
mod cache;
mod image;
mod mapping;
mod ranges;

pub(crate) use artifact::{Artifact, Identity, Section};
pub(crate) use cache::{Cache, Key, pause_writing};
pub use cache::{CacheUsage, clear_cache, measure_cache};
pub use image::CodeImage;
pub(crate) use mapping::Mapping;
pub(crate) use ranges::{find as find_code, pause as pause_ranges};
