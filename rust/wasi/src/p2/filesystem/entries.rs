//! `directory-entry-stream`: the entries of a directory, one at a time, read as the guest asks for them.

use cap_std::fs::ReadDir;

use super::metadata::descriptor_type;
use super::types::{DirectoryEntry, ErrorCode};

/// A guest's walk over the entries of one directory. `.` and `..` are left out by cap-std.
pub struct DirectoryEntryStream(ReadDir);

impl DirectoryEntryStream {
    pub(super) fn new(entries: ReadDir) -> Self {
        DirectoryEntryStream(entries)
    }

    /// `read-directory-entry`: none at the end. An entry that fails does not end the walk.
    pub fn read(&mut self) -> Result<Option<DirectoryEntry>, ErrorCode> {
        let Some(entry) = self.0.next() else { return Ok(None) };
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| ErrorCode::IllegalByteSequence)?;
        Ok(Some(DirectoryEntry { r#type: descriptor_type(entry.file_type()?), name }))
    }
}
