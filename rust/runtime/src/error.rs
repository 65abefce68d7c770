//! What can go wrong, as one enum: the four failures of the design never mix. Bad input is [`ErrorKind::Compile`] and
//! [`ErrorKind::Link`], a host that misuses the API gets [`ErrorKind::Argument`], a guest that was stopped gives
//! [`ErrorKind::Trap`], a bug of ours [`ErrorKind::Bug`]. A host function's own error passes through as
//! [`ErrorKind::Host`].

use std::fmt;

use dovetail_environ::TrapCode;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One pointer, because it has its place in the result of every call that succeeds.
pub struct Error(Box<Contents>);

struct Contents {
    kind: ErrorKind,
    /// What went wrong besides, while this error was on its way.
    later: Vec<Error>,
}

/// What went wrong.
#[derive(Debug)]
pub enum ErrorKind {
    /// The bytes are not a valid module or component, or exceed a limit of the compiler.
    Compile(dovetail_environ::Error),
    Link(LinkError),
    Trap(Trap),
    /// The error of a host function: it comes out of the outer call as the same object.
    Host(Box<dyn std::error::Error + Send + Sync>),
    Argument(ArgumentError),
    Io(std::io::Error),
    /// The engine broke one of its own rules.
    Bug(String),
}

/// Imports that do not fit a module or component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// Nothing is defined under the name of an import: a path such as `env.memory`.
    Unknown { import: String },
    /// What is defined under the name has another type.
    Incompatible { import: String, expected: String, found: String },
    /// A name was defined twice and shadowing is off.
    Duplicate { name: String },
    /// An instance needs more than the store's limits or the machine allow.
    Limit { message: String },
    /// Anything else, worded for people, with the path in backticks.
    Other { message: String },
}

/// The host misused the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError {
    pub kind: ArgumentKind,
    /// Names the argument and says what was expected.
    pub message: String,
}

/// How an argument is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A wrong type (also: a handle of another store, a wrong number of arguments).
    Type,
    /// A number out of range.
    Range,
    /// The right type with a bad content.
    Value,
}

/// A guest was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    pub code: TrapCode,
    /// What the code does not say, worded for people.
    pub detail: Option<String>,
    /// The wasm frames, innermost first.
    pub frames: Vec<Frame>,
}

/// How many frames the text of a trap has at most: endless recursion would fill the screen.
const SHOWN_FRAMES: usize = 32;

/// One wasm frame of a backtrace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The module's name from its name section.
    pub module: Option<String>,
    pub function_index: u32,
    /// The function's name from the name section, else the first name under which it is exported.
    pub function_name: Option<String>,
    /// The offset of the instruction in the wasm binary.
    pub module_offset: Option<u32>,
}

impl Trap {
    /// A trap without frames. Returned from a host function, it gets them where it passes into wasm.
    pub fn new(code: TrapCode, detail: impl Into<String>) -> Trap {
        Trap { code, detail: Some(detail.into()), frames: Vec::new() }
    }

    /// A trap that the code alone describes.
    pub fn bare(code: TrapCode) -> Trap {
        Trap { code, detail: None, frames: Vec::new() }
    }
}

impl Error {
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    pub fn kind_mut(&mut self) -> &mut ErrorKind {
        &mut self.0.kind
    }

    /// What went wrong, without what [`Error::take_later`] gives.
    pub fn into_kind(self) -> ErrorKind {
        self.0.kind
    }

    /// This error, with another one that struck while this one was on its way to whom it concerns. A call has one outcome, so the
    /// first error is it; the embedder says what becomes of the others.
    #[cold]
    pub(crate) fn followed_by(mut self, later: Error) -> Error {
        self.0.later.push(later);
        self
    }

    /// What went wrong besides, in this order: the failing destructors of resources that were dropped together, or dropped
    /// beside a call that failed itself.
    #[cold]
    pub fn take_later(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.0.later)
    }

    /// A trap of this code with a text that says more, for host functions.
    #[cold]
    pub fn trap(code: TrapCode, detail: impl Into<String>) -> Error {
        Trap::new(code, detail).into()
    }

    /// A host function's own error.
    #[cold]
    pub fn host(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        ErrorKind::Host(error.into()).into()
    }

    /// A rule of the engine's that it broke itself.
    #[cold]
    pub fn bug(message: impl Into<String>) -> Error {
        ErrorKind::Bug(message.into()).into()
    }

    #[cold]
    pub(crate) fn argument(kind: ArgumentKind, message: impl Into<String>) -> Error {
        ArgumentError { kind, message: message.into() }.into()
    }

    /// Of code of the host's, `what`, that panicked.
    pub(crate) fn from_panic(what: &str, panic: Box<dyn std::any::Any + Send>) -> Error {
        let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Error::bug(format!("{what} panicked: {text}"))
    }

    pub(crate) fn other_store(what: &str) -> Error {
        Error::argument(ArgumentKind::Type, format!("this {what} belongs to another store"))
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Error(Box::new(Contents { kind, later: Vec::new() }))
    }
}

impl From<dovetail_environ::Error> for Error {
    fn from(error: dovetail_environ::Error) -> Self {
        match error {
            dovetail_environ::Error::Bug(message) => Error::bug(message),
            error => ErrorKind::Compile(error).into(),
        }
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        ErrorKind::Link(error).into()
    }
}

impl From<ArgumentError> for Error {
    fn from(error: ArgumentError) -> Self {
        ErrorKind::Argument(error).into()
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Self {
        ErrorKind::Trap(trap).into()
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        ErrorKind::Io(error).into()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Compile(error) => Some(error),
            ErrorKind::Link(error) => Some(error),
            ErrorKind::Trap(trap) => Some(trap),
            ErrorKind::Host(error) => Some(error.as_ref()),
            ErrorKind::Argument(error) => Some(error),
            ErrorKind::Io(error) => Some(error),
            ErrorKind::Bug(_) => None,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl std::error::Error for LinkError {}
impl std::error::Error for ArgumentError {}
impl std::error::Error for Trap {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Compile(error) => error.fmt(f),
            ErrorKind::Link(error) => error.fmt(f),
            ErrorKind::Trap(trap) => trap.fmt(f),
            ErrorKind::Host(error) => error.fmt(f),
            ErrorKind::Argument(error) => error.fmt(f),
            ErrorKind::Io(error) => error.fmt(f),
            ErrorKind::Bug(message) => write!(f, "bug in the engine, please report it: {message}"),
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Unknown { import } => write!(f, "unknown import: `{import}` has not been defined"),
            LinkError::Incompatible { import, expected, found } => {
                write!(f, "incompatible import type for `{import}`: expected {expected}, found {found}")
            }
            LinkError::Duplicate { name } => write!(f, "`{name}` is defined twice"),
            LinkError::Limit { message } | LinkError::Other { message } => f.write_str(message),
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, &self.detail) {
            // This code stands for many rules: the detail says which was broken, and needs no other words before it.
            (TrapCode::CanonicalAbi, Some(detail)) => write!(f, "wasm trap: {detail}")?,
            (code, Some(detail)) => write!(f, "wasm trap: {}: {detail}", code.message())?,
            (code, None) => write!(f, "wasm trap: {}", code.message())?,
        }
        if !self.frames.is_empty() {
            write!(f, "\nwasm backtrace:")?;
            for (number, frame) in self.frames.iter().take(SHOWN_FRAMES).enumerate() {
                write!(f, "\n  {number:>3}: {frame}")?;
            }
            if self.frames.len() > SHOWN_FRAMES {
                write!(f, "\n  ... and more")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(offset) = self.module_offset {
            write!(f, "{offset:#8x} - ")?;
        }
        match &self.module {
            Some(module) => write!(f, "{module}!")?,
            None => f.write_str("<unknown>!")?,
        }
        match &self.function_name {
            Some(name) => f.write_str(name),
            None => write!(f, "<wasm function {}>", self.function_index),
        }
    }
}
