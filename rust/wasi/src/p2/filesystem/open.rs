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
        let directory_wanted = open_flags.contains(OpenFlags::DIRECTORY);
        if directory_wanted && open_flags != OpenFlags::DIRECTORY {
            return Err(ErrorCode::Invalid);
        }
        self.check_writing(open_flags, flags)?;
        let opened = self.handle.open_with(path, &options(path_flags, open_flags, flags))?;
        if opened.metadata()?.is_dir() {
            if flags.contains(DescriptorFlags::MUTATE_DIRECTORY) {
                self.require_write()?;
            }
            let directory = Directory::new(Dir::from_std_file(opened.into_std()), self.permissions);
            return Ok(Descriptor::Directory(directory));
        }
        if directory_wanted {
            return Err(ErrorCode::NotDirectory);
        }
        if flags.contains(DescriptorFlags::READ) && !self.permissions.file.read {
            return Err(ErrorCode::NotPermitted);
        }
        Ok(Descriptor::File(File {
            handle: Arc::new(opened),
            permissions: self.permissions,
            flags: flags_of_file(flags),
        }))
    }

    /// Whatever would change something needs the right to (wasi:filesystem/types, `open-at`: else `read-only`). The flag
    /// `mutate-directory` says nothing yet: C libraries ask for it with every file that they open for writing, so it counts
    /// once a directory was found.
    fn check_writing(&self, open_flags: OpenFlags, flags: DescriptorFlags) -> Result<(), ErrorCode> {
        let creates = open_flags.contains(OpenFlags::CREATE);
        let changes_file =
            creates || open_flags.contains(OpenFlags::TRUNCATE) || flags.contains(DescriptorFlags::WRITE);
        let refused = (creates && !self.permissions.directory.write) || (changes_file && !self.permissions.file.write);
        if refused { Err(ErrorCode::ReadOnly) } else { Ok(()) }
    }
}

/// What was asked for, without what a file does not have.
fn flags_of_file(asked: DescriptorFlags) -> DescriptorFlags {
    [
        DescriptorFlags::READ,
        DescriptorFlags::WRITE,
        DescriptorFlags::FILE_INTEGRITY_SYNC,
        DescriptorFlags::DATA_INTEGRITY_SYNC,
        DescriptorFlags::REQUESTED_WRITE_SYNC,
    ]
    .into_iter()
    .filter(|flag| asked.contains(*flag))
    .fold(DescriptorFlags::empty(), |flags, flag| flags | flag)
}

/// The host's own open call may need more than the guest gets: creating and truncating need writing, and a file must be
/// open for something. What the guest may do with it is in its descriptor's flags.
fn options(path_flags: PathFlags, open_flags: OpenFlags, flags: DescriptorFlags) -> OpenOptions {
    let create = open_flags.contains(OpenFlags::CREATE);
    let exclusive = open_flags.contains(OpenFlags::EXCLUSIVE);
    let truncate = open_flags.contains(OpenFlags::TRUNCATE);
    let write = flags.contains(DescriptorFlags::WRITE) || create || truncate;
    let follow = path_flags.contains(PathFlags::SYMLINK_FOLLOW);
    let mut options = OpenOptions::new();
    options
        .read(flags.contains(DescriptorFlags::READ) || !write)
        .write(write)
        .create(create && !exclusive)
        .create_new(create && exclusive)
        .truncate(truncate);
    options.follow(if follow { FollowSymlinks::Yes } else { FollowSymlinks::No });
    options
        .sync(flags.contains(DescriptorFlags::FILE_INTEGRITY_SYNC))
        .dsync(flags.contains(DescriptorFlags::DATA_INTEGRITY_SYNC))
        .rsync(flags.contains(DescriptorFlags::REQUESTED_WRITE_SYNC));
    options
}
