//! `enter`: from the host's C convention into wasm, and the place where traps and errors come out.

use cranelift_codegen::ir::{
    BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, Inst, InstBuilder, Value, types,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilder;
use dovetail_environ::Error;
use dovetail_environ::module::Signature;
use dovetail_environ::vmctx::store_context::{LAST_WASM_ENTRY_FP, LAST_WASM_ENTRY_HANDLER, LAST_WASM_ENTRY_SP};

use super::{build, load_store_context, store_value};
use crate::access;
use crate::signature::{POINTER, enter_signature, val_raw_offset, value_type, wasm_signature};
use crate::unit::{CompiledUnit, Workspace};

/// Compiles `enter` for `signature`.
pub(crate) fn enter(
    workspace: &mut Workspace,
    isa: &dyn TargetIsa,
    signature: &Signature,
) -> Result<CompiledUnit, Error> {
    let (mut builder, params) = build(workspace, enter_signature(isa));
    let [callee_vmctx, caller_vmctx, code, values] = params[..] else {
        return Err(Error::Bug("an `enter` trampoline has four parameters".into()));
    };
    // The address of the handler can be had only for a block that ends in the call, and not for the entry block.
    let call_block = builder.create_block();
    builder.ins().jump(call_block, []);
    builder.switch_to_block(call_block);
    builder.seal_block(call_block);

    let mut arguments = vec![callee_vmctx, caller_vmctx];
    for (slot, ty) in signature.params.iter().enumerate() {
        let flags = access::HOST.with_endianness(cranelift_codegen::ir::Endianness::Little);
        arguments.push(builder.ins().load(value_type(*ty), flags, values, val_raw_offset(slot)));
    }
    let store = load_store_context(&mut builder, callee_vmctx);
    let fp = builder.ins().get_frame_pointer(POINTER);
    builder.ins().store(access::HOST, fp, store, LAST_WASM_ENTRY_FP as i32);
    let sp = builder.ins().get_stack_pointer(POINTER);
    builder.ins().store(access::HOST, sp, store, LAST_WASM_ENTRY_SP as i32);
    let handler = builder.ins().get_exception_handler_address(POINTER, call_block, 0);
    builder.ins().store(access::HOST, handler, store, LAST_WASM_ENTRY_HANDLER as i32);

    let returned = builder.create_block();
    let results: Vec<Value> =
        signature.results.iter().map(|ty| builder.append_block_param(returned, value_type(*ty))).collect();
    let unwound = builder.create_block();
    try_call(&mut builder, signature, code, &arguments, returned, unwound);
    builder.seal_block(returned);
    builder.seal_block(unwound);

    builder.switch_to_block(returned);
    for (slot, value) in results.into_iter().enumerate() {
        store_value(&mut builder, value, values, slot);
    }
    finish(&mut builder, 1);
    builder.switch_to_block(unwound);
    finish(&mut builder, 0);
    builder.finalize(isa.frontend_config());
    workspace.compile(isa)
}

/// Calls `code` with the Tail convention; goes on in `returned` with the results, or in `unwound`.
fn try_call(
    builder: &mut FunctionBuilder<'_>,
    signature: &Signature,
    code: Value,
    arguments: &[Value],
    returned: cranelift_codegen::ir::Block,
    unwound: cranelift_codegen::ir::Block,
) -> Inst {
    let callee = builder.import_signature(wasm_signature(signature));
    let dfg = &mut builder.func.dfg;
    let results = (0..signature.results.len() as u32).map(BlockArg::TryCallRet);
    let returned = BlockCall::new(returned, results, &mut dfg.value_lists);
    let unwound = BlockCall::new(unwound, [], &mut dfg.value_lists);
    let table = ExceptionTableData::new(callee, returned, [ExceptionTableItem::Default(unwound)]);
    let table = dfg.exception_tables.push(table);
    builder.ins().try_call_indirect(code, arguments, table)
}

/// Returns to the runtime, which puts the previous entry's fields back.
fn finish(builder: &mut FunctionBuilder<'_>, success: i64) {
    let success = builder.ins().iconst(types::I8, success);
    builder.ins().return_(&[success]);
}
