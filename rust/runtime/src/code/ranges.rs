//! The table in which a trap handler looks up a program counter: without a lock, without an allocation.
//!
//! A list of blocks of slots that only ever grows. A slot is free, or has the addresses of an image's text. Changes are
//! made under a lock; a reader checks the start again after it read the rest, so that it never believes half a change.
//! The image that a reader finds for its *own* program counter cannot go away: that thread is running its code.

use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::code::image::CodeImage;

const SLOTS: usize = 128;
/// The start of a free slot: no text begins at address 0.
const FREE: usize = 0;

struct Slot {
    start: AtomicUsize,
    end: AtomicUsize,
    image: AtomicPtr<CodeImage>,
}

struct Block {
    slots: [Slot; SLOTS],
    next: AtomicPtr<Block>,
}

impl Slot {
    const fn free() -> Slot {
        Slot { start: AtomicUsize::new(FREE), end: AtomicUsize::new(0), image: AtomicPtr::new(ptr::null_mut()) }
    }
}

impl Block {
    const fn new() -> Block {
        Block { slots: [const { Slot::free() }; SLOTS], next: AtomicPtr::new(ptr::null_mut()) }
    }

    fn next(&self) -> Option<&'static Block> {
        // SAFETY: blocks are leaked: they live as long as the process.
        unsafe { self.next.load(Ordering::Acquire).as_ref() }
    }
}

static FIRST: Block = Block::new();
static CHANGE: Mutex<()> = Mutex::new(());

/// Keeps everybody else from changing the table until the guard is dropped.
pub(crate) fn pause() -> MutexGuard<'static, ()> {
    CHANGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Registers the text of an image that is about to be used.
pub(super) fn add(text: Range<usize>, image: &CodeImage) {
    if text.is_empty() {
        return;
    }
    let _guard = pause();
    let mut block = &FIRST;
    let slot = loop {
        if let Some(slot) = block.slots.iter().find(|slot| slot.start.load(Ordering::Relaxed) == FREE) {
            break slot;
        }
        block = match block.next() {
            Some(next) => next,
            None => {
                let new: &'static Block = Box::leak(Box::new(Block::new()));
                block.next.store(ptr::from_ref(new).cast_mut(), Ordering::Release);
                new
            }
        };
    };
    slot.end.store(text.end, Ordering::SeqCst);
    slot.image.store(ptr::from_ref(image).cast_mut(), Ordering::SeqCst);
    slot.start.store(text.start, Ordering::SeqCst);
}

/// Takes an image's text out of the table, before it is unmapped.
pub(super) fn remove(text: &Range<usize>) {
    if text.is_empty() {
        return;
    }
    let _guard = pause();
    let mut block = Some(&FIRST);
    while let Some(current) = block {
        for slot in &current.slots {
            if slot.start.load(Ordering::Relaxed) == text.start {
                slot.start.store(FREE, Ordering::SeqCst);
                return;
            }
        }
        block = current.next();
    }
}

/// The image whose text the calling thread is running at `pc`. Safe to call in a signal handler.
///
/// The reference is good as long as that thread's activation, which keeps the image's module alive.
pub(crate) fn find<'a>(pc: usize) -> Option<&'a CodeImage> {
    let mut block = Some(&FIRST);
    while let Some(current) = block {
        for slot in &current.slots {
            let start = slot.start.load(Ordering::SeqCst);
            if start == FREE || pc < start || pc >= slot.end.load(Ordering::SeqCst) {
                continue;
            }
            let image = slot.image.load(Ordering::SeqCst);
            if slot.start.load(Ordering::SeqCst) == start {
                // SAFETY: the slot was whole and contains the caller's own program counter, so its image is alive.
                return unsafe { image.as_ref() };
            }
        }
        block = current.next();
    }
    None
}
