//! Components for Python: generated packages bound to instances, host functions, resources, commands.

mod awaited;
mod binding;
mod callable;
mod command;
mod describe;
mod destructor;
mod dynamic;
mod exported_function;
mod exports;
mod function_attributes;
mod host;
mod imports;
mod linked;
mod package;
mod resources;

pub use awaited::drop_async;
pub use binding::{InstanceBinding, bind, bind_async, link, link_async};
pub use command::run_command;
pub use dynamic::{Component, Linker as ComponentLinker, component_bytes, load_package};
pub use linked::{HostResource, LinkedFunctions, serving, store_of};
pub use package::LoadedPackage;
pub use resources::{Resource, Resources};
