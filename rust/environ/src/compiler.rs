//! The seam between description and machine code.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::artifact::{CompiledModule, Trampolines};
use crate::module::{ModuleTranslation, Signature};

/// Told how far a compilation is: functions done and functions in all. Called from any thread.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// What an engine wants of the code beyond what the module says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct CodeOptions {
    /// Whether the code looks at the epoch where it could run on without end: at loops, and at functions that call.
    pub interruptible: bool,
}

/// Turns descriptions into machine code.
pub trait Compiler: Send + Sync {
    /// Compiles every function of a validated module, and the trampolines of its signatures.
    fn compile_module(
        &self,
        module: &ModuleTranslation<'_>,
        options: CodeOptions,
        progress: Progress<'_>,
    ) -> Result<CompiledModule, Error>;

    /// The trampolines of one signature alone, for functions that the host defines: text and the two ranges in it.
    fn compile_trampolines(&self, signature: &Signature) -> Result<(Vec<u8>, Trampolines), Error>;

    /// Target, instruction set and settings as text: code compiled under another description must not be used.
    fn description(&self) -> String;
}
