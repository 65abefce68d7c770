//! macOS: the registers that a signal struck, and the bounds of a thread's stack.

use std::ops::Range;

use crate::platform::Landing;

/// The registers of the thread that a signal struck, as the kernel saved them; what is changed here holds when the
/// handler returns.
pub(crate) struct Context(*mut libc::ucontext_t);

impl Context {
    /// # Safety
    /// `context` is the third argument of a signal handler that has not returned yet.
    pub unsafe fn new(context: *mut libc::c_void) -> Context {
        Context(context.cast())
    }
}

#[cfg(target_arch = "x86_64")]
impl Context {
    pub fn pc(&self) -> usize {
        // SAFETY: the context is valid (the promise of `new`).
        unsafe { (*(*self.0).uc_mcontext).__ss.__rip as usize }
    }

    pub fn fp(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*(*self.0).uc_mcontext).__ss.__rbp as usize }
    }

    /// Lets the thread continue in `landing`, as if it had been called, on its own stack below the red zone.
    ///
    /// # Safety
    /// The thread was running compiled code on a stack with room for the landing function.
    pub unsafe fn land(&self, landing: Landing, code: usize) {
        let (pc, fp) = (self.pc(), self.fp());
        // SAFETY: registers of a valid context. The stack is aligned as at a function's entry: a return address (which
        // is null, for debuggers) has just been pushed.
        unsafe {
            let registers = &mut (*(*self.0).uc_mcontext).__ss;
            let sp = ((registers.__rsp as usize - 128) & !15) - 8;
            (sp as *mut usize).write(0);
            registers.__rsp = sp as u64;
            registers.__rdi = pc as u64;
            registers.__rsi = fp as u64;
            registers.__rdx = code as u64;
            registers.__rip = landing as usize as u64;
        }
    }
}

#[cfg(target_arch = "aarch64")]
impl Context {
    pub fn pc(&self) -> usize {
        // SAFETY: the context is valid (the promise of `new`).
        unsafe { (*(*self.0).uc_mcontext).__ss.__pc as usize }
    }

    pub fn fp(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*(*self.0).uc_mcontext).__ss.__fp as usize }
    }

    /// Lets the thread continue in `landing`, as if it had been called, on its own stack below the red zone.
    ///
    /// # Safety
    /// The thread was running compiled code on a stack with room for the landing function.
    pub unsafe fn land(&self, landing: Landing, code: usize) {
        let (pc, fp) = (self.pc(), self.fp());
        // SAFETY: registers of a valid context; the stack pointer is aligned as calls want it.
        unsafe {
            let registers = &mut (*(*self.0).uc_mcontext).__ss;
            registers.__sp = (registers.__sp - 128) & !15;
            registers.__x[0] = pc as u64;
            registers.__x[1] = fp as u64;
            registers.__x[2] = code as u64;
            registers.__lr = 0;
            registers.__pc = landing as usize as u64;
        }
    }
}

/// The addresses of the calling thread's stack.
pub(crate) fn stack_bounds() -> Option<Range<usize>> {
    // SAFETY: both functions only read what the system knows of the calling thread.
    unsafe {
        let thread = libc::pthread_self();
        let high = libc::pthread_get_stackaddr_np(thread) as usize;
        let size = libc::pthread_get_stacksize_np(thread);
        Some(high.checked_sub(size)?..high)
    }
}
