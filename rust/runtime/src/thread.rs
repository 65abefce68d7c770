//! Which thread is running.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::platform::thread_block;

/// How many forks led to this process since the engine was first used in one of its parents.
static FORKS: AtomicUsize = AtomicUsize::new(0);
/// In a child, the block of the thread that forked, and the mark that it had and keeps: the calls that it is in go on.
static SURVIVOR: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

/// The bits of a mark that are the block's address, of which processors have no more.
const ADDRESS_BITS: u32 = 48;

/// A mark that no other running thread has, nor one that a fork has left behind; one that has ended may have had it. Never 0.
/// A variable of the thread would do too, and costs a call in a shared library.
#[inline(always)]
pub fn thread_mark() -> usize {
    let block = thread_block();
    if FORKS.load(Ordering::Relaxed) == 0 { block } else { mark_in_child(block) }
}

/// The C library gives the blocks of threads that are not in the child to new ones: those must not be taken for them.
#[inline(never)]
fn mark_in_child(block: usize) -> usize {
    let [survivor, mark] = [&SURVIVOR[0], &SURVIVOR[1]].map(|part| part.load(Ordering::Relaxed));
    if block == survivor { mark } else { block | FORKS.load(Ordering::Relaxed) << ADDRESS_BITS }
}

/// To be called in a child by its only thread, before any other begins.
pub(crate) fn forked() {
    let mark = thread_mark();
    SURVIVOR[0].store(thread_block(), Ordering::Relaxed);
    SURVIVOR[1].store(mark, Ordering::Relaxed);
    FORKS.fetch_add(1, Ordering::Relaxed);
}
