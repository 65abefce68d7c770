//! How far down a call into wasm may use the thread's stack.

use std::cell::Cell;
use std::ops::Range;

/// What is left to the host below the lowest wasm frame: for host functions, the landing function and backtraces.
pub(crate) const HOST_RESERVE: usize = 256 * 1024;

/// A thread's stack.
pub(super) struct Bounds(Cell<Option<Stack>>);

/// What is known of a thread's stack.
#[derive(Clone, Copy)]
struct Stack {
    low: usize,
    /// How far down guests may go.
    floor: usize,
    high: usize,
}

impl Bounds {
    pub(super) const UNKNOWN: Bounds = Bounds(Cell::new(None));

    #[inline]
    fn get(&self) -> Stack {
        match self.0.get() {
            Some(stack) => stack,
            None => self.find(),
        }
    }

    #[cold]
    fn find(&self) -> Stack {
        let Range { start: low, end: high } = crate::platform::stack_bounds().unwrap_or(0..0);
        let stack = Stack { low, floor: low + HOST_RESERVE.min((high - low) / 4), high };
        self.0.set(Some(stack));
        stack
    }
}

impl Stack {
    /// Otherwise it is not the one that the thread was made with.
    #[inline]
    fn contains(&self, address: usize) -> bool {
        (self.low..self.high).contains(&address)
    }
}

/// The lowest stack pointer that compiled code may have when it is entered from here: `budget` bytes below, but never
/// so far that host functions have no stack left. An address above the current stack pointer means: no room at all.
#[inline]
pub(super) fn limit(bounds: &Bounds, budget: usize) -> usize {
    let here = approximate_stack_pointer();
    let wanted = here.saturating_sub(budget);
    let stack = bounds.get();
    // Another stack, which is no fiber of ours: its owner sized it for `budget`.
    if stack.contains(here) { wanted.max(stack.floor) } else { wanted }
}

/// Whether the host has stack left for functions of its own. Where the bounds are not known, it is not for us to say.
pub(super) fn has_room(bounds: &Bounds) -> bool {
    let here = approximate_stack_pointer();
    let stack = bounds.get();
    !stack.contains(here) || here > stack.floor
}

#[inline(always)]
fn approximate_stack_pointer() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}
