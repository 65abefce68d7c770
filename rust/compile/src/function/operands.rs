//! The operand stack.

use cranelift_codegen::ir::{BlockArg, Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;

use super::FunctionTranslator;
use crate::signature::V128;

/// The type of values that wasmparser's type describes.
pub(super) fn operand_type(ty: wasmparser::ValType) -> Type {
    match ty {
        wasmparser::ValType::I32 => types::I32,
        wasmparser::ValType::I64 => types::I64,
        wasmparser::ValType::F32 => types::F32,
        wasmparser::ValType::F64 => types::F64,
        wasmparser::ValType::V128 => V128,
        wasmparser::ValType::Ref(_) => crate::signature::POINTER,
    }
}

impl FunctionTranslator<'_> {
    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// The topmost operand. Validation has seen to it that there is one.
    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().expect("validated code never takes from an empty stack")
    }

    /// The two topmost operands, the upper one last.
    pub(super) fn pop2(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    /// The three topmost operands, the uppermost last.
    pub(super) fn pop3(&mut self) -> (Value, Value, Value) {
        let third = self.pop();
        let (first, second) = self.pop2();
        (first, second, third)
    }

    /// `value` with the lanes of `ty`. Operands keep the lanes that the last operation gave them until another asks for
    /// different ones.
    pub(super) fn with_lanes(&mut self, value: Value, ty: Type) -> Value {
        if self.type_of(value) == ty {
            return value;
        }
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        self.builder.ins().bitcast(ty, flags, value)
    }

    /// `value` as it must be wherever its type shows: in locals, globals, calls and between blocks.
    pub(super) fn canonical(&mut self, value: Value) -> Value {
        if self.type_of(value).is_vector() { self.with_lanes(value, V128) } else { value }
    }

    /// The topmost `count` operands, which stay, in canonical form.
    pub(super) fn top(&mut self, count: usize) -> Vec<Value> {
        let start = self.stack.len() - count;
        (start..self.stack.len()).map(|n| self.canonical(self.stack[n])).collect()
    }

    /// The topmost `count` operands, which are taken, in canonical form.
    pub(super) fn pop_many(&mut self, count: usize) -> Vec<Value> {
        let values = self.top(count);
        self.stack.truncate(self.stack.len() - count);
        values
    }

    /// The topmost `count` operands, which stay, as arguments of a branch.
    pub(super) fn branch_arguments(&mut self, count: usize) -> Vec<BlockArg> {
        self.top(count).into_iter().map(BlockArg::Value).collect()
    }

    /// Replaces the topmost operand by what `build` makes of it.
    pub(super) fn unary(&mut self, build: impl FnOnce(FuncInstBuilder<'_, '_>, Value) -> Value) {
        let x = self.pop();
        let value = build(self.builder.ins(), x);
        self.push(value);
    }

    /// Replaces the two topmost operands by what `build` makes of them.
    pub(super) fn binary(&mut self, build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value) {
        let (x, y) = self.pop2();
        let value = build(self.builder.ins(), x, y);
        self.push(value);
    }

    /// Replaces the topmost operand, seen as a vector of type `ty`.
    pub(super) fn vector_unary(&mut self, ty: Type, build: impl FnOnce(FuncInstBuilder<'_, '_>, Value) -> Value) {
        let x = self.pop_vector(ty);
        let value = build(self.builder.ins(), x);
        self.push(value);
    }

    /// Replaces the two topmost operands, seen as vectors of type `ty`.
    pub(super) fn vector_binary(
        &mut self,
        ty: Type,
        build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value,
    ) {
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let value = build(self.builder.ins(), x, y);
        self.push(value);
    }

    /// The topmost operand as a vector of type `ty`.
    pub(super) fn pop_vector(&mut self, ty: Type) -> Value {
        let value = self.pop();
        self.with_lanes(value, ty)
    }

    /// The type of a value.
    pub(super) fn type_of(&self, value: Value) -> Type {
        self.builder.func.dfg.value_type(value)
    }
}
