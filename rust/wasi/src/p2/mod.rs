//! WASI 0.2, a folder per package. Every interface is defined at the newest version this host knows; a guest that was
//! built against an older 0.2 gets it too, because the linker matches versions by the rules of semantic versioning.

use dovetail_runtime::Result;
use dovetail_runtime::component::Linker;

pub mod cli;
pub mod clocks;
pub mod filesystem;
pub mod http;
pub mod io;
pub mod random;
mod resources;
pub mod sockets;
mod undone;

/// The version that all interfaces are defined at.
const VERSION: &str = "0.2.12";

/// The import name of an interface, from `package/interface`.
fn name(interface: &str) -> String {
    format!("wasi:{interface}@{VERSION}")
}

/// Defines all of WASI 0.2 in the linker. The store that a component is instantiated in should hold a
/// [`WasiContext`](crate::WasiContext); without one everything is denied.
pub fn add_to_linker(linker: &mut Linker) -> Result<()> {
    io::add_to_linker(linker)?;
    clocks::add_to_linker(linker)?;
    random::add_to_linker(linker)?;
    cli::add_to_linker(linker)?;
    filesystem::add_to_linker(linker)?;
    sockets::add_to_linker(linker)?;
    http::add_to_linker(linker)
}
