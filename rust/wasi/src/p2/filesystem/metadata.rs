//! What the host knows about a file, in WASI's terms: its type, its attributes, its times and the hash that stands for its
//! identity.

use std::hash::{BuildHasher, RandomState};
use std::os::fd::AsFd;
use std::time::{Duration, UNIX_EPOCH};

use cap_fs_ext::SystemTimeSpec;
use cap_std::fs::{FileType, FileTypeExt, Metadata, MetadataExt};
use cap_std::time::SystemTime as CapSystemTime;
use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};

use super::types::{DescriptorStat, DescriptorType, ErrorCode, MetadataHashValue, NewTimestamp};
use crate::p2::clocks::Datetime;

/// The kind of file.
pub(super) fn descriptor_type(file_type: FileType) -> DescriptorType {
    if file_type.is_file() {
        DescriptorType::RegularFile
    } else if file_type.is_dir() {
        DescriptorType::Directory
    } else if file_type.is_symlink() {
        DescriptorType::SymbolicLink
    } else if file_type.is_block_device() {
        DescriptorType::BlockDevice
    } else if file_type.is_char_device() {
        DescriptorType::CharacterDevice
    } else if file_type.is_fifo() {
        DescriptorType::Fifo
    } else if file_type.is_socket() {
        DescriptorType::Socket
    } else {
        DescriptorType::Unknown
    }
}

/// The attributes of a file.
pub(super) fn stat(metadata: &Metadata) -> DescriptorStat {
    DescriptorStat {
        r#type: descriptor_type(metadata.file_type()),
        link_count: metadata.nlink(),
        size: metadata.len(),
        data_access_timestamp: metadata.accessed().ok().and_then(datetime),
        data_modification_timestamp: metadata.modified().ok().and_then(datetime),
        status_change_timestamp: change_time(metadata),
    }
}

/// A time before 1970 has no `datetime`.
fn datetime(time: CapSystemTime) -> Option<Datetime> {
    let since = time.into_std().duration_since(UNIX_EPOCH).ok()?;
    Some(Datetime { seconds: since.as_secs(), nanoseconds: since.subsec_nanos() })
}

fn change_time(metadata: &Metadata) -> Option<Datetime> {
    Some(Datetime { seconds: metadata.ctime().try_into().ok()?, nanoseconds: metadata.ctime_nsec().try_into().ok()? })
}

/// A time to set on a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeChange {
    Keep,
    Now,
    /// This long after 1970; [`UNIX_EPOCH`] plus this is a valid time.
    At(Duration),
}

impl TimeChange {
    fn timespec(self) -> Timespec {
        match self {
            TimeChange::Keep => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
            TimeChange::Now => Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
            TimeChange::At(since) => Timespec { tv_sec: since.as_secs() as i64, tv_nsec: since.subsec_nanos().into() },
        }
    }

    /// In the words of cap-std, which knows no time to keep but the absence of one.
    pub(super) fn spec(self) -> Option<SystemTimeSpec> {
        match self {
            TimeChange::Keep => None,
            TimeChange::Now => Some(SystemTimeSpec::SymbolicNow),
            TimeChange::At(since) => Some(SystemTimeSpec::Absolute(CapSystemTime::from_std(UNIX_EPOCH + since))),
        }
    }
}

impl TryFrom<NewTimestamp> for TimeChange {
    type Error = ErrorCode;

    fn try_from(timestamp: NewTimestamp) -> Result<Self, ErrorCode> {
        match timestamp {
            NewTimestamp::NoChange => Ok(TimeChange::Keep),
            NewTimestamp::Now => Ok(TimeChange::Now),
            // wasi:clocks/wall-clock: "the nanoseconds field is always less than 1000000000".
            NewTimestamp::Timestamp(datetime) if datetime.nanoseconds >= 1_000_000_000 => Err(ErrorCode::Invalid),
            NewTimestamp::Timestamp(datetime) => {
                let since = Duration::new(datetime.seconds, datetime.nanoseconds);
                UNIX_EPOCH.checked_add(since).map(|_| TimeChange::At(since)).ok_or(ErrorCode::Overflow)
            }
        }
    }
}

/// Sets the times of an open file or directory.
pub(super) fn set_times(
    descriptor: impl AsFd,
    access: TimeChange,
    modification: TimeChange,
) -> Result<(), rustix::io::Errno> {
    let times = Timestamps { last_access: access.timespec(), last_modification: modification.timespec() };
    rustix::fs::futimens(descriptor, &times)
}

/// Whether two descriptors are the same file.
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Hashes metadata under a secret of this context, so that a guest learns nothing about inode numbers.
#[derive(Clone, Debug, Default)]
pub struct MetadataHasher(RandomState);

impl MetadataHasher {
    /// The lower half stands for the file's identity alone, because C libraries for WASI use it as the inode number, and
    /// an inode number does not change when the file is written. The upper half changes with the contents as well.
    pub(super) fn hash(&self, metadata: &Metadata) -> MetadataHashValue {
        let identity = (metadata.dev(), metadata.ino());
        let contents =
            (metadata.len(), metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec());
        MetadataHashValue { lower: self.0.hash_one(identity), upper: self.0.hash_one((identity, contents)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_timestamp_is_checked() {
        let at =
            |seconds, nanoseconds| TimeChange::try_from(NewTimestamp::Timestamp(Datetime { seconds, nanoseconds }));
        assert_eq!(TimeChange::try_from(NewTimestamp::NoChange), Ok(TimeChange::Keep));
        assert_eq!(TimeChange::try_from(NewTimestamp::Now), Ok(TimeChange::Now));
        assert_eq!(at(1, 5), Ok(TimeChange::At(Duration::new(1, 5))));
        assert_eq!(at(1, 1_000_000_000), Err(ErrorCode::Invalid));
        assert_eq!(at(u64::MAX, 0), Err(ErrorCode::Overflow));
    }
}
