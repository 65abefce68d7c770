//! The process's trap handlers: for a signal that struck at an instruction of ours which is known to trap, the thread
//! continues in `land`; every other signal goes to the handler that was there before.
//!
//! The handlers are installed once and never taken away: somebody else may have chained to them. Where somebody has put a
//! handler on top of ours (Python's `faulthandler`, say, which reports every signal as fatal), a new store puts ours on
//! top again and remembers the other one as the next to be asked.

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dovetail_environ::TrapCode;
use libc::{c_int, c_void, sigaction, siginfo_t};

use crate::code::find_code;
use crate::error::Result;
use crate::platform::Context;
use crate::trap::{activation, land};

const SIGNALS: [c_int; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE];
/// How often others may put their handlers on top of ours until we leave it at that.
const MAX_LAYERS: usize = 8;
/// A trap that is no memory access but is found by one, as a call through a null reference, reads near address 0.
const NULL_PAGE: usize = 4096;

/// The handlers that were there before ours, for one signal; the last one is asked first.
struct Layers {
    /// How many entries of `actions` are in use: they are complete before they are counted.
    count: AtomicUsize,
    actions: [UnsafeCell<MaybeUninit<sigaction>>; MAX_LAYERS],
    /// Which thread is in an earlier handler just now, and how many of them deep: a handler that passes the signal on to
    /// the one before it may come back to us.
    delegating: AtomicU64,
}

// SAFETY: an entry of `actions` is written once, under the lock, before `count` says that it is there.
unsafe impl Sync for Layers {}

impl Layers {
    const fn none() -> Layers {
        Layers {
            count: AtomicUsize::new(0),
            actions: [const { UnsafeCell::new(MaybeUninit::uninit()) }; MAX_LAYERS],
            delegating: AtomicU64::new(0),
        }
    }
}

static LAYERS: [Layers; SIGNALS.len()] = [const { Layers::none() }; SIGNALS.len()];

/// Held while handlers are installed.
static INSTALL: Mutex<()> = Mutex::new(());

/// Takes the lock under which handlers are installed.
pub(crate) fn pause() -> MutexGuard<'static, ()> {
    INSTALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts our handlers for traps on top, where they are not. Making an engine or a store does so too: this is for a host that
/// knows that somebody has put others there since.
pub fn install_handlers() -> Result<()> {
    let _guard = pause();
    for (signal, layers) in SIGNALS.into_iter().zip(&LAYERS) {
        // SAFETY: only reads the current action.
        let current = unsafe { query(signal)? };
        let count = layers.count.load(Ordering::Relaxed);
        if current.sa_sigaction == handler as *const () as usize {
            continue;
        }
        // SAFETY: entries below `count` are complete and never change.
        let last = count.checked_sub(1).map(|last| unsafe { &*(*layers.actions[last].get()).as_ptr() });
        // One that comes and goes, as `faulthandler`'s, takes one place only.
        let known =
            last.is_some_and(|last| (last.sa_sigaction, last.sa_flags) == (current.sa_sigaction, current.sa_flags));
        if !known && count == MAX_LAYERS {
            continue;
        }
        // SAFETY: the next entry is not in use yet, and only one thread at a time is here. The earlier handler is known
        // before ours can run. The handler is safe for signals: see there.
        unsafe {
            if !known {
                (*layers.actions[count].get()).write(current);
                layers.count.store(count + 1, Ordering::Release);
            }
            let mut ours: sigaction = MaybeUninit::zeroed().assume_init();
            ours.sa_sigaction = handler as *const () as usize;
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&mut ours.sa_mask);
            check(sigaction(signal, &ours, ptr::null_mut()))?;
        }
    }
    Ok(())
}

/// # Safety
/// None beyond that of any system call: the current action is read.
unsafe fn query(signal: c_int) -> Result<sigaction> {
    let mut current = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: the pointer is good for a write.
    unsafe {
        check(sigaction(signal, ptr::null(), current.as_mut_ptr()))?;
        Ok(current.assume_init())
    }
}

fn check(result: c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Runs on whatever stack the thread has for signals: allocates nothing, takes no lock, and touches thread-local storage
/// only after the program counter was found to be ours.
unsafe extern "C" fn handler(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel calls this with a valid context.
    unsafe {
        let registers = Context::new(context);
        if let Some(code) = expected_trap(signal, info, registers.pc()) {
            registers.land(land, code as usize);
            return;
        }
        delegate(signal, info, context);
    }
}

/// The trap that a signal at `pc` stands for, or `None` where it is not one that compiled code may raise.
///
/// # Safety
/// Called in a signal handler with its own arguments.
unsafe fn expected_trap(signal: c_int, info: *mut siginfo_t, pc: usize) -> Option<TrapCode> {
    let code = find_code(pc)?.trap_at(pc)?;
    if signal == libc::SIGSEGV || signal == libc::SIGBUS {
        // SAFETY: `info` is valid, and these signals carry an address.
        let address = unsafe { (*info).si_addr() as usize };
        // SAFETY: this thread was interrupted in compiled code, so there is an activation, and its store is not being
        // changed.
        let store = unsafe { activation::innermost().as_ref()?.store?.as_ref() };
        let expected = if code == TrapCode::MemoryOutOfBounds {
            store.memories.iter().any(|memory| memory.get().guards(address))
        } else {
            address < NULL_PAGE
        };
        return expected.then_some(code);
    }
    Some(code)
}

/// Hands a signal to the handler that was there before ours, just as the kernel would have.
///
/// # Safety
/// Called in a signal handler with its own arguments.
unsafe fn delegate(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let Some(layers) = SIGNALS.iter().position(|known| *known == signal).map(|place| &LAYERS[place]) else {
        return;
    };
    // A thread that comes here again while it is in an earlier handler is asked for the one before that.
    let claim = layers.delegating.load(Ordering::Relaxed);
    let thread = thread_number();
    let depth = if claim >> 8 == thread { claim & 0xff } else { 0 };
    let count = layers.count.load(Ordering::Acquire);
    let Some(place) = count.checked_sub(1 + depth as usize) else {
        // SAFETY: as below.
        return unsafe { default_action(signal, info) };
    };
    // SAFETY: entries below `count` are complete and never change.
    let action = unsafe { &*(*layers.actions[place].get()).as_ptr() };
    layers.delegating.store(thread << 8 | (depth + 1), Ordering::Relaxed);
    // SAFETY: the arguments are the handler's own, and the action is what the process had before ours.
    unsafe {
        match action.sa_sigaction {
            libc::SIG_DFL => default_action(signal, info),
            // The kernel lets nobody ignore a fault.
            libc::SIG_IGN if (*info).si_code > 0 => default_action(signal, info),
            libc::SIG_IGN => {}
            function => call_earlier(function, action, signal, info, context),
        }
    }
    layers.delegating.store(claim, Ordering::Relaxed);
}

/// # Safety
/// `function` is the handler of `action`; the rest are the arguments of our handler.
unsafe fn call_earlier(function: usize, action: &sigaction, signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: masks are plain data; the earlier handler has the type that its flags say.
    unsafe {
        let mut mask = action.sa_mask;
        if action.sa_flags & libc::SA_NODEFER == 0 {
            libc::sigaddset(&mut mask, signal);
        }
        let mut before = MaybeUninit::<libc::sigset_t>::zeroed().assume_init();
        libc::pthread_sigmask(libc::SIG_BLOCK, &mask, &mut before);
        if action.sa_flags & libc::SA_NODEFER != 0 {
            let mut own = MaybeUninit::<libc::sigset_t>::zeroed().assume_init();
            libc::sigemptyset(&mut own);
            libc::sigaddset(&mut own, signal);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &own, ptr::null_mut());
        }
        if action.sa_flags & libc::SA_SIGINFO != 0 {
            let function: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = std::mem::transmute(function);
            function(signal, info, context);
        } else {
            let function: extern "C" fn(c_int) = std::mem::transmute(function);
            function(signal);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, ptr::null_mut());
    }
}

/// Ends the process by the signal: with the default action in place, a fault strikes again as soon as the handler
/// returns, and a signal that was sent is sent again.
///
/// # Safety
/// Called in a signal handler with its own arguments.
unsafe fn default_action(signal: c_int, info: *mut siginfo_t) {
    // SAFETY: `sigaction` and `raise` are allowed in signal handlers.
    unsafe {
        let mut default: sigaction = MaybeUninit::zeroed().assume_init();
        default.sa_sigaction = libc::SIG_DFL;
        sigaction(signal, &default, ptr::null_mut());
        if (*info).si_code <= 0 {
            libc::raise(signal);
        }
    }
}

/// A number that is this thread's alone, without thread-local storage.
fn thread_number() -> u64 {
    #[cfg(target_os = "linux")]
    // SAFETY: the call has no preconditions.
    return unsafe { libc::syscall(libc::SYS_gettid) as u64 };
    #[cfg(not(target_os = "linux"))]
    // SAFETY: the call has no preconditions.
    return unsafe { libc::pthread_self() as u64 };
}
