//! Loads and stores of vectors and of single lanes.

use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::{MemArg, Operator};

use super::FunctionTranslator;
use crate::signature::V128;

impl FunctionTranslator<'_> {
    pub(super) fn vector_memory(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{I8X16, I16X8, I32X4, I64X2};
        match operator {
            O::V128Load { memarg } => self.load(memarg, V128),
            O::V128Store { memarg } => self.store_with(memarg, |ins, a, x| _ = ins.store(a.flags, x, a.base, a.offset)),
            O::V128Load8x8S { memarg } => self.load_with(memarg, |ins, a| ins.sload8x8(a.flags, a.base, a.offset)),
            O::V128Load8x8U { memarg } => self.load_with(memarg, |ins, a| ins.uload8x8(a.flags, a.base, a.offset)),
            O::V128Load16x4S { memarg } => self.load_with(memarg, |ins, a| ins.sload16x4(a.flags, a.base, a.offset)),
            O::V128Load16x4U { memarg } => self.load_with(memarg, |ins, a| ins.uload16x4(a.flags, a.base, a.offset)),
            O::V128Load32x2S { memarg } => self.load_with(memarg, |ins, a| ins.sload32x2(a.flags, a.base, a.offset)),
            O::V128Load32x2U { memarg } => self.load_with(memarg, |ins, a| ins.uload32x2(a.flags, a.base, a.offset)),
            O::V128Load8Splat { memarg } => self.load_splat(memarg, I8X16),
            O::V128Load16Splat { memarg } => self.load_splat(memarg, I16X8),
            O::V128Load32Splat { memarg } => self.load_splat(memarg, I32X4),
            O::V128Load64Splat { memarg } => self.load_splat(memarg, I64X2),
            O::V128Load32Zero { memarg } => self.load_lowest(memarg, I32X4),
            O::V128Load64Zero { memarg } => self.load_lowest(memarg, I64X2),
            O::V128Load8Lane { memarg, lane } => self.load_lane(memarg, I8X16, *lane),
            O::V128Load16Lane { memarg, lane } => self.load_lane(memarg, I16X8, *lane),
            O::V128Load32Lane { memarg, lane } => self.load_lane(memarg, I32X4, *lane),
            O::V128Load64Lane { memarg, lane } => self.load_lane(memarg, I64X2, *lane),
            O::V128Store8Lane { memarg, lane } => self.store_lane(memarg, I8X16, *lane),
            O::V128Store16Lane { memarg, lane } => self.store_lane(memarg, I16X8, *lane),
            O::V128Store32Lane { memarg, lane } => self.store_lane(memarg, I32X4, *lane),
            O::V128Store64Lane { memarg, lane } => self.store_lane(memarg, I64X2, *lane),
            _ => return false,
        }
        true
    }

    fn load_splat(&mut self, memarg: &MemArg, ty: Type) {
        self.load(memarg, ty.lane_type());
        self.unary(|ins, x| ins.splat(ty, x));
    }

    /// Loads the lowest lane; the others are zero.
    fn load_lowest(&mut self, memarg: &MemArg, ty: Type) {
        self.load(memarg, ty.lane_type());
        self.unary(|ins, x| ins.scalar_to_vector(ty, x));
    }

    fn load_lane(&mut self, memarg: &MemArg, ty: Type, lane: u8) {
        let vector = self.pop_vector(ty);
        self.load(memarg, ty.lane_type());
        self.unary(|ins, x| ins.insertlane(vector, x, lane));
    }

    fn store_lane(&mut self, memarg: &MemArg, ty: Type, lane: u8) {
        self.vector_unary(ty, |ins, x| ins.extractlane(x, lane));
        self.store_with(memarg, |ins, a, x| _ = ins.store(a.flags, x, a.base, a.offset));
    }
}
