//! A component as data: the link plan.

mod plan;

pub use plan::*;
