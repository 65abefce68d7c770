//! Backtraces of compiled code: frame pointers are followed, and program counters looked up in the store's modules.

use std::ptr::NonNull;

use crate::error::Frame;
use crate::module::Module;
use crate::store::StoreInner;
use crate::trap::activation;

/// The most frames that a backtrace holds.
const MAX_FRAMES: usize = 128;

/// The frames of a store whose code has called the host, innermost first.
///
/// # Safety
/// The store's code is running on this thread, and its context says where it was left.
pub(super) unsafe fn at_exit(store: NonNull<StoreInner>) -> Vec<Frame> {
    // SAFETY: the caller's promise. A return address is the instruction after the call, which may be another line's or
    // even another function's: one byte less is in the call.
    unsafe {
        let context = (*store.as_ptr()).context.as_ptr();
        let (pc, fp) = ((*context).last_wasm_exit_pc, (*context).last_wasm_exit_fp);
        walk(store, pc.wrapping_sub(1), fp)
    }
}

/// The frames of a store whose code was interrupted at `pc` in the frame `fp`.
///
/// # Safety
/// The store's code is running on this thread and was interrupted there.
pub(super) unsafe fn at_trap(store: NonNull<StoreInner>, pc: usize, fp: usize) -> Vec<Frame> {
    // SAFETY: the caller's promise.
    unsafe { walk(store, pc, fp) }
}

/// # Safety
/// As the functions above: `pc` and `fp` are of the innermost frame of compiled code.
unsafe fn walk(store: NonNull<StoreInner>, mut pc: usize, mut fp: usize) -> Vec<Frame> {
    let mut symbols = Symbols { store, last: None };
    let mut frames = Vec::new();
    let mut current = activation::innermost();
    // SAFETY: activations lie further up on this thread's stack. The store's context describes the innermost activation
    // of the store; each one keeps what it said of the next.
    let mut entry_fp = unsafe { (*(*store.as_ptr()).context.as_ptr()).last_wasm_entry_fp };
    // SAFETY: as above.
    while let Some(activation) = unsafe { current.as_ref() } {
        current = activation.previous;
        // One that was not entered since it began has no frames of its own: these are those around it.
        if activation.store != Some(store) || activation.outer.entry_fp == entry_fp {
            continue;
        }
        // Frames lie in ascending order and end at the frame of the `enter` trampoline.
        while fp < entry_fp && fp != 0 {
            if frames.len() == MAX_FRAMES {
                return frames;
            }
            // SAFETY: the store is alive.
            frames.extend(unsafe { symbols.frame(pc) });
            // SAFETY: compiled code keeps frame pointers: at `fp` are the caller's and then the return address.
            unsafe {
                pc = (fp as *const usize).add(1).read().wrapping_sub(1);
                fp = (fp as *const usize).read();
            }
        }
        (pc, fp) = (activation.outer.exit_pc.wrapping_sub(1), activation.outer.exit_fp);
        entry_fp = activation.outer.entry_fp;
    }
    frames
}

/// Looks up program counters in the modules of a store.
struct Symbols {
    store: NonNull<StoreInner>,
    /// The module of the last frame, which is most often the next one's too.
    last: Option<Module>,
}

impl Symbols {
    /// # Safety
    /// The store is alive, and nobody changes it meanwhile.
    unsafe fn frame(&mut self, pc: usize) -> Option<Frame> {
        if self.last.as_ref().is_none_or(|module| module.image().offset_of(pc).is_none()) {
            // SAFETY: the caller's promise.
            let instances = unsafe { &(*self.store.as_ptr()).instances };
            let modules = instances.iter().map(|instance| &instance.get().module);
            self.last = Some(modules.into_iter().find(|module| module.image().offset_of(pc).is_some())?.clone());
        }
        let module = self.last.as_ref().filter(|module| !module.is_generated())?;
        let offset = module.image().offset_of(pc)?;
        let function = module.function_at(offset)?;
        Some(Frame {
            module: module.name().map(str::to_string),
            function_index: function.as_u32(),
            function_name: module.function_name(function).map(str::to_string),
            module_offset: module.image().artifact().and_then(|artifact| artifact.wasm_offset(offset)),
        })
    }
}
