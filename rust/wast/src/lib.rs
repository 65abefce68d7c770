//! Runs WebAssembly specification scripts (`.wast`) against the runtime and reports each directive that fails.
//!
//! [`run_file`] runs a script in a store of its own. A directive passes when the engine does exactly what it asserts; a directive
//! that the engine cannot carry out (a proposal it does not have, say) fails like any other, unless a list of [`Exceptions`] names it.
//!
//! What must not be here: knowledge of particular test files. What is excused stands in a file outside.

mod component;
mod directive;
mod engines;
mod exceptions;
mod files;
mod invalid;
mod report;
mod script;
mod spectest;
mod value;

pub use exceptions::Exceptions;
pub use files::find_scripts;
pub use report::{Failure, Report};
pub use script::{Runner, Scripts, run_file};
