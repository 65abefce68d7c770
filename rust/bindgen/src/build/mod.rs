//! From WIT to the model: what each place of a surface comes to in Python. Builders decide what is said; names are asked
//! for, never made, and text is the printer's.

mod docs;
mod expression;
mod face;
mod function;
mod interface;
mod stability;
mod types;
mod world;

use crate::model::{Docstring, Module};
use crate::names::Names;
use crate::surface::{Place, Side, Surface};
use crate::{Error, Options};

/// Builds the modules of one package.
pub struct Builder<'a> {
    pub surface: &'a Surface,
    pub names: &'a Names,
    pub options: &'a Options,
}

impl Builder<'_> {
    /// All modules, the package's own first, which is given the fingerprint of the package's binding.
    pub fn modules(&self, fingerprint: &str) -> Result<Vec<Module>, Error> {
        let mut modules = vec![self.world(fingerprint)?];
        for (side, text) in [
            (Side::Import, "Interfaces that the component imports."),
            (Side::Export, "Interfaces that the component exports."),
        ] {
            if self.surface.side(side).next().is_none() {
                continue;
            }
            modules.push(Module {
                path: side.folder().to_string(),
                is_package: true,
                doc: Docstring { lines: vec![text.to_string()], raises: None },
                offers: None,
                reexports: Vec::new(),
                lazy: self.lazy_modules(side)?,
                items: Vec::new(),
            });
            for interface in self.surface.side(side) {
                modules.push(self.interface(interface)?);
            }
        }
        Ok(modules)
    }

    /// The modules that nobody needs where the engine's own WASI serves them.
    fn lazy_modules(&self, side: Side) -> Result<Vec<String>, Error> {
        let interfaces = self.surface.side(side).filter(|interface| interface.is_wasi());
        let mut modules = interfaces
            .map(|interface| Ok(self.names.interface(interface.id)?.module.clone()))
            .collect::<Result<Vec<_>, Error>>()?;
        modules.sort();
        Ok(modules)
    }

    /// The WIT path of a place, for messages.
    fn path(&self, place: Place) -> String {
        match place {
            Place::World => format!("world {}", self.names.world_title),
            Place::Interface(id) => self.surface.interface(id).map(|used| used.name.clone()).unwrap_or_default(),
        }
    }
}

fn unsupported(path: &str, feature: &str) -> Error {
    Error::Unsupported { path: path.to_string(), feature: feature.to_string() }
}
