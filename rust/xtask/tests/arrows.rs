//! The arrows between the rooms: what each crate of the workspace may depend on, compared with what `cargo metadata` says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Every room with all of its direct local dependencies, the ones for tests left out. The list in `docs/ARCHITECTURE.md` is the same.
const ARROWS: &[(&str, &[&str])] = &[
    ("dovetail-abi", &[]),
    ("dovetail-environ", &["dovetail-abi"]),
    ("dovetail-compile", &["dovetail-abi", "dovetail-environ"]),
    ("dovetail-runtime", &["dovetail-abi", "dovetail-environ"]),
    ("dovetail-wasi", &["dovetail-runtime"]),
    ("bindgen", &["dovetail-abi", "dovetail-environ"]),
    ("dovetail-wast", &["dovetail-abi", "dovetail-runtime", "dovetail-compile"]),
    ("dovetail-extension", &["dovetail-abi", "dovetail-runtime", "dovetail-compile", "dovetail-wasi"]),
    ("xtask", &["bindgen"]),
    ("wast", &[]),
    (FLOOR, &[]),
];

/// Names that are theirs alone: the code generator in `compile`, PyO3 in `extension` (and in the benchmark's floor, which is no room).
const KEPT_TO: &[(&str, &str)] = &[
    ("cranelift-codegen", "dovetail-compile"),
    ("cranelift-frontend", "dovetail-compile"),
    ("cranelift-native", "dovetail-compile"),
    ("pyo3", "dovetail-extension"),
    ("pyo3-ffi", "dovetail-extension"),
];

/// What the benchmark compares the extension with: it exists to measure PyO3.
const FLOOR: &str = "dovetail-bench-floor";

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// The direct dependencies of a package, those for tests left out.
fn dependencies(package: &Value) -> impl Iterator<Item = &Value> {
    package["dependencies"].as_array().into_iter().flatten().filter(|dependency| dependency["kind"] != "dev")
}

#[test]
fn local_dependencies_are_the_arrows_of_the_design() {
    let allowed: BTreeMap<_, BTreeSet<_>> =
        ARROWS.iter().map(|(room, others)| (*room, others.iter().copied().collect())).collect();
    let packages = packages();
    let rooms: BTreeSet<_> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert_eq!(rooms, allowed.keys().copied().collect(), "the rooms of the workspace");
    for package in &packages {
        let room = package["name"].as_str().expect("a package has a name");
        for dependency in dependencies(package) {
            let name = dependency["name"].as_str().expect("a dependency has a name");
            let local = !dependency["path"].is_null();
            assert!(!local || allowed[room].contains(name), "`{room}` must not depend on `{name}`");
        }
    }
}

#[test]
fn the_code_generator_and_pyo3_are_named_in_one_room_each() {
    for package in packages() {
        for dependency in dependencies(&package) {
            for (name, room) in KEPT_TO {
                assert!(
                    dependency["name"] != *name
                        || package["name"] == *room
                        || (package["name"] == FLOOR && *room == "dovetail-extension"),
                    "{} depends on `{name}`, which only `{room}` may name",
                    package["name"]
                );
            }
        }
    }
}

#[test]
fn the_wast_command_has_no_dependencies() {
    let packages = packages();
    let command = packages.iter().find(|package| package["name"] == "wast").expect("the package `wast`");
    assert_eq!(command["dependencies"].as_array().map(Vec::len), Some(0), "docs/decisions/0001-the-wast-command.md");
}
