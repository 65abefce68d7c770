//! What the tests over `tests/codegen` share: its cases, their files and worlds, and a component for a world.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bindgen::{Mode, NumberLists, Options, Results};
use serde_json::Value;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

/// File contents by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The folders of all cases.
pub fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/codegen");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join("world.wit").exists());
    folders.sort();
    assert!(!folders.is_empty(), "there are cases");
    folders
}

/// The files below a folder by their path relative to it.
pub fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(current) = pending.pop() {
        let Ok(entries) = fs::read_dir(&current) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "__pycache__" && !name.starts_with('.') {
                    pending.push(path);
                }
            } else {
                let relative = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.insert(relative, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The options of a case: those of its `options.json`, which are the keyword arguments of `generate()` in Python, and the
/// features of its `features.txt`.
pub fn options(case: &Path) -> Options {
    let features = fs::read_to_string(case.join("features.txt")).unwrap_or_default();
    let mut options = Options { features: features.lines().map(str::to_string).collect(), ..Options::default() };
    let path = case.join("options.json");
    if !path.exists() {
        return options;
    }
    let given: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    for (name, value) in given {
        match (name.as_str(), value) {
            ("full_names", Value::Bool(full)) => options.full_names = full,
            ("results", Value::String(results)) if results == "values" => options.results = Results::Values,
            ("number_lists", Value::String(lists)) if lists == "buffer" => options.number_lists = NumberLists::Buffer,
            ("mode", Value::String(mode)) if mode == "both" => options.mode = Mode::Both,
            ("mode", Value::String(mode)) if mode == "async" => options.mode = Mode::Async,
            ("import_names", Value::Object(names)) => {
                let name = |(old, new): (String, Value)| (old, new.as_str().unwrap().to_string());
                options.import_names = names.into_iter().map(name).collect();
            }
            (name, value) => panic!("case `{}`: unknown option `{name}`: {value}", case.display()),
        }
    }
    options
}

/// The resolve and the world of a case: its only one, or the one named like its folder. The features named in its
/// `features.txt` are included.
pub fn world(case: &Path) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    resolve.features.extend(options(case).features);
    let package = match resolve.push_path(case) {
        Ok((package, _)) => package,
        Err(error) => panic!("case `{}`: {}", case.display(), resolve.render_error(&error)),
    };
    let name = case.file_name().unwrap().to_str();
    let world = resolve.select_world(&[package], None).or_else(|_| resolve.select_world(&[package], name)).unwrap();
    (resolve, world)
}

/// A component of the world, whose functions do nothing.
pub fn component(resolve: &Resolve, world: WorldId) -> Vec<u8> {
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}
