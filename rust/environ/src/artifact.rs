//! What compilation yields: position-independent code and the tables that belong to it. Everything here can be written
//! to disk; `runtime` maps it back.

use cranelift_entity::PrimaryMap;
use serde::{Deserialize, Serialize};

use crate::TrapCode;
use crate::module::{DefinedFuncIndex, SignatureIndex};

/// A stretch of [`CompiledModule::text`], in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CodeRange {
    pub offset: u32,
    pub length: u32,
}

/// The two trampolines of one signature.
///
/// `enter`, C convention: `fn(callee vmctx, caller vmctx, code: *const u8, values: *mut ValRaw) -> u8`. It saves the
/// store context's entry fields, records its own handler there, calls `code` (Tail convention) with the values of the
/// array, writes the results to the array, restores the fields and returns 1. When a trap or error unwinds, control
/// arrives at the handler, which restores the fields too and returns 0.
///
/// `leave`, Tail convention with the signature's own parameters: it records its exit frame, stores the parameters in an
/// array of `max(params, results)` slots, calls the `VMHostContext`'s function and returns the results from the array, or
/// raises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trampolines {
    pub enter: CodeRange,
    pub leave: CodeRange,
}

/// A call from which an exception may come back: offsets are into the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExceptionHandler {
    /// The call's return address.
    pub return_address: u32,
    /// Where the function goes on with the exception in the first register for exception payloads.
    pub landing: u32,
    /// How far below the frame pointer the stack pointer must be there.
    pub frame_size: u32,
}

/// The code of one module. All calls inside it are relative; everything else goes through the `vmctx`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CompiledModule {
    /// Machine code and its constants. Not serialized with the rest: it is stored page-aligned beside it.
    #[serde(skip)]
    pub text: Vec<u8>,
    pub functions: PrimaryMap<DefinedFuncIndex, CodeRange>,
    /// One pair for each of the module's signatures.
    pub trampolines: PrimaryMap<SignatureIndex, Trampolines>,
    /// Where code may trap, by ascending offset into the text.
    pub traps: Vec<(u32, TrapCode)>,
    /// From offsets into the text to offsets into the wasm binary, ascending; each holds up to the next. Right for every
    /// place where control may leave a function, by a trap or a call; other places have the offset of an earlier one.
    pub addresses: Vec<(u32, u32)>,
    /// By ascending return address.
    pub handlers: Vec<ExceptionHandler>,
    /// The `.eh_frame` section for debuggers and profilers, as if the text started at address 0; may be empty.
    pub unwind: Vec<u8>,
}
