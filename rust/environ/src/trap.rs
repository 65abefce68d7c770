//! Why a guest was stopped: one table for the compiler, the runtime and Python.

use serde::{Deserialize, Serialize};

macro_rules! traps {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $shouted:literal, $text:literal;)*) => {
        /// The reason of a trap. The numbers are part of compiled code and of the public `TrapCode` in Python.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum TrapCode {
            $($(#[$doc])* $name = $number,)*
        }

        impl TrapCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &[TrapCode] = &[$(TrapCode::$name,)*];

            /// The code with this number.
            pub fn from_number(number: u8) -> Option<TrapCode> {
                match number {
                    $($number => Some(TrapCode::$name),)*
                    _ => None,
                }
            }

            /// The name in Python: `MEMORY_OUT_OF_BOUNDS`.
            pub fn name(self) -> &'static str {
                match self {
                    $(TrapCode::$name => $shouted,)*
                }
            }

            /// What happened, as the specification's tests word it.
            pub fn message(self) -> &'static str {
                match self {
                    $(TrapCode::$name => $text,)*
                }
            }
        }
    };
}

traps! {
    StackOverflow = 1, "STACK_OVERFLOW", "call stack exhausted";
    MemoryOutOfBounds = 2, "MEMORY_OUT_OF_BOUNDS", "out of bounds memory access";
    HeapMisaligned = 3, "HEAP_MISALIGNED", "unaligned atomic";
    TableOutOfBounds = 4, "TABLE_OUT_OF_BOUNDS", "out of bounds table access";
    /// `call_indirect` past the end of its table.
    UndefinedElement = 5, "UNDEFINED_ELEMENT", "undefined element";
    /// `call_indirect` on a null element.
    UninitializedElement = 6, "UNINITIALIZED_ELEMENT", "uninitialized element";
    IndirectCallTypeMismatch = 7, "INDIRECT_CALL_TYPE_MISMATCH", "indirect call type mismatch";
    IntegerOverflow = 8, "INTEGER_OVERFLOW", "integer overflow";
    IntegerDivideByZero = 9, "INTEGER_DIVIDE_BY_ZERO", "integer divide by zero";
    InvalidConversionToInteger = 10, "INVALID_CONVERSION_TO_INTEGER", "invalid conversion to integer";
    UnreachableCodeReached = 11, "UNREACHABLE_CODE_REACHED", "unreachable";
    NullReference = 12, "NULL_REFERENCE", "null reference";
    Interrupt = 13, "INTERRUPT", "interrupt";
    /// A component instance was entered again, or after a trap (`may_enter`).
    CannotEnterComponent = 14, "CANNOT_ENTER_COMPONENT", "cannot enter component instance";
    /// A guest called out while lowering or in post-return (`may_leave`).
    CannotLeaveComponent = 15, "CANNOT_LEAVE_COMPONENT", "cannot leave component instance";
    /// The canonical ABI refused a value: the error's text says which.
    CanonicalAbi = 16, "CANONICAL_ABI", "invalid value at a component's boundary";
    /// A handle does not exist, has the wrong type, or is lent.
    InvalidHandle = 17, "INVALID_HANDLE", "invalid resource handle";
    /// An import that was defined as a trap was called.
    UnknownImport = 18, "UNKNOWN_IMPORT", "unknown import called";
    AllocationTooLarge = 19, "ALLOCATION_TOO_LARGE", "allocation size too large";
    /// A guest threw an exception that no guest of the same call from the host caught.
    UncaughtException = 20, "UNCAUGHT_EXCEPTION", "uncaught exception";
}
