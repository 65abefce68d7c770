//! What a guest's standard streams are connected to. The default is nothing: no input, and output that is forgotten.

use std::fs::File;
use std::io::IsTerminal;
use std::sync::Arc;

use crate::p2::io::descriptor::{DescriptorSink, DescriptorSource};
use crate::p2::io::event::SharedDescriptor;
use crate::p2::io::input::{EmptySource, InputStream, Source};
use crate::p2::io::memory::{BytesSource, CallbackSink, OutputBuffer, OutputCallback};
use crate::p2::io::output::{DiscardSink, OutputStream, Sink};

/// Where a guest's standard input comes from.
#[derive(Default)]
pub enum Input {
    /// Nowhere: it is at its end from the start.
    #[default]
    Empty,
    /// The process's own standard input.
    Inherit,
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// This file, pipe or terminal, from its present position.
    File(File),
    /// The embedder's own source.
    Source(Box<dyn Source>),
}

/// Where a guest's standard output or standard error goes.
#[derive(Default)]
pub enum Output {
    /// Nowhere: it is taken and forgotten.
    #[default]
    Discard,
    /// The process's own standard output or standard error, whichever this is.
    Inherit,
    /// Memory that the embedder looks at.
    Buffer(OutputBuffer),
    /// This file, pipe or terminal, at its present position.
    File(File),
    /// A function that is called with every piece of output.
    Callback(OutputCallback),
    /// The embedder's own sink.
    Sink(Box<dyn Sink>),
}

/// Which of the process's two outputs [`Output::Inherit`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inherited {
    Stdout,
    Stderr,
}

/// A connected standard stream, and whether a person sits at its other end.
pub(crate) struct Connected<S> {
    pub(crate) stream: S,
    pub(crate) terminal: bool,
}

impl Input {
    pub(crate) fn connect(self) -> Connected<InputStream> {
        let (source, terminal): (Box<dyn Source>, bool) = match self {
            Input::Empty => (Box::new(EmptySource), false),
            Input::Inherit => {
                let stdin = std::io::stdin();
                let terminal = stdin.is_terminal();
                (Box::new(DescriptorSource(Arc::new(stdin))), terminal)
            }
            Input::Bytes(bytes) => (Box::new(BytesSource::new(bytes)), false),
            Input::File(file) => {
                let terminal = file.is_terminal();
                (Box::new(DescriptorSource(Arc::new(file))), terminal)
            }
            Input::Source(source) => (source, false),
        };
        Connected { stream: InputStream::new(source), terminal }
    }
}

impl Output {
    pub(crate) fn connect(self, inherited: Inherited) -> Connected<OutputStream> {
        let (sink, terminal): (Box<dyn Sink>, bool) = match self {
            Output::Discard => (Box::new(DiscardSink), false),
            Output::Inherit => {
                let (descriptor, terminal): (SharedDescriptor, bool) = match inherited {
                    Inherited::Stdout => (Arc::new(std::io::stdout()), std::io::stdout().is_terminal()),
                    Inherited::Stderr => (Arc::new(std::io::stderr()), std::io::stderr().is_terminal()),
                };
                (Box::new(DescriptorSink::new(descriptor)), terminal)
            }
            Output::Buffer(buffer) => (buffer.sink(), false),
            Output::File(file) => {
                let terminal = file.is_terminal();
                (Box::new(DescriptorSink::new(Arc::new(file))), terminal)
            }
            Output::Callback(callback) => (Box::new(CallbackSink(callback)), false),
            Output::Sink(sink) => (sink, false),
        };
        Connected { stream: OutputStream::new(sink), terminal }
    }
}
