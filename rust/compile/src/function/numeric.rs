//! Arithmetic, comparisons and bit operations on scalars: nearly all of them one instruction each.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use dovetail_environ::libcall::Libcall;
use wasmparser::Operator;

use super::FunctionTranslator;

impl FunctionTranslator<'_> {
    /// Cranelift's divisions and remainders trap as wasm's do; shifts and rotations take the amount modulo the width.
    pub(super) fn numeric(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        match operator {
            O::I32Add | O::I64Add => self.binary(|ins, x, y| ins.iadd(x, y)),
            O::I32Sub | O::I64Sub => self.binary(|ins, x, y| ins.isub(x, y)),
            O::I32Mul | O::I64Mul => self.binary(|ins, x, y| ins.imul(x, y)),
            O::I32DivS | O::I64DivS => self.binary(|ins, x, y| ins.sdiv(x, y)),
            O::I32DivU | O::I64DivU => self.binary(|ins, x, y| ins.udiv(x, y)),
            O::I32RemS | O::I64RemS => self.binary(|ins, x, y| ins.srem(x, y)),
            O::I32RemU | O::I64RemU => self.binary(|ins, x, y| ins.urem(x, y)),
            O::I32And | O::I64And => self.binary(|ins, x, y| ins.band(x, y)),
            O::I32Or | O::I64Or => self.binary(|ins, x, y| ins.bor(x, y)),
            O::I32Xor | O::I64Xor => self.binary(|ins, x, y| ins.bxor(x, y)),
            O::I32Shl | O::I64Shl => self.binary(|ins, x, y| ins.ishl(x, y)),
            O::I32ShrS | O::I64ShrS => self.binary(|ins, x, y| ins.sshr(x, y)),
            O::I32ShrU | O::I64ShrU => self.binary(|ins, x, y| ins.ushr(x, y)),
            O::I32Rotl | O::I64Rotl => self.binary(|ins, x, y| ins.rotl(x, y)),
            O::I32Rotr | O::I64Rotr => self.binary(|ins, x, y| ins.rotr(x, y)),
            O::I32Clz | O::I64Clz => self.unary(|ins, x| ins.clz(x)),
            O::I32Ctz | O::I64Ctz => self.unary(|ins, x| ins.ctz(x)),
            O::I32Popcnt | O::I64Popcnt => self.unary(|ins, x| ins.popcnt(x)),
            O::I32Eqz | O::I64Eqz => {
                self.unary(|ins, x| ins.icmp_imm_u(IntCC::Equal, x, 0));
                self.extend_condition();
            }
            O::I32Eq | O::I64Eq => self.compare(IntCC::Equal),
            O::I32Ne | O::I64Ne => self.compare(IntCC::NotEqual),
            O::I32LtS | O::I64LtS => self.compare(IntCC::SignedLessThan),
            O::I32LtU | O::I64LtU => self.compare(IntCC::UnsignedLessThan),
            O::I32GtS | O::I64GtS => self.compare(IntCC::SignedGreaterThan),
            O::I32GtU | O::I64GtU => self.compare(IntCC::UnsignedGreaterThan),
            O::I32LeS | O::I64LeS => self.compare(IntCC::SignedLessThanOrEqual),
            O::I32LeU | O::I64LeU => self.compare(IntCC::UnsignedLessThanOrEqual),
            O::I32GeS | O::I64GeS => self.compare(IntCC::SignedGreaterThanOrEqual),
            O::I32GeU | O::I64GeU => self.compare(IntCC::UnsignedGreaterThanOrEqual),
            O::F32Eq | O::F64Eq => self.compare_floats(FloatCC::Equal),
            O::F32Ne | O::F64Ne => self.compare_floats(FloatCC::NotEqual),
            O::F32Lt | O::F64Lt => self.compare_floats(FloatCC::LessThan),
            O::F32Gt | O::F64Gt => self.compare_floats(FloatCC::GreaterThan),
            O::F32Le | O::F64Le => self.compare_floats(FloatCC::LessThanOrEqual),
            O::F32Ge | O::F64Ge => self.compare_floats(FloatCC::GreaterThanOrEqual),
            O::F32Add | O::F64Add => self.binary(|ins, x, y| ins.fadd(x, y)),
            O::F32Sub | O::F64Sub => self.binary(|ins, x, y| ins.fsub(x, y)),
            O::F32Mul | O::F64Mul => self.binary(|ins, x, y| ins.fmul(x, y)),
            O::F32Div | O::F64Div => self.binary(|ins, x, y| ins.fdiv(x, y)),
            O::F32Min | O::F64Min => self.binary(|ins, x, y| ins.fmin(x, y)),
            O::F32Max | O::F64Max => self.binary(|ins, x, y| ins.fmax(x, y)),
            O::F32Copysign | O::F64Copysign => self.binary(|ins, x, y| ins.fcopysign(x, y)),
            O::F32Abs | O::F64Abs => self.unary(|ins, x| ins.fabs(x)),
            O::F32Neg | O::F64Neg => self.unary(|ins, x| ins.fneg(x)),
            O::F32Sqrt | O::F64Sqrt => self.unary(|ins, x| ins.sqrt(x)),
            O::F32Ceil | O::F64Ceil => self.round(Rounding::Ceil),
            O::F32Floor | O::F64Floor => self.round(Rounding::Floor),
            O::F32Trunc | O::F64Trunc => self.round(Rounding::Trunc),
            O::F32Nearest | O::F64Nearest => self.round(Rounding::Nearest),
            _ => return false,
        }
        true
    }

    fn compare(&mut self, condition: IntCC) {
        self.binary(|ins, x, y| ins.icmp(condition, x, y));
        self.extend_condition();
    }

    fn compare_floats(&mut self, condition: FloatCC) {
        self.binary(|ins, x, y| ins.fcmp(condition, x, y));
        self.extend_condition();
    }

    /// Makes the byte that a comparison yields wasm's `i32`.
    pub(super) fn extend_condition(&mut self) {
        self.unary(|ins, x| ins.uextend(types::I32, x));
    }

    fn round(&mut self, rounding: Rounding) {
        let x = self.pop();
        let value = self.rounded(rounding, x);
        self.push(value);
    }

    /// A scalar or, lane by lane, a vector rounded; by the host if the processor has no instruction for it.
    pub(super) fn rounded(&mut self, rounding: Rounding, x: Value) -> Value {
        let ty = self.type_of(x);
        if self.environment.isa.has_round() {
            return match rounding {
                Rounding::Ceil => self.builder.ins().ceil(x),
                Rounding::Floor => self.builder.ins().floor(x),
                Rounding::Trunc => self.builder.ins().trunc(x),
                Rounding::Nearest => self.builder.ins().nearest(x),
            };
        }
        let libcall = rounding.libcall(ty.lane_type() == types::F32);
        if !ty.is_vector() {
            return self.call_pure_libcall(libcall, &[x]);
        }
        (0..ty.lane_count() as u8).fold(x, |vector, lane| {
            let value = self.builder.ins().extractlane(x, lane);
            let value = self.call_pure_libcall(libcall, &[value]);
            self.builder.ins().insertlane(vector, value, lane)
        })
    }
}

/// To which integer a float is rounded.
#[derive(Clone, Copy)]
pub(super) enum Rounding {
    Ceil,
    Floor,
    Trunc,
    Nearest,
}

impl Rounding {
    fn libcall(self, single: bool) -> Libcall {
        match (self, single) {
            (Rounding::Ceil, true) => Libcall::CeilF32,
            (Rounding::Ceil, false) => Libcall::CeilF64,
            (Rounding::Floor, true) => Libcall::FloorF32,
            (Rounding::Floor, false) => Libcall::FloorF64,
            (Rounding::Trunc, true) => Libcall::TruncF32,
            (Rounding::Trunc, false) => Libcall::TruncF64,
            (Rounding::Nearest, true) => Libcall::NearestF32,
            (Rounding::Nearest, false) => Libcall::NearestF64,
        }
    }
}
