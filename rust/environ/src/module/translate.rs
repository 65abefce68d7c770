//! From a module's bytes to a [`Module`] and its function bodies, with full validation.

use crate::module::{Module, SignatureIndex};
use crate::{Error, Features};

/// The code of one defined function.
#[derive(Clone, Debug)]
pub struct FunctionBody<'a> {
    /// The reader of locals and operators; already validated.
    pub body: wasmparser::FunctionBody<'a>,
}

/// A validated module and its code.
#[derive(Debug)]
pub struct ModuleTranslation<'a> {
    pub module: Module,
    /// The module's binary, whole.
    pub bytes: &'a [u8],
    /// In the order of the defined functions.
    pub bodies: Vec<FunctionBody<'a>>,
    /// From type indices, which function bodies use, to interned signatures.
    pub types: Vec<SignatureIndex>,
}

/// Decodes and validates `bytes`, function bodies included.
pub fn translate<'a>(_bytes: &'a [u8], _features: Features) -> Result<ModuleTranslation<'a>, Error> {
    Err(Error::Unsupported { path: "module".into(), feature: "translation".into() })
}
