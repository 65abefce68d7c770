//! How far down a call into wasm may use the thread's stack.

use std::cell::Cell;
use std::ops::Range;

/// What is left to the host below the lowest wasm frame: for host functions, the landing function and backtraces.
pub(crate) const HOST_RESERVE: usize = 256 * 1024;

/// What is left to it at least on a small stack: lifting the deepest value there can be takes somewhat less than 96 KiB.
const LEAST_HOST_RESERVE: usize = 128 * 1024;

/// What is known of a thread's stack: from `low` to `high`, of which guests may go down to `floor`. All zero before the first
/// look.
pub(super) struct Bounds {
    low: Cell<usize>,
    floor: Cell<usize>,
    high: Cell<usize>,
}

impl Bounds {
    pub(super) const UNKNOWN: Bounds = Bounds { low: Cell::new(0), floor: Cell::new(0), high: Cell::new(0) };

    /// How far down guests may go, if the address is in the stack that the thread was made with.
    #[inline(always)]
    fn floor_below(&self, address: usize) -> Option<usize> {
        if self.high.get() == 0 {
            self.find();
        }
        (self.low.get()..self.high.get()).contains(&address).then(|| self.floor.get())
    }

    #[cold]
    fn find(&self) {
        // No address is in the bounds of a stack that nobody knows.
        let Range { start: low, end: high } = crate::platform::stack_bounds().unwrap_or(usize::MAX..usize::MAX);
        self.low.set(low);
        self.floor.set(low.saturating_add(((high - low) / 4).clamp(LEAST_HOST_RESERVE, HOST_RESERVE)));
        self.high.set(high);
    }
}

/// The lowest stack pointer that compiled code may have when it is entered from `here`: `budget` bytes below, but never
/// so far that host functions have no stack left. An address above the current stack pointer means: no room at all.
#[inline(always)]
pub(super) fn limit(bounds: &Bounds, here: usize, budget: usize) -> usize {
    let wanted = here.saturating_sub(budget);
    // Another stack, which is no fiber of ours: its owner sized it for `budget`.
    bounds.floor_below(here).map_or(wanted, |floor| wanted.max(floor))
}

/// Whether the host has stack left for functions of its own. Where the bounds are not known, it is not for us to say.
pub(super) fn has_room(bounds: &Bounds) -> bool {
    let here = stack_pointer();
    bounds.floor_below(here).is_none_or(|floor| here > floor)
}

/// About where the stack ends now.
#[inline(always)]
pub(super) fn stack_pointer() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}
