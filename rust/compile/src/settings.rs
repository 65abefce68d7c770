//! What the user may choose about code generation, and the instruction set that results.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable, SetError};
use dovetail_environ::Error;
use target_lexicon::{PointerWidth, Triple};

/// How hard to try, and for which processors of this machine's architecture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Whether to use only what every processor of the architecture has, for code that other machines shall run, too.
    pub baseline: bool,
    /// Whether to leave optimizations out: compilation is quicker, code slower.
    pub unoptimized: bool,
    /// Whether to check Cranelift's intermediate language at every step: slow, for tests.
    pub verify: bool,
}

impl Settings {
    /// The instruction set with these settings.
    pub(crate) fn build(&self) -> Result<OwnedTargetIsa, Error> {
        let builder = cranelift_native::builder_with_options(!self.baseline);
        let builder = builder.map_err(|reason| unsupported(Triple::host(), reason))?;
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
        // Wasm functions return any number of results; only code of this compiler calls them.
        builder.set("enable_multi_ret_implicit_sret", "true")?;
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
