//! Tests of translation from outside: one binary, so that it is linked once.

mod adapters;
mod component_suite;
mod features;
mod fuzz;
mod hostile;
mod limits;
#[path = "../mutation/mod.rs"]
mod mutation;
mod plans;
mod support;
mod tampering;
