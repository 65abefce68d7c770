//! Tables: elements are accessed here, after a check of the index; the host does the rest.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use dovetail_environ::TrapCode;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::TableIndex;
use dovetail_environ::vmctx::table;
use wasmparser::Operator;

use super::FunctionTranslator;
use crate::signature::POINTER;
use crate::{access, trap};

impl FunctionTranslator<'_> {
    pub(super) fn tables(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::TableGet { table } => {
                let index = self.pop();
                let element = self.table_element(TableIndex::from_u32(table), index, TrapCode::TableOutOfBounds);
                let value = self.builder.ins().load(POINTER, self.regions.table(), element, 0);
                self.push(value);
            }
            Operator::TableSet { table } => {
                let (index, value) = self.pop2();
                let element = self.table_element(TableIndex::from_u32(table), index, TrapCode::TableOutOfBounds);
                self.builder.ins().store(self.regions.table(), value, element, 0);
            }
            Operator::TableSize { table } => {
                let length = self.table_length(TableIndex::from_u32(table));
                let length = self.narrowed(length, self.table64(table));
                self.push(length);
            }
            Operator::TableGrow { table } => {
                let (value, count) = self.pop2();
                let arguments = [self.index_operand(table), self.wide(count), value];
                if let Some(old) = self.call_libcall(Libcall::TableGrow, &arguments) {
                    let old = self.narrowed(old, self.table64(table));
                    self.push(old);
                }
            }
            Operator::TableFill { table } => {
                let (at, value, length) = self.pop3();
                let arguments = [self.index_operand(table), self.wide(at), value, self.wide(length)];
                self.call_libcall(Libcall::TableFill, &arguments);
            }
            Operator::TableCopy { dst_table, src_table } => {
                let (to, from, length) = self.pop3();
                let arguments = [
                    self.index_operand(dst_table),
                    self.index_operand(src_table),
                    self.wide(to),
                    self.wide(from),
                    self.wide(length),
                ];
                self.call_libcall(Libcall::TableCopy, &arguments);
            }
            Operator::TableInit { elem_index, table } => {
                let (to, from, length) = self.pop3();
                let arguments =
                    [self.index_operand(table), self.index_operand(elem_index), self.wide(to), from, length];
                self.call_libcall(Libcall::TableInit, &arguments);
            }
            Operator::ElemDrop { elem_index } => {
                let elem = self.index_operand(elem_index);
                self.call_libcall(Libcall::ElemDrop, &[elem]);
            }
            _ => return false,
        }
        true
    }

    /// The address of an element; past the end traps with `code`, and even a processor that guesses otherwise reads
    /// nothing but the first element.
    pub(super) fn table_element(&mut self, index: TableIndex, element: Value, code: TrapCode) -> Value {
        let element = self.wide(element);
        let length = self.table_length(index);
        let outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, element, length);
        self.builder.ins().trapnz(outside, trap::to_cranelift(code));
        let structure = self.table_structure(index);
        let flags = if self.fixed_size(index).is_some() { access::HOST_CONSTANT } else { self.regions.length() };
        let base = self.builder.ins().load(POINTER, flags, structure, table::BASE as i32);
        let offset = self.builder.ins().imul_imm_u(element, i64::from(table::ELEMENT_SIZE));
        let address = self.builder.ins().iadd(base, offset);
        self.builder.ins().select_spectre_guard(outside, base, address)
    }

    fn table64(&self, table: u32) -> bool {
        self.environment.module.tables[TableIndex::from_u32(table)].table64
    }

    fn table_structure(&mut self, index: TableIndex) -> Value {
        let offset = self.environment.layout.table(index);
        self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, offset as i32)
    }

    fn table_length(&mut self, index: TableIndex) -> Value {
        if let Some(length) = self.fixed_size(index) {
            return self.builder.ins().iconst(POINTER, length);
        }
        let structure = self.table_structure(index);
        self.builder.ins().load(POINTER, self.regions.length(), structure, table::LENGTH as i32)
    }

    /// The number of elements of a table that cannot grow. Its elements then never move either.
    fn fixed_size(&self, index: TableIndex) -> Option<i64> {
        let limits = self.environment.module.tables[index].limits;
        if limits.maximum == Some(limits.minimum) { i64::try_from(limits.minimum).ok() } else { None }
    }
}
