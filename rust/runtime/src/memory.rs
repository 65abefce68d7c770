//! Linear memories. One with 32-bit indices reserves all addresses that an index plus a 32-bit offset can name, so that
//! compiled code needs no bounds check: an access past the end faults, and the trap handler turns that into a trap. One
//! with 64-bit indices reserves what it may grow to, and compiled code checks each access against its length. The base
//! never moves, and a memory lives as long as its store.

use std::ptr::NonNull;

use dovetail_environ::module::{Limits, MemoryType};
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};

use crate::error::{ArgumentKind, Error, LinkError, Result};
use crate::store::{Owned, Store, StoreId, StoreInner};
use crate::vm::VMMemory;

/// The bytes of a page.
pub(crate) const PAGE: u64 = 64 * 1024;
/// The most pages of a 32-bit memory.
pub(crate) const MAX_PAGES: u64 = 1 << 16;
/// The most pages that validation lets a 64-bit memory declare: their bytes are 2^64.
const MAX_PAGES_64: u64 = 1 << 48;
/// Index (4 GiB) plus offset (4 GiB), plus a guard for the width of the access.
const RESERVATION_32: u64 = (8 << 30) + (64 << 10);
/// The room that a 64-bit memory has to grow, unless its maximum is smaller or its minimum larger.
const RESERVATION_64: u64 = 64 << 30;

/// A linear memory of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

/// A memory whose place was looked up once. Used only with the store that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GuestMemory {
    memory: Memory,
    vm: NonNull<VMMemory>,
}

// SAFETY: an address in a store, which is only followed by who has borrowed that store.
unsafe impl Send for GuestMemory {}
// SAFETY: as above.
unsafe impl Sync for GuestMemory {}

impl GuestMemory {
    pub(crate) fn memory(&self) -> Memory {
        self.memory
    }

    /// All bytes of the memory, which is one of this store.
    #[inline]
    pub(crate) fn data<'a>(&self, store: &'a Store) -> &'a [u8] {
        debug_assert_eq!(store.id(), self.memory.store);
        // SAFETY: the store keeps its memories' data in place as long as it lives, and nothing writes to the memory while
        // the store is borrowed; base and length are those of its mapping.
        unsafe {
            let VMMemory { base, length } = *self.vm.as_ptr();
            std::slice::from_raw_parts(base, length)
        }
    }

    /// As [`GuestMemory::data`], to write to.
    #[inline]
    pub(crate) fn data_mut<'a>(&self, store: &'a mut Store) -> &'a mut [u8] {
        debug_assert_eq!(store.id(), self.memory.store);
        // SAFETY: as in `data`; the store is borrowed mutably, and so nobody else reads or writes the memory.
        unsafe {
            let VMMemory { base, length } = *self.vm.as_ptr();
            std::slice::from_raw_parts_mut(base, length)
        }
    }
}

#[derive(Debug)]
#[repr(C)]
pub(crate) struct MemoryData {
    /// What compiled code sees; first, so that both have one address.
    pub vm: VMMemory,
    ty: MemoryType,
    reservation: Reservation,
}

/// A range of addresses that is given back when dropped.
#[derive(Debug)]
struct Reservation {
    base: NonNull<u8>,
    length: usize,
}

// SAFETY: the range of addresses belongs to this value alone, and no thread has a special claim to it.
unsafe impl Send for Reservation {}

impl Reservation {
    fn new(length: usize) -> Result<Self> {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: a new anonymous mapping at an address that the system chooses touches no memory that is in use.
        let base = unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), length, ProtFlags::empty(), flags) };
        let base = base.map_err(|error| LinkError::Limit {
            message: format!("cannot reserve {length} bytes of addresses for a linear memory: {error}"),
        })?;
        match NonNull::new(base.cast()) {
            Some(base) => Ok(Reservation { base, length }),
            None => Err(Error::bug("the system mapped a linear memory at address zero")),
        }
    }

    /// Makes the bytes from `from` to `to` (both multiples of a page) readable and writable.
    fn commit(&self, from: usize, to: usize) -> Result<(), rustix::io::Errno> {
        if from == to {
            return Ok(());
        }
        debug_assert!(from < to && to <= self.length);
        // SAFETY: the range lies within the reservation, which is ours.
        unsafe {
            rustix::mm::mprotect(
                self.base.as_ptr().add(from).cast(),
                to - from,
                MprotectFlags::READ | MprotectFlags::WRITE,
            )
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: the mapping was made by `new` with this length, and the store whose memory it is goes away.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.length) };
        debug_assert!(unmapped.is_ok(), "unmapping a linear memory failed: {unmapped:?}");
    }
}

/// The most pages that a memory's type may have.
fn max_pages(ty: MemoryType) -> u64 {
    if ty.memory64 { MAX_PAGES_64 } else { MAX_PAGES }
}

/// The bytes of addresses to reserve for a memory that begins with `bytes`.
fn reserved(ty: MemoryType, bytes: u64) -> u64 {
    if !ty.memory64 {
        return RESERVATION_32;
    }
    let maximum = ty.limits.maximum.map_or(u64::MAX, |pages| pages.saturating_mul(PAGE));
    // A mapping of no bytes cannot be made.
    maximum.min(RESERVATION_64).max(bytes).max(PAGE)
}

impl MemoryData {
    pub fn new(ty: MemoryType, store: &StoreInner) -> Result<MemoryData> {
        if ty.shared {
            return Err(Error::bug("a shared memory passed validation"));
        }
        let pages = ty.limits.minimum;
        let too_large = || LinkError::Limit {
            message: format!("resource limit exceeded: a memory of {pages} pages is too large for the store"),
        };
        let bytes = pages.checked_mul(PAGE).and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(too_large)?;
        if pages > max_pages(ty) || !store.limits.allows_memory(bytes) {
            return Err(too_large().into());
        }
        let reservation = Reservation::new(reserved(ty, bytes as u64) as usize)?;
        reservation.commit(0, bytes).map_err(|error| LinkError::Limit {
            message: format!("cannot allocate a linear memory of {bytes} bytes: {error}"),
        })?;
        let vm = VMMemory { base: reservation.base.as_ptr(), length: bytes };
        Ok(MemoryData { vm, ty, reservation })
    }

    pub fn pages(&self) -> u64 {
        self.vm.length as u64 / PAGE
    }

    /// The type with the current size as the minimum, which is what importing compares.
    pub fn ty(&self) -> MemoryType {
        MemoryType { limits: Limits { minimum: self.pages(), ..self.ty.limits }, ..self.ty }
    }

    /// Grows by `delta` pages; the old size, or `None` where maximum, limit or machine forbid it.
    pub fn grow(&mut self, delta: u64, limit: Option<usize>) -> Option<u64> {
        let old = self.pages();
        let new = old.checked_add(delta)?;
        if new > self.ty.limits.maximum.unwrap_or(u64::MAX).min(max_pages(self.ty)) {
            return None;
        }
        let bytes = usize::try_from(new.checked_mul(PAGE)?).ok().filter(|bytes| *bytes <= self.reservation.length)?;
        if delta > 0 && limit.is_some_and(|limit| bytes > limit) {
            return None;
        }
        self.reservation.commit(self.vm.length, bytes).ok()?;
        self.vm.length = bytes;
        Some(old)
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the first `length` bytes of the reservation are readable, and whoever could write them (compiled code,
        // a host function) needs the store that is borrowed for the result's lifetime.
        unsafe { std::slice::from_raw_parts(self.vm.base, self.vm.length) }
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and the borrow is a mutable one.
        unsafe { std::slice::from_raw_parts_mut(self.vm.base, self.vm.length) }
    }

    /// Whether an address is in the range that this memory reserved: only there may an access of compiled code fault.
    pub fn guards(&self, address: usize) -> bool {
        address.wrapping_sub(self.vm.base as usize) < self.reservation.length
    }
}

impl StoreInner {
    pub fn add_memory(&mut self, data: MemoryData) -> Memory {
        let index = self.memories.len() as u32;
        self.memories.push(Owned::new(data));
        Memory { store: self.id, index }
    }

    pub fn memory(&self, memory: Memory) -> Result<&MemoryData> {
        self.check(memory.store, "memory")?;
        Ok(self.memories[memory.index as usize].get())
    }

    pub fn memory_mut(&mut self, memory: Memory) -> Result<&mut MemoryData> {
        self.check(memory.store, "memory")?;
        Ok(self.memories[memory.index as usize].get_mut())
    }
}

impl Memory {
    /// A new memory of zeros.
    pub fn new(store: &mut Store, ty: MemoryType) -> Result<Memory> {
        if ty.shared {
            return Err(Error::argument(ArgumentKind::Value, "shared memories are not supported"));
        }
        if ty.memory64 && !store.engine().features().memory64 {
            return Err(Error::argument(ArgumentKind::Value, "64-bit memories need the feature `memory64`"));
        }
        let most = max_pages(ty);
        if ty.limits.maximum.is_some_and(|maximum| maximum < ty.limits.minimum || maximum > most) {
            let message = format!("the maximum of a memory must be at least its minimum and at most {most} pages");
            return Err(Error::argument(ArgumentKind::Range, message));
        }
        let inner = store.inner_mut();
        let data = MemoryData::new(ty, inner)?;
        let limits = inner.limits;
        inner.usage.add(&limits, 0, 1, 0)?;
        Ok(inner.add_memory(data))
    }

    /// The type, with the current size as its minimum.
    pub fn ty(&self, store: &Store) -> Result<MemoryType> {
        Ok(store.inner().memory(*self)?.ty())
    }

    /// The size in pages of 64 KiB.
    pub fn size(&self, store: &Store) -> Result<u64> {
        Ok(store.inner().memory(*self)?.pages())
    }

    pub fn byte_len(&self, store: &Store) -> Result<usize> {
        Ok(store.inner().memory(*self)?.vm.length)
    }

    /// Grows by a number of pages and returns the old size.
    pub fn grow(&self, store: &mut Store, delta: u64) -> Result<u64> {
        let inner = store.inner_mut();
        let limit = inner.limits.memory_size;
        let grown = inner.memory_mut(*self)?.grow(delta, limit);
        grown.ok_or_else(|| Error::argument(ArgumentKind::Range, format!("failed to grow memory by `{delta}` pages")))
    }

    /// The memory with its place.
    pub(crate) fn placed(self, store: &mut Store) -> Result<GuestMemory> {
        let vm = NonNull::from(&mut store.inner_mut().memory_mut(self)?.vm);
        Ok(GuestMemory { memory: self, vm })
    }

    pub fn data<'a>(&self, store: &'a Store) -> Result<&'a [u8]> {
        Ok(store.inner().memory(*self)?.bytes())
    }

    pub fn data_mut<'a>(&self, store: &'a mut Store) -> Result<&'a mut [u8]> {
        Ok(store.inner_mut().memory_mut(*self)?.bytes_mut())
    }

    /// The address of the first byte, the same as long as the store lives. Only the first `byte_len` bytes may be touched,
    /// and only while no call into the store is under way on another thread.
    pub fn base_ptr(&self, store: &Store) -> Result<*mut u8> {
        Ok(store.inner().memory(*self)?.vm.base)
    }

    /// Copies bytes out of the memory.
    pub fn read(&self, store: &Store, offset: usize, buffer: &mut [u8]) -> Result<()> {
        let data = self.data(store)?;
        let found = offset.checked_add(buffer.len()).and_then(|end| data.get(offset..end));
        buffer.copy_from_slice(found.ok_or_else(|| out_of_bounds(offset, buffer.len(), data.len()))?);
        Ok(())
    }

    /// Copies bytes into the memory.
    pub fn write(&self, store: &mut Store, offset: usize, bytes: &[u8]) -> Result<()> {
        let data = self.data_mut(store)?;
        let length = data.len();
        let found = offset.checked_add(bytes.len()).and_then(|end| data.get_mut(offset..end));
        found.ok_or_else(|| out_of_bounds(offset, bytes.len(), length))?.copy_from_slice(bytes);
        Ok(())
    }
}

fn out_of_bounds(offset: usize, count: usize, length: usize) -> Error {
    let message = format!("{count} bytes at offset {offset} are outside of the memory of {length} bytes");
    Error::argument(ArgumentKind::Range, message)
}
