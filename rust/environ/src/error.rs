//! Why bytes could not be turned into a description or into code.

/// Bad input (the first of the four failures of the design): the bytes are at fault, never the host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not valid WebAssembly; the text is the validator's, in lower case, with the offset.
    #[error("{message} (at offset {offset:#x})")]
    Invalid { message: String, offset: usize },
    /// The bytes are valid, but use a feature that this engine lacks.
    #[error("`{path}` uses {feature}, which is not supported")]
    Unsupported { path: String, feature: String },
    /// A plan read from disk does not fit its modules or itself.
    #[error("the plan is damaged: {0}")]
    Plan(String),
    /// The implementation limits of the compiler were exceeded (a function too large, for instance).
    #[error("{0}")]
    Limit(String),
    /// The compiler refused its own work: never the input's fault, always a bug of ours.
    #[error("{0}")]
    Bug(String),
}

impl From<wasmparser::BinaryReaderError> for Error {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Error::Invalid { message: error.message().to_string(), offset: error.offset() as usize }
    }
}
