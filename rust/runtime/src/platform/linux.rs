//! Linux: the registers that a signal struck, and the bounds of a thread's stack.

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
    fn register(&self, number: libc::c_int) -> *mut i64 {
        // SAFETY: the context is valid (the promise of `new`), and libc's numbers are inside its array.
        unsafe { &raw mut (*self.0).uc_mcontext.gregs[number as usize] }
    }

    pub fn pc(&self) -> usize {
        // SAFETY: a register of a valid context.
        unsafe { *self.register(libc::REG_RIP) as usize }
    }

    pub fn fp(&self) -> usize {
        // SAFETY: as above.
        unsafe { *self.register(libc::REG_RBP) as usize }
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
            let sp = ((*self.register(libc::REG_RSP) as usize - 128) & !15) - 8;
            (sp as *mut usize).write(0);
            *self.register(libc::REG_RSP) = sp as i64;
            *self.register(libc::REG_RDI) = pc as i64;
            *self.register(libc::REG_RSI) = fp as i64;
            *self.register(libc::REG_RDX) = code as i64;
            *self.register(libc::REG_RIP) = landing as usize as i64;
        }
    }
}

#[cfg(target_arch = "aarch64")]
impl Context {
    pub fn pc(&self) -> usize {
        // SAFETY: the context is valid (the promise of `new`).
        unsafe { (*self.0).uc_mcontext.pc as usize }
    }

    pub fn fp(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.0).uc_mcontext.regs[29] as usize }
    }

    /// Lets the thread continue in `landing`, as if it had been called, on its own stack.
    ///
    /// # Safety
    /// The thread was running compiled code on a stack with room for the landing function.
    pub unsafe fn land(&self, landing: Landing, code: usize) {
        let (pc, fp) = (self.pc(), self.fp());
        // SAFETY: registers of a valid context; the stack pointer is aligned as calls want it.
        unsafe {
            let registers = &mut (*self.0).uc_mcontext;
            registers.sp = (registers.sp - 128) & !15;
            registers.regs[0] = pc as u64;
            registers.regs[1] = fp as u64;
            registers.regs[2] = code as u64;
            registers.regs[30] = 0;
            registers.pc = landing as usize as u64;
        }
    }
}

/// The addresses of the calling thread's stack; `None` where the system does not say.
pub(crate) fn stack_bounds() -> Option<Range<usize>> {
    // SAFETY: the attributes are written by the call that gets them, read only if that succeeded, and destroyed once.
    unsafe {
        let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        let result = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        (result == 0).then(|| low as usize..low as usize + size)
    }
}
