//! What goes in, as a resolve and a world: a component, WIT, or a component with the WIT that documents it.

use wit_component::DecodedWasm;
use wit_parser::{PackageName, Resolve, WorldId};

use crate::sources::select_world;
use crate::{Error, Options, Sources};

/// The first bytes of every WebAssembly binary.
pub const MAGIC: &[u8] = b"\0asm";

/// What a package is generated from; at least one of the two is needed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// A component. A WIT package in binary form stands for WIT.
    pub component: Option<&'a [u8]>,
    /// WIT: the whole input, or what documents the component.
    pub wit: Option<&'a Sources>,
}

impl<'a> Input<'a> {
    pub fn component(bytes: &'a [u8]) -> Self {
        Self { component: Some(bytes), wit: None }
    }

    pub fn wit(sources: &'a Sources) -> Self {
        Self { component: None, wit: Some(sources) }
    }
}

/// What a component or a WIT package in binary form says of itself.
pub enum Decoded {
    Component(Resolve, WorldId),
    Wit(Resolve, WorldId),
}

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

/// Decodes a component, which must have been validated, or a WIT package in binary form.
pub fn decode(bytes: &[u8], world: Option<&str>) -> Result<Decoded, Error> {
    match wit_component::decode(bytes) {
        Ok(DecodedWasm::Component(resolve, world)) => Ok(Decoded::Component(resolve, world)),
        Ok(DecodedWasm::WitPackage(resolve, package)) => {
            let world = select_world(&resolve, package, world)?;
            Ok(Decoded::Wit(resolve, world))
        }
        // The alternate form puts the causes of an error on the same line.
        Err(error) => Err(Error::Input(format!("the component's world cannot be read: {}", one_line(&error)))),
    }
}

/// Decodes the world of a component, which must have been validated.
pub fn decode_component(bytes: &[u8]) -> Result<(Resolve, WorldId), Error> {
    match decode(bytes, None)? {
        Decoded::Component(resolve, world) => Ok((resolve, world)),
        Decoded::Wit(..) => {
            Err(Error::Input("the input is a WIT package in binary form, expected a component".to_string()))
        }
    }
}

/// The world of WIT, which stands for itself or documents a component.
pub fn wit_world(sources: &Sources, options: &Options) -> Result<(Resolve, WorldId), Error> {
    let (resolve, package) = sources.resolve(&options.features)?;
    let world = select_world(&resolve, package, options.world.as_deref())?;
    Ok((resolve, world))
}

/// Refuses a name for the world of a component that is not the component's own.
pub fn expect_world(resolve: &Resolve, world: WorldId, wanted: Option<&str>) -> Result<(), Error> {
    let own = &resolve.worlds[world].name;
    match wanted {
        Some(wanted) if wanted != own => {
            Err(Error::Options(format!("the input has no world `{wanted}`; its world is `{own}`")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a package's name says only that the world was decoded from a component: binaries do not keep a world's name.
pub fn is_placeholder(name: &PackageName) -> bool {
    name.namespace == "root" && name.name == "component" && name.version.is_none()
}

/// An error with its causes on one line.
pub fn one_line(error: &impl std::fmt::Display) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
