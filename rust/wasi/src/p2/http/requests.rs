//! `wasi:http/types`: requests, incoming and outgoing, and their options.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};

use super::bodies::{IncomingBody, OutgoingBody};
use super::fields::Fields;
use super::types::{Method, Scheme};
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as an `incoming-request`. There are none.
pub struct IncomingRequest;

/// What a guest holds as an `outgoing-request`. There are none.
pub struct OutgoingRequest;

/// What a guest holds as `request-options`. There are none.
pub struct RequestOptions;

type Incoming = Borrow<IncomingRequest>;
type Outgoing = Borrow<OutgoingRequest>;
type Options = Borrow<RequestOptions>;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut types = linker.instance(&name("http/types"))?;
    types.resource::<IncomingRequest>("incoming-request")?;
    types.resource::<OutgoingRequest>("outgoing-request")?;
    types.resource::<RequestOptions>("request-options")?;
    undone!(linker, "http/types" {
        "[method]incoming-request.method": fn(Incoming) -> Method;
        "[method]incoming-request.path-with-query": fn(Incoming) -> Option<String>;
        "[method]incoming-request.scheme": fn(Incoming) -> Option<Scheme>;
        "[method]incoming-request.authority": fn(Incoming) -> Option<String>;
        "[method]incoming-request.headers": fn(Incoming) -> Resource<Fields>;
        "[method]incoming-request.consume": fn(Incoming) -> Result<Resource<IncomingBody>, ()>;
        "[constructor]outgoing-request": fn(Resource<Fields>) -> Resource<OutgoingRequest>;
        "[method]outgoing-request.body": fn(Outgoing) -> Result<Resource<OutgoingBody>, ()>;
        "[method]outgoing-request.method": fn(Outgoing) -> Method;
        "[method]outgoing-request.set-method": fn(Outgoing, Method) -> Result<(), ()>;
        "[method]outgoing-request.path-with-query": fn(Outgoing) -> Option<String>;
        "[method]outgoing-request.set-path-with-query": fn(Outgoing, Option<String>) -> Result<(), ()>;
        "[method]outgoing-request.scheme": fn(Outgoing) -> Option<Scheme>;
        "[method]outgoing-request.set-scheme": fn(Outgoing, Option<Scheme>) -> Result<(), ()>;
        "[method]outgoing-request.authority": fn(Outgoing) -> Option<String>;
        "[method]outgoing-request.set-authority": fn(Outgoing, Option<String>) -> Result<(), ()>;
        "[method]outgoing-request.headers": fn(Outgoing) -> Resource<Fields>;
        "[constructor]request-options": fn() -> Resource<RequestOptions>;
        "[method]request-options.connect-timeout": fn(Options) -> Option<u64>;
        "[method]request-options.set-connect-timeout": fn(Options, Option<u64>) -> Result<(), ()>;
        "[method]request-options.first-byte-timeout": fn(Options) -> Option<u64>;
        "[method]request-options.set-first-byte-timeout": fn(Options, Option<u64>) -> Result<(), ()>;
        "[method]request-options.between-bytes-timeout": fn(Options) -> Option<u64>;
        "[method]request-options.set-between-bytes-timeout": fn(Options, Option<u64>) -> Result<(), ()>;
    });
    Ok(())
}
