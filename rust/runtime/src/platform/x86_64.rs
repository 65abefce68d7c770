//! Instructions of x86-64 processors.

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
            "mov rsp, rsi",
            "mov rbp, rdx",
            "jmp rdi",
            in("rdi") pc,
            in("rsi") sp,
            in("rdx") fp,
            in("rax") payload,
            options(noreturn),
        )
    }
}

/// Nothing to do: these processors keep their instruction caches coherent.
pub(crate) unsafe fn flush_instruction_cache(_start: *const u8, _length: usize) {}

/// The address of the thread's control block, for one instruction where `pthread_self` is a call. The block begins with its own
/// address: programs take it from there to find their variables (the local-exec model of the System V ABI for x86-64).
#[cfg(target_os = "linux")]
#[inline(always)]
pub(crate) fn thread_block() -> usize {
    let block;
    // SAFETY: only reads, and the word is there in every thread.
    unsafe {
        asm!("mov {}, fs:[0]", out(reg) block, options(nostack, preserves_flags, readonly));
    }
    block
}

/// Defines the code that compiled code calls for a libcall: it writes down the calling frame, which is where a backtrace
/// begins, and goes on to `$target` with all parameters as they are. The first parameter is the caller's `vmctx`.
macro_rules! libcall_thunk {
    ($name:ident => $target:path) => {
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            std::arch::naked_asm!(
                "mov r11, [rdi + {context}]",
                "mov [r11 + {fp}], rbp",
                "mov r10, [rsp]",
                "mov [r11 + {pc}], r10",
                "jmp {target}",
                context = const dovetail_environ::vmctx::instance::STORE_CONTEXT,
                fp = const dovetail_environ::vmctx::store_context::LAST_WASM_EXIT_FP,
                pc = const dovetail_environ::vmctx::store_context::LAST_WASM_EXIT_PC,
                target = sym $target,
            )
        }
    };
}
