//! Bytes as a resolve and a world.

use wit_component::DecodedWasm;
use wit_parser::{PackageName, Resolve, WorldId};

use crate::Error;

/// The first bytes of every WebAssembly binary.
const MAGIC: &[u8] = b"\0asm";

/// Refuses what cannot be a component at all, in words that say what it is instead.
pub fn expect_component(bytes: &[u8]) -> Result<(), Error> {
    if dovetail_environ::is_component(bytes) {
        return Ok(());
    }
    let found = if bytes.is_empty() {
        "the input is empty"
    } else if bytes.starts_with(MAGIC) {
        "the input is a core module"
    } else {
        "the input is no WebAssembly binary"
    };
    Err(Error::Input(format!("{found}, expected a component")))
}

/// Decodes the world of a component, which must have been validated.
pub fn decode_component(bytes: &[u8]) -> Result<(Resolve, WorldId), Error> {
    match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => Ok((resolve, world)),
        Ok(DecodedWasm::WitPackage(..)) => {
            Err(Error::Input("the input is a WIT package in binary form, expected a component".to_string()))
        }
        // The alternate form puts the causes of an error on the same line.
        Err(error) => Err(Error::Input(format!("the component's world cannot be read: {}", one_line(&error)))),
    }
}

/// Whether a package's name says only that the world was decoded from a component: binaries do not keep a world's name.
pub fn is_placeholder(name: &PackageName) -> bool {
    name.namespace == "root" && name.name == "component" && name.version.is_none()
}

/// An error with its causes on one line.
fn one_line(error: &impl std::fmt::Display) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
