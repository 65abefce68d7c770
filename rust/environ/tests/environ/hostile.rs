//! Files and plans that nobody honest wrote: a few thousand damaged copies give a component or an error, never a panic.

use std::path::Path;

use dovetail_environ::component::{ComponentPlan, ComponentTranslation, translate_component};
use dovetail_environ::{Error, Features, module};
use serde_json::Value;

use crate::mutation::{Random, damage_bytes};

/// A component in the shape of today's toolchains: main module, preview 1 adapter, shim and fixup.
fn real_component() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_path(folder.join("app.wit")).unwrap();
    let world = resolve.select_world(&[package], Some("app")).unwrap();
    let mut module = wat::parse_file(folder.join("app.wat")).unwrap();
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8, false)
        .unwrap();
    wit_component::ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .adapter(
            wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME,
            wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
        )
        .unwrap()
        .encode()
        .unwrap()
}

fn verify(translation: &ComponentTranslation<'_>, plan: &ComponentPlan) -> Result<(), Error> {
    // A plan that was tampered with may name modules that do not exist: the loader has no description for them.
    if plan.modules.len() != translation.descriptions.len() {
        return Err(Error::Plan("the modules differ".into()));
    }
    plan.verify(&|index| &translation.descriptions[index])
}

#[test]
fn a_real_component_is_translated() {
    let bytes = real_component();
    let translation = translate_component(&bytes, Features::default()).unwrap();
    let plan = &translation.plan;
    verify(&translation, plan).unwrap();
    assert_eq!(plan.modules.len(), 4, "main, adapter, shim and fixup");
    for (index, module) in &plan.modules {
        assert_eq!(&bytes[module.range.clone()], translation.modules[index], "split out byte for byte");
    }
    assert_eq!(plan.imports.keys().next().unwrap(), "test:app/files");
    assert_eq!(plan.exports.keys().collect::<Vec<_>>(), ["run", "test:app/table"]);
}

#[test]
fn damaged_components_are_errors() {
    let bytes = real_component();
    let mut random = Random::new(0x5eed);
    let mut refused = 0;
    for _ in 0..1000 {
        let damaged = damage_bytes(&bytes, &mut random);
        match translate_component(&damaged, Features::default()) {
            Ok(translation) => verify(&translation, &translation.plan).unwrap(),
            Err(Error::Bug(message)) => panic!("{message}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 100, "{refused} refused");
}

#[test]
fn damaged_modules_are_errors() {
    let bytes = wat::parse_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest/app.wat")).unwrap();
    let mut random = Random::new(0x5eed);
    for _ in 0..3000 {
        // The result is of no interest; that there is one is.
        let _ = module::translate(&damage_bytes(&bytes, &mut random), Features::default());
    }
}

#[test]
fn every_prefix_is_an_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/components");
    for path in crate::support::files(&folder, "wat") {
        let bytes = wat::parse_file(path).unwrap();
        for length in 0..bytes.len() {
            // A prefix that ends between two sections is a component.
            let _ = translate_component(&bytes[..length], Features::default());
        }
    }
}

#[test]
fn other_files_are_refused() {
    let error = |bytes: &[u8]| translate_component(bytes, Features::default()).unwrap_err().to_string();
    assert!(error(b"").contains("unexpected end"), "{}", error(b""));
    assert!(error(b"#!/usr/bin/env python3\n").contains("magic"), "{}", error(b"#!/usr/bin/env python3\n"));
    let module = wat::parse_str("(module)").unwrap();
    assert!(error(&module).contains("expected a component"), "{}", error(&module));
}

/// Every number and text in a JSON value.
fn leaves<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| leaves(item, found)),
        Value::Object(items) => items.values_mut().for_each(|item| leaves(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(value),
    }
}

#[test]
fn damaged_plans_are_errors() {
    let bytes = real_component();
    let translation = translate_component(&bytes, Features::default()).unwrap();
    let json = serde_json::to_value(&translation.plan).unwrap();
    let mut random = Random::new(0x5eed);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..2000 {
        let mut damaged = json.clone();
        let mut found = Vec::new();
        leaves(&mut damaged, &mut found);
        for _ in 0..=random.below(2) {
            let at = random.below(found.len());
            let other = found[random.below(found.len())].clone();
            *found[at] = match random.below(4) {
                0 => other,
                1 => Value::from(random.below(8)),
                2 => Value::from(u32::MAX - random.below(2) as u32),
                _ => Value::Null,
            };
        }
        let Ok(plan) = serde_json::from_value::<ComponentPlan>(damaged) else {
            continue;
        };
        read += 1;
        let _ = plan.describe_steps();
        match verify(&translation, &plan) {
            Ok(()) => {}
            Err(Error::Plan(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(read > 300 && refused > 150, "{refused} of {read} refused");
}
