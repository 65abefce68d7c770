//! `error-code`: the one table from the system's errors to WASI's, for every error of the file system.

use std::io;

use rustix::io::Errno;

use super::types::ErrorCode;

/// Which error number of the system is which error code. What is not here is `io`.
const CODES: &[(Errno, ErrorCode)] = &[
    (Errno::ACCESS, ErrorCode::Access),
    (Errno::AGAIN, ErrorCode::WouldBlock),
    (Errno::ALREADY, ErrorCode::Already),
    (Errno::BADF, ErrorCode::BadDescriptor),
    (Errno::BUSY, ErrorCode::Busy),
    (Errno::DEADLK, ErrorCode::Deadlock),
    (Errno::DQUOT, ErrorCode::Quota),
    (Errno::EXIST, ErrorCode::Exist),
    (Errno::FBIG, ErrorCode::FileTooLarge),
    (Errno::ILSEQ, ErrorCode::IllegalByteSequence),
    (Errno::INPROGRESS, ErrorCode::InProgress),
    (Errno::INTR, ErrorCode::Interrupted),
    (Errno::INVAL, ErrorCode::Invalid),
    (Errno::IO, ErrorCode::Io),
    (Errno::ISDIR, ErrorCode::IsDirectory),
    (Errno::LOOP, ErrorCode::Loop),
    (Errno::MLINK, ErrorCode::TooManyLinks),
    (Errno::MSGSIZE, ErrorCode::MessageSize),
    (Errno::NAMETOOLONG, ErrorCode::NameTooLong),
    (Errno::NODEV, ErrorCode::NoDevice),
    (Errno::NOENT, ErrorCode::NoEntry),
    (Errno::NOLCK, ErrorCode::NoLock),
    (Errno::NOMEM, ErrorCode::InsufficientMemory),
    (Errno::NOSPC, ErrorCode::InsufficientSpace),
    (Errno::NOTDIR, ErrorCode::NotDirectory),
    (Errno::NOTEMPTY, ErrorCode::NotEmpty),
    (Errno::NOTRECOVERABLE, ErrorCode::NotRecoverable),
    (Errno::NOTSUP, ErrorCode::Unsupported),
    (Errno::OPNOTSUPP, ErrorCode::Unsupported),
    (Errno::NOSYS, ErrorCode::Unsupported),
    (Errno::NOTTY, ErrorCode::NoTty),
    (Errno::NXIO, ErrorCode::NoSuchDevice),
    (Errno::OVERFLOW, ErrorCode::Overflow),
    (Errno::PERM, ErrorCode::NotPermitted),
    (Errno::PIPE, ErrorCode::Pipe),
    (Errno::ROFS, ErrorCode::ReadOnly),
    (Errno::SPIPE, ErrorCode::InvalidSeek),
    (Errno::TXTBSY, ErrorCode::TextFileBusy),
    (Errno::XDEV, ErrorCode::CrossDevice),
];

impl From<Errno> for ErrorCode {
    fn from(errno: Errno) -> Self {
        CODES.iter().find(|(known, _)| *known == errno).map_or(ErrorCode::Io, |(_, code)| *code)
    }
}

impl From<&io::Error> for ErrorCode {
    fn from(error: &io::Error) -> Self {
        if let Some(errno) = Errno::from_io_error(error) {
            return errno.into();
        }
        // Errors that did not come from the system have no number: cap-std refuses a path that leads out of its directory
        // with `PermissionDenied`, and the standard library refuses what no system call could say with `InvalidInput`.
        match error.kind() {
            io::ErrorKind::PermissionDenied => ErrorCode::NotPermitted,
            io::ErrorKind::InvalidInput => ErrorCode::Invalid,
            io::ErrorKind::InvalidData => ErrorCode::IllegalByteSequence,
            io::ErrorKind::NotFound => ErrorCode::NoEntry,
            io::ErrorKind::AlreadyExists => ErrorCode::Exist,
            io::ErrorKind::Unsupported => ErrorCode::Unsupported,
            io::ErrorKind::OutOfMemory => ErrorCode::InsufficientMemory,
            io::ErrorKind::Interrupted => ErrorCode::Interrupted,
            io::ErrorKind::WouldBlock => ErrorCode::WouldBlock,
            // `ErrorKind` is open: what it names beyond these comes with a number of the system.
            _ => ErrorCode::Io,
        }
    }
}

impl From<io::Error> for ErrorCode {
    fn from(error: io::Error) -> Self {
        ErrorCode::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_from_its_error_number() {
        for (errno, code) in CODES {
            assert_eq!(ErrorCode::from(io::Error::from(*errno)), *code, "{errno:?}");
        }
        for code in ErrorCode::CASES {
            assert!(CODES.iter().any(|(_, known)| known == code), "no error number gives {code:?}");
        }
    }

    #[test]
    fn an_unknown_error_is_io() {
        assert_eq!(ErrorCode::from(io::Error::from(Errno::UNATCH)), ErrorCode::Io);
        assert_eq!(ErrorCode::from(io::Error::other("?")), ErrorCode::Io);
    }
}
