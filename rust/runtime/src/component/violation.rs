//! The texts of traps about values that a guest gave wrongly: the walker's and the adapters'.

use crate::abi::MAX_BYTE_LENGTH;
use crate::environ::TrapCode;
use crate::environ::component::adapter::Failure;
use crate::error::Error;

/// The trap for a failure about two numbers.
#[cold]
pub(super) fn violation(failure: Failure, a: u64, b: u64) -> Error {
    let detail = match failure {
        Failure::UnalignedPointer => "unaligned pointer".to_owned(),
        Failure::PointerOutOfBounds => "pointer out of bounds of memory".to_owned(),
        Failure::ListTooLong => {
            format!("list content out-of-bounds: length {a} exceeds maximum byte size {MAX_BYTE_LENGTH}")
        }
        Failure::UnalignedList => "unaligned pointer of a list".to_owned(),
        Failure::ListOutOfBounds => {
            "list content out-of-bounds: list pointer/length out of bounds of memory".to_owned()
        }
        Failure::UnalignedAllocation => "unaligned pointer: realloc return: result not aligned".to_owned(),
        Failure::StringAllocationOutOfBounds => allocation("string"),
        Failure::ListAllocationOutOfBounds => allocation("list"),
        Failure::ParameterAllocationOutOfBounds => allocation("parameter"),
        Failure::InvalidChar => format!("invalid `char` bit pattern {a:#x}"),
        Failure::InvalidDiscriminant => {
            format!("invalid variant discriminant: discriminant {a} out of range [0..{b})")
        }
    };
    Error::trap(TrapCode::CanonicalAbi, detail)
}

fn allocation(what: &str) -> String {
    format!("{what} content out-of-bounds: realloc return: beyond end of memory")
}
