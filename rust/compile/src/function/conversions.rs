//! Conversions between the scalar types.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, types};
use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    /// Cranelift's conversions to integers trap as wasm's do: not-a-number is invalid, all else out of range overflows.
    pub(super) fn conversions(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32, F64, I8, I16, I32, I64};
        match operator {
            O::I32WrapI64 => self.unary(|ins, x| ins.ireduce(I32, x)),
            O::I64ExtendI32S => self.unary(|ins, x| ins.sextend(I64, x)),
            O::I64ExtendI32U => self.unary(|ins, x| ins.uextend(I64, x)),
            O::I32Extend8S => self.sign_extend(I8, I32),
            O::I32Extend16S => self.sign_extend(I16, I32),
            O::I64Extend8S => self.sign_extend(I8, I64),
            O::I64Extend16S => self.sign_extend(I16, I64),
            O::I64Extend32S => self.sign_extend(I32, I64),
            O::I32TruncF32S | O::I32TruncF64S => self.unary(|ins, x| ins.fcvt_to_sint(I32, x)),
            O::I32TruncF32U | O::I32TruncF64U => self.unary(|ins, x| ins.fcvt_to_uint(I32, x)),
            O::I64TruncF32S | O::I64TruncF64S => self.unary(|ins, x| ins.fcvt_to_sint(I64, x)),
            O::I64TruncF32U | O::I64TruncF64U => self.unary(|ins, x| ins.fcvt_to_uint(I64, x)),
            O::I32TruncSatF32S | O::I32TruncSatF64S => self.unary(|ins, x| ins.fcvt_to_sint_sat(I32, x)),
            O::I32TruncSatF32U | O::I32TruncSatF64U => self.unary(|ins, x| ins.fcvt_to_uint_sat(I32, x)),
            O::I64TruncSatF32S | O::I64TruncSatF64S => self.unary(|ins, x| ins.fcvt_to_sint_sat(I64, x)),
            O::I64TruncSatF32U | O::I64TruncSatF64U => self.unary(|ins, x| ins.fcvt_to_uint_sat(I64, x)),
            O::F32ConvertI32S | O::F32ConvertI64S => self.unary(|ins, x| ins.fcvt_from_sint(F32, x)),
            O::F32ConvertI32U | O::F32ConvertI64U => self.unary(|ins, x| ins.fcvt_from_uint(F32, x)),
            O::F64ConvertI32S | O::F64ConvertI64S => self.unary(|ins, x| ins.fcvt_from_sint(F64, x)),
            O::F64ConvertI32U | O::F64ConvertI64U => self.unary(|ins, x| ins.fcvt_from_uint(F64, x)),
            O::F32DemoteF64 => self.unary(|ins, x| ins.fdemote(F32, x)),
            O::F64PromoteF32 => self.unary(|ins, x| ins.fpromote(F64, x)),
            O::I32ReinterpretF32 => self.reinterpret(I32),
            O::I64ReinterpretF64 => self.reinterpret(I64),
            O::F32ReinterpretI32 => self.reinterpret(F32),
            O::F64ReinterpretI64 => self.reinterpret(F64),
            _ => return false,
        }
        true
    }

    fn sign_extend(&mut self, from: Type, to: Type) {
        self.unary(|ins, x| ins.ireduce(from, x));
        self.unary(|ins, x| ins.sextend(to, x));
    }

    fn reinterpret(&mut self, ty: Type) {
        self.unary(|ins, x| ins.bitcast(ty, MemFlagsData::new(), x));
    }
}
