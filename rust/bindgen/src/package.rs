//! All files of a package.

use dovetail_environ::Features;
use dovetail_environ::binding::{Binding, PackagePlan};
use dovetail_environ::component::translate_component;
use wit_parser::{Resolve, WorldId};

use crate::Error;
use crate::build::Builder;
use crate::model::Module;
use crate::names::Names;
use crate::surface::Surface;
use crate::{binding, check, input, printer};

/// How a package is to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The name of the package; by default the world's.
    pub name: Option<String>,
    /// The world to generate; a component has one only.
    pub world: Option<String>,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the package's folder, with `/` between parts.
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
}

/// Generates the package of a component.
pub fn generate(bytes: &[u8], options: &Options) -> Result<Package, Error> {
    input::expect_component(bytes)?;
    let translation = translate_component(bytes, Features::default())?;
    let (resolve, world) = input::decode_component(bytes)?;
    let python = python_package(resolve, world, options)?;
    let mut files = python.files;
    for (index, contents) in translation.modules.iter() {
        files.push(File { path: format!("{}.core{}.wasm", python.name, index.as_u32()), contents: contents.to_vec() });
    }
    let plan = PackagePlan { plan: translation.plan, binding: python.binding };
    let mut contents = serde_json::to_vec(&plan).map_err(|error| Error::Input(error.to_string()))?;
    contents.push(b'\n');
    files.push(File { path: format!("{}.plan.json", python.name), contents });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Package { name: python.name, files })
}

/// Generates the Python of a world, without core modules and plan.
pub fn python_package(resolve: Resolve, world: WorldId, options: &Options) -> Result<PythonPackage, Error> {
    let own = resolve.worlds[world].name.clone();
    if let Some(wanted) = &options.world
        && *wanted != own
    {
        return Err(Error::Options(format!("the input has no world `{wanted}`; its world is `{own}`")));
    }
    let name = options.name.clone().unwrap_or_else(|| Names::package_for(&own));
    let package = resolve.worlds[world].package.map(|id| &resolve.packages[id].name);
    let title = match package {
        Some(package) if !input::is_placeholder(package) => own,
        Some(_) | None => name.replace('_', "-"),
    };
    let surface = Surface::new(resolve, world)?;
    check::check(&surface, &title)?;
    let names = Names::new(&surface, &name, &title)?;
    let builder = Builder { surface: &surface, names: &names };
    let mut files: Vec<File> = builder.modules()?.iter().map(python_file).collect();
    files.push(File { path: "py.typed".to_string(), contents: Vec::new() });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let binding = binding::binding(&builder)?;
    Ok(PythonPackage { name: names.package.clone(), files, binding })
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
