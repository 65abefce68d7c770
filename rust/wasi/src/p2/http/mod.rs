//! The package `wasi:http`: its types whole, its functions not yet built (see `undone.rs`).

use dovetail_runtime::Result;
use dovetail_runtime::component::{Linker, Resource};

use super::undone::undone;
use types::ErrorCode;

mod bodies;
mod fields;
mod requests;
mod responses;
mod types;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    fields::add_to_linker(linker)?;
    requests::add_to_linker(linker)?;
    responses::add_to_linker(linker)?;
    bodies::add_to_linker(linker)?;
    undone!(linker, "http/outgoing-handler" {
        "handle": fn(Resource<requests::OutgoingRequest>, Option<Resource<requests::RequestOptions>>)
            -> Result<Resource<responses::FutureIncomingResponse>, ErrorCode>;
    });
    Ok(())
}
