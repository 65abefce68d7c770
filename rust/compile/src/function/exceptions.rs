//! Exceptions: `throw`, `throw_ref`, and calls inside of `try_table`.
//!
//! An `exnref` is a pointer to a `VMException`. The host walks the stack to the innermost frame whose call has a handler
//! and goes on there, in the *landing* of the innermost `try_table` around the call: code that compares the exception's
//! tag with those that its clauses name, goes on in the landing of the next `try_table` where none matches, and throws
//! again where there is none. So the tables say only where landings are, and tags are compared here.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self, BlockArg, BlockCall, Endianness, ExceptionTableData, ExceptionTableItem, InstBuilder, MemFlagsData, Value,
    types,
};
use cranelift_entity::EntityRef;
use dovetail_environ::TrapCode;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::{SignatureIndex, TagIndex};
use dovetail_environ::vmctx::exception;
use wasmparser::{Catch, Operator};

use super::FunctionTranslator;
use super::calls::Callee;
use crate::signature::{POINTER, val_raw_offset, value_type};
use crate::{access, trap};

/// A `try_table` that is open.
pub(super) struct TryScope {
    clauses: Vec<Clause>,
    /// Where exceptions of its calls arrive, with the exception; made for the first call.
    landing: Option<ir::Block>,
}

/// One catch clause; its label is a place in the control stack.
struct Clause {
    /// `None` catches everything.
    tag: Option<TagIndex>,
    /// Whether the label is given the `exnref`, too.
    reference: bool,
    frame: usize,
}

/// The values of an exception, in wasm's byte order like every `ValRaw`.
fn values() -> MemFlagsData {
    access::HOST.with_endianness(Endianness::Little)
}

impl FunctionTranslator<'_> {
    pub(super) fn exceptions(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::Throw { tag_index } => self.throw_new(TagIndex::from_u32(tag_index)),
            Operator::ThrowRef => {
                let exception = self.pop();
                self.builder.ins().trapz(exception, trap::to_cranelift(TrapCode::NullReference));
                self.throw(exception);
            }
            _ => return false,
        }
        true
    }

    fn throw_new(&mut self, tag: TagIndex) {
        let signature = self.tag_signature(tag);
        let count = self.environment.module.signatures[signature].params.len();
        let operands = self.pop_many(count);
        let number = self.builder.ins().iconst(types::I32, tag.index() as i64);
        let exception = self.call_pure_libcall(Libcall::ExceptionNew, &[number]);
        for (slot, operand) in operands.into_iter().enumerate() {
            self.builder.ins().store(values(), operand, exception, value_offset(slot));
        }
        self.throw(exception);
    }

    /// Throws; the code after it is not reached.
    fn throw(&mut self, exception: Value) {
        let function = self.libcall_trampoline(Libcall::Throw);
        let arguments = [self.vmctx, exception];
        match self.landing() {
            Some(landing) => {
                let signature = self.builder.func.dfg.ext_funcs[function].signature;
                self.emit_try_call(Callee::Direct(function, signature), &arguments, landing);
            }
            None => {
                self.builder.ins().call(function, &arguments);
            }
        }
        self.builder.ins().trap(trap::INTERNAL);
        self.reachable = false;
    }

    fn tag_signature(&self, tag: TagIndex) -> SignatureIndex {
        self.environment.module.tags[tag]
    }

    /// Opens a `try_table`. Its labels are counted from outside of it.
    pub(super) fn push_try_scope(&mut self, catches: &[Catch]) {
        let clauses = catches.iter().map(|catch| match *catch {
            Catch::One { tag, label } => (Some(tag), false, label),
            Catch::OneRef { tag, label } => (Some(tag), true, label),
            Catch::All { label } => (None, false, label),
            Catch::AllRef { label } => (None, true, label),
        });
        let clauses = clauses.map(|(tag, reference, label)| Clause {
            tag: tag.map(TagIndex::from_u32),
            reference,
            frame: self.frame_at(label),
        });
        let clauses = clauses.collect();
        self.tries.push(TryScope { clauses, landing: None });
    }

    /// The landing for calls at this place; `None` outside of every `try_table`.
    pub(super) fn landing(&mut self) -> Option<ir::Block> {
        // One without clauses catches nothing.
        let number = self.tries.iter().rposition(|scope| !scope.clauses.is_empty())?;
        if let Some(landing) = self.tries[number].landing {
            return Some(landing);
        }
        let landing = self.builder.create_block();
        self.builder.append_block_param(landing, POINTER);
        self.builder.set_cold_block(landing);
        self.tries[number].landing = Some(landing);
        Some(landing)
    }

    /// Whether a call of the innermost `try_table` needs its landing.
    pub(super) fn has_landing(&self) -> bool {
        self.tries.last().is_some_and(|scope| scope.landing.is_some())
    }

    /// Closes the innermost `try_table`, whose body is complete, and writes its landing. Afterwards no block is being
    /// written.
    pub(super) fn pop_try_scope(&mut self) {
        let Some(TryScope { clauses, landing: Some(landing) }) = self.tries.pop() else {
            return;
        };
        self.builder.seal_block(landing);
        self.builder.switch_to_block(landing);
        let exception = self.builder.block_params(landing)[0];
        let tag = self.builder.ins().load(POINTER, access::HOST, exception, exception::TAG as i32);
        for clause in clauses {
            let Some(expected) = clause.tag else {
                self.catch(&clause, exception);
                return;
            };
            let offset = self.environment.layout.tag(expected);
            let expected = self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, offset as i32);
            let equal = self.builder.ins().icmp(IntCC::Equal, tag, expected);
            let caught = self.builder.create_block();
            let next = self.builder.create_block();
            self.builder.ins().brif(equal, caught, [], next, []);
            self.builder.seal_block(caught);
            self.builder.seal_block(next);
            self.builder.switch_to_block(caught);
            self.catch(&clause, exception);
            self.builder.switch_to_block(next);
        }
        // Nothing matched: on to the `try_table` around this one, or out of the function.
        match self.landing() {
            Some(outer) => {
                self.builder.ins().jump(outer, &[BlockArg::Value(exception)]);
            }
            None => {
                let function = self.libcall_trampoline(Libcall::Throw);
                self.builder.ins().call(function, &[self.vmctx, exception]);
                self.builder.ins().trap(trap::INTERNAL);
            }
        }
    }

    /// Branches to a clause's label with what it is given.
    fn catch(&mut self, clause: &Clause, exception: Value) {
        let mut arguments = Vec::new();
        if let Some(tag) = clause.tag {
            let environment = self.environment;
            let signature = self.tag_signature(tag);
            for (slot, ty) in environment.module.signatures[signature].params.iter().enumerate() {
                let value = self.builder.ins().load(value_type(*ty), values(), exception, value_offset(slot));
                arguments.push(BlockArg::Value(value));
            }
        }
        if clause.reference {
            let referenced = self.builder.ins().iconst(types::I32, 1);
            self.builder.ins().store(access::HOST, referenced, exception, exception::REFERENCED as i32);
            arguments.push(BlockArg::Value(exception));
        } else {
            self.call_libcall_directly(Libcall::ExceptionCaught, &[exception]);
        }
        let (target, _) = self.frame_target(clause.frame);
        self.builder.ins().jump(target, &arguments);
    }

    /// A call from which an exception goes to `landing`. Goes on in a new block with the results.
    pub(super) fn emit_try_call(&mut self, callee: Callee, arguments: &[Value], landing: ir::Block) -> Vec<Value> {
        let (Callee::Direct(_, signature) | Callee::Address(signature, _)) = callee;
        let returned = self.builder.create_block();
        let dfg = &mut self.builder.func.dfg;
        let types: Vec<ir::Type> = dfg.signatures[signature].returns.iter().map(|result| result.value_type).collect();
        let results = (0..types.len() as u32).map(BlockArg::TryCallRet);
        let normal = BlockCall::new(returned, results, &mut dfg.value_lists);
        let exceptional = BlockCall::new(landing, [BlockArg::TryCallExn(0)], &mut dfg.value_lists);
        let table = ExceptionTableData::new(signature, normal, [ExceptionTableItem::Default(exceptional)]);
        let table = dfg.exception_tables.push(table);
        let results = types.into_iter().map(|ty| self.builder.append_block_param(returned, ty)).collect();
        match callee {
            Callee::Direct(function, _) => self.builder.ins().try_call(function, arguments, table),
            Callee::Address(_, code) => self.builder.ins().try_call_indirect(code, arguments, table),
        };
        self.builder.seal_block(returned);
        self.builder.switch_to_block(returned);
        results
    }
}

fn value_offset(slot: usize) -> i32 {
    exception::VALUES as i32 + val_raw_offset(slot)
}
