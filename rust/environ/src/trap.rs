//! Why a guest was stopped: one table for the compiler, the runtime and Python.

use serde::{Deserialize, Serialize};

macro_rules! traps {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
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
                    $(TrapCode::$name => stringify!($name),)*
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
    StackOverflow = 1, "call stack exhausted";
    MemoryOutOfBounds = 2, "out of bounds memory access";
    HeapMisaligned = 3, "unaligned atomic";
    TableOutOfBounds = 4, "out of bounds table access";
    /// `call_indirect` past the end of its table.
    UndefinedElement = 5, "undefined element";
    /// `call_indirect` on a null element.
    UninitializedElement = 6, "uninitialized element";
    IndirectCallTypeMismatch = 7, "indirect call type mismatch";
    IntegerOverflow = 8, "integer overflow";
    IntegerDivideByZero = 9, "integer divide by zero";
    InvalidConversionToInteger = 10, "invalid conversion to integer";
    UnreachableCodeReached = 11, "unreachable";
    NullReference = 12, "null reference";
    Interrupt = 13, "interrupt";
    /// A component instance was entered again, or after a trap (`may_enter`).
    CannotEnterComponent = 14, "cannot enter component instance";
    /// A guest called out while lowering or in post-return (`may_leave`).
    CannotLeaveComponent = 15, "cannot leave component instance";
    /// The canonical ABI refused a value: the error's text says which.
    CanonicalAbi = 16, "invalid value at a component's boundary";
    /// A handle does not exist, has the wrong type, or is lent.
    InvalidHandle = 17, "invalid resource handle";
    /// An import that was defined as a trap was called.
    UnknownImport = 18, "unknown import called";
    AllocationTooLarge = 19, "allocation size too large";
}
