//! Tests of translation from outside: one binary, so that it is linked once.

mod adapters;
mod component_suite;
mod hostile;
mod limits;
mod plans;
mod support;
mod tampering;
