//! What the user may choose about code generation, and the instruction set that results.

use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable, SetError};
use dovetail_environ::Error;
use target_lexicon::{PointerWidth, Triple};

/// What to compile for, and how hard to try.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The target; `None` for this machine with every extension that its processor has.
    pub target: Option<Triple>,
    /// Whether to optimize. On by default.
    pub unoptimized: bool,
    /// Whether to check Cranelift's intermediate language at every step: slow, for tests.
    pub verify: bool,
}

impl Settings {
    /// The instruction set with these settings.
    pub(crate) fn build(&self) -> Result<OwnedTargetIsa, Error> {
        let builder = match &self.target {
            None => cranelift_native::builder().map_err(|reason| unsupported(Triple::host(), reason))?,
            Some(triple) => isa::lookup(triple.clone()).map_err(|error| unsupported(triple.clone(), error))?,
        };
        let triple = builder.triple().clone();
        if triple.pointer_width() != Ok(PointerWidth::U64) {
            return Err(unsupported(triple, "pointers must have 64 bits"));
        }
        let flags = self.flags().map_err(|error| Error::Bug(format!("a code generator setting is wrong: {error}")))?;
        builder.finish(flags).map_err(|error| unsupported(triple, error))
    }

    fn flags(&self) -> Result<settings::Flags, SetError> {
        let mut builder = settings::builder();
        builder.set("opt_level", if self.unoptimized { "none" } else { "speed" })?;
        builder.set("enable_verifier", if self.verify { "true" } else { "false" })?;
        // The runtime walks stacks by frame pointers.
        builder.set("preserve_frame_pointers", "true")?;
        builder.set("unwind_info", "true")?;
        // The stack limit is checked in every prologue and the pages below it are mapped.
        builder.set("enable_probestack", "false")?;
        // All code of one image is loaded together, so calls inside it are relative.
        builder.set("is_pic", "true")?;
        Ok(settings::Flags::new(builder))
    }
}

fn unsupported(triple: Triple, reason: impl std::fmt::Display) -> Error {
    Error::Unsupported {
        path: triple.to_string(),
        feature: format!("a processor that cannot be compiled for: {reason}"),
    }
}
