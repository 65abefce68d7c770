//! `cargo xtask gen`: the generator as a component, and the package that it generates of itself.
//!
//! The component goes to `target/generator/bindgen.wasm`, the package to `generated/` (only its `.py` files are committed) and
//! into the Python package, where `python -m dovetail.bindgen` finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{componentize, place, process};

/// Contents by path, relative to the package's folder.
type Files = BTreeMap<String, Vec<u8>>;

/// Where the Python package looks for the generator's package.
const IN_PYTHON: &str = "python/dovetail/bindgen/_generated";

/// The generator's component.
pub fn component() -> PathBuf {
    place::root().join("target/generator/bindgen.wasm")
}

/// Builds the component and its package. With `check`, the committed files must be what is generated now; otherwise they are
/// written. `out` is one more place for the package, instead of the one in the Python package.
pub fn run(check: bool, out: Option<&Path>) -> Result<()> {
    build_component()?;
    let fresh = generate()?;
    let committed = place::root().join("generated");
    if check {
        compare(&committed, &fresh)?;
    }
    write(&fresh, &committed)?;
    write(&fresh, out.unwrap_or(&place::root().join(IN_PYTHON)))
}

/// The generator's own package, made by the native generator.
fn generate() -> Result<Files> {
    let component = component();
    let bytes = fs::read(&component).with_context(|| format!("cannot read {}", component.display()))?;
    let options = bindgen::Options { name: Some("bindgen".to_owned()), ..bindgen::Options::default() };
    let package = bindgen::generate(&bindgen::Input::component(&bytes), &options);
    let package = package.context("the generator refuses its own component")?;
    Ok(package.files.into_iter().map(|file| (file.path, file.contents)).collect())
}

fn build_component() -> Result<()> {
    let target = place::target().join("generator");
    process::run(
        process::cargo()
            .args(["rustc", "--quiet", "--profile", "generator", "--target", "wasm32-wasip1", "--package", "bindgen"])
            .args(["--lib", "--crate-type", "cdylib", "--no-default-features", "--features", "component"])
            .env("CARGO_TARGET_DIR", &target),
    )?;
    componentize::reactor(&target.join("wasm32-wasip1/generator/bindgen.wasm"), &component())
}

/// Fails with the names of committed `.py` files that differ from the fresh ones.
fn compare(committed: &Path, fresh: &Files) -> Result<()> {
    let committed = read(committed)?;
    let names: BTreeSet<_> = committed.keys().chain(fresh.keys()).filter(|name| name.ends_with(".py")).collect();
    let different: Vec<_> =
        names.into_iter().filter(|name| committed.get(*name) != fresh.get(*name)).map(String::as_str).collect();
    if different.is_empty() {
        return Ok(());
    }
    bail!(
        "`generated/` is not what the generator writes today ({}): run `cargo xtask gen` and commit it",
        different.join(", ")
    )
}

/// The contents of all files below a folder, by their path in it.
fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        if !current.exists() {
            continue;
        }
        for entry in fs::read_dir(&current).with_context(|| format!("cannot list {}", current.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "__pycache__") {
                    folders.push(path);
                }
                continue;
            }
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            files.insert(name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
        }
    }
    Ok(files)
}

/// Makes a folder hold exactly these files.
fn write(files: &Files, folder: &Path) -> Result<()> {
    for old in read(folder)?.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(old)).with_context(|| format!("cannot remove {old}"))?;
    }
    for (name, contents) in files {
        let path = folder.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&path, contents).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
