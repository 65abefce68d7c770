//! Executable memory.

use std::sync::Arc;

use dovetail_environ::artifact::{CodeRange, Trampolines};

use crate::error::{Error, Result};
use crate::vm::{VMCode, VMEnter};

/// Code that is mapped readable and executable, with its tables.
#[derive(Debug)]
pub struct CodeImage {}

impl CodeImage {
    pub fn from_text(_text: &[u8]) -> Result<Arc<CodeImage>> {
        Err(Error::Bug("not built yet".into()))
    }

    pub fn code(&self, _range: CodeRange) -> Result<*const VMCode> {
        Err(Error::Bug("not built yet".into()))
    }

    pub fn enter(&self, _trampolines: Trampolines) -> Result<VMEnter> {
        Err(Error::Bug("not built yet".into()))
    }
}
