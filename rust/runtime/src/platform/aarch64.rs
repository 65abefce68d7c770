//! Instructions of aarch64 processors.

use std::arch::asm;

/// Continues at `pc` with the given stack and frame pointer, and `payload` where handlers expect an exception.
///
/// # Safety
/// The first three describe the handler of an `enter` trampoline, or of a call in compiled code, whose frame is still on
/// this thread's stack, and no frame between here and there has anything to clean up.
pub(crate) unsafe fn resume(pc: usize, sp: usize, fp: usize, payload: usize) -> ! {
    // SAFETY: the handler expects no register but these; the caller vouches for the frames that are left behind.
    unsafe {
        asm!(
            "mov sp, x1",
            "mov x29, x2",
            "br x3",
            in("x0") payload,
            in("x3") pc,
            in("x1") sp,
            in("x2") fp,
            options(noreturn),
        )
    }
}

/// Makes instructions that were written as data visible to instruction fetch.
///
/// # Safety
/// The range is readable.
pub(crate) unsafe fn flush_instruction_cache(start: *const u8, length: usize) {
    let mut line = start as usize & !63;
    let end = start as usize + length;
    while line < end {
        // SAFETY: cache maintenance changes no data; the address is in a readable range. No processor has cache lines of
        // fewer than 64 bytes, and repeating a line is harmless where they are longer.
        unsafe { asm!("dc cvau, {0}", "ic ivau, {0}", in(reg) line, options(nostack, preserves_flags)) };
        line += 16;
    }
    // SAFETY: barriers only.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}

/// Defines the code that compiled code calls for a libcall: it writes down the calling frame, which is where a backtrace
/// begins, and goes on to `$target` with all parameters as they are. The first parameter is the caller's `vmctx`.
macro_rules! libcall_thunk {
    ($name:ident => $target:path) => {
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            std::arch::naked_asm!(
                "ldr x16, [x0, #{context}]",
                "str x29, [x16, #{fp}]",
                "str x30, [x16, #{pc}]",
                "b {target}",
                context = const dovetail_environ::vmctx::instance::STORE_CONTEXT,
                fp = const dovetail_environ::vmctx::store_context::LAST_WASM_EXIT_FP,
                pc = const dovetail_environ::vmctx::store_context::LAST_WASM_EXIT_PC,
                target = sym $target,
            )
        }
    };
}
