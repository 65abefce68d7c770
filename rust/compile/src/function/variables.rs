//! Locals, globals and what else only moves operands.

use cranelift_codegen::ir::{InstBuilder, Type, Value, immediates, types};
use dovetail_environ::module::GlobalIndex;
use wasmparser::Operator;

use super::FunctionTranslator;
use super::operands::operand_type;
use crate::access;
use crate::signature::{POINTER, V128, value_type};

impl FunctionTranslator<'_> {
    /// Makes the parameters the first locals.
    pub(super) fn declare_parameters(&mut self, parameters: &[Value]) {
        for parameter in parameters {
            let local = self.builder.declare_var(self.type_of(*parameter));
            self.builder.def_var(local, *parameter);
            self.locals.push(local);
        }
    }

    /// Declares `count` further locals, which start as zero or null.
    pub(super) fn declare_locals(&mut self, count: u32, ty: wasmparser::ValType) {
        let ty = operand_type(ty);
        let zero = self.zero(ty);
        for _ in 0..count {
            let local = self.builder.declare_var(ty);
            self.builder.def_var(local, zero);
            self.locals.push(local);
        }
    }

    /// The default value of a type.
    pub(super) fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.builder.ins().f32const(immediates::Ieee32::with_bits(0)),
            types::F64 => self.builder.ins().f64const(immediates::Ieee64::with_bits(0)),
            _ if ty.is_vector() => self.vector_constant([0; 16]),
            _ => self.builder.ins().iconst(ty, 0),
        }
    }

    pub(super) fn vector_constant(&mut self, bytes: [u8; 16]) -> Value {
        let constant = self.builder.func.dfg.constants.insert(bytes.to_vec().into());
        self.builder.ins().vconst(V128, constant)
    }

    /// The address of a global, wherever it was defined.
    fn global_address(&mut self, index: u32) -> Value {
        let offset = self.environment.layout.global(GlobalIndex::from_u32(index));
        self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, offset as i32)
    }

    pub(super) fn variables(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::Nop => {}
            Operator::Drop => {
                self.pop();
            }
            Operator::LocalGet { local_index } => {
                let value = self.builder.use_var(self.locals[local_index as usize]);
                self.push(value);
            }
            Operator::LocalSet { local_index } => {
                let value = self.pop();
                let value = self.canonical(value);
                self.builder.def_var(self.locals[local_index as usize], value);
            }
            Operator::LocalTee { local_index } => {
                let value = self.top(1)[0];
                self.builder.def_var(self.locals[local_index as usize], value);
            }
            Operator::GlobalGet { global_index } => {
                let address = self.global_address(global_index);
                let ty = value_type(self.environment.module.globals[GlobalIndex::from_u32(global_index)].ty.ty);
                let value = self.builder.ins().load(ty, self.regions.global(), address, 0);
                self.push(value);
            }
            Operator::GlobalSet { global_index } => {
                let value = self.pop();
                let address = self.global_address(global_index);
                self.builder.ins().store(self.regions.global(), value, address, 0);
            }
            Operator::Select | Operator::TypedSelect { .. } => {
                let (x, y, condition) = self.pop3();
                let (x, y) = (self.canonical(x), self.canonical(y));
                let value = self.builder.ins().select(condition, x, y);
                self.push(value);
            }
            Operator::I32Const { value } => self.push_integer(types::I32, i64::from(value)),
            Operator::I64Const { value } => self.push_integer(types::I64, value),
            Operator::F32Const { value } => {
                let value = self.builder.ins().f32const(immediates::Ieee32::with_bits(value.bits()));
                self.push(value);
            }
            Operator::F64Const { value } => {
                let value = self.builder.ins().f64const(immediates::Ieee64::with_bits(value.bits()));
                self.push(value);
            }
            Operator::V128Const { value } => {
                let value = self.vector_constant(*value.bytes());
                self.push(value);
            }
            _ => return false,
        }
        true
    }

    fn push_integer(&mut self, ty: Type, value: i64) {
        // Immediates of `iconst` are zero-extended from the type's own width.
        let bits = if ty == types::I32 { i64::from(value as u32) } else { value };
        let value = self.builder.ins().iconst(ty, bits);
        self.push(value);
    }
}
