//! The native module `dovetail._engine`: conversion between Python and the runtime, and nothing else. Whatever the engine
//! does can be reached from Rust without this crate.

mod access;
mod attach;
mod awaitable;
mod claim;
mod component;
mod convert;
mod core;
mod deadline;
mod engine;
mod errors;
mod faults;
mod guarded;
mod limit;
mod objects;
mod progress;
mod python;
mod release;
mod room;
mod store;
mod wasi;
mod watch;

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

#[cfg(not(all(target_pointer_width = "64", target_endian = "little", unix)))]
compile_error!("dovetail runs on 64-bit little-endian Unix machines");

/// Refuses every interpreter but the first one of the process: exception classes, default engine and signal handlers are kept
/// once per process, and threads are attached to the first interpreter.
fn check_interpreter() -> PyResult<()> {
    // SAFETY: the thread is attached; the two are compared.
    if unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() } {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "dovetail cannot be imported in a subinterpreter: use threads, each with a store of its own, or processes",
    ))
}

#[pymodule(gil_used = false)]
mod _engine {
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::check_interpreter()
    }

    #[pymodule_export]
    use crate::awaitable::Call;
    #[pymodule_export]
    use crate::component::{
        Component, ComponentLinker, HostResource, InstanceBinding, LinkedFunctions, LoadedPackage, Resource, bind,
        bind_async, component_bytes, drop_async, link, link_async, load_package, run_command, serving, store_of,
    };
    #[pymodule_export]
    use crate::convert::NumberBuffer;
    #[pymodule_export]
    use crate::core::{Caller, ExnRef, Func, Global, Instance, Linker, Memory, Module, Table, Tag, wat2wasm};
    #[pymodule_export]
    use crate::deadline::Deadline;
    #[pymodule_export]
    use crate::engine::{Engine, clear_cache, default_engine, measure_cache};
    #[pymodule_export]
    use crate::progress::Waiting;
    #[pymodule_export]
    use crate::store::Store;
}
