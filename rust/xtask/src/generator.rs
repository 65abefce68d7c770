//! `cargo xtask gen`: the generator as a component, and the package that it generates of itself.
//!
//! The component goes to `target/generator/bindgen.wasm`, the package to `generated/` (only its `.py` files are committed) and
//! into the Python package, where `python -m dovetail.bindgen` finds it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{componentize, extension, place, process};

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
    let fresh = place::root().join("target/generator/package");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).with_context(|| format!("cannot clear {}", fresh.display()))?;
    }
    process::run(
        extension::cargo()?.args(["run", "--quiet", "--package", "bindgen", "--"]).arg(component()).arg(&fresh),
    )?;
    let committed = place::root().join("generated");
    if check {
        compare(&committed, &fresh)?;
    }
    copy(&fresh, &committed)?;
    copy(&fresh, out.unwrap_or(&place::root().join(IN_PYTHON)))
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
fn compare(committed: &Path, fresh: &Path) -> Result<()> {
    let (committed, fresh) = (python_files(committed)?, python_files(fresh)?);
    let names = committed.keys().chain(fresh.keys()).collect::<std::collections::BTreeSet<_>>();
    let different: Vec<_> =
        names.into_iter().filter(|name| committed.get(*name) != fresh.get(*name)).cloned().collect();
    if different.is_empty() {
        return Ok(());
    }
    bail!(
        "`generated/` is not what the generator writes today ({}): run `cargo xtask gen` and commit it",
        different.join(", ")
    )
}

fn python_files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = all_files(folder)?;
    files.retain(|name, _| name.ends_with(".py"));
    Ok(files)
}

/// The contents of all files below a folder, by their path in it.
fn all_files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
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

/// Makes `to` hold exactly the files of `from`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let fresh = all_files(from)?;
    for old in all_files(to)?.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(to.join(old)).with_context(|| format!("cannot remove {old}"))?;
    }
    for (name, contents) in fresh {
        let path = to.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&path, contents).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
