//! Which proposals the engine accepts: of WebAssembly, and of the component model those that its specification gates.

use serde::{Deserialize, Serialize};
use wasmparser::WasmFeatures;

/// The set of proposals that validation accepts. Part of the code cache's key. Each field has the name that the
/// specification gives to the proposal; what the component model gates is meaningful with `component_model` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Features {
    pub simd: bool,
    /// More than one memory in a module. Of WebAssembly 3.0; the test suite of 2.0 asserts that it is refused.
    pub multi_memory: bool,
    /// Tags, `throw`, `try_table` and `exnref`. Of WebAssembly 3.0. The older instructions `try` and `catch` are never accepted.
    pub exception_handling: bool,
    /// Memories and tables with 64-bit indices. Of WebAssembly 3.0 too.
    pub memory64: bool,
    pub component_model: bool,
    /// 🗺️: the type `map`.
    pub map: bool,
    /// 🏷️: the annotations `implements` and `external-id` of imports and exports.
    pub implements: bool,
    /// 🔧: lists of fixed length.
    pub fixed_length_lists: bool,
    /// 🐘: canonical options with a 64-bit memory, and resources that an `i64` represents.
    pub component_memory64: bool,
    /// 🪙: imports and exports of values, and the start function of a component.
    pub values: bool,
}

impl Default for Features {
    /// Everything that the engine supports whole.
    fn default() -> Self {
        Self {
            simd: true,
            multi_memory: true,
            memory64: true,
            exception_handling: true,
            component_model: true,
            map: true,
            implements: true,
            fixed_length_lists: true,
            component_memory64: true,
            values: false,
        }
    }
}

impl Features {
    /// The validator's switches for this set: WebAssembly 2.0, what producers use of 3.0 (extended constant expressions,
    /// several memories, tail calls), and what was chosen beyond it. Relaxed vectors come with vectors.
    pub fn to_wasmparser(self) -> WasmFeatures {
        let mut features = WasmFeatures::WASM2 | WasmFeatures::EXTENDED_CONST | WasmFeatures::TAIL_CALL;
        features.set(WasmFeatures::MULTI_MEMORY, self.multi_memory);
        features.set(WasmFeatures::EXCEPTIONS, self.exception_handling);
        features.set(WasmFeatures::MEMORY64, self.memory64);
        features.set(WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD, self.simd);
        let component = self.component_model;
        features.set(WasmFeatures::COMPONENT_MODEL, component);
        features.set(WasmFeatures::CM_MAP, component && self.map);
        features.set(WasmFeatures::CM_IMPLEMENTS, component && self.implements);
        features.set(WasmFeatures::CM_FIXED_LENGTH_LISTS, component && self.fixed_length_lists);
        features.set(WasmFeatures::CM_VALUES, component && self.values);
        features.set(WasmFeatures::CM64, component && self.component_memory64);
        // What belongs to concurrency is not supported, but validation must know it, so that the message names what is
        // missing instead of calling the bytes invalid.
        features.set(
            WasmFeatures::CM_ASYNC
                | WasmFeatures::CM_ASYNC_STACKFUL
                | WasmFeatures::CM_MORE_ASYNC_BUILTINS
                | WasmFeatures::CM_ERROR_CONTEXT
                | WasmFeatures::CM_THREADING,
            component,
        );
        features
    }
}

/// Whether `bytes` start like a component rather than a core module.
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}
