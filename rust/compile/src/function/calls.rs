//! Calls: of functions, through tables, and of the host.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self, ExtFuncData, ExternalName, InstBuilder, Value, types};
use cranelift_entity::EntityRef;
use dovetail_environ::TrapCode;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::{FuncIndex, SignatureIndex, TableIndex};
use dovetail_environ::vmctx::{func_ref, function_import, instance};
use wasmparser::Operator;

use super::FunctionTranslator;
use crate::signature::{POINTER, libcall_signature, libcall_trampoline_signature};
use crate::unit::Symbol;
use crate::{access, trap};

/// What is called: code in this image, or at an address.
pub(super) enum Callee {
    Direct(ir::FuncRef, ir::SigRef),
    Address(ir::SigRef, Value),
}

impl FunctionTranslator<'_> {
    pub(super) fn calls(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::Call { function_index } => {
                let (callee, arguments) = self.function_call(function_index);
                self.emit_call(callee, &arguments);
            }
            Operator::CallIndirect { type_index, table_index } => {
                let (callee, arguments) = self.table_call(type_index, table_index);
                self.emit_call(callee, &arguments);
            }
            Operator::ReturnCall { function_index } => {
                let (callee, arguments) = self.function_call(function_index);
                self.emit_tail_call(callee, &arguments);
            }
            Operator::ReturnCallIndirect { type_index, table_index } => {
                let (callee, arguments) = self.table_call(type_index, table_index);
                self.emit_tail_call(callee, &arguments);
            }
            _ => return false,
        }
        true
    }

    /// The code and the arguments of a call by function index.
    fn function_call(&mut self, function_index: u32) -> (Callee, Vec<Value>) {
        let index = FuncIndex::from_u32(function_index);
        let signature = self.environment.signature_of(index);
        if let Some(defined) = self.environment.module.defined_function(index) {
            let function = self.function(Symbol::Function(defined), signature);
            let callee = Callee::Direct(function, self.signature(signature));
            return (callee, self.call_arguments(signature, self.vmctx));
        }
        let import = self.environment.layout.function_import(index);
        let mut load =
            |offset| self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, (import + offset) as i32);
        let (code, callee_vmctx) = (load(function_import::WASM_CALL), load(function_import::VMCTX));
        let callee = Callee::Address(self.signature(signature), code);
        (callee, self.call_arguments(signature, callee_vmctx))
    }

    /// The code and the arguments of a call through a table, checked: the index, for null, and the signature.
    fn table_call(&mut self, type_index: u32, table_index: u32) -> (Callee, Vec<Value>) {
        let signature = self.environment.signature_of_type(type_index);
        let index = self.pop();
        let element = self.table_element(TableIndex::from_u32(table_index), index, TrapCode::UndefinedElement);
        let function = self.builder.ins().load(POINTER, self.regions.table(), element, 0);
        let ids = self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, instance::SIGNATURE_IDS as i32);
        let id_offset = signature.index() as i32 * 4;
        let expected = self.builder.ins().load(types::I32, access::HOST_CONSTANT, ids, id_offset);
        let actual = self.builder.ins().load(types::I32, access::func_ref(), function, func_ref::TYPE_ID as i32);
        let mismatch = self.builder.ins().icmp(IntCC::NotEqual, actual, expected);
        self.builder.ins().trapnz(mismatch, trap::to_cranelift(TrapCode::IndirectCallTypeMismatch));
        let mut load =
            |offset: u32| self.builder.ins().load(POINTER, access::HOST.with_readonly(), function, offset as i32);
        let (code, callee_vmctx) = (load(func_ref::WASM_CALL), load(func_ref::VMCTX));
        let callee = Callee::Address(self.signature(signature), code);
        (callee, self.call_arguments(signature, callee_vmctx))
    }

    /// Takes a call's operands: both `vmctx` pointers come before them.
    fn call_arguments(&mut self, signature: SignatureIndex, callee_vmctx: Value) -> Vec<Value> {
        let count = self.environment.module.signatures[signature].params.len();
        let operands = self.pop_many(count);
        let mut arguments = Vec::with_capacity(count + 2);
        arguments.extend([callee_vmctx, self.vmctx]);
        arguments.extend(operands);
        arguments
    }

    fn emit_call(&mut self, callee: Callee, arguments: &[Value]) {
        if let Some(landing) = self.landing() {
            let results = self.emit_try_call(callee, arguments, landing);
            self.stack.extend(results);
            return;
        }
        let call = match callee {
            Callee::Direct(function, _) => self.builder.ins().call(function, arguments),
            Callee::Address(signature, code) => self.builder.ins().call_indirect(signature, code, arguments),
        };
        self.stack.extend_from_slice(self.builder.inst_results(call));
    }

    fn emit_tail_call(&mut self, callee: Callee, arguments: &[Value]) {
        match callee {
            Callee::Direct(function, _) => self.builder.ins().return_call(function, arguments),
            Callee::Address(signature, code) => self.builder.ins().return_call_indirect(signature, code, arguments),
        };
        self.reachable = false;
    }

    /// The signature as this function's own reference.
    fn signature(&mut self, signature: SignatureIndex) -> ir::SigRef {
        *self
            .signatures
            .entry(signature)
            .or_insert_with(|| self.builder.import_signature(self.environment.signatures[signature].clone()))
    }

    /// A defined function as this function's own reference.
    fn function(&mut self, symbol: Symbol, signature: SignatureIndex) -> ir::FuncRef {
        if let Some(function) = self.functions.get(&symbol) {
            return *function;
        }
        let signature = self.signature(signature);
        self.import_symbol(symbol, signature)
    }

    fn import_symbol(&mut self, symbol: Symbol, signature: ir::SigRef) -> ir::FuncRef {
        let name = self.builder.func.declare_imported_user_function(symbol.to_external_name());
        let name = ExternalName::user(name);
        let data = ExtFuncData { name, signature, colocated: true, patchable: false };
        let function = self.builder.import_function(data);
        self.functions.insert(symbol, function);
        function
    }

    /// Calls a libcall through its trampoline, which records the exit and raises what the host answers.
    pub(super) fn call_libcall(&mut self, libcall: Libcall, arguments: &[Value]) -> Option<Value> {
        let function = self.libcall_trampoline(libcall);
        let mut all = vec![self.vmctx];
        all.extend_from_slice(arguments);
        let call = self.builder.ins().call(function, &all);
        self.builder.inst_results(call).first().copied()
    }

    /// The trampoline of a libcall as this function's own reference.
    pub(super) fn libcall_trampoline(&mut self, libcall: Libcall) -> ir::FuncRef {
        let symbol = Symbol::Libcall(libcall);
        if let Some(function) = self.functions.get(&symbol) {
            return *function;
        }
        let signature = self.builder.import_signature(libcall_trampoline_signature(libcall));
        self.import_symbol(symbol, signature)
    }

    /// Calls a libcall that only computes: it neither traps nor needs a backtrace, and always has a result.
    pub(super) fn call_pure_libcall(&mut self, libcall: Libcall, arguments: &[Value]) -> Value {
        let call = self.call_libcall_directly(libcall, arguments);
        self.builder.inst_results(call)[0]
    }

    /// Calls a libcall that neither traps nor needs a backtrace.
    pub(super) fn call_libcall_directly(&mut self, libcall: Libcall, arguments: &[Value]) -> ir::Inst {
        let signature = libcall_signature(libcall, self.environment.isa);
        let signature = self.builder.import_signature(signature);
        let table = self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, instance::LIBCALLS as i32);
        let code = self.builder.ins().load(POINTER, access::HOST_CONSTANT, table, libcall.offset() as i32);
        let mut all = vec![self.vmctx];
        all.extend_from_slice(arguments);
        self.builder.ins().call_indirect(signature, code, &all)
    }
}
