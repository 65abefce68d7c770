//! The package `wasi:sockets`: its types whole, its functions not yet built (see `undone.rs`).

use dovetail_runtime::Result;
use dovetail_runtime::component::Linker;

mod lookup;
mod network;
mod tcp;
mod udp;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    network::add_to_linker(linker)?;
    lookup::add_to_linker(linker)?;
    tcp::add_to_linker(linker)?;
    udp::add_to_linker(linker)
}
