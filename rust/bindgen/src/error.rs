//! Why no package could be generated.

/// The input or the options are at fault; each message is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no valid component.
    #[error("{0}")]
    Input(String),
    /// The component is valid, but its world uses something that has no Python form yet.
    #[error("`{path}` uses {feature}, which is not supported")]
    Unsupported { path: String, feature: String },
    /// An option does not fit the input.
    #[error("{0}")]
    Options(String),
}

impl From<dovetail_environ::Error> for Error {
    fn from(error: dovetail_environ::Error) -> Self {
        match error {
            dovetail_environ::Error::Unsupported { path, feature } => Error::Unsupported { path, feature },
            dovetail_environ::Error::Invalid { .. }
            | dovetail_environ::Error::Plan(_)
            | dovetail_environ::Error::Limit(_)
            | dovetail_environ::Error::Bug(_) => Error::Input(error.to_string()),
        }
    }
}
