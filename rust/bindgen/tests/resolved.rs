//! Everything that wit-parser resolves: the WIT of its own tests and of wit-component's is generated, or refused for a feature that is
//! listed here. Each world is taken, and for each input one more world that imports and exports all interfaces.
//!
//! The Python is written to `target/resolved`, where `tests/typing` has it checked like the goldens.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bindgen::{Error, Mode, NumberLists, Options, python_package};
use wit_parser::{Resolve, WorldId};

/// Why generation is refused, and how many worlds it concerns: all of the asynchronous set, or behind a switch of the validator
/// that is off (accessors).
const REFUSED: &[&str] = &["a future", "a getter", "a setter", "a stream", "an async function", "an error-context"];

/// The folder of a crate of wasm-tools that this workspace builds with.
fn package(name: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let found = packages.find(|package| package["name"] == name && package["version"] == "0.262.0").unwrap();
    Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}

/// The WIT files and folders that must parse.
fn inputs() -> Vec<PathBuf> {
    let mut inputs = Vec::new();
    for folder in [package("wit-parser").join("tests/ui"), package("wit-component").join("tests/interfaces")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_wit = path.is_dir() || path.extension().is_some_and(|extension| extension == "wit");
            if is_wit && path.file_name().is_some_and(|name| name != "parse-fail") {
                inputs.push(path);
            }
        }
    }
    inputs.sort();
    inputs
}

/// The input with all of its features or, where they exclude each other, with none.
fn resolve(path: &Path) -> Option<Resolve> {
    for all_features in [true, false] {
        let mut resolve = Resolve { all_features, ..Resolve::default() };
        if resolve.push_path(path).is_ok() {
            return Some(resolve);
        }
    }
    None
}

/// A world that imports and exports every interface that has a name.
fn everything(resolve: &mut Resolve) -> Option<WorldId> {
    let ids: Vec<String> = resolve.interfaces.iter().filter_map(|(id, _)| resolve.id_of(id)).collect();
    let items: String = ids.iter().map(|id| format!("    import {id};\n    export {id};\n")).collect();
    let source = format!("package dovetail:all-of-it;\n\nworld all-of-it {{\n{items}}}\n");
    let package = resolve.push_source("all.wit", &source).ok()?;
    resolve.select_world(&[package], None).ok()
}

fn module_name(path: &Path, world: &str, number: usize) -> String {
    let kind = path.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    format!("{kind}_{name}_{world}_{number}").replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

fn write(folder: &Path, files: Vec<bindgen::File>) {
    for file in files {
        let path = folder.join(file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.contents).unwrap();
    }
}

#[test]
fn what_others_parse_is_generated_or_refused_by_name() {
    let output = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/resolved");
    let _ = fs::remove_dir_all(&output);
    let (mut generated, mut refused, mut unread) = (0, BTreeMap::<String, usize>::new(), Vec::new());
    for path in inputs() {
        let Some(mut resolve) = resolve(&path) else {
            unread.push(path);
            continue;
        };
        let mut worlds: Vec<WorldId> = resolve.worlds.iter().map(|(id, _)| id).collect();
        worlds.extend(everything(&mut resolve));
        for (number, world) in worlds.into_iter().enumerate() {
            let name = module_name(&path, &resolve.worlds[world].name, number);
            // The synchronous face alone is what the goldens are full of; a package with both has it too.
            let mode = if generated % 3 == 0 { Mode::Async } else { Mode::Both };
            let number_lists = if generated % 2 == 0 { NumberLists::Buffer } else { NumberLists::List };
            let options = Options { name: Some(name.clone()), mode, number_lists, ..Options::default() };
            match python_package(resolve.clone(), world, &options) {
                Ok(package) => {
                    write(&output.join(&name), package.files);
                    generated += 1;
                }
                Err(Error::Unsupported { feature, .. }) => *refused.entry(feature).or_default() += 1,
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    println!("{generated} worlds generated, refused: {refused:?}, unread: {unread:?}");
    let features: Vec<&str> = refused.keys().map(String::as_str).collect();
    assert!(features.iter().all(|feature| REFUSED.contains(feature)), "refused: {refused:?}");
    assert!(generated > 150, "{generated} worlds were generated");
    assert!(unread.len() <= 2, "not read: {unread:?}");
}
