//! `wasi:http/types`: headers and trailers.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};

use super::types::HeaderError;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as `fields`. There are none.
pub struct Fields;

type This = Borrow<Fields>;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("http/types"))?.resource::<Fields>("fields")?;
    undone!(linker, "http/types" {
        "[constructor]fields": fn() -> Resource<Fields>;
        "[static]fields.from-list": fn(Vec<(String, Vec<u8>)>) -> Result<Resource<Fields>, HeaderError>;
        "[method]fields.get": fn(This, String) -> Vec<Vec<u8>>;
        "[method]fields.has": fn(This, String) -> bool;
        "[method]fields.set": fn(This, String, Vec<Vec<u8>>) -> Result<(), HeaderError>;
        "[method]fields.delete": fn(This, String) -> Result<(), HeaderError>;
        "[method]fields.append": fn(This, String, Vec<u8>) -> Result<(), HeaderError>;
        "[method]fields.entries": fn(This) -> Vec<(String, Vec<u8>)>;
        "[method]fields.clone": fn(This) -> Resource<Fields>;
    });
    Ok(())
}
