//! Loads, stores, and the size of linear memories.
//!
//! A memory with 32-bit indices is reserved whole: 8 GiB and 64 KiB from its base on belong to it, and what is not
//! accessible faults. Index, static offset and the widest access stay below that, so no bounds are checked here. No
//! reservation is as large as 64-bit indices reach: accesses with them are checked against the memory's length.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use dovetail_environ::TrapCode;
use dovetail_environ::libcall::Libcall;
use dovetail_environ::module::MemoryIndex;
use dovetail_environ::vmctx::memory;
use wasmparser::{MemArg, Operator};

use super::FunctionTranslator;
use crate::signature::POINTER;
use crate::{access, trap};

/// Where an access goes: a pointer, an offset that fits an instruction, and how.
pub(super) struct Address {
    pub base: Value,
    pub offset: i32,
    pub flags: MemFlagsData,
}

/// The bytes of a page as a power of two.
const PAGE_SHIFT: i64 = 16;

impl FunctionTranslator<'_> {
    pub(super) fn memory(&mut self, operator: &Operator<'_>) -> bool {
        use Operator as O;
        use types::{F32, F64, I32, I64};
        match operator {
            O::I32Load { memarg } => self.load(memarg, I32),
            O::I64Load { memarg } => self.load(memarg, I64),
            O::F32Load { memarg } => self.load(memarg, F32),
            O::F64Load { memarg } => self.load(memarg, F64),
            O::I32Load8S { memarg } => self.load_with(memarg, |ins, a| ins.sload8(I32, a.flags, a.base, a.offset)),
            O::I32Load8U { memarg } => self.load_with(memarg, |ins, a| ins.uload8(I32, a.flags, a.base, a.offset)),
            O::I32Load16S { memarg } => self.load_with(memarg, |ins, a| ins.sload16(I32, a.flags, a.base, a.offset)),
            O::I32Load16U { memarg } => self.load_with(memarg, |ins, a| ins.uload16(I32, a.flags, a.base, a.offset)),
            O::I64Load8S { memarg } => self.load_with(memarg, |ins, a| ins.sload8(I64, a.flags, a.base, a.offset)),
            O::I64Load8U { memarg } => self.load_with(memarg, |ins, a| ins.uload8(I64, a.flags, a.base, a.offset)),
            O::I64Load16S { memarg } => self.load_with(memarg, |ins, a| ins.sload16(I64, a.flags, a.base, a.offset)),
            O::I64Load16U { memarg } => self.load_with(memarg, |ins, a| ins.uload16(I64, a.flags, a.base, a.offset)),
            O::I64Load32S { memarg } => self.load_with(memarg, |ins, a| ins.sload32(a.flags, a.base, a.offset)),
            O::I64Load32U { memarg } => self.load_with(memarg, |ins, a| ins.uload32(a.flags, a.base, a.offset)),
            O::I32Store { memarg } | O::I64Store { memarg } | O::F32Store { memarg } | O::F64Store { memarg } => {
                self.store_with(memarg, |ins, a, x| _ = ins.store(a.flags, x, a.base, a.offset));
            }
            O::I32Store8 { memarg } | O::I64Store8 { memarg } => {
                self.store_with(memarg, |ins, a, x| _ = ins.istore8(a.flags, x, a.base, a.offset));
            }
            O::I32Store16 { memarg } | O::I64Store16 { memarg } => {
                self.store_with(memarg, |ins, a, x| _ = ins.istore16(a.flags, x, a.base, a.offset));
            }
            O::I64Store32 { memarg } => {
                self.store_with(memarg, |ins, a, x| _ = ins.istore32(a.flags, x, a.base, a.offset));
            }
            O::MemorySize { mem } => self.memory_size(*mem),
            O::MemoryGrow { mem } => self.memory_grow(*mem),
            _ => return false,
        }
        true
    }

    /// Replaces the index on the operand stack by the value of type `ty` there.
    pub(super) fn load(&mut self, memarg: &MemArg, ty: Type) {
        self.load_with(memarg, |ins, a| ins.load(ty, a.flags, a.base, a.offset));
    }

    /// Replaces the index on the operand stack by what `build` loads.
    pub(super) fn load_with(
        &mut self,
        memarg: &MemArg,
        build: impl FnOnce(cranelift_frontend::FuncInstBuilder<'_, '_>, Address) -> Value,
    ) {
        let address = self.pop_address(memarg);
        let value = build(self.builder.ins(), address);
        self.push(value);
    }

    /// Takes a value and an index from the operand stack for `build` to store.
    pub(super) fn store_with(
        &mut self,
        memarg: &MemArg,
        build: impl FnOnce(cranelift_frontend::FuncInstBuilder<'_, '_>, Address, Value),
    ) {
        let value = self.pop();
        let address = self.pop_address(memarg);
        build(self.builder.ins(), address, value);
    }

    /// Takes an index from the operand stack and makes it an address.
    pub(super) fn pop_address(&mut self, memarg: &MemArg) -> Address {
        let index = self.pop();
        let memory = MemoryIndex::from_u32(memarg.memory);
        if self.environment.module.memories[memory].memory64 {
            return self.checked_address(memory, index, memarg);
        }
        let index = self.builder.ins().uextend(POINTER, index);
        let base = self.memory_base(memory);
        let base = self.builder.ins().iadd(base, index);
        let flags = self.regions.heap();
        match i32::try_from(memarg.offset) {
            Ok(offset) => Address { base, offset, flags },
            Err(_) => {
                // Validation allows static offsets of 32 bits with indices of 32 bits.
                let base = self.builder.ins().iadd_imm_s(base, memarg.offset as i64);
                Address { base, offset: 0, flags }
            }
        }
    }

    /// The address of an access with a 64-bit index, after a check that all of its bytes are inside the memory. Even a
    /// processor that guesses otherwise reads nothing but the memory's first bytes.
    fn checked_address(&mut self, memory: MemoryIndex, index: Value, memarg: &MemArg) -> Address {
        let out_of_bounds = trap::to_cranelift(TrapCode::MemoryOutOfBounds);
        // The largest alignment that validation allows is the width of the access.
        let width = 1u64 << memarg.max_align;
        let structure = self.memory_structure(memory);
        let length = self.builder.ins().load(POINTER, self.regions.length(), structure, memory::LENGTH as i32);
        // Where offset and width alone pass 2^64 the sum saturates, which is past the end of every memory.
        let reach = self.builder.ins().iconst(POINTER, memarg.offset.saturating_add(width) as i64);
        let end = self.builder.ins().uadd_overflow_trap(index, reach, out_of_bounds);
        let outside = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, end, length);
        self.builder.ins().trapnz(outside, out_of_bounds);
        let base = self.memory_base(memory);
        let mut start = self.builder.ins().iadd(base, index);
        if memarg.offset != 0 {
            let offset = self.builder.ins().iconst(POINTER, memarg.offset as i64);
            start = self.builder.ins().iadd(start, offset);
        }
        let base = self.builder.ins().select_spectre_guard(outside, base, start);
        Address { base, offset: 0, flags: self.regions.heap() }
    }

    /// A size or index of a memory or table as its `i32` or `i64`.
    pub(super) fn narrowed(&mut self, value: Value, wide: bool) -> Value {
        if wide { value } else { self.builder.ins().ireduce(types::I32, value) }
    }

    fn memory_structure(&mut self, index: MemoryIndex) -> Value {
        let offset = self.environment.layout.memory(index);
        self.builder.ins().load(POINTER, access::HOST_CONSTANT, self.vmctx, offset as i32)
    }

    /// The base address, which never changes. Memory 0's is kept for the rest of the block, to emit less.
    fn memory_base(&mut self, index: MemoryIndex) -> Value {
        let block = self.builder.current_block();
        if let Some((loaded_in, base)) = self.memory_base
            && index.as_u32() == 0
            && Some(loaded_in) == block
        {
            return base;
        }
        let structure = self.memory_structure(index);
        let base = self.builder.ins().load(POINTER, access::HOST_CONSTANT, structure, memory::BASE as i32);
        if index.as_u32() == 0 {
            self.memory_base = block.map(|block| (block, base));
        }
        base
    }

    fn memory_size(&mut self, mem: u32) {
        let index = MemoryIndex::from_u32(mem);
        let structure = self.memory_structure(index);
        let length = self.builder.ins().load(POINTER, self.regions.length(), structure, memory::LENGTH as i32);
        let pages = self.builder.ins().ushr_imm_u(length, PAGE_SHIFT);
        let pages = self.narrowed(pages, self.environment.module.memories[index].memory64);
        self.push(pages);
    }

    fn memory_grow(&mut self, mem: u32) {
        let pages = self.pop_wide();
        let memory = self.builder.ins().iconst(types::I32, i64::from(mem));
        if let Some(old) = self.call_libcall(Libcall::MemoryGrow, &[memory, pages]) {
            let old = self.narrowed(old, self.environment.module.memories[MemoryIndex::from_u32(mem)].memory64);
            self.push(old);
        }
    }
}
