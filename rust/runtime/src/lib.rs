//! Runs compiled WebAssembly: engines, modules, stores, instances, linear memories, traps, and (in [`component`])
//! components. This crate knows neither Python nor code generation: a [`Compiler`](environ::Compiler) is handed in, and
//! precompiled code runs without one.
//!
//! What must not be here: wasm decoding (`environ`), machine code generation (`compile`), WASI (`wasi`).

#[macro_use]
mod platform;

mod code;
pub mod component;
mod engine;
mod epoch;
mod error;
mod exception;
mod fiber;
mod fork;
mod func;
mod global;
mod instance;
mod libcalls;
mod linker;
mod memory;
mod module;
mod signatures;
mod store;
mod table;
mod tag;
mod thread;
mod trap;
mod value;
mod vm;

pub use dovetail_abi as abi;
pub use dovetail_environ as environ;
pub use dovetail_environ::module::{
    ExternType, GlobalType, Limits, MemoryType, RefType, Signature, TableType, ValType,
};
pub use dovetail_environ::{Features, TrapCode, binding, component as plan};

pub use code::{CacheUsage, clear_cache, measure_cache};
pub use engine::{Config, Engine, InUse};
pub use epoch::EpochHook;
pub use error::{ArgumentError, ArgumentKind, Error, ErrorKind, Frame, LinkError, Result, Trap};
pub use exception::ExnRef;
pub use fiber::{Cancelled, Task, finish_on_host_stack, is_on_fiber, run_on_host_stack};
pub use func::{Caller, Func};
pub use global::Global;
pub use instance::Instance;
pub use linker::Linker;
pub use memory::Memory;
pub use module::Module;
pub use store::{Store, StoreId, StoreLimits};
pub use table::Table;
pub use tag::Tag;
pub use thread::thread_mark;
pub use trap::install_handlers as install_trap_handlers;
pub use value::{Extern, ExternRef, Val, ValRaw};
