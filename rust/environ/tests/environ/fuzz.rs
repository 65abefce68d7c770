//! A fuzz target with a fixed seed: damaged components are translated or refused as the validator of wasmparser says,
//! and never with a panic. `DOVETAIL_TEST_ALL=1` tries many more.
//!
//! What once went wrong is kept below `tests/damaged`, under a name that says what it was, and is tried first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use dovetail_environ::component::translate_component;
use dovetail_environ::{Error, Features, is_component};
use wasmparser::{Validator, WasmFeatures};
use wast_text::parser::{self, ParseBuffer};
use wast_text::{Wast, WastDirective};

use crate::mutation::{Component, Random, damage_bytes};
use crate::support::{files, package};

const BOUNDED: usize = 100_000;
const MORE: usize = 1_000_000;

/// What is wrong with how these bytes are translated, if anything is.
fn judge(bytes: &[u8]) -> Result<Verdict, String> {
    let features = Features::default();
    let validate = |switches| Validator::new_with_features(switches).validate_all(bytes).err();
    let invalid = validate(features.to_wasmparser());
    // Core types in a component may be of proposals that its core modules may not use.
    let invalid_at_all = validate(features.to_wasmparser() | WasmFeatures::GC | WasmFeatures::FUNCTION_REFERENCES);
    let translated = catch_unwind(AssertUnwindSafe(|| match translate_component(bytes, features) {
        Ok(translation) => {
            let plan = &translation.plan;
            plan.verify(&|index| &translation.descriptions[index]).map_err(|error| (true, error))
        }
        Err(error) => Err((false, error)),
    }));
    match translated {
        Err(_) => Err("a panic".into()),
        Ok(Ok(())) => match invalid_at_all {
            None => Ok(Verdict::Translated),
            Some(error) => Err(format!("translated, though invalid: {error}")),
        },
        Ok(Err((true, error))) => Err(format!("the plan that was made is refused: {error}")),
        // Damage may have made a module out of the component.
        Ok(Err((false, Error::Invalid { message, .. }))) if invalid.is_none() && is_component(bytes) => {
            Err(format!("refused, though valid: {message}"))
        }
        // Validation may not have come to its end when a feature is found that is missing.
        Ok(Err((false, Error::Invalid { .. } | Error::Unsupported { .. }))) => Ok(Verdict::Refused),
        Ok(Err((false, error @ (Error::Plan(_) | Error::Limit(_) | Error::Bug(_))))) => {
            Err(format!("an error of the wrong class: {error}"))
        }
    }
}

#[derive(PartialEq, Eq, Debug)]
enum Verdict {
    Translated,
    Refused,
}

/// The binary components of the reference tests, and our own.
fn seeds() -> Vec<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/components");
    let mut seeds: Vec<Vec<u8>> = files(&own, "wat").iter().map(|path| wat::parse_file(path).unwrap()).collect();
    let suite = package("wasm-tools", "1.263.0").join("tests/component-model/test");
    let folders = ["binary", "linking", "resources", "validation", "values"];
    for path in folders.iter().flat_map(|folder| files(&suite.join(folder), "wast")) {
        seeds.extend(components(&std::fs::read_to_string(path).unwrap()));
    }
    seeds.retain(|bytes| translate_component(bytes, Features::default()).is_ok());
    seeds
}

/// The components that a script defines, as far as its text is understood.
fn components(text: &str) -> Vec<Vec<u8>> {
    let mut lexer = wast_text::lexer::Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).unwrap();
    let Ok(script) = parser::parse::<Wast<'_>>(&buffer) else { return Vec::new() };
    let mut found = Vec::new();
    for directive in script.directives {
        if let WastDirective::Module(mut module) | WastDirective::ModuleDefinition(mut module) = directive {
            found.extend(module.encode().ok());
        }
    }
    found
}

#[test]
fn damaged_components_are_judged_as_by_the_validator() {
    let seeds = seeds();
    assert!(seeds.len() > 100, "{} seeds", seeds.len());
    let parsed: Vec<Component> = seeds.iter().map(|bytes| Component::parse(bytes)).collect();
    for (seed, component) in seeds.iter().zip(&parsed) {
        let verdict = judge(&component.encode());
        assert_eq!(verdict, Ok(Verdict::Translated), "{seed:x?}");
    }
    let rounds = if std::env::var_os("DOVETAIL_TEST_ALL").is_some() { MORE } else { BOUNDED };
    let mut random = Random::new(0x0dd_5eed);
    let mut translated = 0;
    for round in 0..rounds {
        let at = random.below(seeds.len());
        let other = random.below(seeds.len());
        let damaged = match random.below(4) {
            0 => damage_bytes(&seeds[at], &mut random),
            _ => parsed[at].damaged(&parsed[other], &mut random).encode(),
        };
        match judge(&damaged) {
            Ok(verdict) => translated += usize::from(verdict == Verdict::Translated),
            Err(problem) => panic!("round {round}: {problem}\nthe bytes are in {}", keep(&damaged).display()),
        }
    }
    // Damage that everything is refused for would test nothing but the first check.
    assert!(translated > rounds / 20, "{translated} of {rounds} are still sound");
}

/// Writes bytes where they can be looked at.
fn keep(bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("damaged.wasm");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn kept_components_are_judged_as_by_the_validator() {
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/damaged"), "wasm") {
        if let Err(problem) = judge(&std::fs::read(&path).unwrap()) {
            panic!("{}: {problem}", path.display());
        }
    }
}
