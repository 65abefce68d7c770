//! What a guest may do in a directory that the embedder opened for it.

/// May it look, may it change?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    pub read: bool,
    pub write: bool,
}

impl Access {
    pub const READ_ONLY: Access = Access { read: true, write: false };
    pub const WRITE_ONLY: Access = Access { read: false, write: true };
    pub const READ_WRITE: Access = Access { read: true, write: true };
}

/// The rights over everything below a preopened directory. They pass on to every directory and file opened through it and
/// hold besides what the system allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Read: list entries, ask for their attributes, open them. Write: create, remove, rename and link entries, and set
    /// their times.
    pub directory: Access,
    /// Read and write the contents of files. Write also covers their size and times.
    pub file: Access,
}

impl Permissions {
    /// Nothing below the directory can be changed.
    pub const READ_ONLY: Permissions = Permissions { directory: Access::READ_ONLY, file: Access::READ_ONLY };
    /// Everything that the system allows.
    pub const READ_WRITE: Permissions = Permissions { directory: Access::READ_WRITE, file: Access::READ_WRITE };
}
