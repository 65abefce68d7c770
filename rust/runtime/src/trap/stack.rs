//! How far down a call into wasm may use the thread's stack.

use std::cell::Cell;
use std::ops::Range;

/// What is left to the host below the lowest wasm frame: for host functions, the landing function and backtraces.
pub(crate) const HOST_RESERVE: usize = 256 * 1024;

/// Lowest and highest address of a thread's stack; (1, 0) before they are known.
pub(super) struct Bounds(Cell<(usize, usize)>);

impl Bounds {
    pub(super) const UNKNOWN: Bounds = Bounds(Cell::new((1, 0)));

    #[inline]
    fn get(&self) -> Range<usize> {
        let (low, high) = self.0.get();
        if low <= high { low..high } else { self.find() }
    }

    #[cold]
    fn find(&self) -> Range<usize> {
        let bounds = crate::platform::stack_bounds().unwrap_or(0..0);
        self.0.set((bounds.start, bounds.end));
        bounds
    }
}

/// The lowest stack pointer that compiled code may have when it is entered from here: `budget` bytes below, but never
/// so far that host functions have no stack left. An address above the current stack pointer means: no room at all.
#[inline]
pub(super) fn limit(bounds: &Bounds, budget: usize) -> usize {
    let here = approximate_stack_pointer();
    let wanted = here.saturating_sub(budget);
    let bounds = bounds.get();
    if !bounds.contains(&here) {
        // Not the stack that the thread was made with, nor a fiber of ours: its owner sized it for `budget`.
        return wanted;
    }
    let reserve = HOST_RESERVE.min(bounds.len() / 4);
    wanted.max(bounds.start + reserve)
}

/// Whether the host has stack left for functions of its own. Where the bounds are not known, it is not for us to say.
pub(super) fn has_room(bounds: &Bounds) -> bool {
    let here = approximate_stack_pointer();
    let bounds = bounds.get();
    !bounds.contains(&here) || here - bounds.start > HOST_RESERVE.min(bounds.len() / 4)
}

#[inline(always)]
fn approximate_stack_pointer() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}
