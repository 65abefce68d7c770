//! `wasi:http/types`: responses, incoming and outgoing, and the places where they will be.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};

use super::bodies::{IncomingBody, OutgoingBody};
use super::fields::Fields;
use super::types::ErrorCode;
use crate::p2::io::failure::IoError;
use crate::p2::io::poll::Pollable;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as a `response-outparam`. There are none.
pub struct ResponseOutparam;

/// What a guest holds as an `incoming-response`. There are none.
pub struct IncomingResponse;

/// What a guest holds as an `outgoing-response`. There are none.
pub struct OutgoingResponse;

/// What a guest holds as a `future-incoming-response`. There are none.
pub struct FutureIncomingResponse;

type Incoming = Borrow<IncomingResponse>;
type Outgoing = Borrow<OutgoingResponse>;
type Response = Result<Resource<OutgoingResponse>, ErrorCode>;
type Arrived = Option<Result<Result<Resource<IncomingResponse>, ErrorCode>, ()>>;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut types = linker.instance(&name("http/types"))?;
    types.resource::<ResponseOutparam>("response-outparam")?;
    types.resource::<IncomingResponse>("incoming-response")?;
    types.resource::<OutgoingResponse>("outgoing-response")?;
    types.resource::<FutureIncomingResponse>("future-incoming-response")?;
    undone!(linker, "http/types" {
        "[static]response-outparam.set": fn(Resource<ResponseOutparam>, Response);
        "[method]incoming-response.status": fn(Incoming) -> u16;
        "[method]incoming-response.headers": fn(Incoming) -> Resource<Fields>;
        "[method]incoming-response.consume": fn(Incoming) -> Result<Resource<IncomingBody>, ()>;
        "[constructor]outgoing-response": fn(Resource<Fields>) -> Resource<OutgoingResponse>;
        "[method]outgoing-response.status-code": fn(Outgoing) -> u16;
        "[method]outgoing-response.set-status-code": fn(Outgoing, u16) -> Result<(), ()>;
        "[method]outgoing-response.headers": fn(Outgoing) -> Resource<Fields>;
        "[method]outgoing-response.body": fn(Outgoing) -> Result<Resource<OutgoingBody>, ()>;
        "[method]future-incoming-response.subscribe": fn(Borrow<FutureIncomingResponse>) -> Resource<Pollable>;
        "[method]future-incoming-response.get": fn(Borrow<FutureIncomingResponse>) -> Arrived;
        "http-error-code": fn(Borrow<IoError>) -> Option<ErrorCode>;
    });
    Ok(())
}
