//! What every path from a guest goes through before cap-std resolves it below its directory.

use std::path::Path;

use super::types::ErrorCode;

/// Longer paths are refused before anyone walks them; no system takes more than a fraction of this.
const LONGEST_PATH: usize = 1 << 16;

/// The path as the host's libraries take it.
pub(super) fn checked(path: &str) -> Result<&Path, ErrorCode> {
    if path.is_empty() {
        return Err(ErrorCode::NoEntry);
    }
    if path.len() > LONGEST_PATH {
        return Err(ErrorCode::NameTooLong);
    }
    // A NUL would end the path early for the system: "a\0b" is no name of "a".
    if path.contains('\0') {
        return Err(ErrorCode::Invalid);
    }
    // wasi:filesystem/types: "if a path argument starts with `/` ... the function fails with not-permitted".
    if path.starts_with('/') {
        return Err(ErrorCode::NotPermitted);
    }
    Ok(Path::new(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_no_directory_can_have_are_refused_with_their_reason() {
        assert_eq!(checked("a/b"), Ok(Path::new("a/b")));
        assert_eq!(checked(""), Err(ErrorCode::NoEntry));
        assert_eq!(checked("/etc/passwd"), Err(ErrorCode::NotPermitted));
        assert_eq!(checked("a\0b"), Err(ErrorCode::Invalid));
        assert_eq!(checked(&"a/".repeat(LONGEST_PATH)), Err(ErrorCode::NameTooLong));
    }
}
