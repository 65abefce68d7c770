//! `cargo xtask echo WIT OUT [WIT OUT]...`: a component for any world, which gives back what it gets.
//!
//! `WIT` is a file or a directory with `deps/`, `OUT` the component that is written. Several pairs are made in one go;
//! `--world NAME` chooses a world, `--features NAME` includes what is marked `@unstable(feature = NAME)`. From Rust,
//! [`component`] does the same for a world that is resolved already.
//!
//! What the component does: each exported function calls the imported function of the same name with the arguments it got,
//! and returns what that returned. The import is looked for in the imported interface of the same name first, then in
//! all others; its core signature must be the same. An export without such an import traps. So for
//!
//! ```wit
//! world w {
//!     import host: interface { echo: func(value: T) -> T; }
//!     export guest: interface { echo: func(value: T) -> T; }
//! }
//! ```
//!
//! a value travels host -> guest -> host -> guest -> host, and passes the guest's memory wherever the canonical ABI has it
//! there. Resources that the component exports stand for resources of the import side with the same name: the
//! constructor calls the imported one, methods are forwarded, and dropping the one drops the other. Handles inside other
//! values are exchanged on the way; borrowed handles of imported resources are dropped when the call is over.

mod handles;
mod memory;
mod module;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// Writes the component of each pair.
pub fn run(pairs: &[PathBuf], world: Option<&str>, features: &[String]) -> Result<()> {
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        bail!("expected pairs of WIT and output");
    }
    for pair in pairs.chunks(2) {
        let [wit, output] = pair else { continue };
        let (resolve, world) = read(wit, world, features)?;
        let component = component(resolve, world).with_context(|| format!("cannot echo {}", wit.display()))?;
        fs::write(output, component).with_context(|| format!("cannot write {}", output.display()))?;
    }
    Ok(())
}

/// The world of a WIT file or directory.
pub fn read(path: &Path, world: Option<&str>, features: &[String]) -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    resolve.features.extend(features.iter().cloned());
    let package = match resolve.push_path(path) {
        Ok((package, _)) => package,
        Err(error) => bail!("cannot read {}: {}", path.display(), resolve.render_error(&error)),
    };
    let world = resolve.select_world(&[package], world)?;
    Ok((resolve, world))
}

/// The component of a world.
pub fn component(resolve: Resolve, world: WorldId) -> Result<Vec<u8>> {
    let mut module = wat::parse_str(module::text(&resolve, world)?)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)?;
    ComponentEncoder::default().module(&module)?.validate(true).encode()
}
