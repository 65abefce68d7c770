//! `wasi:http/types`: the bodies of requests and responses, and what follows them.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};

use super::fields::Fields;
use super::types::ErrorCode;
use crate::p2::io::input::InputStream;
use crate::p2::io::output::OutputStream;
use crate::p2::io::poll::Pollable;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as an `incoming-body`. There are none.
pub struct IncomingBody;

/// What a guest holds as `future-trailers`. There are none.
pub struct FutureTrailers;

/// What a guest holds as an `outgoing-body`. There are none.
pub struct OutgoingBody;

type Arrived = Option<Result<Result<Option<Resource<Fields>>, ErrorCode>, ()>>;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut types = linker.instance(&name("http/types"))?;
    types.resource::<IncomingBody>("incoming-body")?;
    types.resource::<FutureTrailers>("future-trailers")?;
    types.resource::<OutgoingBody>("outgoing-body")?;
    undone!(linker, "http/types" {
        "[method]incoming-body.stream": fn(Borrow<IncomingBody>) -> Result<Resource<InputStream>, ()>;
        "[static]incoming-body.finish": fn(Resource<IncomingBody>) -> Resource<FutureTrailers>;
        "[method]future-trailers.subscribe": fn(Borrow<FutureTrailers>) -> Resource<Pollable>;
        "[method]future-trailers.get": fn(Borrow<FutureTrailers>) -> Arrived;
        "[method]outgoing-body.write": fn(Borrow<OutgoingBody>) -> Result<Resource<OutputStream>, ()>;
        "[static]outgoing-body.finish":
            fn(Resource<OutgoingBody>, Option<Resource<Fields>>) -> Result<(), ErrorCode>;
    });
    Ok(())
}
