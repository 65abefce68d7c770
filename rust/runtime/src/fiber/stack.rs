//! The stacks of fibers: memory with a guard page below, used again by later tasks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use corosensei::stack::{DefaultStack, Stack};

use crate::error::Result;
use crate::trap::HOST_RESERVE;

/// How many unused stacks an engine keeps. What they were used for stays in memory; the others are given back.
const MAX_KEPT: usize = 32;
/// What a call into wasm may use of a fiber's stack at most, however much the configuration allows: as on a thread, the
/// real stack's end holds.
const MAX_WASM_STACK: usize = 256 << 20;

/// The unused stacks of an engine, which all have one size.
pub(crate) struct StackPool {
    /// Without the guard page: what a call into wasm may use, and what is left to the host below it.
    size: usize,
    unused: Mutex<Vec<DefaultStack>>,
    /// How many stacks were taken and not put back.
    in_use: AtomicUsize,
}

impl StackPool {
    /// A pool of stacks on which a call into wasm may use `max_wasm_stack` bytes.
    pub fn new(max_wasm_stack: usize) -> StackPool {
        StackPool {
            size: max_wasm_stack.min(MAX_WASM_STACK) + HOST_RESERVE,
            unused: Mutex::default(),
            in_use: AtomicUsize::new(0),
        }
    }

    /// Keeps everybody else out until the guard is dropped.
    pub fn pause(&self) -> impl Sized + '_ {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stack that nobody uses.
    pub fn take(&self) -> Result<DefaultStack> {
        let kept = self.unused.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let stack = match kept {
            Some(stack) => stack,
            None => DefaultStack::new(self.size)?,
        };
        self.in_use.fetch_add(1, Ordering::Relaxed);
        Ok(stack)
    }

    /// Takes a stack back that came from this pool.
    pub fn put(&self, stack: DefaultStack) {
        self.in_use.fetch_sub(1, Ordering::Relaxed);
        let mut unused = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        if unused.len() < MAX_KEPT {
            unused.push(stack);
        }
    }

    /// How many stacks were taken and not put back.
    pub fn in_use(&self) -> usize {
        self.in_use.load(Ordering::Relaxed)
    }

    /// The lowest stack pointer that compiled code may have on a stack of this pool.
    pub fn limit(&self, stack: &DefaultStack) -> usize {
        stack.base().get() - self.size + HOST_RESERVE
    }
}

impl std::fmt::Debug for StackPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StackPool").field("size", &self.size).finish_non_exhaustive()
    }
}
