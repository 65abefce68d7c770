//! Reads value types from a `wit_parser::Resolve` into a [`crate::Types`] table.
//! (Being written: see `Reader`.)
