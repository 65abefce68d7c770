//! Executable code that a program counter can be found in.

use std::ops::Range;
use std::sync::Arc;

use dovetail_environ::TrapCode;
use dovetail_environ::artifact::{CodeRange, Trampolines};

use crate::code::artifact::{Artifact, Section};
use crate::code::mapping::Mapping;
use crate::code::ranges;
use crate::error::{Error, Result};
use crate::vm::{VMCode, VMEnter};

/// Code that is mapped readable and executable, with its tables. Registered with the trap handler while it lives.
#[derive(Debug)]
pub struct CodeImage {
    contents: Contents,
    /// The addresses of the text.
    text: Range<usize>,
    /// Whether exceptions end here: this is the code between two component instances.
    boundary: bool,
}

#[derive(Debug)]
enum Contents {
    Module(Artifact),
    /// Trampolines alone: nothing in them traps.
    Trampolines(Mapping),
}

impl CodeImage {
    pub(crate) fn from_artifact(artifact: Artifact, boundary: bool) -> Arc<CodeImage> {
        let text = address_range(artifact.section(Section::Text));
        CodeImage::register(CodeImage { contents: Contents::Module(artifact), text, boundary })
    }

    pub(crate) fn from_text(text: &[u8]) -> Result<Arc<CodeImage>> {
        let mapping = Mapping::copy(text)?;
        mapping.make_executable(0..text.len())?;
        let text = address_range(mapping.bytes());
        Ok(CodeImage::register(CodeImage { contents: Contents::Trampolines(mapping), text, boundary: false }))
    }

    fn register(image: CodeImage) -> Arc<CodeImage> {
        let image = Arc::new(image);
        ranges::add(image.text.clone(), &image);
        image
    }

    pub(crate) fn artifact(&self) -> Option<&Artifact> {
        match &self.contents {
            Contents::Module(artifact) => Some(artifact),
            Contents::Trampolines(_) => None,
        }
    }

    pub(crate) fn is_boundary(&self) -> bool {
        self.boundary
    }

    /// The offset of a program counter into the text.
    pub(crate) fn offset_of(&self, pc: usize) -> Option<u32> {
        self.text.contains(&pc).then(|| (pc - self.text.start) as u32)
    }

    /// The trap that the instruction at `pc` stands for. Safe to call in a signal handler.
    pub(crate) fn trap_at(&self, pc: usize) -> Option<TrapCode> {
        self.artifact()?.trap_at(self.offset_of(pc)?)
    }

    /// Where the function that made a call goes on with an exception, by the offset of the call's return address: the
    /// address, and how far below the frame pointer the stack pointer must be.
    pub(crate) fn landing_at(&self, return_address: u32) -> Option<(usize, usize)> {
        let (landing, frame_size) = self.artifact()?.landing_at(return_address)?;
        let pc = self.text.start + landing as usize;
        self.text.contains(&pc).then_some((pc, frame_size as usize))
    }

    /// The address of a range of code, which must lie inside the text.
    pub(crate) fn code(&self, range: CodeRange) -> Result<*const VMCode> {
        let text = match &self.contents {
            Contents::Module(artifact) => artifact.section(Section::Text),
            Contents::Trampolines(mapping) => mapping.bytes(),
        };
        let start = range.offset as usize;
        match text.get(start..start + range.length as usize) {
            Some(code) if !code.is_empty() => Ok(code.as_ptr()),
            Some(_) | None => Err(Error::bug("code lies outside of its image")),
        }
    }

    pub(crate) fn enter(&self, trampolines: Trampolines) -> Result<VMEnter> {
        let code = self.code(trampolines.enter)?;
        // SAFETY: the compiler says that this range holds an `enter` trampoline, which has this type; the image is
        // executable, and whoever keeps the function keeps the image.
        Ok(unsafe { std::mem::transmute::<*const VMCode, VMEnter>(code) })
    }
}

impl Drop for CodeImage {
    fn drop(&mut self) {
        ranges::remove(&self.text);
    }
}

fn address_range(text: &[u8]) -> Range<usize> {
    let range = text.as_ptr_range();
    range.start as usize..range.end as usize
}
