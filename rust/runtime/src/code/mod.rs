//! Executable code: where it lies in memory, how it is stored on disk, and how a program counter finds it.

mod image;

pub use image::CodeImage;
