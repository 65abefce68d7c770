//! The generator as a component: the world of `bindgen.wit` over the library's two functions.

// The only unsafe code of this crate is what the macro writes.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn, unused_qualifications)]

wit_bindgen::generate!({ path: "../../bindgen.wit", world: "bindgen" });

use exports::dovetail::bindgen::generator;

struct Component;

impl generator::Guest for Component {
    fn generate(input: Vec<u8>, options: generator::Options) -> Result<generator::Package, String> {
        let options = crate::Options { name: options.name, world: options.world };
        let package = crate::generate(&input, &options).map_err(|error| error.to_string())?;
        let file = |file: crate::File| generator::File { path: file.path, contents: file.contents };
        Ok(generator::Package { name: package.name, files: package.files.into_iter().map(file).collect() })
    }

    fn inspect(input: Vec<u8>) -> Result<generator::Inspection, String> {
        let inspection = crate::inspect(&input).map_err(|error| error.to_string())?;
        Ok(generator::Inspection { wit: inspection.wit, modules: inspection.modules, steps: inspection.steps })
    }
}

export!(Component);
