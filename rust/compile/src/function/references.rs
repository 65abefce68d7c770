//! References: `funcref` is a pointer to a `VMFuncRef`, `externref` a number of the host; null is zero for both.

use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use dovetail_environ::module::FuncIndex;
use dovetail_environ::vmctx::function_import;
use wasmparser::Operator;

use super::FunctionTranslator;
use crate::access;
use crate::signature::POINTER;

impl FunctionTranslator<'_> {
    pub(super) fn references(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::RefNull { .. } => {
                let null = self.builder.ins().iconst(POINTER, 0);
                self.push(null);
            }
            Operator::RefIsNull => {
                self.unary(|ins, x| ins.icmp_imm_u(IntCC::Equal, x, 0));
                self.extend_condition();
            }
            Operator::RefFunc { function_index } => {
                return self.function_reference(FuncIndex::from_u32(function_index));
            }
            _ => return false,
        }
        true
    }

    /// An import's `VMFuncRef` is wherever the import came from; a defined function's stands in the `vmctx`.
    fn function_reference(&mut self, function: FuncIndex) -> bool {
        let layout = &self.environment.layout;
        let module = self.environment.module;
        let value = if module.defined_function(function).is_none() {
            let offset = layout.function_import(function) + function_import::FUNC_REF;
            self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, offset as i32)
        } else {
            // Validation requires that `ref.func` names a declared function; all of these have a `VMFuncRef`.
            let Some(reference) = module.func_ref(function) else { return false };
            let offset = layout.func_ref(reference);
            self.builder.ins().iadd_imm_u(self.vmctx, i64::from(offset))
        };
        self.push(value);
        true
    }
}
