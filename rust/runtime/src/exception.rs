//! Exceptions: who owns them, and what the host sees of them.
//!
//! An exception that is caught without its reference is freed at once, so that a guest may throw for ever. One that a
//! guest was given a reference to lives as long as its store, as other references do.

use std::ptr::NonNull;

use dovetail_environ::module::{Signature, TagIndex};
use dovetail_environ::vmctx::exception::VALUES;

use crate::error::{Error, Result};
use crate::instance::InstanceData;
use crate::store::{Store, StoreId, StoreInner};
use crate::tag::Tag;
use crate::value::{Val, ValRaw};
use crate::vm::{VMException, VMTag};

/// How many bytes the exceptions of a store that are alive may have: a guest that keeps all it throws is stopped.
const MAX_BYTES: usize = 64 << 20;

/// An exception that a guest holds a reference to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExnRef {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

/// The exceptions of a store.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    slots: Vec<Option<Exception>>,
    free: Vec<u32>,
    bytes: usize,
}

/// Owns the memory of one exception, to which compiled code has pointers: a head of the size of one slot, and the values.
#[derive(Debug)]
struct Exception(NonNull<[ValRaw]>);

const _: () = assert!(size_of::<ValRaw>() == VALUES as usize && align_of::<ValRaw>() >= align_of::<VMException>());

impl Exception {
    /// An exception with room for `count` values, which are zero.
    fn new(tag: *const VMTag, number: u32, count: usize) -> Exception {
        let slots = Box::leak(vec![ValRaw::default(); count + 1].into_boxed_slice());
        let exception = Exception(NonNull::from(slots));
        // SAFETY: the first slot has the size and the alignment of the head, and nobody else knows it yet.
        unsafe { exception.head().write(VMException { tag, number, referenced: 0 }) };
        exception
    }

    fn head(&self) -> NonNull<VMException> {
        self.0.cast()
    }

    fn bytes(&self) -> usize {
        self.0.len() * size_of::<ValRaw>()
    }
}

impl Drop for Exception {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Box::leak` in `new`. It is dropped when nothing refers to the exception any more,
        // or with its store, whose code then never runs again.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

impl Exceptions {
    fn add(&mut self, tag: *const VMTag, count: usize) -> NonNull<VMException> {
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                self.slots.push(None);
                self.slots.len() as u32 - 1
            }
        };
        let exception = Exception::new(tag, number, count);
        let head = exception.head();
        self.bytes += exception.bytes();
        self.slots[number as usize] = Some(exception);
        head
    }

    /// Frees an exception unless a guest has a reference to it.
    ///
    /// # Safety
    /// The pointer is to a living exception of this store, and whoever holds it does not use it again.
    pub unsafe fn release(&mut self, exception: NonNull<VMException>) {
        // SAFETY: the caller's promise.
        let VMException { number, referenced, .. } = unsafe { exception.read() };
        if referenced != 0 {
            return;
        }
        if let Some(freed) = self.slots.get_mut(number as usize).and_then(Option::take) {
            self.bytes -= freed.bytes();
            self.free.push(number);
        }
    }

    /// Whether the guests have kept more than they may.
    pub fn is_full(&self) -> bool {
        self.bytes > MAX_BYTES
    }

    /// How many exceptions are alive.
    fn live(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

impl StoreInner {
    /// Makes an exception of an instance's tag.
    pub fn new_exception(&mut self, tag: Tag) -> NonNull<VMException> {
        let data = self.tags[tag.index as usize].get();
        let (vm, count) = (&raw const data.vm, data.signature.params.len());
        self.exceptions.add(vm, count)
    }

    fn exception(&self, exception: ExnRef) -> Result<NonNull<VMException>> {
        self.check(exception.store, "exnref")?;
        match self.exceptions.slots.get(exception.index as usize) {
            Some(Some(exception)) => Ok(exception.head()),
            Some(None) | None => Err(Error::bug(format!("exception {} does not exist", exception.index))),
        }
    }
}

impl InstanceData {
    pub fn tag(&self, index: TagIndex) -> Tag {
        self.tags[index.as_u32() as usize]
    }
}

impl ExnRef {
    /// The tag that was thrown.
    pub fn tag(&self, store: &Store) -> Result<Tag> {
        let exception = store.inner().exception(*self)?;
        // SAFETY: the exception is alive, and so are the tags of its store.
        let index = unsafe { (*exception.as_ref().tag).index };
        Ok(Tag { store: store.id(), index })
    }

    /// The values that the exception carries.
    pub fn values(&self, store: &mut Store) -> Result<Vec<Val>> {
        let exception = store.inner().exception(*self)?;
        let Signature { params, .. } = self.tag(store)?.ty(store)?;
        let mut values = Vec::with_capacity(params.len());
        for (number, ty) in params.iter().enumerate() {
            // SAFETY: behind the head are as many values as the tag's type lists, which the code that threw put there.
            values.push(unsafe {
                let raw = exception.cast::<u8>().add(VALUES as usize).cast::<ValRaw>().add(number).read();
                Val::from_raw(store, raw, *ty)
            });
        }
        Ok(values)
    }

    pub(crate) fn to_raw(self, store: &Store) -> Result<ValRaw> {
        Ok(ValRaw::from_u64(store.inner().exception(self)?.as_ptr().expose_provenance() as u64))
    }

    /// # Safety
    /// `raw` is an `exnref` that compiled code of this store made.
    pub(crate) unsafe fn from_raw(store: &Store, raw: ValRaw) -> Option<ExnRef> {
        let exception: *mut VMException = std::ptr::with_exposed_provenance_mut(raw.u64() as usize);
        // SAFETY: null, or an exception that is alive because the guest had a reference to it.
        let number = unsafe { exception.as_ref() }?.number;
        Some(ExnRef { store: store.id(), index: number })
    }
}

impl Store {
    /// How many exceptions are alive: for tests and for finding leaks.
    pub fn live_exceptions(&self) -> usize {
        self.inner().exceptions.live()
    }
}
