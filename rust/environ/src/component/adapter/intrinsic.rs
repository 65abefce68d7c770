//! What adapters ask of the host: one table, which the generator imports from and the runtime provides.

use dovetail_abi::FlatType;

macro_rules! intrinsics {
    ($($(#[$doc:meta])* $name:ident $text:literal ($($param:ident),*) -> ($($result:ident),*);)*) => {
        /// A function that every adapter module imports from [`INTRINSICS`](super::INTRINSICS), in this order.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum Intrinsic {
            $($(#[$doc])* $name,)*
        }

        impl Intrinsic {
            /// All intrinsics, in the order of their numbers.
            pub const ALL: &'static [Intrinsic] = &[$(Intrinsic::$name,)*];

            /// The name of the import.
            pub fn name(self) -> &'static str {
                match self {
                    $(Intrinsic::$name => $text,)*
                }
            }

            /// Its parameters and results.
            pub fn signature(self) -> (&'static [FlatType], &'static [FlatType]) {
                match self {
                    $(Intrinsic::$name => (&[$(FlatType::$param),*], &[$(FlatType::$result),*]),)*
                }
            }
        }
    };
}

intrinsics! {
    /// `(adapter)`: traps, because the caller may not leave its instance.
    RefuseLeave "refuse-leave" (I32) -> ();
    /// `(adapter)`: traps, because the callee may not be entered.
    RefuseEnter "refuse-enter" (I32) -> ();
    /// `(failure, a, b)`: traps with the text of a [`Failure`] about two numbers.
    Fail "fail" (I32, I64, I64) -> ();
    /// `(side, pointer, length)`: all checks of `load_string_from_range`.
    CheckString "check-string" (I32, I64, I64) -> ();
    /// `(from side, to side, pointer, length) -> (pointer, length)`: `store_string_into_range` of a checked string, with
    /// the calls of `realloc` that the pair of encodings has.
    Transcode "transcode" (I32, I32, I64, I64) -> (I64, I64);
    /// `(side, resource, handle)`: `lift_own`; the representation waits for `LowerOwn`, in order.
    LiftOwn "lift-own" (I32, I32, I32) -> ();
    /// `(side, resource) -> handle`.
    LowerOwn "lower-own" (I32, I32) -> (I32);
    /// `(side, resource, handle)`: `lift_borrow`; the representation waits for `LowerBorrow`, in order.
    LiftBorrow "lift-borrow" (I32, I32, I32) -> ();
    /// `(side, resource) -> handle`.
    LowerBorrow "lower-borrow" (I32, I32) -> (I32);
    /// Begins a call whose borrowed handles are counted.
    PushScope "push-scope" () -> ();
    /// Traps where the callee has not dropped all handles that it borrowed.
    CheckScope "check-scope" () -> ();
    /// Ends the call: what the caller lent is its own again.
    PopScope "pop-scope" () -> ();
}

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        /// Why an adapter traps; the walker traps for the same reasons, with the same texts, which are the runtime's.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(i32)]
        pub enum Failure {
            $($(#[$doc])* $name = $number,)*
        }

        impl Failure {
            pub fn from_number(number: i32) -> Option<Failure> {
                match number {
                    $($number => Some(Failure::$name),)*
                    _ => None,
                }
            }
        }
    };
}

failures! {
    /// The pointer to spilled parameters or a result is not aligned.
    UnalignedPointer = 1;
    /// The pointer to spilled parameters or a result is out of bounds.
    PointerOutOfBounds = 2;
    /// A list of `a` elements is too long.
    ListTooLong = 3;
    UnalignedList = 4;
    ListOutOfBounds = 5;
    /// `realloc` gave an unaligned pointer.
    UnalignedAllocation = 6;
    /// `realloc` gave a place out of bounds for a string.
    StringAllocationOutOfBounds = 7;
    /// The same for a list.
    ListAllocationOutOfBounds = 8;
    /// The same for spilled parameters.
    ParameterAllocationOutOfBounds = 9;
    /// `a` is no character.
    InvalidChar = 10;
    /// `a` is none of `b` cases.
    InvalidDiscriminant = 11;
}
