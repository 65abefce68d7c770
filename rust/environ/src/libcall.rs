//! What compiled code asks of the host: one table, expanded here into numbers and signatures and by `runtime` into
//! functions. Libcalls are called with the system's C convention, through the pointers at `vmctx::instance::LIBCALLS`.
//!
//! Every libcall takes the caller's `vmctx` first; for `raise` it may be the `vmctx` of a host function. One that may
//! fail records the trap itself and returns a value that says so; compiled code then calls [`Libcall::Raise`], which
//! does not return: it resumes at the handler of the `enter` trampoline.

/// The type of a libcall's operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LibcallType {
    I32,
    I64,
    /// A pointer of the host.
    Pointer,
    F32,
    F64,
    /// A 128-bit vector of eight bytes in two halves is never passed: vectors stay in compiled code.
    /// One byte: 1 for success, 0 when a trap was recorded and the caller must raise.
    Success,
}

/// Calls `$mac!` with the table: `name(params) -> result;`, `vmctx` left out.
#[macro_export]
macro_rules! for_each_libcall {
    ($mac:ident) => {
        $mac! {
            /// Unwinds to the innermost entry into wasm after a trap or error was recorded. Does not return.
            Raise raise();
            /// Records the trap with this number: the caller raises next.
            RecordTrap record_trap(code: I32);
            /// Returns the old size in pages, or -1.
            MemoryGrow memory_grow(memory: I32, pages: I64) -> I64;
            MemoryCopy memory_copy(to_memory: I32, from_memory: I32, to: I64, from: I64, length: I64) -> Success;
            MemoryFill memory_fill(memory: I32, at: I64, value: I32, length: I64) -> Success;
            MemoryInit memory_init(memory: I32, data: I32, to: I64, from: I32, length: I32) -> Success;
            DataDrop data_drop(data: I32);
            /// Returns the old number of elements, or -1.
            TableGrow table_grow(table: I32, count: I64, value: I64) -> I64;
            TableCopy table_copy(to_table: I32, from_table: I32, to: I64, from: I64, length: I64) -> Success;
            TableFill table_fill(table: I32, at: I64, value: I64, length: I64) -> Success;
            TableInit table_init(table: I32, elem: I32, to: I64, from: I32, length: I32) -> Success;
            ElemDrop elem_drop(elem: I32);
            /// Makes an exception of one of the module's tags; the caller fills in its values.
            ExceptionNew exception_new(tag: I32) -> Pointer;
            /// Goes on where the exception is caught, or leaves wasm. Does not return.
            Throw throw(exception: Pointer);
            /// Frees an exception that was caught and that nothing refers to.
            ExceptionCaught exception_caught(exception: Pointer);
            /// The store's deadline seems to have passed: runs its epoch hook if so. Called with all registers kept.
            Epoch epoch() -> Success;
            /// The rounding functions, for processors whose instruction set lacks them.
            CeilF32 ceil_f32(value: F32) -> F32;
            CeilF64 ceil_f64(value: F64) -> F64;
            FloorF32 floor_f32(value: F32) -> F32;
            FloorF64 floor_f64(value: F64) -> F64;
            TruncF32 trunc_f32(value: F32) -> F32;
            TruncF64 trunc_f64(value: F64) -> F64;
            NearestF32 nearest_f32(value: F32) -> F32;
            NearestF64 nearest_f64(value: F64) -> F64;
            FmaF32 fma_f32(a: F32, b: F32, c: F32) -> F32;
            FmaF64 fma_f64(a: F64, b: F64, c: F64) -> F64;
        }
    };
}

macro_rules! declare {
    ($($(#[$doc:meta])* $variant:ident $name:ident($($param:ident: $ty:ident),*) $(-> $result:ident)?;)*) => {
        /// A function of the host that compiled code calls. The number is the place in the table of pointers.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum Libcall {
            $($(#[$doc])* $variant,)*
        }

        impl Libcall {
            /// Every libcall in the order of the table.
            pub const ALL: &[Libcall] = &[$(Libcall::$variant,)*];

            /// The types of the parameters after `vmctx`.
            pub fn params(self) -> &'static [LibcallType] {
                match self {
                    $(Libcall::$variant => &[$(LibcallType::$ty),*],)*
                }
            }

            pub fn result(self) -> Option<LibcallType> {
                match self {
                    $(Libcall::$variant => [$(LibcallType::$result)?].first().copied(),)*
                }
            }

            pub fn name(self) -> &'static str {
                match self {
                    $(Libcall::$variant => stringify!($name),)*
                }
            }

            /// The offset in bytes into the table of pointers.
            pub fn offset(self) -> u32 {
                self as u32 * $crate::vmctx::POINTER
            }
        }
    };
}

for_each_libcall!(declare);
