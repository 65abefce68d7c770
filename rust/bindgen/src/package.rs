//! All files of a package.

use dovetail_environ::Features;
use dovetail_environ::binding::{Binding, PackagePlan};
use dovetail_environ::component::translate_component;
use dovetail_environ::contract::CONTRACT;
use wit_parser::{Resolve, WorldId};

use crate::Error;
use crate::build::Builder;
use crate::input::Decoded;
use crate::model::Module;
use crate::names::Names;
use crate::surface::Surface;
use crate::{Input, Options, Sources, binding, check, documented, input, printer};

/// A file of a package, or one that goes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to its folder, with `/` between parts.
    pub path: String,
    pub contents: Vec<u8>,
}

/// A generated package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// Sorted by path.
    pub files: Vec<File>,
}

/// The Python of a package, and what the engine must know about it: all that follows from WIT alone.
#[derive(Clone, Debug)]
pub struct PythonPackage {
    pub name: String,
    /// Sorted by path.
    pub files: Vec<File>,
    pub binding: Binding,
    /// Of the binding; it is in the files too.
    pub fingerprint: String,
}

/// Generates a package: of a component, of WIT (Python alone), or of a component that WIT documents.
pub fn generate(input: &Input<'_>, options: &Options) -> Result<Package, Error> {
    match (input.component, input.wit) {
        (None, None) => Err(Error::Options("there is no input: expected a component, WIT, or both".to_string())),
        (None, Some(sources)) => {
            let (resolve, world) = input::wit_world(sources, options)?;
            types_package(resolve, world, options)
        }
        (Some(bytes), wit) => component_package(bytes, wit, options),
    }
}

/// The package of WIT alone: nothing in it can run.
fn types_package(resolve: Resolve, world: WorldId, options: &Options) -> Result<Package, Error> {
    let PythonPackage { name, files, .. } = python_package(resolve, world, options)?;
    Ok(Package { name, files })
}

fn component_package(bytes: &[u8], wit: Option<&Sources>, options: &Options) -> Result<Package, Error> {
    input::expect_component(bytes)?;
    let translation = translate_component(bytes, Features::default())?;
    let wanted = options.world.as_deref();
    let (mut resolve, world) = match (input::decode(bytes, wanted)?, wit) {
        (Decoded::Component(resolve, world), _) => (resolve, world),
        (Decoded::Wit(resolve, world), None) => return types_package(resolve, world, options),
        (Decoded::Wit(..), Some(_)) => {
            let message = "the input is a WIT package in binary form, expected a component beside other WIT";
            return Err(Error::Input(message.to_string()));
        }
    };
    match wit {
        None => input::expect_world(&resolve, world, wanted)?,
        Some(sources) => {
            let (documented, documented_world) = input::wit_world(sources, options)?;
            documented::expect_same_world((&resolve, world), (&documented, documented_world))?;
            documented::document(&mut resolve, world, &documented, documented_world);
        }
    }
    let python = python_package(resolve, world, options)?;
    let mut files = python.files;
    for (index, contents) in translation.modules.iter() {
        files.push(File { path: format!("{}.core{}.wasm", python.name, index.as_u32()), contents: contents.to_vec() });
    }
    let PythonPackage { binding, fingerprint, .. } = python;
    let plan = PackagePlan { contract: CONTRACT, fingerprint: Some(fingerprint), plan: translation.plan, binding };
    let mut contents = serde_json::to_vec(&plan).map_err(|error| Error::Input(error.to_string()))?;
    contents.push(b'\n');
    files.push(File { path: format!("{}.plan.json", python.name), contents });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Package { name: python.name, files })
}

/// Generates the Python of a world, without core modules and plan.
pub fn python_package(resolve: Resolve, world: WorldId, options: &Options) -> Result<PythonPackage, Error> {
    let own = resolve.worlds[world].name.clone();
    let name = options.name.clone().unwrap_or_else(|| Names::package_for(&own));
    let package = resolve.worlds[world].package.map(|id| &resolve.packages[id].name);
    let title = match package {
        Some(package) if !input::is_placeholder(package) => own,
        Some(_) | None => name.replace('_', "-"),
    };
    let surface = Surface::new(resolve, world)?;
    check::check(&surface, &title)?;
    let names = Names::new(&surface, &name, &title, options)?;
    let builder = Builder { surface: &surface, names: &names, options };
    let binding = binding::binding(&builder)?;
    let fingerprint = binding.fingerprint().map_err(|error| Error::Input(error.to_string()))?;
    let mut files: Vec<File> = builder.modules(&fingerprint)?.iter().map(python_file).collect();
    files.push(File { path: "py.typed".to_string(), contents: Vec::new() });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(PythonPackage { name: names.package.clone(), files, binding, fingerprint })
}

fn python_file(module: &Module) -> File {
    let mut path = module.path.replace('.', "/");
    if module.is_package {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str("__init__");
    }
    File { path: format!("{path}.py"), contents: printer::print(module).into_bytes() }
}
