//! `wasi:io/error`, and `stream-error`, which carries it.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, HostContext, Linker, Resource};
use dovetail_runtime::host_variant;

use super::failure::{IoError, StreamFailure};
use crate::p2::name;
use crate::p2::resources::push;

host_variant! {
    /// `wasi:io/streams.stream-error`.
    pub enum StreamError {
        LastOperationFailed(Resource<IoError>),
        Closed,
    }
}

/// The result of a stream operation as the guest gets it: a failure becomes an `error` resource, an end of the guest's
/// call stays one.
pub(crate) fn stream_result<T>(
    context: &mut HostContext<'_>,
    result: Result<T, StreamFailure>,
) -> Result<Result<T, StreamError>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(StreamFailure::Closed) => Ok(Err(StreamError::Closed)),
        Err(StreamFailure::Failed(error)) => Ok(Err(StreamError::LastOperationFailed(push(context, IoError(error))?))),
        Err(StreamFailure::Ended(error)) => Err(error),
    }
}

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut error = linker.instance(&name("io/error"))?;
    error.resource::<IoError>("error")?;
    error.func("[method]error.to-debug-string", |context: &mut HostContext<'_>, (this,): (Borrow<IoError>,)| {
        Ok(context.table().get(&this)?.debug_string())
    })
}
