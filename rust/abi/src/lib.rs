//! The component model's canonical ABI as data: value types, their layout in linear memory, their flat shape in core
//! values, the flat signatures of functions, and the fingerprint of a signature.
//!
//! This crate describes; it moves no byte of a guest's memory. `environ` fills a [`Types`] table from validated
//! WebAssembly, `bindgen` fills one from WIT (feature `wit`), and the walker in `runtime` reads either.
//!
//! Specification: `design/mvp/CanonicalABI.md` of the component model; section names are cited at each item.
#![forbid(unsafe_code)]
#![deny(
    clippy::todo,
    clippy::unimplemented,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod equal;
mod fingerprint;
mod flat;
mod layout;
mod pointer;
#[cfg(test)]
mod test_types;
mod types;
#[cfg(feature = "wit")]
pub mod wit;

pub use equal::{Mismatch, ResourcePairs, same_function, same_type};
pub use fingerprint::fingerprint;
pub use flat::{Direction, FlatSignature, FlatType, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
pub use layout::{Layout, MAX_BYTE_LENGTH, align_to};
pub use pointer::PointerType;
pub use types::{
    Case, DefinedType, Field, ForwardOperand, FunctionType, MAX_FLAGS, MAX_TYPE_DEPTH, MAX_TYPE_TEXT, MAX_VALUE_SIZE,
    ResourceIndex, StringEncoding, TypeIndex, Types, ValueType,
};
