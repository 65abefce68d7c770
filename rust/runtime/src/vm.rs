//! The structures that compiled code and this crate share, with the offsets of `environ::vmctx` asserted at compile
//! time. Only plain data is here; who owns what stands in `store` and `instance`.

use std::mem::{offset_of, size_of};
use std::ptr::NonNull;

use dovetail_environ::vmctx;

use crate::epoch::Epoch;
use crate::value::ValRaw;

/// What all instances of a store share.
#[derive(Debug)]
#[repr(C)]
pub struct VMStoreContext {
    pub stack_limit: usize,
    pub last_wasm_exit_fp: usize,
    pub last_wasm_exit_pc: usize,
    pub last_wasm_entry_fp: usize,
    pub last_wasm_entry_sp: usize,
    pub last_wasm_entry_handler: usize,
    pub epoch: *const Epoch,
    pub epoch_deadline: u64,
}

/// Compiled code: only ever called through a trampoline, so its type is opaque.
pub type VMCode = u8;

/// The `enter` trampoline: `(callee vmctx, caller vmctx, code, values) -> 1, or 0 after a trap or error`.
pub type VMEnter = unsafe extern "C" fn(*mut VMOpaqueContext, *mut VMOpaqueContext, *const VMCode, *mut ValRaw) -> u8;

/// The function of a host context: `(callee vmctx, caller vmctx, values, count) -> 1, or 0 with a recorded error`.
pub type VMHostFunction = unsafe extern "C" fn(*mut VMHostContext, *mut VMOpaqueContext, *mut ValRaw, usize) -> u8;

/// Either a [`VMContext`] or a [`VMHostContext`]: the common head, told apart by the magic number.
#[derive(Debug)]
#[repr(C)]
pub struct VMOpaqueContext {
    pub magic: u32,
    pub store_context: *mut VMStoreContext,
    pub libcalls: *const *const u8,
}

/// The fixed head of an instance's block; the arrays of `VmLayout` follow it.
#[derive(Debug)]
#[repr(C, align(16))]
pub struct VMContext {
    pub magic: u32,
    pub store_context: *mut VMStoreContext,
    pub libcalls: *const *const u8,
    pub signature_ids: *const u32,
    pub host_data: *mut crate::instance::InstanceData,
}

/// The `vmctx` of a host function. What follows `function` is unknown to compiled code.
#[derive(Debug)]
#[repr(C)]
pub struct VMHostContext {
    pub magic: u32,
    pub store_context: *mut VMStoreContext,
    pub libcalls: *const *const u8,
    pub function: VMHostFunction,
    pub data: *const crate::func::HostFunction,
}

/// What a `funcref` points to.
#[derive(Debug)]
#[repr(C)]
pub struct VMFuncRef {
    /// Null while a host function's `leave` trampoline has not been looked up; never null where compiled code sees it.
    pub wasm_call: *const VMCode,
    pub vmctx: *mut VMOpaqueContext,
    pub type_id: u32,
    /// `None` while a host function's trampolines have not been looked up.
    pub enter: Option<VMEnter>,
}

/// An imported function in an instance's block.
#[derive(Debug)]
#[repr(C)]
pub struct VMFunctionImport {
    pub wasm_call: *const VMCode,
    pub vmctx: *mut VMOpaqueContext,
    pub func_ref: NonNull<VMFuncRef>,
}

#[derive(Debug)]
#[repr(C)]
pub struct VMMemory {
    pub base: *mut u8,
    pub length: usize,
}

#[derive(Debug)]
#[repr(C)]
pub struct VMTable {
    pub base: *mut u64,
    pub length: usize,
}

#[derive(Debug)]
#[repr(C, align(16))]
pub struct VMGlobal {
    pub value: ValRaw,
}

/// A tag, which compiled code knows by its address.
#[derive(Debug)]
#[repr(C)]
pub struct VMTag {
    /// The tag's place in its store.
    pub index: u32,
}

/// What an `exnref` points to; the values follow.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct VMException {
    pub tag: *const VMTag,
    pub number: u32,
    pub referenced: u32,
}

macro_rules! assert_layout {
    ($type:ty as $module:ident, size $size:expr; $($field:ident = $number:ident),* $(,)?) => {
        const _: () = {
            $(assert!(offset_of!($type, $field) == vmctx::$module::$number as usize);)*
            assert!($size);
        };
    };
}

assert_layout!(VMStoreContext as store_context, size size_of::<VMStoreContext>() == vmctx::store_context::SIZE as usize;
    stack_limit = STACK_LIMIT,
    last_wasm_exit_fp = LAST_WASM_EXIT_FP,
    last_wasm_exit_pc = LAST_WASM_EXIT_PC,
    last_wasm_entry_fp = LAST_WASM_ENTRY_FP,
    last_wasm_entry_sp = LAST_WASM_ENTRY_SP,
    last_wasm_entry_handler = LAST_WASM_ENTRY_HANDLER,
    epoch = EPOCH,
    epoch_deadline = EPOCH_DEADLINE,
);
assert_layout!(VMContext as instance, size size_of::<VMContext>() == vmctx::instance::HEAD_SIZE as usize;
    magic = MAGIC,
    store_context = STORE_CONTEXT,
    libcalls = LIBCALLS,
    signature_ids = SIGNATURE_IDS,
    host_data = HOST_DATA,
);
assert_layout!(VMHostContext as host_context, size size_of::<VMHostContext>() >= vmctx::host_context::SIZE as usize;
    magic = MAGIC,
    store_context = STORE_CONTEXT,
    libcalls = LIBCALLS,
    function = FUNCTION,
);
assert_layout!(VMFuncRef as func_ref, size size_of::<VMFuncRef>() == vmctx::func_ref::SIZE as usize;
    wasm_call = WASM_CALL,
    vmctx = VMCTX,
    type_id = TYPE_ID,
    enter = ENTER,
);
assert_layout!(VMFunctionImport as function_import, size size_of::<VMFunctionImport>() == vmctx::function_import::SIZE as usize;
    wasm_call = WASM_CALL,
    vmctx = VMCTX,
    func_ref = FUNC_REF,
);
assert_layout!(VMMemory as memory, size size_of::<VMMemory>() == vmctx::memory::SIZE as usize;
    base = BASE,
    length = LENGTH,
);
assert_layout!(VMTable as table, size size_of::<VMTable>() == vmctx::table::SIZE as usize;
    base = BASE,
    length = LENGTH,
);
assert_layout!(VMException as exception, size size_of::<VMException>() == vmctx::exception::VALUES as usize;
    tag = TAG,
    number = NUMBER,
    referenced = REFERENCED,
);
const _: () = {
    assert!(size_of::<VMGlobal>() == vmctx::global::SIZE as usize);
    assert!(size_of::<ValRaw>() == vmctx::VAL_RAW_SIZE as usize);
    assert!(size_of::<usize>() == vmctx::POINTER as usize);
    assert!(offset_of!(VMOpaqueContext, magic) == vmctx::instance::MAGIC as usize);
    assert!(offset_of!(VMOpaqueContext, store_context) == vmctx::instance::STORE_CONTEXT as usize);
    assert!(vmctx::host_context::STORE_CONTEXT == vmctx::instance::STORE_CONTEXT);
    assert!(vmctx::host_context::LIBCALLS == vmctx::instance::LIBCALLS);
};
