//! `descriptor`: the resource that stands for an open file or an open directory, and the calls that both answer.

use cap_std::fs::Metadata;

use super::directory::Directory;
use super::file::File;
use super::metadata::{self, MetadataHasher};
use super::types::{DescriptorFlags, DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue, NewTimestamp};

/// What a guest holds as a `descriptor`.
#[derive(Clone)]
pub enum Descriptor {
    File(File),
    Directory(Directory),
}

impl Descriptor {
    /// For the calls that only a file answers.
    pub fn file(&self) -> Result<&File, ErrorCode> {
        match self {
            Descriptor::File(file) => Ok(file),
            Descriptor::Directory(_) => Err(ErrorCode::BadDescriptor),
        }
    }

    /// For the calls that only a directory answers.
    pub fn directory(&self) -> Result<&Directory, ErrorCode> {
        match self {
            Descriptor::File(_) => Err(ErrorCode::NotDirectory),
            Descriptor::Directory(directory) => Ok(directory),
        }
    }

    fn metadata(&self) -> Result<Metadata, ErrorCode> {
        match self {
            Descriptor::File(file) => Ok(file.handle.metadata()?),
            Descriptor::Directory(directory) => Ok(directory.handle.dir_metadata()?),
        }
    }

    /// `get-flags`.
    pub fn flags(&self) -> DescriptorFlags {
        match self {
            Descriptor::File(file) => file.flags,
            Descriptor::Directory(directory) => directory.flags(),
        }
    }

    /// `get-type`.
    pub fn descriptor_type(&self) -> Result<DescriptorType, ErrorCode> {
        Ok(metadata::descriptor_type(self.metadata()?.file_type()))
    }

    /// `stat`.
    pub fn stat(&self) -> Result<DescriptorStat, ErrorCode> {
        Ok(metadata::stat(&self.metadata()?))
    }

    /// `metadata-hash`.
    pub fn metadata_hash(&self, hasher: &MetadataHasher) -> Result<MetadataHashValue, ErrorCode> {
        Ok(hasher.hash(&self.metadata()?))
    }

    /// `is-same-object`: a descriptor whose attributes cannot be had is the same as none.
    pub fn is_same_object(&self, other: &Descriptor) -> bool {
        match (self.metadata(), other.metadata()) {
            (Ok(one), Ok(other)) => metadata::is_same(&one, &other),
            (Err(_), _) | (_, Err(_)) => false,
        }
    }

    /// `set-times`.
    pub fn set_times(&self, access: NewTimestamp, modification: NewTimestamp) -> Result<(), ErrorCode> {
        let (access, modification) = (access.try_into()?, modification.try_into()?);
        match self {
            Descriptor::File(file) => file.set_times(access, modification),
            Descriptor::Directory(directory) => directory.set_times(access, modification),
        }
    }

    /// `sync-data`.
    pub fn sync_data(&self) -> Result<(), ErrorCode> {
        match self {
            Descriptor::File(file) => file.sync_data(),
            Descriptor::Directory(directory) => directory.sync(),
        }
    }

    /// `sync`.
    pub fn sync(&self) -> Result<(), ErrorCode> {
        match self {
            Descriptor::File(file) => file.sync(),
            Descriptor::Directory(directory) => directory.sync(),
        }
    }
}
