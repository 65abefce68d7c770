//! The generator as a component: the world of `bindgen.wit` over the library's two functions.

// The only unsafe code of this crate is what the macro writes.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn, unused_qualifications)]

wit_bindgen::generate!({ path: "../../bindgen.wit", world: "bindgen" });

use exports::dovetail::bindgen::generator;

struct Component;

impl generator::Guest for Component {
    fn generate(
        component: Option<Vec<u8>>,
        wit: Option<generator::Sources>,
        options: generator::Options,
    ) -> Result<generator::Package, String> {
        let wit = wit.map(crate::Sources::from);
        let input = crate::Input { component: component.as_deref(), wit: wit.as_ref() };
        let package = crate::generate(&input, &options.into()).map_err(|error| error.to_string())?;
        let file = |file: crate::File| generator::File { path: file.path, contents: file.contents };
        Ok(generator::Package { name: package.name, files: package.files.into_iter().map(file).collect() })
    }

    fn inspect(component: Vec<u8>) -> Result<generator::Inspection, String> {
        let inspection = crate::inspect(&component).map_err(|error| error.to_string())?;
        Ok(generator::Inspection { wit: inspection.wit, modules: inspection.modules, steps: inspection.steps })
    }
}

impl From<generator::Sources> for crate::Sources {
    fn from(sources: generator::Sources) -> Self {
        let file = |file: generator::Source| crate::File { path: file.path, contents: file.contents };
        Self { folder: sources.folder, files: sources.files.into_iter().map(file).collect() }
    }
}

impl From<generator::Options> for crate::Options {
    fn from(options: generator::Options) -> Self {
        Self {
            name: options.name,
            world: options.world,
            results: match options.results {
                generator::Results::Raise => crate::Results::Raise,
                generator::Results::Values => crate::Results::Values,
            },
            mode: match options.mode {
                generator::Mode::Sync => crate::Mode::Sync,
                generator::Mode::Async => crate::Mode::Async,
                generator::Mode::Both => crate::Mode::Both,
            },
            number_lists: match options.number_lists {
                generator::NumberLists::List => crate::NumberLists::List,
                generator::NumberLists::Buffer => crate::NumberLists::Buffer,
            },
            full_names: options.full_names,
            import_names: options.import_names,
            features: options.features,
        }
    }
}

export!(Component);
