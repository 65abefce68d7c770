//! Components: linking, instantiation, resources, lifting and lowering, on top of the core API of this crate.
