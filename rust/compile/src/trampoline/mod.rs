//! The small functions between host and guest: `enter` and `leave` for each signature, and one for each libcall that the
//! host may answer with a trap or for which it may need a backtrace.
//!
//! The runtime walks the stack by frame pointers: from the frame and return address that `leave` and the libcalls'
//! trampolines record (`LAST_WASM_EXIT_FP`, `LAST_WASM_EXIT_PC`) to the frame of the last `enter`
//! (`LAST_WASM_ENTRY_FP`), whose own frame is not wasm's. Entries nest: who calls `enter` keeps all these fields of the
//! entry before it and puts them back.

mod enter;
mod leave;
mod libcall;

use cranelift_codegen::ir::{self, Endianness, InstBuilder, Value, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilder;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::vmctx::{instance, store_context};

pub(crate) use enter::enter;
pub(crate) use leave::leave;
pub(crate) use libcall::libcall;

use crate::signature::{POINTER, libcall_signature, val_raw_offset};
use crate::unit::Workspace;
use crate::{access, trap};

/// Starts a function with `signature` in `workspace` and returns its builder, at its entry block, and its parameters.
fn build(workspace: &mut Workspace, signature: ir::Signature) -> (FunctionBuilder<'_>, Vec<Value>) {
    workspace.start(signature);
    let mut builder = FunctionBuilder::new(&mut workspace.codegen.func, &mut workspace.builder);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let params = builder.block_params(block).to_vec();
    (builder, params)
}

/// Loads the `VMStoreContext`, which either kind of `vmctx` has at the same offset.
fn load_store_context(builder: &mut FunctionBuilder<'_>, vmctx: Value) -> Value {
    builder.ins().load(POINTER, access::HOST_CONSTANT, vmctx, instance::STORE_CONTEXT as i32)
}

/// Loads the address of a libcall, through the table that either kind of `vmctx` has at the same offset.
fn load_libcall(builder: &mut FunctionBuilder<'_>, vmctx: Value, libcall: Libcall) -> Value {
    let table = builder.ins().load(POINTER, access::HOST_CONSTANT, vmctx, instance::LIBCALLS as i32);
    builder.ins().load(POINTER, access::HOST_CONSTANT, table, libcall.offset() as i32)
}

/// Stores a value in its place of an array of `ValRaw`. An `i32` with its upper half cleared: the host reads 64 bits of any number, and
/// a load that is wider than the store before it has to wait until the store has reached the cache.
fn store_value(builder: &mut FunctionBuilder<'_>, value: Value, values: Value, slot: usize) {
    let flags = access::HOST.with_endianness(Endianness::Little);
    let is_narrow = builder.func.dfg.value_type(value) == types::I32;
    let value = if is_narrow { builder.ins().uextend(types::I64, value) } else { value };
    builder.ins().store(flags, value, values, val_raw_offset(slot));
}

/// Records the wasm frame that called this trampoline, as the point from which the runtime walks the stack.
///
/// The caller's frame pointer is what this trampoline's own points to: `preserve_frame_pointers` is on.
fn record_exit(builder: &mut FunctionBuilder<'_>, store: Value) {
    let own = builder.ins().get_frame_pointer(POINTER);
    let callers = builder.ins().load(POINTER, access::HOST, own, 0);
    let pc = builder.ins().get_return_address(POINTER);
    builder.ins().store(access::HOST, callers, store, store_context::LAST_WASM_EXIT_FP as i32);
    builder.ins().store(access::HOST, pc, store, store_context::LAST_WASM_EXIT_PC as i32);
}

/// Goes on where the host answered with success; otherwise raises what the host recorded, which does not return.
fn raise_unless(builder: &mut FunctionBuilder<'_>, isa: &dyn TargetIsa, success: Value, vmctx: Value) {
    let failed = builder.create_block();
    let succeeded = builder.create_block();
    builder.set_cold_block(failed);
    builder.ins().brif(success, succeeded, [], failed, []);
    builder.seal_block(failed);
    builder.seal_block(succeeded);

    builder.switch_to_block(failed);
    let raise = load_libcall(builder, vmctx, Libcall::Raise);
    let signature = builder.import_signature(libcall_signature(Libcall::Raise, isa));
    builder.ins().call_indirect(signature, raise, &[vmctx]);
    builder.ins().trap(trap::INTERNAL);
    builder.switch_to_block(succeeded);
}
