//! The value types of `wasi:filesystem/types`.

use dovetail_runtime::{host_enum, host_flags, host_record, host_variant};

use crate::p2::clocks::Datetime;

host_enum! {
    /// `descriptor-type`.
    pub enum DescriptorType {
        Unknown,
        BlockDevice,
        CharacterDevice,
        Directory,
        Fifo,
        SymbolicLink,
        RegularFile,
        Socket,
    }
}

host_flags! {
    /// `descriptor-flags`.
    pub struct DescriptorFlags {
        READ,
        WRITE,
        FILE_INTEGRITY_SYNC,
        DATA_INTEGRITY_SYNC,
        REQUESTED_WRITE_SYNC,
        MUTATE_DIRECTORY,
    }
}

host_flags! {
    /// `path-flags`.
    pub struct PathFlags {
        SYMLINK_FOLLOW,
    }
}

host_flags! {
    /// `open-flags`.
    pub struct OpenFlags {
        CREATE,
        DIRECTORY,
        EXCLUSIVE,
        TRUNCATE,
    }
}

host_record! {
    /// `descriptor-stat`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DescriptorStat {
        pub r#type: DescriptorType,
        pub link_count: u64,
        pub size: u64,
        pub data_access_timestamp: Option<Datetime>,
        pub data_modification_timestamp: Option<Datetime>,
        pub status_change_timestamp: Option<Datetime>,
    }
}

host_variant! {
    /// `new-timestamp`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum NewTimestamp {
        NoChange,
        Now,
        Timestamp(Datetime),
    }
}

host_record! {
    /// `directory-entry`.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DirectoryEntry {
        pub r#type: DescriptorType,
        pub name: String,
    }
}

host_enum! {
    /// `error-code`.
    pub enum ErrorCode {
        Access,
        WouldBlock,
        Already,
        BadDescriptor,
        Busy,
        Deadlock,
        Quota,
        Exist,
        FileTooLarge,
        IllegalByteSequence,
        InProgress,
        Interrupted,
        Invalid,
        Io,
        IsDirectory,
        Loop,
        TooManyLinks,
        MessageSize,
        NameTooLong,
        NoDevice,
        NoEntry,
        NoLock,
        InsufficientMemory,
        InsufficientSpace,
        NotDirectory,
        NotEmpty,
        NotRecoverable,
        Unsupported,
        NoTty,
        NoSuchDevice,
        Overflow,
        NotPermitted,
        Pipe,
        ReadOnly,
        InvalidSeek,
        TextFileBusy,
        CrossDevice,
    }
}

host_enum! {
    /// `advice`.
    pub enum Advice {
        Normal,
        Sequential,
        Random,
        WillNeed,
        DontNeed,
        NoReuse,
    }
}

host_record! {
    /// `metadata-hash-value`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct MetadataHashValue {
        pub lower: u64,
        pub upper: u64,
    }
}
