//! Throwing: the walk from the throwing frame to the one that goes on.

use std::ptr::NonNull;

use dovetail_environ::TrapCode;

use crate::code::find_code;
use crate::error::{Error, Trap};
use crate::platform;
use crate::store::StoreInner;
use crate::trap::{record, resume};
use crate::vm::{VMException, VMStoreContext};

/// Where a frame goes on with an exception.
struct Landing {
    pc: usize,
    sp: usize,
    fp: usize,
}

/// Goes on in the innermost frame of this entry into wasm that has a handler; where there is none, leaves wasm with a
/// trap. Exceptions pass neither through the host nor from one component to another: what is around sees the trap.
///
/// # Safety
/// The store's code is running on this thread and has just called the host with an exception of this store; nobody holds
/// a reference to the store's contents, and the caller has nothing to clean up.
pub(crate) unsafe fn throw(store: NonNull<StoreInner>, exception: NonNull<VMException>) -> ! {
    // SAFETY: the caller's promise; the store's context tells where wasm was left. No value that needs dropping is held
    // when control leaves.
    unsafe {
        let context = (*store.as_ptr()).context.as_ptr();
        let full = (*store.as_ptr()).exceptions.is_full();
        if !full && let Some(landing) = find_landing(&*context) {
            platform::resume(landing.pc, landing.sp, landing.fp, exception.as_ptr().expose_provenance())
        }
        record(store, if full { too_many() } else { Trap::bare(TrapCode::UncaughtException).into() });
        (*store.as_ptr()).exceptions.release(exception);
        resume(context)
    }
}

#[cold]
fn too_many() -> Error {
    Error::trap(TrapCode::AllocationTooLarge, "too many exceptions are alive")
}

/// # Safety
/// The context is that of a store whose code is running on this thread and has just called the host.
unsafe fn find_landing(context: &VMStoreContext) -> Option<Landing> {
    let (mut pc, mut fp) = (context.last_wasm_exit_pc, context.last_wasm_exit_fp);
    // Frames lie in ascending order and end at the frame of the `enter` trampoline.
    while fp < context.last_wasm_entry_fp && fp != 0 {
        // The byte before a return address is in the call, and so in the caller's image, which its frame keeps alive.
        let call = pc.wrapping_sub(1);
        let image = find_code(call);
        if image.is_some_and(|image| image.is_boundary()) {
            return None;
        }
        if let Some(image) = image
            && let Some(offset) = image.offset_of(call)
            && let Some((landing, frame_size)) = image.landing_at(offset + 1)
        {
            return Some(Landing { pc: landing, sp: fp - frame_size, fp });
        }
        // SAFETY: compiled code keeps frame pointers: at `fp` are the caller's and then the return address.
        unsafe {
            pc = (fp as *const usize).add(1).read();
            fp = (fp as *const usize).read();
        }
    }
    None
}
