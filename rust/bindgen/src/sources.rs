//! WIT as text: a package and those that it uses, given as files, as a resolve and a world.
//!
//! Nothing is read here. The layout is that of a WIT folder on disk: the package's own files, and below `deps/` one file or
//! one folder for each package that it uses.

use std::collections::BTreeMap;

use wit_component::DecodedWasm;
use wit_parser::{PackageId, Resolve, SourceMap, UnresolvedPackageGroup, WorldId};

use crate::{Error, File, input};

/// A package of WIT and, below `deps/`, the packages that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// What the paths in messages begin with; may be empty.
    pub folder: String,
    /// By paths relative to the folder, with `/` between parts.
    pub files: Vec<File>,
}

/// The most bytes of all sources: wit-parser counts them in 32 bits.
const MAX_BYTES: usize = 1 << 28;

/// The files of a folder, sorted out.
#[derive(Default)]
struct Groups<'a> {
    main: Vec<&'a File>,
    /// By file or folder name, the order in which a folder on disk is read too.
    dependencies: BTreeMap<&'a str, Vec<&'a File>>,
}

impl Sources {
    /// The package as a resolve in which the items of these features are there, and the package's number in it.
    pub fn resolve(&self, features: &[String]) -> Result<(Resolve, PackageId), Error> {
        if self.files.iter().map(|file| file.contents.len()).sum::<usize>() > MAX_BYTES {
            return Err(Error::Input(format!("the WIT has more than {MAX_BYTES} bytes")));
        }
        let groups = self.groups()?;
        let mut resolve = Resolve::default();
        resolve.features.extend(features.iter().cloned());
        let main = self.parse(&groups.main)?;
        let mut dependencies = Vec::new();
        for files in groups.dependencies.values() {
            match files.as_slice() {
                [file] if file.contents.starts_with(input::MAGIC) => self.merge(&mut resolve, file)?,
                files => dependencies.push(self.parse(files)?),
            }
        }
        match resolve.push_groups(main, dependencies) {
            Ok(package) => Ok((resolve, package)),
            Err(error) => Err(Error::Input(error.render(&resolve.source_map))),
        }
    }

    /// Sorts the files out by the packages that they belong to.
    fn groups(&self) -> Result<Groups<'_>, Error> {
        let mut groups = Groups::default();
        for file in &self.files {
            let parts: Vec<&str> = file.path.split('/').collect();
            match parts.as_slice() {
                [name] if is_wit(name) => groups.main.push(file),
                ["deps", name] if is_wit(name) || name.ends_with(".wasm") || name.ends_with(".wat") => {
                    groups.dependencies.entry(name).or_default().push(file);
                }
                ["deps", package, name] if is_wit(name) => {
                    groups.dependencies.entry(package).or_default().push(file);
                }
                _ => {
                    return Err(Error::Input(format!(
                        "`{}` is no place for a WIT file: expected `NAME.wit`, `deps/NAME.wit`, `deps/NAME.wasm` or \
                         `deps/PACKAGE/NAME.wit`",
                        self.shown(file)
                    )));
                }
            }
        }
        if groups.main.is_empty() {
            let place = if self.folder.is_empty() { "the input" } else { &format!("`{}`", self.folder) };
            return Err(Error::Input(format!("{place} holds no `.wit` file")));
        }
        Ok(groups)
    }

    fn parse(&self, files: &[&File]) -> Result<UnresolvedPackageGroup, Error> {
        let mut map = SourceMap::default();
        for file in files {
            let text = std::str::from_utf8(&file.contents)
                .map_err(|error| Error::Input(format!("`{}` is no text in UTF-8: {error}", self.shown(file))))?;
            map.push_str(&self.shown(file), text);
        }
        map.parse().map_err(|(map, error)| Error::Input(error.render(&map)))
    }

    /// Adds a package in binary form.
    fn merge(&self, resolve: &mut Resolve, file: &File) -> Result<(), Error> {
        let shown = self.shown(file);
        let other = match wit_component::decode(&file.contents) {
            Ok(DecodedWasm::WitPackage(other, _)) => other,
            Ok(DecodedWasm::Component(..)) => {
                return Err(Error::Input(format!("`{shown}` is a component, expected a WIT package in binary form")));
            }
            Err(error) => return Err(Error::Input(format!("`{shown}`: {}", input::one_line(&error)))),
        };
        let merged = resolve.merge(other);
        merged.map(|_| ()).map_err(|error| Error::Input(format!("`{shown}`: {}", input::one_line(&error))))
    }

    /// A file's path as messages have it.
    fn shown(&self, file: &File) -> String {
        match self.folder.trim_end_matches('/') {
            "" if self.folder.is_empty() => file.path.clone(),
            folder => format!("{folder}/{}", file.path),
        }
    }
}

fn is_wit(name: &str) -> bool {
    name.strip_suffix(".wit").is_some_and(|stem| !stem.is_empty())
}

/// The world that is wished for, by its name or its name in a package (`h2:kv/kv@0.1.0`); else the only one.
pub fn select_world(resolve: &Resolve, package: PackageId, wanted: Option<&str>) -> Result<WorldId, Error> {
    let own = &resolve.packages[package];
    let Some(wanted) = wanted else {
        return match own.worlds.values().collect::<Vec<_>>().as_slice() {
            [world] => Ok(**world),
            _ => Err(Error::Options(match candidates(resolve, package).as_slice() {
                [] => format!("`{}` has no world to generate", own.name),
                several => format!("`{}` has several worlds, choose one: {}", own.name, quoted(several)),
            })),
        };
    };
    if let Some(world) = own.worlds.get(wanted) {
        return Ok(*world);
    }
    let named = |(id, _): &(WorldId, _)| full_name(resolve, *id).is_some_and(|name| is_name_of(wanted, &name));
    let found: Vec<WorldId> = resolve.worlds.iter().filter(named).map(|(id, _)| id).collect();
    match found.as_slice() {
        [world] => Ok(*world),
        _ => Err(Error::Options(match candidates(resolve, package).as_slice() {
            [] => format!("the input has no world `{wanted}`, nor any other"),
            [one] => format!("the input has no world `{wanted}`; its world is `{one}`"),
            several => format!("the input has no world `{wanted}`; its worlds are {}", quoted(several)),
        })),
    }
}

/// The names by which the worlds can be chosen: those of the package itself, else those of all packages.
fn candidates(resolve: &Resolve, package: PackageId) -> Vec<String> {
    let own = &resolve.packages[package].worlds;
    if own.is_empty() {
        return resolve.worlds.iter().filter_map(|(id, _)| full_name(resolve, id)).collect();
    }
    own.keys().cloned().collect()
}

/// `h2:kv/kv@0.1.0`
fn full_name(resolve: &Resolve, world: WorldId) -> Option<String> {
    let world = &resolve.worlds[world];
    world.package.map(|package| resolve.id_of_name(package, &world.name))
}

/// Whether what a person wrote is a full name, or that name without its version.
fn is_name_of(written: &str, full: &str) -> bool {
    written == full || full.split_once('@').is_some_and(|(name, _)| written == name)
}

/// `` `a`, `b` ``
pub fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
