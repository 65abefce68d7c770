//! The core API: modules, instances, functions, memories, tables, globals and tags, with wasmtime-py's names and signatures.

pub mod func;
mod global;
mod instance;
mod linker;
mod memory;
mod module;
mod table;
mod tag;
mod types;
mod value;
mod vectorcall;

pub use func::{Caller, Func};
pub use global::Global;
pub use instance::Instance;
pub use linker::Linker;
pub use memory::Memory;
pub use module::{Module, wasm_bytes, wat2wasm};
pub use table::Table;
pub use tag::{ExnRef, Tag};
pub use types::extern_type_object;
