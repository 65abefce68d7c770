//! Between a wasm function and a libcall: one per libcall and module, so that the exit is recorded once and not at every
//! call.

use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::isa::TargetIsa;
use dovetail_environ::Error;
use dovetail_environ::libcall::{Libcall, LibcallType};

use super::{build, load_libcall, load_store_context, raise_unless, record_exit};
use crate::signature::{libcall_signature, libcall_trampoline_signature};
use crate::unit::{CompiledUnit, Workspace};

/// Compiles the trampoline of `libcall`.
pub(crate) fn libcall(workspace: &mut Workspace, isa: &dyn TargetIsa, libcall: Libcall) -> Result<CompiledUnit, Error> {
    let (mut builder, params) = build(workspace, libcall_trampoline_signature(libcall));
    let vmctx = params[0];
    let store = load_store_context(&mut builder, vmctx);
    record_exit(&mut builder, store);
    let code = load_libcall(&mut builder, vmctx, libcall);
    let signature = builder.import_signature(libcall_signature(libcall, isa));
    let call = builder.ins().call_indirect(signature, code, &params);
    let results = builder.inst_results(call).to_vec();
    if libcall.result() == Some(LibcallType::Success) {
        raise_unless(&mut builder, isa, results[0], vmctx);
        builder.ins().return_(&[]);
    } else {
        builder.ins().return_(&results);
    }
    builder.finalize(isa.frontend_config());
    workspace.compile(isa)
}
