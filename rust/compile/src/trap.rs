//! Trap codes of `environ` and of Cranelift: the one place that knows both.
//!
//! Five reasons have codes that Cranelift itself emits (in prologues, divisions, conversions and heap accesses); every
//! other reason is a user code with `environ`'s own number.

use cranelift_codegen::ir;
use dovetail_environ::TrapCode;

/// Marks code that control never reaches, such as the instruction after a call of `raise`. It is left out of the table
/// of traps, so that reaching it is a crash of ours and never mistaken for a trap of the guest.
pub(crate) const INTERNAL: ir::TrapCode = ir::TrapCode::unwrap_user(128);

/// The reasons that Cranelift has codes of its own for.
const SHARED: [(TrapCode, ir::TrapCode); 5] = [
    (TrapCode::StackOverflow, ir::TrapCode::STACK_OVERFLOW),
    (TrapCode::MemoryOutOfBounds, ir::TrapCode::HEAP_OUT_OF_BOUNDS),
    (TrapCode::IntegerOverflow, ir::TrapCode::INTEGER_OVERFLOW),
    (TrapCode::IntegerDivideByZero, ir::TrapCode::INTEGER_DIVISION_BY_ZERO),
    (TrapCode::InvalidConversionToInteger, ir::TrapCode::BAD_CONVERSION_TO_INTEGER),
];

/// The code to put into compiled code.
pub(crate) fn to_cranelift(code: TrapCode) -> ir::TrapCode {
    match SHARED.iter().find(|(ours, _)| *ours == code) {
        Some((_, theirs)) => *theirs,
        None => ir::TrapCode::unwrap_user(code as u8),
    }
}

/// The reason that a code in compiled code stands for; `None` for [`INTERNAL`].
pub(crate) fn from_cranelift(code: ir::TrapCode) -> Option<TrapCode> {
    match SHARED.iter().find(|(_, theirs)| *theirs == code) {
        Some((ours, _)) => Some(*ours),
        None => TrapCode::from_number(code.as_raw().get()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trap_survives_the_way_through_cranelift() {
        for code in TrapCode::ALL {
            assert_eq!(from_cranelift(to_cranelift(*code)), Some(*code));
        }
        assert_eq!(from_cranelift(INTERNAL), None);
    }
}
