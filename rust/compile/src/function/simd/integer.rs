//! Vectors of integers and of bits.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

use super::FunctionTranslator;
use crate::signature::V128;

/// Which half of a vector's lanes, and how they are made twice as wide.
#[derive(Clone, Copy)]
pub(super) enum Widen {
    LowSigned,
    HighSigned,
    LowUnsigned,
    HighUnsigned,
}

impl FunctionTranslator<'_> {
    pub(super) fn vector_integer(&mut self, operator: &Operator<'_>) -> bool {
        self.vector_bits(operator)
            || self.vector_arithmetic(operator)
            || self.vector_comparison(operator)
            || self.vector_widening(operator)
    }

    /// Bitwise operations, and tests of whole vectors.
    fn vector_bits(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{I8X16, I16X8, I32, I32X4, I64X2};
        match operator {
            O::V128Not => self.vector_unary(V128, |ins, x| ins.bnot(x)),
            O::V128And => self.vector_binary(V128, |ins, x, y| ins.band(x, y)),
            O::V128AndNot => {
                self.vector_unary(V128, |ins, y| ins.bnot(y));
                self.vector_binary(V128, |ins, x, y| ins.band(x, y));
            }
            O::V128Or => self.vector_binary(V128, |ins, x, y| ins.bor(x, y)),
            O::V128Xor => self.vector_binary(V128, |ins, x, y| ins.bxor(x, y)),
            O::V128Bitselect => self.vector_bitselect(V128),
            O::V128AnyTrue => {
                self.vector_unary(V128, |ins, x| ins.vany_true(x));
                self.extend_condition();
            }
            O::I8x16AllTrue => self.all_true(I8X16),
            O::I16x8AllTrue => self.all_true(I16X8),
            O::I32x4AllTrue => self.all_true(I32X4),
            O::I64x2AllTrue => self.all_true(I64X2),
            O::I8x16Bitmask => self.vector_unary(I8X16, |ins, x| ins.vhigh_bits(I32, x)),
            O::I16x8Bitmask => self.vector_unary(I16X8, |ins, x| ins.vhigh_bits(I32, x)),
            O::I32x4Bitmask => self.vector_unary(I32X4, |ins, x| ins.vhigh_bits(I32, x)),
            O::I64x2Bitmask => self.vector_unary(I64X2, |ins, x| ins.vhigh_bits(I32, x)),
            O::I8x16Popcnt => self.vector_unary(I8X16, |ins, x| ins.popcnt(x)),
            O::I8x16Shl => self.shift_left(I8X16),
            O::I16x8Shl => self.shift_left(I16X8),
            O::I32x4Shl => self.shift_left(I32X4),
            O::I64x2Shl => self.shift_left(I64X2),
            O::I8x16ShrS => self.shift_right_signed(I8X16),
            O::I16x8ShrS => self.shift_right_signed(I16X8),
            O::I32x4ShrS => self.shift_right_signed(I32X4),
            O::I64x2ShrS => self.shift_right_signed(I64X2),
            O::I8x16ShrU => self.shift_right_unsigned(I8X16),
            O::I16x8ShrU => self.shift_right_unsigned(I16X8),
            O::I32x4ShrU => self.shift_right_unsigned(I32X4),
            O::I64x2ShrU => self.shift_right_unsigned(I64X2),
            _ => return false,
        }
        true
    }

    fn vector_arithmetic(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{I8X16, I16X8, I32X4, I64X2};
        match operator {
            O::I8x16Add => self.vector_binary(I8X16, |ins, x, y| ins.iadd(x, y)),
            O::I16x8Add => self.vector_binary(I16X8, |ins, x, y| ins.iadd(x, y)),
            O::I32x4Add => self.vector_binary(I32X4, |ins, x, y| ins.iadd(x, y)),
            O::I64x2Add => self.vector_binary(I64X2, |ins, x, y| ins.iadd(x, y)),
            O::I8x16Sub => self.vector_binary(I8X16, |ins, x, y| ins.isub(x, y)),
            O::I16x8Sub => self.vector_binary(I16X8, |ins, x, y| ins.isub(x, y)),
            O::I32x4Sub => self.vector_binary(I32X4, |ins, x, y| ins.isub(x, y)),
            O::I64x2Sub => self.vector_binary(I64X2, |ins, x, y| ins.isub(x, y)),
            O::I16x8Mul => self.vector_binary(I16X8, |ins, x, y| ins.imul(x, y)),
            O::I32x4Mul => self.vector_binary(I32X4, |ins, x, y| ins.imul(x, y)),
            O::I64x2Mul => self.vector_binary(I64X2, |ins, x, y| ins.imul(x, y)),
            O::I8x16AddSatS => self.vector_binary(I8X16, |ins, x, y| ins.sadd_sat(x, y)),
            O::I16x8AddSatS => self.vector_binary(I16X8, |ins, x, y| ins.sadd_sat(x, y)),
            O::I8x16AddSatU => self.vector_binary(I8X16, |ins, x, y| ins.uadd_sat(x, y)),
            O::I16x8AddSatU => self.vector_binary(I16X8, |ins, x, y| ins.uadd_sat(x, y)),
            O::I8x16SubSatS => self.vector_binary(I8X16, |ins, x, y| ins.ssub_sat(x, y)),
            O::I16x8SubSatS => self.vector_binary(I16X8, |ins, x, y| ins.ssub_sat(x, y)),
            O::I8x16SubSatU => self.vector_binary(I8X16, |ins, x, y| ins.usub_sat(x, y)),
            O::I16x8SubSatU => self.vector_binary(I16X8, |ins, x, y| ins.usub_sat(x, y)),
            O::I8x16MinS => self.vector_binary(I8X16, |ins, x, y| ins.smin(x, y)),
            O::I16x8MinS => self.vector_binary(I16X8, |ins, x, y| ins.smin(x, y)),
            O::I32x4MinS => self.vector_binary(I32X4, |ins, x, y| ins.smin(x, y)),
            O::I8x16MinU => self.vector_binary(I8X16, |ins, x, y| ins.umin(x, y)),
            O::I16x8MinU => self.vector_binary(I16X8, |ins, x, y| ins.umin(x, y)),
            O::I32x4MinU => self.vector_binary(I32X4, |ins, x, y| ins.umin(x, y)),
            O::I8x16MaxS => self.vector_binary(I8X16, |ins, x, y| ins.smax(x, y)),
            O::I16x8MaxS => self.vector_binary(I16X8, |ins, x, y| ins.smax(x, y)),
            O::I32x4MaxS => self.vector_binary(I32X4, |ins, x, y| ins.smax(x, y)),
            O::I8x16MaxU => self.vector_binary(I8X16, |ins, x, y| ins.umax(x, y)),
            O::I16x8MaxU => self.vector_binary(I16X8, |ins, x, y| ins.umax(x, y)),
            O::I32x4MaxU => self.vector_binary(I32X4, |ins, x, y| ins.umax(x, y)),
            O::I8x16AvgrU => self.vector_binary(I8X16, |ins, x, y| ins.avg_round(x, y)),
            O::I16x8AvgrU => self.vector_binary(I16X8, |ins, x, y| ins.avg_round(x, y)),
            O::I16x8Q15MulrSatS => self.vector_binary(I16X8, |ins, x, y| ins.sqmul_round_sat(x, y)),
            O::I8x16Abs => self.vector_unary(I8X16, |ins, x| ins.iabs(x)),
            O::I16x8Abs => self.vector_unary(I16X8, |ins, x| ins.iabs(x)),
            O::I32x4Abs => self.vector_unary(I32X4, |ins, x| ins.iabs(x)),
            O::I64x2Abs => self.vector_unary(I64X2, |ins, x| ins.iabs(x)),
            O::I8x16Neg => self.vector_unary(I8X16, |ins, x| ins.ineg(x)),
            O::I16x8Neg => self.vector_unary(I16X8, |ins, x| ins.ineg(x)),
            O::I32x4Neg => self.vector_unary(I32X4, |ins, x| ins.ineg(x)),
            O::I64x2Neg => self.vector_unary(I64X2, |ins, x| ins.ineg(x)),
            _ => return false,
        }
        true
    }

    fn vector_comparison(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{I8X16, I16X8, I32X4, I64X2};
        let (ty, condition) = match operator {
            O::I8x16Eq => (I8X16, IntCC::Equal),
            O::I16x8Eq => (I16X8, IntCC::Equal),
            O::I32x4Eq => (I32X4, IntCC::Equal),
            O::I64x2Eq => (I64X2, IntCC::Equal),
            O::I8x16Ne => (I8X16, IntCC::NotEqual),
            O::I16x8Ne => (I16X8, IntCC::NotEqual),
            O::I32x4Ne => (I32X4, IntCC::NotEqual),
            O::I64x2Ne => (I64X2, IntCC::NotEqual),
            O::I8x16LtS => (I8X16, IntCC::SignedLessThan),
            O::I16x8LtS => (I16X8, IntCC::SignedLessThan),
            O::I32x4LtS => (I32X4, IntCC::SignedLessThan),
            O::I64x2LtS => (I64X2, IntCC::SignedLessThan),
            O::I8x16LtU => (I8X16, IntCC::UnsignedLessThan),
            O::I16x8LtU => (I16X8, IntCC::UnsignedLessThan),
            O::I32x4LtU => (I32X4, IntCC::UnsignedLessThan),
            O::I8x16GtS => (I8X16, IntCC::SignedGreaterThan),
            O::I16x8GtS => (I16X8, IntCC::SignedGreaterThan),
            O::I32x4GtS => (I32X4, IntCC::SignedGreaterThan),
            O::I64x2GtS => (I64X2, IntCC::SignedGreaterThan),
            O::I8x16GtU => (I8X16, IntCC::UnsignedGreaterThan),
            O::I16x8GtU => (I16X8, IntCC::UnsignedGreaterThan),
            O::I32x4GtU => (I32X4, IntCC::UnsignedGreaterThan),
            O::I8x16LeS => (I8X16, IntCC::SignedLessThanOrEqual),
            O::I16x8LeS => (I16X8, IntCC::SignedLessThanOrEqual),
            O::I32x4LeS => (I32X4, IntCC::SignedLessThanOrEqual),
            O::I64x2LeS => (I64X2, IntCC::SignedLessThanOrEqual),
            O::I8x16LeU => (I8X16, IntCC::UnsignedLessThanOrEqual),
            O::I16x8LeU => (I16X8, IntCC::UnsignedLessThanOrEqual),
            O::I32x4LeU => (I32X4, IntCC::UnsignedLessThanOrEqual),
            O::I8x16GeS => (I8X16, IntCC::SignedGreaterThanOrEqual),
            O::I16x8GeS => (I16X8, IntCC::SignedGreaterThanOrEqual),
            O::I32x4GeS => (I32X4, IntCC::SignedGreaterThanOrEqual),
            O::I64x2GeS => (I64X2, IntCC::SignedGreaterThanOrEqual),
            O::I8x16GeU => (I8X16, IntCC::UnsignedGreaterThanOrEqual),
            O::I16x8GeU => (I16X8, IntCC::UnsignedGreaterThanOrEqual),
            O::I32x4GeU => (I32X4, IntCC::UnsignedGreaterThanOrEqual),
            _ => return false,
        };
        self.vector_binary(ty, |ins, x, y| ins.icmp(condition, x, y));
        true
    }

    /// Operations whose lanes are wider or narrower than their operands'.
    fn vector_widening(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use Widen::{HighSigned, HighUnsigned, LowSigned, LowUnsigned};
        use types::{I8X16, I16X8, I32X4};
        match operator {
            O::I8x16NarrowI16x8S => self.vector_binary(I16X8, |ins, x, y| ins.snarrow(x, y)),
            O::I8x16NarrowI16x8U => self.vector_binary(I16X8, |ins, x, y| ins.unarrow(x, y)),
            O::I16x8NarrowI32x4S => self.vector_binary(I32X4, |ins, x, y| ins.snarrow(x, y)),
            O::I16x8NarrowI32x4U => self.vector_binary(I32X4, |ins, x, y| ins.unarrow(x, y)),
            O::I16x8ExtendLowI8x16S => self.widen(I8X16, LowSigned),
            O::I16x8ExtendHighI8x16S => self.widen(I8X16, HighSigned),
            O::I16x8ExtendLowI8x16U => self.widen(I8X16, LowUnsigned),
            O::I16x8ExtendHighI8x16U => self.widen(I8X16, HighUnsigned),
            O::I32x4ExtendLowI16x8S => self.widen(I16X8, LowSigned),
            O::I32x4ExtendHighI16x8S => self.widen(I16X8, HighSigned),
            O::I32x4ExtendLowI16x8U => self.widen(I16X8, LowUnsigned),
            O::I32x4ExtendHighI16x8U => self.widen(I16X8, HighUnsigned),
            O::I64x2ExtendLowI32x4S => self.widen(I32X4, LowSigned),
            O::I64x2ExtendHighI32x4S => self.widen(I32X4, HighSigned),
            O::I64x2ExtendLowI32x4U => self.widen(I32X4, LowUnsigned),
            O::I64x2ExtendHighI32x4U => self.widen(I32X4, HighUnsigned),
            O::I16x8ExtMulLowI8x16S => self.widening_multiply(I8X16, LowSigned),
            O::I16x8ExtMulHighI8x16S => self.widening_multiply(I8X16, HighSigned),
            O::I16x8ExtMulLowI8x16U => self.widening_multiply(I8X16, LowUnsigned),
            O::I16x8ExtMulHighI8x16U => self.widening_multiply(I8X16, HighUnsigned),
            O::I32x4ExtMulLowI16x8S => self.widening_multiply(I16X8, LowSigned),
            O::I32x4ExtMulHighI16x8S => self.widening_multiply(I16X8, HighSigned),
            O::I32x4ExtMulLowI16x8U => self.widening_multiply(I16X8, LowUnsigned),
            O::I32x4ExtMulHighI16x8U => self.widening_multiply(I16X8, HighUnsigned),
            O::I64x2ExtMulLowI32x4S => self.widening_multiply(I32X4, LowSigned),
            O::I64x2ExtMulHighI32x4S => self.widening_multiply(I32X4, HighSigned),
            O::I64x2ExtMulLowI32x4U => self.widening_multiply(I32X4, LowUnsigned),
            O::I64x2ExtMulHighI32x4U => self.widening_multiply(I32X4, HighUnsigned),
            O::I16x8ExtAddPairwiseI8x16S => self.add_pairwise(I8X16, LowSigned, HighSigned),
            O::I16x8ExtAddPairwiseI8x16U => self.add_pairwise(I8X16, LowUnsigned, HighUnsigned),
            O::I32x4ExtAddPairwiseI16x8S => self.add_pairwise(I16X8, LowSigned, HighSigned),
            O::I32x4ExtAddPairwiseI16x8U => self.add_pairwise(I16X8, LowUnsigned, HighUnsigned),
            O::I32x4DotI16x8S => self.dot_product(I16X8),
            _ => return false,
        }
        true
    }

    fn all_true(&mut self, ty: Type) {
        self.vector_unary(ty, |ins, x| ins.vall_true(x));
        self.extend_condition();
    }

    // Cranelift takes the amount of a vector shift modulo the width of a lane, as wasm does.

    fn shift_left(&mut self, ty: Type) {
        let amount = self.pop();
        self.vector_unary(ty, |ins, x| ins.ishl(x, amount));
    }

    fn shift_right_signed(&mut self, ty: Type) {
        let amount = self.pop();
        self.vector_unary(ty, |ins, x| ins.sshr(x, amount));
    }

    fn shift_right_unsigned(&mut self, ty: Type) {
        let amount = self.pop();
        self.vector_unary(ty, |ins, x| ins.ushr(x, amount));
    }

    /// Takes each bit from the first operand where the third's is set, and from the second elsewhere.
    pub(super) fn vector_bitselect(&mut self, ty: Type) {
        let mask = self.pop_vector(ty);
        self.vector_binary(ty, |ins, x, y| ins.bitselect(mask, x, y));
    }

    fn widen(&mut self, ty: Type, how: Widen) {
        self.vector_unary(ty, |ins, x| match how {
            Widen::LowSigned => ins.swiden_low(x),
            Widen::HighSigned => ins.swiden_high(x),
            Widen::LowUnsigned => ins.uwiden_low(x),
            Widen::HighUnsigned => ins.uwiden_high(x),
        });
    }

    fn widening_multiply(&mut self, ty: Type, how: Widen) {
        self.widen(ty, how);
        let y = self.pop();
        self.widen(ty, how);
        self.unary(|ins, x| ins.imul(x, y));
    }

    /// Adds neighbouring lanes of the topmost operand.
    pub(super) fn add_pairwise(&mut self, ty: Type, low: Widen, high: Widen) {
        let x = self.pop();
        self.push(x);
        self.widen(ty, low);
        self.push(x);
        self.widen(ty, high);
        self.binary(|ins, low, high| ins.iadd_pairwise(low, high));
    }

    /// Multiplies lane by lane and adds neighbouring products.
    pub(super) fn dot_product(&mut self, ty: Type) {
        let (x, y) = self.pop2();
        for how in [Widen::LowSigned, Widen::HighSigned] {
            self.stack.extend([x, y]);
            self.widening_multiply(ty, how);
        }
        self.binary(|ins, low, high| ins.iadd_pairwise(low, high));
    }
}
