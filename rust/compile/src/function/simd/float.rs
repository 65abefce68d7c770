//! Vectors of floats.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

use super::FunctionTranslator;
use crate::function::numeric::Rounding;

impl FunctionTranslator<'_> {
    pub(super) fn vector_float(&mut self, operator: &Operator<'_>) -> bool {
        self.vector_float_arithmetic(operator)
            || self.vector_float_comparison(operator)
            || self.vector_conversion(operator)
    }

    fn vector_float_arithmetic(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32X4, F64X2};
        match operator {
            O::F32x4Add => self.vector_binary(F32X4, |ins, x, y| ins.fadd(x, y)),
            O::F64x2Add => self.vector_binary(F64X2, |ins, x, y| ins.fadd(x, y)),
            O::F32x4Sub => self.vector_binary(F32X4, |ins, x, y| ins.fsub(x, y)),
            O::F64x2Sub => self.vector_binary(F64X2, |ins, x, y| ins.fsub(x, y)),
            O::F32x4Mul => self.vector_binary(F32X4, |ins, x, y| ins.fmul(x, y)),
            O::F64x2Mul => self.vector_binary(F64X2, |ins, x, y| ins.fmul(x, y)),
            O::F32x4Div => self.vector_binary(F32X4, |ins, x, y| ins.fdiv(x, y)),
            O::F64x2Div => self.vector_binary(F64X2, |ins, x, y| ins.fdiv(x, y)),
            O::F32x4Min => self.vector_binary(F32X4, |ins, x, y| ins.fmin(x, y)),
            O::F64x2Min => self.vector_binary(F64X2, |ins, x, y| ins.fmin(x, y)),
            O::F32x4Max => self.vector_binary(F32X4, |ins, x, y| ins.fmax(x, y)),
            O::F64x2Max => self.vector_binary(F64X2, |ins, x, y| ins.fmax(x, y)),
            O::F32x4PMin => self.pseudo_minimum(F32X4),
            O::F64x2PMin => self.pseudo_minimum(F64X2),
            O::F32x4PMax => self.pseudo_maximum(F32X4),
            O::F64x2PMax => self.pseudo_maximum(F64X2),
            O::F32x4Abs => self.vector_unary(F32X4, |ins, x| ins.fabs(x)),
            O::F64x2Abs => self.vector_unary(F64X2, |ins, x| ins.fabs(x)),
            O::F32x4Neg => self.vector_unary(F32X4, |ins, x| ins.fneg(x)),
            O::F64x2Neg => self.vector_unary(F64X2, |ins, x| ins.fneg(x)),
            O::F32x4Sqrt => self.vector_unary(F32X4, |ins, x| ins.sqrt(x)),
            O::F64x2Sqrt => self.vector_unary(F64X2, |ins, x| ins.sqrt(x)),
            O::F32x4Ceil => self.vector_round(F32X4, Rounding::Ceil),
            O::F64x2Ceil => self.vector_round(F64X2, Rounding::Ceil),
            O::F32x4Floor => self.vector_round(F32X4, Rounding::Floor),
            O::F64x2Floor => self.vector_round(F64X2, Rounding::Floor),
            O::F32x4Trunc => self.vector_round(F32X4, Rounding::Trunc),
            O::F64x2Trunc => self.vector_round(F64X2, Rounding::Trunc),
            O::F32x4Nearest => self.vector_round(F32X4, Rounding::Nearest),
            O::F64x2Nearest => self.vector_round(F64X2, Rounding::Nearest),
            _ => return false,
        }
        true
    }

    fn vector_float_comparison(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32X4, F64X2};
        let (ty, condition) = match operator {
            O::F32x4Eq => (F32X4, FloatCC::Equal),
            O::F64x2Eq => (F64X2, FloatCC::Equal),
            O::F32x4Ne => (F32X4, FloatCC::NotEqual),
            O::F64x2Ne => (F64X2, FloatCC::NotEqual),
            O::F32x4Lt => (F32X4, FloatCC::LessThan),
            O::F64x2Lt => (F64X2, FloatCC::LessThan),
            O::F32x4Gt => (F32X4, FloatCC::GreaterThan),
            O::F64x2Gt => (F64X2, FloatCC::GreaterThan),
            O::F32x4Le => (F32X4, FloatCC::LessThanOrEqual),
            O::F64x2Le => (F64X2, FloatCC::LessThanOrEqual),
            O::F32x4Ge => (F32X4, FloatCC::GreaterThanOrEqual),
            O::F64x2Ge => (F64X2, FloatCC::GreaterThanOrEqual),
            _ => return false,
        };
        self.vector_binary(ty, |ins, x, y| ins.fcmp(condition, x, y));
        true
    }

    fn vector_conversion(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32X4, F64X2, I32X4};
        match operator {
            O::I32x4TruncSatF32x4S => self.vector_unary(F32X4, |ins, x| ins.fcvt_to_sint_sat(I32X4, x)),
            O::I32x4TruncSatF32x4U => self.vector_unary(F32X4, |ins, x| ins.fcvt_to_uint_sat(I32X4, x)),
            O::I32x4TruncSatF64x2SZero => self.truncate_doubles(true),
            O::I32x4TruncSatF64x2UZero => self.truncate_doubles(false),
            O::F32x4ConvertI32x4S => self.vector_unary(I32X4, |ins, x| ins.fcvt_from_sint(F32X4, x)),
            O::F32x4ConvertI32x4U => self.vector_unary(I32X4, |ins, x| ins.fcvt_from_uint(F32X4, x)),
            O::F64x2ConvertLowI32x4S => {
                self.vector_unary(I32X4, |ins, x| ins.swiden_low(x));
                self.unary(|ins, x| ins.fcvt_from_sint(F64X2, x));
            }
            O::F64x2ConvertLowI32x4U => {
                self.vector_unary(I32X4, |ins, x| ins.uwiden_low(x));
                self.unary(|ins, x| ins.fcvt_from_uint(F64X2, x));
            }
            O::F32x4DemoteF64x2Zero => self.vector_unary(F64X2, |ins, x| ins.fvdemote(x)),
            O::F64x2PromoteLowF32x4 => self.vector_unary(F32X4, |ins, x| ins.fvpromote_low(x)),
            _ => return false,
        }
        true
    }

    /// `i32x4.trunc_sat_f64x2_{s,u}_zero`: two integers from two floats, and two zeros.
    pub(super) fn truncate_doubles(&mut self, signed: bool) {
        let zeros = self.builder.func.dfg.constants.insert(vec![0; 16].into());
        self.vector_unary(types::F64X2, |ins, x| {
            if signed { ins.fcvt_to_sint_sat(types::I64X2, x) } else { ins.fcvt_to_uint_sat(types::I64X2, x) }
        });
        let zeros = self.builder.ins().vconst(types::I64X2, zeros);
        self.unary(|ins, x| if signed { ins.snarrow(x, zeros) } else { ins.uunarrow(x, zeros) });
    }

    /// `pmin(x, y)` is `y < x ? y : x`, also for zeros and for what is not a number.
    fn pseudo_minimum(&mut self, ty: Type) {
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let less = self.builder.ins().fcmp(FloatCC::LessThan, y, x);
        let less = self.with_lanes(less, ty);
        let value = self.builder.ins().bitselect(less, y, x);
        self.push(value);
    }

    /// `pmax(x, y)` is `x < y ? y : x`.
    fn pseudo_maximum(&mut self, ty: Type) {
        let y = self.pop_vector(ty);
        let x = self.pop_vector(ty);
        let less = self.builder.ins().fcmp(FloatCC::LessThan, x, y);
        let less = self.with_lanes(less, ty);
        let value = self.builder.ins().bitselect(less, y, x);
        self.push(value);
    }

    fn vector_round(&mut self, ty: Type, rounding: Rounding) {
        let x = self.pop_vector(ty);
        let value = self.rounded(rounding, x);
        self.push(value);
    }
}
