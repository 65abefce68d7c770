//! An open directory: everything that a guest does to the entries below it. Each call that changes anything asks the
//! permissions first; cap-std keeps every path inside.

use std::sync::Arc;

use cap_fs_ext::DirExt;
use cap_std::fs::{Dir, Metadata};

use super::entries::DirectoryEntryStream;
use super::metadata::{self, MetadataHasher, TimeChange};
use super::paths::checked;
use super::types::{DescriptorFlags, DescriptorStat, ErrorCode, MetadataHashValue, PathFlags};
use crate::permissions::Permissions;

/// A directory that the guest was given, or opened below one. Clones are the same open directory.
#[derive(Clone)]
pub struct Directory {
    pub(super) handle: Arc<Dir>,
    pub(super) permissions: Permissions,
}

impl Directory {
    /// A directory under these permissions.
    pub fn new(handle: Dir, permissions: Permissions) -> Self {
        Directory { handle: Arc::new(handle), permissions }
    }

    pub(super) fn require_read(&self) -> Result<(), ErrorCode> {
        if self.permissions.directory.read { Ok(()) } else { Err(ErrorCode::NotPermitted) }
    }

    pub(super) fn require_write(&self) -> Result<(), ErrorCode> {
        if self.permissions.directory.write { Ok(()) } else { Err(ErrorCode::ReadOnly) }
    }

    /// A file that moves, or is linked, from one directory to another must not gain rights by it.
    fn require_same_rights(&self, other: &Directory) -> Result<(), ErrorCode> {
        if self.permissions == other.permissions { Ok(()) } else { Err(ErrorCode::NotPermitted) }
    }

    /// `get-flags`.
    pub fn flags(&self) -> DescriptorFlags {
        let mut flags = DescriptorFlags::empty();
        if self.permissions.directory.read {
            flags |= DescriptorFlags::READ;
        }
        if self.permissions.directory.write {
            flags |= DescriptorFlags::MUTATE_DIRECTORY;
        }
        flags
    }

    /// `read-directory`.
    pub fn read_directory(&self) -> Result<DirectoryEntryStream, ErrorCode> {
        self.require_read()?;
        Ok(DirectoryEntryStream::new(self.handle.entries()?))
    }

    /// `create-directory-at`.
    pub fn create_directory_at(&self, path: &str) -> Result<(), ErrorCode> {
        self.require_write()?;
        Ok(self.handle.create_dir(checked(path)?)?)
    }

    fn metadata_at(&self, path_flags: PathFlags, path: &str) -> Result<Metadata, ErrorCode> {
        self.require_read()?;
        let path = checked(path)?;
        let metadata = if path_flags.contains(PathFlags::SYMLINK_FOLLOW) {
            self.handle.metadata(path)
        } else {
            self.handle.symlink_metadata(path)
        };
        Ok(metadata?)
    }

    /// `stat-at`.
    pub fn stat_at(&self, path_flags: PathFlags, path: &str) -> Result<DescriptorStat, ErrorCode> {
        Ok(metadata::stat(&self.metadata_at(path_flags, path)?))
    }

    /// `metadata-hash-at`.
    pub fn metadata_hash_at(
        &self,
        path_flags: PathFlags,
        path: &str,
        hasher: &MetadataHasher,
    ) -> Result<MetadataHashValue, ErrorCode> {
        Ok(hasher.hash(&self.metadata_at(path_flags, path)?))
    }

    /// `set-times-at`.
    pub(super) fn set_times_at(
        &self,
        path_flags: PathFlags,
        path: &str,
        access: TimeChange,
        modification: TimeChange,
    ) -> Result<(), ErrorCode> {
        self.require_write()?;
        let path = checked(path)?;
        // The entry may be a file, and a file's times are part of the file.
        if !self.permissions.file.write {
            return Err(ErrorCode::ReadOnly);
        }
        if path_flags.contains(PathFlags::SYMLINK_FOLLOW) {
            Ok(self.handle.set_times(path, access.spec(), modification.spec())?)
        } else {
            Ok(self.handle.set_symlink_times(path, access.spec(), modification.spec())?)
        }
    }

    /// `set-times` of the directory itself.
    pub(super) fn set_times(&self, access: TimeChange, modification: TimeChange) -> Result<(), ErrorCode> {
        self.require_write()?;
        Ok(metadata::set_times(&*self.handle, access, modification)?)
    }

    /// `link-at`: a hard link, never to what a symbolic link points to.
    pub fn link_at(
        &self,
        old_path_flags: PathFlags,
        old_path: &str,
        new_directory: &Directory,
        new_path: &str,
    ) -> Result<(), ErrorCode> {
        self.require_write()?;
        new_directory.require_write()?;
        self.require_same_rights(new_directory)?;
        if old_path_flags.contains(PathFlags::SYMLINK_FOLLOW) {
            return Err(ErrorCode::Invalid);
        }
        Ok(self.handle.hard_link(checked(old_path)?, &new_directory.handle, checked(new_path)?)?)
    }

    /// `readlink-at`: cap-std refuses a link with an absolute target.
    pub fn readlink_at(&self, path: &str) -> Result<String, ErrorCode> {
        self.require_read()?;
        let target = self.handle.read_link(checked(path)?)?;
        target.into_os_string().into_string().map_err(|_| ErrorCode::IllegalByteSequence)
    }

    /// `remove-directory-at`.
    pub fn remove_directory_at(&self, path: &str) -> Result<(), ErrorCode> {
        self.require_write()?;
        Ok(self.handle.remove_dir(checked(path)?)?)
    }

    /// `rename-at`.
    pub fn rename_at(&self, old_path: &str, new_directory: &Directory, new_path: &str) -> Result<(), ErrorCode> {
        self.require_write()?;
        new_directory.require_write()?;
        self.require_same_rights(new_directory)?;
        Ok(self.handle.rename(checked(old_path)?, &new_directory.handle, checked(new_path)?)?)
    }

    /// `symlink-at`: a relative target, whether or not it exists.
    pub fn symlink_at(&self, old_path: &str, new_path: &str) -> Result<(), ErrorCode> {
        self.require_write()?;
        Ok(self.handle.symlink(checked(old_path)?, checked(new_path)?)?)
    }

    /// `unlink-file-at`.
    pub fn unlink_file_at(&self, path: &str) -> Result<(), ErrorCode> {
        self.require_write()?;
        let path = checked(path)?;
        self.handle.remove_file_or_symlink(path).map_err(|error| match ErrorCode::from(&error) {
            // POSIX lets a system answer `EPERM` for a directory; macOS does.
            ErrorCode::NotPermitted if self.handle.symlink_metadata(path).is_ok_and(|found| found.is_dir()) => {
                ErrorCode::IsDirectory
            }
            code => code,
        })
    }

    /// `sync` and `sync-data`: the system syncs a directory like a file.
    pub fn sync(&self) -> Result<(), ErrorCode> {
        Ok(rustix::fs::fsync(&*self.handle)?)
    }
}
