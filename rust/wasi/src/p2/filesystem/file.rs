//! An open file: reading, writing and changing it at explicit offsets.

use std::num::NonZeroU64;
use std::sync::Arc;

use rustix::buffer::spare_capacity;
use rustix::io::Errno;

use super::metadata::TimeChange;
use super::types::{Advice, DescriptorFlags, ErrorCode};
use crate::p2::io::input::MAX_TRANSFER;
use crate::permissions::Permissions;

/// A file that a guest opened. Clones are the same open file: streams keep it open after the descriptor is dropped.
#[derive(Clone)]
pub struct File {
    pub(super) handle: Arc<cap_std::fs::File>,
    pub(super) permissions: Permissions,
    /// What the guest asked for when it opened the file; never more than the permissions allow.
    pub(super) flags: DescriptorFlags,
}

impl File {
    pub(super) fn require_read(&self) -> Result<(), ErrorCode> {
        if self.flags.contains(DescriptorFlags::READ) { Ok(()) } else { Err(ErrorCode::BadDescriptor) }
    }

    pub(super) fn require_write(&self) -> Result<(), ErrorCode> {
        if self.flags.contains(DescriptorFlags::WRITE) { Ok(()) } else { Err(ErrorCode::BadDescriptor) }
    }

    /// `read`: the bytes, and whether the end of the file was reached. Gives at most [`MAX_TRANSFER`] bytes at once.
    pub fn read(&self, length: u64, offset: u64) -> Result<(Vec<u8>, bool), ErrorCode> {
        self.require_read()?;
        let limit = usize::try_from(length).unwrap_or(usize::MAX).min(MAX_TRANSFER);
        let bytes = self.read_at(limit, offset)?;
        let at_end = limit > 0 && bytes.is_empty();
        Ok((bytes, at_end))
    }

    pub(super) fn read_at(&self, limit: usize, offset: u64) -> Result<Vec<u8>, Errno> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::with_capacity(limit);
        loop {
            match rustix::io::pread(&*self.handle, spare_capacity(&mut bytes), offset) {
                Ok(_) => return Ok(bytes),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// `write`: how many bytes were written, which may be fewer than given.
    pub fn write(&self, buffer: &[u8], offset: u64) -> Result<u64, ErrorCode> {
        self.require_write()?;
        Ok(self.write_at(buffer, offset)? as u64)
    }

    pub(super) fn write_at(&self, buffer: &[u8], offset: u64) -> Result<usize, Errno> {
        loop {
            match rustix::io::pwrite(&*self.handle, buffer, offset) {
                Err(Errno::INTR) => {}
                result => return result,
            }
        }
    }

    /// Writes at the end of the file, wherever that is by now.
    pub(super) fn append(&self, buffer: &[u8]) -> Result<usize, Errno> {
        loop {
            match append_once(&self.handle, buffer) {
                Err(Errno::INTR) => {}
                result => return result,
            }
        }
    }

    /// `advise`: a hint about the use of a part of the file.
    pub fn advise(&self, offset: u64, length: u64, advice: Advice) -> Result<(), ErrorCode> {
        // The system takes signed offsets; a hint about what cannot exist is a wrong argument.
        if i64::try_from(offset).is_err() || i64::try_from(length).is_err() {
            return Err(ErrorCode::Invalid);
        }
        Ok(advise(&self.handle, offset, NonZeroU64::new(length), advice)?)
    }

    /// `set-size`.
    pub fn set_size(&self, size: u64) -> Result<(), ErrorCode> {
        self.require_write()?;
        Ok(self.handle.set_len(size)?)
    }

    /// `sync-data`: nothing to do for a file that is not open for writing.
    pub fn sync_data(&self) -> Result<(), ErrorCode> {
        match self.require_write() {
            Ok(()) => Ok(self.handle.sync_data()?),
            Err(_) => Ok(()),
        }
    }

    /// `sync`: nothing to do for a file that is not open for writing.
    pub fn sync(&self) -> Result<(), ErrorCode> {
        match self.require_write() {
            Ok(()) => Ok(self.handle.sync_all()?),
            Err(_) => Ok(()),
        }
    }

    /// `set-times`: a change of the file, whatever it was opened for.
    pub(super) fn set_times(&self, access: TimeChange, modification: TimeChange) -> Result<(), ErrorCode> {
        if !self.permissions.file.write {
            return Err(ErrorCode::ReadOnly);
        }
        Ok(super::metadata::set_times(&*self.handle, access, modification)?)
    }
}

#[cfg(target_os = "linux")]
fn append_once(handle: &cap_std::fs::File, buffer: &[u8]) -> Result<usize, Errno> {
    // One system call that finds the end and writes there, so that two writers never overwrite each other.
    rustix::io::pwritev2(handle, &[std::io::IoSlice::new(buffer)], 0, rustix::io::ReadWriteFlags::APPEND)
}

#[cfg(not(target_os = "linux"))]
fn append_once(handle: &cap_std::fs::File, buffer: &[u8]) -> Result<usize, Errno> {
    let end = rustix::fs::seek(handle, rustix::fs::SeekFrom::End(0))?;
    rustix::io::pwrite(handle, buffer, end)
}

#[cfg(target_os = "linux")]
fn advise(handle: &cap_std::fs::File, offset: u64, length: Option<NonZeroU64>, advice: Advice) -> Result<(), Errno> {
    let advice = match advice {
        Advice::Normal => rustix::fs::Advice::Normal,
        Advice::Sequential => rustix::fs::Advice::Sequential,
        Advice::Random => rustix::fs::Advice::Random,
        Advice::WillNeed => rustix::fs::Advice::WillNeed,
        Advice::DontNeed => rustix::fs::Advice::DontNeed,
        Advice::NoReuse => rustix::fs::Advice::NoReuse,
    };
    rustix::fs::fadvise(handle, offset, length, advice)
}

/// Elsewhere there is no such system call, and a hint may be ignored.
#[cfg(not(target_os = "linux"))]
fn advise(_: &cap_std::fs::File, _: u64, _: Option<NonZeroU64>, _: Advice) -> Result<(), Errno> {
    Ok(())
}
