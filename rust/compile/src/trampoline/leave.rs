//! `leave`: from wasm's convention to a function of the host.

use cranelift_codegen::ir::{Endianness, InstBuilder, StackSlotData, StackSlotKind};
use cranelift_codegen::isa::TargetIsa;
use dovetail_environ::Error;
use dovetail_environ::module::Signature;
use dovetail_environ::vmctx::{VAL_RAW_SIZE, host_context};

use super::{build, load_store_context, raise_unless, record_exit, store_value};
use crate::access;
use crate::signature::{POINTER, host_signature, val_raw_offset, value_type, wasm_signature};
use crate::unit::{CompiledUnit, Workspace};

/// The alignment of `ValRaw`: 16 bytes.
const VAL_RAW_ALIGN_SHIFT: u8 = 4;

/// Compiles `leave` for `signature`. Everything it needs is in the callee's `vmctx`, the host function's, because the
/// caller may be the host itself and have none.
pub(crate) fn leave(
    workspace: &mut Workspace,
    isa: &dyn TargetIsa,
    signature: &Signature,
) -> Result<CompiledUnit, Error> {
    let (mut builder, params) = build(workspace, wasm_signature(signature));
    let [callee_vmctx, caller_vmctx, ref arguments @ ..] = params[..] else {
        return Err(Error::Bug("a wasm function has two hidden parameters".into()));
    };
    let store = load_store_context(&mut builder, callee_vmctx);
    record_exit(&mut builder, store);

    let count = signature.params.len().max(signature.results.len());
    let size = u32::try_from(count)
        .ok()
        .and_then(|count| count.checked_mul(VAL_RAW_SIZE))
        .ok_or_else(|| Error::Limit("a function has too many parameters".into()))?;
    let slot =
        builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, VAL_RAW_ALIGN_SHIFT));
    let values = builder.ins().stack_addr(POINTER, slot, 0);
    for (slot, argument) in arguments.iter().enumerate() {
        store_value(&mut builder, *argument, values, slot);
    }
    let count = builder.ins().iconst(POINTER, count as i64);
    let function = builder.ins().load(POINTER, access::HOST_CONSTANT, callee_vmctx, host_context::FUNCTION as i32);
    let host = builder.import_signature(host_signature(isa));
    let call = builder.ins().call_indirect(host, function, &[callee_vmctx, caller_vmctx, values, count]);
    let success = builder.inst_results(call)[0];
    raise_unless(&mut builder, isa, success, callee_vmctx);

    let flags = access::HOST.with_endianness(Endianness::Little);
    let mut results = Vec::with_capacity(signature.results.len());
    for (slot, ty) in signature.results.iter().enumerate() {
        results.push(builder.ins().load(value_type(*ty), flags, values, val_raw_offset(slot)));
    }
    builder.ins().return_(&results);
    builder.finalize(isa.frontend_config());
    workspace.compile(isa)
}
