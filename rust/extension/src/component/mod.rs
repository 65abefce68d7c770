//! Components for Python: generated packages bound to instances, host functions, resources, commands.

mod binding;
mod callable;
mod command;
mod dynamic;
mod exports;
mod host;
mod imports;
mod package;
mod resources;

pub use binding::bind;
pub use command::run_command;
pub use dynamic::{Component, Instance as ComponentInstance, Linker as ComponentLinker};
pub use resources::{Resource, Resources};
