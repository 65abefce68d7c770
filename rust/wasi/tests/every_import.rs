//! A component that imports every function of WASI 0.2 with its type, made from the WIT files that the guests' bindings come
//! from. Linking it compares each type with the host's.

mod support;

use std::path::PathBuf;
use std::process::Command;

use dovetail_runtime::Store;
use dovetail_runtime::component::Component;
use dovetail_runtime::plan::ImportItem;
use support::{engine, linker};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

/// The source folder of the crate `wasip2`, which the guest `probe` depends on.
fn wit_folder() -> PathBuf {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/guests/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest])
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo describes the guests");
    let packages = metadata["packages"].as_array().expect("packages");
    let wasip2 = packages.iter().find(|package| package["name"] == "wasip2").expect("the guests use wasip2");
    let manifest = PathBuf::from(wasip2["manifest_path"].as_str().expect("a path"));
    manifest.with_file_name("wit")
}

/// Two interfaces are there for guests to export.
fn is_imported(interface: &str) -> bool {
    let exported = ["wasi:cli/run@", "wasi:http/incoming-handler@"];
    interface.starts_with("wasi:") && !exported.iter().any(|name| interface.starts_with(name))
}

fn component_that_imports_everything() -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_dir(wit_folder()).expect("valid WIT");
    let interfaces = resolve.interfaces.iter().filter_map(|(id, _)| resolve.id_of(id));
    let imports: String = interfaces.filter(|name| is_imported(name)).map(|name| format!("import {name};\n")).collect();
    let text = format!("package test:everything;\nworld everything {{\n{imports}}}");
    let package = resolve.push_str("everything.wit", &text).expect("valid WIT");
    let world = resolve.select_world(&[package], None).expect("one world");
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).expect("metadata");
    ComponentEncoder::default().module(&module).and_then(|encoder| encoder.encode()).expect("a component")
}

fn functions(item: &ImportItem) -> usize {
    match item {
        ImportItem::Instance(items) => items.values().map(functions).sum(),
        ImportItem::Function { .. } => 1,
        ImportItem::Resource { .. }
        | ImportItem::Module { .. }
        | ImportItem::Type
        | ImportItem::Component { .. }
        | ImportItem::Value { .. } => 0,
    }
}

#[test]
fn every_function_has_its_right_type() {
    let component = Component::new(engine(), &component_that_imports_everything()).unwrap();
    let count: usize = component.plan().imports.values().map(functions).sum();
    assert_eq!(count, 175, "as many as WASI 0.2.12 has");
    linker().instantiate(&mut Store::new(engine()), &component).unwrap();
}
