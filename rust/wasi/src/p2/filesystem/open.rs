//! `open-at`: what a guest asks for, held against the permissions of the directory, becomes one open call.

use std::sync::Arc;

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::fs::{Dir, OpenOptions};

use super::descriptor::Descriptor;
use super::directory::Directory;
use super::file::File;
use super::paths::checked;
use super::types::{DescriptorFlags, ErrorCode, OpenFlags, PathFlags};

impl Directory {
    /// `open-at`.
    pub fn open_at(
        &self,
        path_flags: PathFlags,
        path: &str,
        open_flags: OpenFlags,
        flags: DescriptorFlags,
    ) -> Result<Descriptor, ErrorCode> {
        self.require_read()?;
        let path = checked(path)?;
        if open_flags.directory && (open_flags.create || open_flags.exclusive || open_flags.truncate) {
            return Err(ErrorCode::Invalid);
        }
        self.check_writing(open_flags, flags)?;
        let opened = self.handle.open_with(path, &options(path_flags, open_flags, flags))?;
        if opened.metadata()?.is_dir() {
            let directory = Directory::new(Dir::from_std_file(opened.into_std()), self.permissions);
            return Ok(Descriptor::Directory(directory));
        }
        if open_flags.directory {
            return Err(ErrorCode::NotDirectory);
        }
        if flags.read && !self.permissions.file.read {
            return Err(ErrorCode::NotPermitted);
        }
        let flags = DescriptorFlags { mutate_directory: false, ..flags };
        Ok(Descriptor::File(File { handle: Arc::new(opened), permissions: self.permissions, flags }))
    }

    /// Whatever would change something needs the right to (wasi:filesystem/types, `open-at`: else `read-only`).
    fn check_writing(&self, open_flags: OpenFlags, flags: DescriptorFlags) -> Result<(), ErrorCode> {
        let changes_directory = open_flags.create || flags.mutate_directory;
        let changes_file = open_flags.create || open_flags.truncate || flags.write;
        let refused =
            (changes_directory && !self.permissions.directory.write) || (changes_file && !self.permissions.file.write);
        if refused { Err(ErrorCode::ReadOnly) } else { Ok(()) }
    }
}

/// The host's own open call may need more than the guest gets: creating and truncating need writing, and a file must be
/// open for something. What the guest may do with it is in its descriptor's flags.
fn options(path_flags: PathFlags, open_flags: OpenFlags, flags: DescriptorFlags) -> OpenOptions {
    let write = flags.write || open_flags.create || open_flags.truncate;
    let mut options = OpenOptions::new();
    options
        .read(flags.read || !write)
        .write(write)
        .create(open_flags.create && !open_flags.exclusive)
        .create_new(open_flags.create && open_flags.exclusive)
        .truncate(open_flags.truncate);
    options.follow(if path_flags.symlink_follow { FollowSymlinks::Yes } else { FollowSymlinks::No });
    options.sync(flags.file_integrity_sync).dsync(flags.data_integrity_sync).rsync(flags.requested_write_sync);
    options
}
