//! Lanes moved about: splats, single lanes, shuffles.

use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    pub(super) fn vector_lanes(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32X4, F64X2, I8, I8X16, I16, I16X8, I32, I32X4, I64X2};
        match *operator {
            O::I8x16Splat => {
                self.unary(|ins, x| ins.ireduce(I8, x));
                self.unary(|ins, x| ins.splat(I8X16, x));
            }
            O::I16x8Splat => {
                self.unary(|ins, x| ins.ireduce(I16, x));
                self.unary(|ins, x| ins.splat(I16X8, x));
            }
            O::I32x4Splat => self.unary(|ins, x| ins.splat(I32X4, x)),
            O::I64x2Splat => self.unary(|ins, x| ins.splat(I64X2, x)),
            O::F32x4Splat => self.unary(|ins, x| ins.splat(F32X4, x)),
            O::F64x2Splat => self.unary(|ins, x| ins.splat(F64X2, x)),
            O::I8x16ExtractLaneS { lane } => {
                self.extract_lane(I8X16, lane);
                self.unary(|ins, x| ins.sextend(I32, x));
            }
            O::I8x16ExtractLaneU { lane } => {
                self.extract_lane(I8X16, lane);
                self.unary(|ins, x| ins.uextend(I32, x));
            }
            O::I16x8ExtractLaneS { lane } => {
                self.extract_lane(I16X8, lane);
                self.unary(|ins, x| ins.sextend(I32, x));
            }
            O::I16x8ExtractLaneU { lane } => {
                self.extract_lane(I16X8, lane);
                self.unary(|ins, x| ins.uextend(I32, x));
            }
            O::I32x4ExtractLane { lane } => self.extract_lane(I32X4, lane),
            O::I64x2ExtractLane { lane } => self.extract_lane(I64X2, lane),
            O::F32x4ExtractLane { lane } => self.extract_lane(F32X4, lane),
            O::F64x2ExtractLane { lane } => self.extract_lane(F64X2, lane),
            O::I8x16ReplaceLane { lane } => {
                self.unary(|ins, x| ins.ireduce(I8, x));
                self.replace_lane(I8X16, lane);
            }
            O::I16x8ReplaceLane { lane } => {
                self.unary(|ins, x| ins.ireduce(I16, x));
                self.replace_lane(I16X8, lane);
            }
            O::I32x4ReplaceLane { lane } => self.replace_lane(I32X4, lane),
            O::I64x2ReplaceLane { lane } => self.replace_lane(I64X2, lane),
            O::F32x4ReplaceLane { lane } => self.replace_lane(F32X4, lane),
            O::F64x2ReplaceLane { lane } => self.replace_lane(F64X2, lane),
            O::I8x16Shuffle { lanes } => {
                let mask = self.builder.func.dfg.immediates.push(lanes.to_vec().into());
                self.vector_binary(I8X16, |ins, x, y| ins.shuffle(x, y, mask));
            }
            O::I8x16Swizzle => self.vector_binary(I8X16, |ins, x, y| ins.swizzle(x, y)),
            _ => return false,
        }
        true
    }

    fn extract_lane(&mut self, ty: Type, lane: u8) {
        self.vector_unary(ty, |ins, x| ins.extractlane(x, lane));
    }

    fn replace_lane(&mut self, ty: Type, lane: u8) {
        let value = self.pop();
        self.vector_unary(ty, |ins, x| ins.insertlane(x, value, lane));
    }
}
