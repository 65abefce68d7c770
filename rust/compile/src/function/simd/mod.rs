//! 128-bit vectors, one file per kind of operation.
//!
//! Cranelift's vector types know their lanes and wasm's does not: each operation sees its operands with the lanes it
//! works on (`operands.rs`), which costs no instruction.

mod float;
mod integer;
mod lanes;
mod memory;
mod relaxed;

use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    pub(super) fn simd(&mut self, operator: &Operator<'_>) -> bool {
        self.vector_memory(operator)
            || self.vector_integer(operator)
            || self.vector_float(operator)
            || self.vector_lanes(operator)
            || self.vector_relaxed(operator)
    }
}
