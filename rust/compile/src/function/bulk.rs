//! Bulk operations on memories: the host does them, and traps where they do not fit.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use dovetail_environ::libcall::Libcall;
use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    pub(super) fn bulk(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::MemoryCopy { dst_mem, src_mem } => {
                let (to, from, length) = self.pop3();
                let arguments = [
                    self.index_operand(dst_mem),
                    self.index_operand(src_mem),
                    self.wide(to),
                    self.wide(from),
                    self.wide(length),
                ];
                self.call_libcall(Libcall::MemoryCopy, &arguments);
            }
            Operator::MemoryFill { mem } => {
                let (at, value, length) = self.pop3();
                let arguments = [self.index_operand(mem), self.wide(at), value, self.wide(length)];
                self.call_libcall(Libcall::MemoryFill, &arguments);
            }
            Operator::MemoryInit { data_index, mem } => {
                let (to, from, length) = self.pop3();
                let arguments = [self.index_operand(mem), self.index_operand(data_index), self.wide(to), from, length];
                self.call_libcall(Libcall::MemoryInit, &arguments);
            }
            Operator::DataDrop { data_index } => {
                let data = self.index_operand(data_index);
                self.call_libcall(Libcall::DataDrop, &[data]);
            }
            _ => return false,
        }
        true
    }

    /// An index of the module's as an argument of a libcall.
    pub(super) fn index_operand(&mut self, index: u32) -> Value {
        self.builder.ins().iconst(types::I32, i64::from(index))
    }

    /// An address or length of either width as an argument of a libcall.
    pub(super) fn wide(&mut self, value: Value) -> Value {
        if self.type_of(value) == types::I64 { value } else { self.builder.ins().uextend(types::I64, value) }
    }

    /// The topmost operand, an address or length of either width, as an argument of a libcall.
    pub(super) fn pop_wide(&mut self) -> Value {
        let value = self.pop();
        self.wide(value)
    }
}
