//! Bytes as a resolve and a world.

use wit_component::DecodedWasm;
use wit_parser::{PackageName, Resolve, WorldId};

use crate::Error;

/// Decodes the world of a component, which must have been validated.
pub fn decode_component(bytes: &[u8]) -> Result<(Resolve, WorldId), Error> {
    match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => Ok((resolve, world)),
        Ok(DecodedWasm::WitPackage(..)) => {
            Err(Error::Input("the input is a WIT package in binary form, expected a component".to_string()))
        }
        // The alternate form puts the causes of an error on the same line.
        Err(error) => Err(Error::Input(format!("the component's world cannot be read: {error:#}"))),
    }
}

/// Whether a package's name says only that the world was decoded from a component: binaries do not keep a world's name.
pub fn is_placeholder(name: &PackageName) -> bool {
    name.namespace == "root" && name.name == "component" && name.version.is_none()
}
