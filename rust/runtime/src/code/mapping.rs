//! A range of memory that holds an artifact: a mapped file, or a copy.

use std::fs::File;
use std::ops::Range;
use std::ptr::NonNull;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};

use crate::error::{Error, Result};

/// Read-only memory, part of it executable, given back when dropped.
#[derive(Debug)]
pub(crate) struct Mapping {
    base: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory is never written after it was made.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// A private copy of `bytes`.
    pub fn copy(bytes: &[u8]) -> Result<Mapping> {
        let mapping = Mapping::anonymous(bytes.len())?;
        // SAFETY: the new mapping is writable, as long as `bytes`, and nobody else knows it.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), mapping.base.as_ptr(), bytes.len());
            rustix::mm::mprotect(mapping.base.as_ptr().cast(), mapping.length, MprotectFlags::READ)
                .map_err(std::io::Error::from)?;
        }
        Ok(mapping)
    }

    fn anonymous(length: usize) -> Result<Mapping> {
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new anonymous mapping at an address that the system chooses touches no memory that is in use. The
        // length is not 0: artifacts and trampolines have a header or code.
        let base =
            unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), length.max(1), protection, MapFlags::PRIVATE) };
        Mapping::from_base(base.map_err(std::io::Error::from)?, length)
    }

    /// The contents of a file, without a copy. The file must not be changed while it is mapped; the cache only ever
    /// renames whole files into place.
    pub fn file(file: &File, length: usize) -> Result<Mapping> {
        // SAFETY: as above. A file that somebody truncates in the meantime raises SIGBUS on access; the cache uses files
        // of our own user only.
        let base = unsafe {
            rustix::mm::mmap(std::ptr::null_mut(), length.max(1), ProtFlags::READ, MapFlags::PRIVATE, file, 0)
        };
        Mapping::from_base(base.map_err(std::io::Error::from)?, length)
    }

    fn from_base(base: *mut core::ffi::c_void, length: usize) -> Result<Mapping> {
        match NonNull::new(base.cast()) {
            Some(base) => Ok(Mapping { base, length }),
            None => Err(Error::bug("the system mapped code at address zero")),
        }
    }

    /// Makes a range, which starts at a page, executable.
    pub fn make_executable(&self, range: Range<usize>) -> Result<()> {
        debug_assert!(range.start.is_multiple_of(rustix::param::page_size()) && range.end <= self.length);
        if range.is_empty() {
            return Ok(());
        }
        let protection = MprotectFlags::READ | MprotectFlags::EXEC;
        // SAFETY: the range is part of our mapping, and stays readable.
        let result = unsafe {
            let start = self.base.as_ptr().add(range.start);
            crate::platform::flush_instruction_cache(start, range.len());
            rustix::mm::mprotect(start.cast(), range.len(), protection)
        };
        Ok(result.map_err(std::io::Error::from)?)
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the memory is readable and not written while `self` lives.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by this value, which was the last to know it.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.length.max(1)) };
        debug_assert!(unmapped.is_ok(), "unmapping code failed: {unmapped:?}");
    }
}
