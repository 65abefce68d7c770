//! Relaxed vectors: of the results that the specification allows, the one that the strict operation has, so that a
//! guest computes the same everywhere; multiplications and additions alone fuse where the processor can.

use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

use super::FunctionTranslator;
use super::integer::Widen;

impl FunctionTranslator<'_> {
    pub(super) fn vector_relaxed(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32X4, F64X2, I8X16, I16X8, I32X4, I64X2};
        match operator {
            O::I8x16RelaxedSwizzle => self.vector_binary(I8X16, |ins, x, y| ins.swizzle(x, y)),
            O::I32x4RelaxedTruncF32x4S => self.vector_unary(F32X4, |ins, x| ins.fcvt_to_sint_sat(I32X4, x)),
            O::I32x4RelaxedTruncF32x4U => self.vector_unary(F32X4, |ins, x| ins.fcvt_to_uint_sat(I32X4, x)),
            O::I32x4RelaxedTruncF64x2SZero => self.truncate_doubles(true),
            O::I32x4RelaxedTruncF64x2UZero => self.truncate_doubles(false),
            O::F32x4RelaxedMadd => self.multiply_add(F32X4, false),
            O::F64x2RelaxedMadd => self.multiply_add(F64X2, false),
            O::F32x4RelaxedNmadd => self.multiply_add(F32X4, true),
            O::F64x2RelaxedNmadd => self.multiply_add(F64X2, true),
            O::I8x16RelaxedLaneselect => self.vector_bitselect(I8X16),
            O::I16x8RelaxedLaneselect => self.vector_bitselect(I16X8),
            O::I32x4RelaxedLaneselect => self.vector_bitselect(I32X4),
            O::I64x2RelaxedLaneselect => self.vector_bitselect(I64X2),
            O::F32x4RelaxedMin => self.vector_binary(F32X4, |ins, x, y| ins.fmin(x, y)),
            O::F64x2RelaxedMin => self.vector_binary(F64X2, |ins, x, y| ins.fmin(x, y)),
            O::F32x4RelaxedMax => self.vector_binary(F32X4, |ins, x, y| ins.fmax(x, y)),
            O::F64x2RelaxedMax => self.vector_binary(F64X2, |ins, x, y| ins.fmax(x, y)),
            O::I16x8RelaxedQ15mulrS => self.vector_binary(I16X8, |ins, x, y| ins.sqmul_round_sat(x, y)),
            O::I16x8RelaxedDotI8x16I7x16S => self.dot_product(I8X16),
            O::I32x4RelaxedDotI8x16I7x16AddS => {
                let addend = self.pop_vector(I32X4);
                self.dot_product(I8X16);
                self.add_pairwise(I16X8, Widen::LowSigned, Widen::HighSigned);
                self.unary(|ins, x| ins.iadd(x, addend));
            }
            _ => return false,
        }
        true
    }

    /// `x * y + z`, or `-(x * y) + z`.
    fn multiply_add(&mut self, ty: Type, negate: bool) {
        let z = self.pop_vector(ty);
        let y = self.pop_vector(ty);
        if negate {
            self.vector_unary(ty, |ins, x| ins.fneg(x));
        }
        if self.environment.isa.has_native_fma() {
            self.vector_unary(ty, |ins, x| ins.fma(x, y, z));
        } else {
            self.vector_unary(ty, |ins, x| ins.fmul(x, y));
            self.unary(|ins, x| ins.fadd(x, z));
        }
    }
}
