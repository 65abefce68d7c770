//! The memory that compiled code and host share: offsets in bytes on a 64-bit machine.
//!
//! `runtime` declares the same structures in Rust and asserts these numbers at compile time; `compile` emits loads and
//! stores with them. A `vmctx` is the block of one instance; a host function's `vmctx` is a [`host_context`].

use cranelift_entity::EntityRef;

use crate::module::{FuncIndex, FuncRefIndex, GlobalIndex, MemoryIndex, Module, TableIndex, TagIndex};

/// The bytes of a pointer of the host.
pub const POINTER: u32 = 8;

/// The bytes of a `ValRaw`, the slot in which trampolines pass one core value: the value in its lowest bytes.
pub const VAL_RAW_SIZE: u32 = 16;

/// `VMStoreContext`: what all instances of a store share; every `vmctx` points to it.
pub mod store_context {
    /// `usize`: compiled functions trap when the stack pointer would go below.
    pub const STACK_LIMIT: u32 = 0;
    /// `usize`: the frame pointer of the wasm frame that called the host last.
    pub const LAST_WASM_EXIT_FP: u32 = 8;
    /// `usize`: the return address into that frame.
    pub const LAST_WASM_EXIT_PC: u32 = 16;
    /// `usize`: the frame pointer of the `enter` trampoline that entered wasm last: the end of a stack walk.
    pub const LAST_WASM_ENTRY_FP: u32 = 24;
    /// `usize`: the stack pointer at the `enter` trampoline's handler.
    pub const LAST_WASM_ENTRY_SP: u32 = 32;
    /// `usize`: the address of the `enter` trampoline's handler, where `raise` and trap signals resume.
    pub const LAST_WASM_ENTRY_HANDLER: u32 = 40;
    /// `*const u64`: the engine's current epoch. The pointer never changes; what it points to, any thread may change.
    pub const EPOCH: u32 = 48;
    /// `u64`: the epoch from which on interruptible code calls the libcall `epoch`. It changes while the host runs, so a
    /// function of a guest may keep a copy until it calls.
    pub const EPOCH_DEADLINE: u32 = 56;
    pub const SIZE: u32 = 64;
}

/// `VMFuncRef`: what a `funcref` points to. A null `funcref` is a null pointer.
pub mod func_ref {
    /// The code, called with the Tail convention: `(callee vmctx, caller vmctx, params...) -> results...`.
    pub const WASM_CALL: u32 = 0;
    /// The callee's `vmctx`.
    pub const VMCTX: u32 = 8;
    /// `u32`: the engine-wide number of the signature.
    pub const TYPE_ID: u32 = 16;
    /// The `enter` trampoline of the signature. Not used by compiled code.
    pub const ENTER: u32 = 24;
    pub const SIZE: u32 = 32;
}

/// `VMFunctionImport`: an imported function, inline in the `vmctx`.
pub mod function_import {
    pub const WASM_CALL: u32 = 0;
    pub const VMCTX: u32 = 8;
    /// The import's `*const VMFuncRef`, for `ref.func`.
    pub const FUNC_REF: u32 = 16;
    pub const SIZE: u32 = 24;
}

/// `VMMemory`: one linear memory. The base never changes: memories grow into addresses that were reserved for them.
pub mod memory {
    pub const BASE: u32 = 0;
    /// `usize`: the current length in bytes.
    pub const LENGTH: u32 = 8;
    pub const SIZE: u32 = 16;
}

/// `VMTable`: one table; elements are 8 bytes (`*const VMFuncRef`, or a `u64` of an `externref`, 0 for null).
pub mod table {
    pub const BASE: u32 = 0;
    /// `usize`: the current number of elements.
    pub const LENGTH: u32 = 8;
    pub const SIZE: u32 = 16;
    pub const ELEMENT_SIZE: u32 = 8;
}

/// `VMGlobal`: 16 bytes, aligned to 16, the value in its lowest bytes.
pub mod global {
    pub const SIZE: u32 = 16;
}

/// `VMException`: what an `exnref` points to. A null `exnref` is a null pointer.
pub mod exception {
    /// `*const VMTag`: which tag it is. Tags are the same where their addresses are.
    pub const TAG: u32 = 0;
    /// `u32`: the number under which the store knows it. Not used by compiled code.
    pub const NUMBER: u32 = 8;
    /// `u32`: 1 once a guest was given a reference to it; until then it is freed when it is caught.
    pub const REFERENCED: u32 = 12;
    /// The values that the tag's type lists, one `ValRaw` each.
    pub const VALUES: u32 = 16;
}

/// `VMHostContext`: the `vmctx` of a host function.
pub mod host_context {
    /// `u32`: [`super::HOST_MAGIC`].
    pub const MAGIC: u32 = 0;
    /// `*mut VMStoreContext`.
    pub const STORE_CONTEXT: u32 = 8;
    /// The table of libcalls, at the same offset as in an instance's `vmctx`: `leave` raises through it.
    pub const LIBCALLS: u32 = 16;
    /// The host's function: `extern "C" fn(callee vmctx, caller vmctx, values: *mut ValRaw, count: usize) -> u8`. The
    /// parameters are in `values`, the results are left there; 0 means that an error was recorded and the `leave`
    /// trampoline must call the `raise` libcall.
    pub const FUNCTION: u32 = 24;
    pub const SIZE: u32 = 32;
}

/// The first four bytes of an instance's `vmctx`.
pub const INSTANCE_MAGIC: u32 = 0x6376_646f;
/// The first four bytes of a host function's `vmctx`.
pub const HOST_MAGIC: u32 = 0x6876_646f;

/// The fixed head of an instance's `vmctx`.
pub mod instance {
    /// `u32`: [`super::INSTANCE_MAGIC`].
    pub const MAGIC: u32 = 0;
    /// `*mut VMStoreContext`, at the same offset as in a host function's `vmctx`.
    pub const STORE_CONTEXT: u32 = 8;
    /// The table of libcalls: one code pointer each, in the order of `libcall::Libcall`. At the same offset as in a host
    /// function's `vmctx`.
    pub const LIBCALLS: u32 = 16;
    /// `*const u32`: the engine-wide number of each of the module's signatures.
    pub const SIGNATURE_IDS: u32 = 24;
    /// `*mut`: the host's own data of the instance. Not used by compiled code.
    pub const HOST_DATA: u32 = 32;
    pub const HEAD_SIZE: u32 = 48;
}

/// Where the variable part of a module's `vmctx` has its arrays.
///
/// In order: `VMFunctionImport` for each imported function; `*mut VMMemory` for each memory, `*mut VMTable` for each
/// table, `*mut VMGlobal` for each global and `*const VMTag` for each tag, imported or defined alike; a `VMFuncRef` for each entry of
/// `Module::func_refs` that is a defined function (an imported one's slot is unused).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VmLayout {
    imports: u32,
    memories: u32,
    tables: u32,
    globals: u32,
    tags: u32,
    func_refs: u32,
    size: u32,
}

impl VmLayout {
    pub fn new(module: &Module) -> Self {
        let imports = instance::HEAD_SIZE;
        let memories = imports + module.num_imported_functions * function_import::SIZE;
        let tables = memories + module.memories.len() as u32 * POINTER;
        let globals = tables + module.tables.len() as u32 * POINTER;
        let tags = globals + module.globals.len() as u32 * POINTER;
        let func_refs = tags + module.tags.len() as u32 * POINTER;
        let size = func_refs + module.func_refs.len() as u32 * func_ref::SIZE;
        Self { imports, memories, tables, globals, tags, func_refs, size }
    }

    /// The bytes of the whole `vmctx`.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// The offset of an imported function's `VMFunctionImport`.
    pub fn function_import(&self, index: FuncIndex) -> u32 {
        self.imports + index.index() as u32 * function_import::SIZE
    }

    /// The offset of the pointer to a memory's `VMMemory`.
    pub fn memory(&self, index: MemoryIndex) -> u32 {
        self.memories + index.index() as u32 * POINTER
    }

    /// The offset of the pointer to a table's `VMTable`.
    pub fn table(&self, index: TableIndex) -> u32 {
        self.tables + index.index() as u32 * POINTER
    }

    /// The offset of the pointer to a global's `VMGlobal`.
    pub fn global(&self, index: GlobalIndex) -> u32 {
        self.globals + index.index() as u32 * POINTER
    }

    /// The offset of the pointer to a tag's `VMTag`.
    pub fn tag(&self, index: TagIndex) -> u32 {
        self.tags + index.index() as u32 * POINTER
    }

    /// The offset of an inline `VMFuncRef`.
    pub fn func_ref(&self, index: FuncRefIndex) -> u32 {
        self.func_refs + index.index() as u32 * func_ref::SIZE
    }
}
