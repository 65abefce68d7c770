//! Which WebAssembly proposals the engine accepts.

use serde::{Deserialize, Serialize};
use wasmparser::WasmFeatures;

/// The set of proposals that validation accepts. Part of the code cache's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Features {
    pub simd: bool,
    /// More than one memory in a module. Of WebAssembly 3.0; the test suite of 2.0 asserts that it is refused.
    pub multi_memory: bool,
    /// Tags, `throw`, `try_table` and `exnref`. Of WebAssembly 3.0. The older instructions `try` and `catch` are never accepted.
    pub exception_handling: bool,
    pub component_model: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { simd: true, multi_memory: true, exception_handling: true, component_model: true }
    }
}

impl Features {
    /// The validator's switches for this set: WebAssembly 2.0, what producers use of 3.0 (extended constant expressions,
    /// several memories, tail calls), and what was chosen beyond it. Relaxed vectors come with vectors.
    pub fn to_wasmparser(self) -> WasmFeatures {
        let mut features = WasmFeatures::WASM2 | WasmFeatures::EXTENDED_CONST | WasmFeatures::TAIL_CALL;
        features.set(WasmFeatures::MULTI_MEMORY, self.multi_memory);
        features.set(WasmFeatures::EXCEPTIONS, self.exception_handling);
        features.set(WasmFeatures::SIMD | WasmFeatures::RELAXED_SIMD, self.simd);
        features.set(WasmFeatures::COMPONENT_MODEL, self.component_model);
        // Maps, fixed-length lists and annotated import names are supported. What belongs to concurrency is not, but
        // validation must know it, so that the message names what is missing instead of calling the bytes invalid.
        features.set(
            WasmFeatures::CM_MAP
                | WasmFeatures::CM_FIXED_LENGTH_LISTS
                | WasmFeatures::CM_IMPLEMENTS
                | WasmFeatures::CM_ASYNC
                | WasmFeatures::CM_ASYNC_STACKFUL
                | WasmFeatures::CM_MORE_ASYNC_BUILTINS
                | WasmFeatures::CM_ERROR_CONTEXT
                | WasmFeatures::CM_THREADING,
            self.component_model,
        );
        features
    }
}

/// Whether `bytes` start like a component rather than a core module.
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}
