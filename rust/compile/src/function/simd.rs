//! 128-bit vectors.

use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    pub(super) fn simd(&mut self, operator: &Operator<'_>) -> bool {
        let _ = operator;
        false
    }
}
