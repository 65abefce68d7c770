//! Wasm's types and signatures as Cranelift's.

use cranelift_codegen::ir::{self, AbiParam, ArgumentPurpose, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use dovetail_environ::libcall::{Libcall, LibcallType};
use dovetail_environ::module::{Signature, ValType};

/// The type of pointers, and of references: a `funcref` is a `*const VMFuncRef`, an `exnref` a `*mut VMException`, an
/// `externref` a number of 64 bits.
/// The layout of `vmctx` in `environ` is that of a 64-bit machine; `Cranelift::new` refuses others.
pub(crate) const POINTER: ir::Type = types::I64;

/// The type that vectors have wherever wasm has a `v128` without saying what lanes it holds.
pub(crate) const V128: ir::Type = types::I8X16;

/// The bytes of one slot of a `ValRaw` array, as a type of offsets.
const VAL_RAW_SIZE: i32 = dovetail_environ::vmctx::VAL_RAW_SIZE as i32;

pub(crate) fn value_type(ty: ValType) -> ir::Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => V128,
        ValType::FuncRef | ValType::ExternRef | ValType::ExnRef => POINTER,
    }
}

/// The signature of every wasm function: `(callee vmctx, caller vmctx, params...) -> results...`.
pub(crate) fn wasm_signature(signature: &Signature) -> ir::Signature {
    let mut result = ir::Signature::new(CallConv::Tail);
    result.params.push(AbiParam::special(POINTER, ArgumentPurpose::VMContext));
    result.params.push(AbiParam::new(POINTER));
    result.params.extend(signature.params.iter().map(|ty| AbiParam::new(value_type(*ty))));
    result.returns.extend(signature.results.iter().map(|ty| AbiParam::new(value_type(*ty))));
    result
}

/// The signature of `enter`: `(callee vmctx, caller vmctx, code, values) -> u8`.
pub(crate) fn enter_signature(isa: &dyn TargetIsa) -> ir::Signature {
    host_signature(isa)
}

/// The signature of a host function: `(callee vmctx, caller vmctx, values, count) -> u8`.
pub(crate) fn host_signature(isa: &dyn TargetIsa) -> ir::Signature {
    let mut result = ir::Signature::new(isa.default_call_conv());
    result.params.extend([AbiParam::new(POINTER); 4]);
    result.returns.push(AbiParam::new(types::I8));
    result
}

/// The signature of a libcall as the host declares it.
pub(crate) fn libcall_signature(libcall: Libcall, isa: &dyn TargetIsa) -> ir::Signature {
    let mut result = ir::Signature::new(isa.default_call_conv());
    result.params.push(AbiParam::new(POINTER));
    result.params.extend(libcall.params().iter().map(|ty| AbiParam::new(libcall_type(*ty))));
    result.returns.extend(libcall.result().map(|ty| AbiParam::new(libcall_type(ty))));
    result
}

/// The signature of a libcall's trampoline, which wasm functions call: success is no result, failure never returns.
pub(crate) fn libcall_trampoline_signature(libcall: Libcall) -> ir::Signature {
    // Loops call `epoch` hardly ever: it must cost them no register.
    let convention = if libcall == Libcall::Epoch { CallConv::PreserveAll } else { CallConv::Tail };
    let mut result = ir::Signature::new(convention);
    result.params.push(AbiParam::special(POINTER, ArgumentPurpose::VMContext));
    result.params.extend(libcall.params().iter().map(|ty| AbiParam::new(libcall_type(*ty))));
    match libcall.result() {
        None | Some(LibcallType::Success) => {}
        Some(ty) => result.returns.push(AbiParam::new(libcall_type(ty))),
    }
    result
}

fn libcall_type(ty: LibcallType) -> ir::Type {
    match ty {
        LibcallType::I32 => types::I32,
        LibcallType::I64 => types::I64,
        LibcallType::Pointer => POINTER,
        LibcallType::F32 => types::F32,
        LibcallType::F64 => types::F64,
        LibcallType::Success => types::I8,
    }
}

/// The offset of a slot in an array of `ValRaw`.
pub(crate) fn val_raw_offset(slot: usize) -> i32 {
    slot as i32 * VAL_RAW_SIZE
}
