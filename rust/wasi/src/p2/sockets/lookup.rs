//! `wasi:sockets/ip-name-lookup`.

use dovetail_runtime::Result;
use dovetail_runtime::component::{Borrow, Linker, Resource};

use super::network::{ErrorCode, IpAddress, Network};
use crate::p2::io::poll::Pollable;
use crate::p2::name;
use crate::p2::undone::undone;

/// What a guest holds as a `resolve-address-stream`. There are none.
pub struct ResolveAddressStream;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("sockets/ip-name-lookup"))?.resource::<ResolveAddressStream>("resolve-address-stream")?;
    undone!(linker, "sockets/ip-name-lookup" {
        "resolve-addresses": fn(Borrow<Network>, String) -> Result<Resource<ResolveAddressStream>, ErrorCode>;
        "[method]resolve-address-stream.resolve-next-address":
            fn(Borrow<ResolveAddressStream>) -> Result<Option<IpAddress>, ErrorCode>;
        "[method]resolve-address-stream.subscribe": fn(Borrow<ResolveAddressStream>) -> Resource<Pollable>;
    });
    Ok(())
}
