//! The component model's reference tests, as far as translation goes: what is valid and synchronous becomes a plan that
//! passes its own verification, what is invalid or malformed is refused, and nothing panics.

use std::path::Path;

use crate::adapters;
use dovetail_environ::component::translate_component;
use dovetail_environ::{Error, Features, is_component, module};
use wast_text::parser::{self, ParseBuffer};
use wast_text::{QuoteWat, Wast, WastDirective, WastExecute};

/// What happened to one component of a script.
struct Outcome {
    line: usize,
    expected: Expected,
    result: Result<(), Error>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Valid,
    Invalid,
}

fn translate(bytes: &[u8], features: Features) -> Result<(), Error> {
    if !is_component(bytes) {
        return module::translate(bytes, features).map(|_| ());
    }
    let translation = translate_component(bytes, features)?;
    translation.plan.verify(&|index| &translation.descriptions[index])?;
    adapters::validate(&translation.plan);
    assert_eq!(translation.plan.describe_steps().is_empty(), translation.plan.steps.is_empty());
    Ok(())
}

/// Translates each component of a script. Text that does not even parse is the text parser's business: the scripts are
/// one release ahead of it.
fn outcomes(path: &Path) -> Vec<Outcome> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lexer = wast_text::lexer::Lexer::new(&text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).unwrap();
    let Ok(script) = parser::parse::<Wast<'_>>(&buffer) else {
        return Vec::new();
    };
    // The tools assert that a component may not use a 64-bit memory, but for the folder of those that may.
    let has = |name: &str| path.components().any(|part| part.as_os_str() == name);
    let features = Features { values: true, component_memory64: !has("cli") || has("memory64"), ..Features::default() };
    let mut outcomes = Vec::new();
    for directive in script.directives {
        let span = directive.span();
        let (module, expected) = match directive {
            WastDirective::Module(module) | WastDirective::ModuleDefinition(module) => (module, Expected::Valid),
            WastDirective::AssertMalformed { module, .. }
            | WastDirective::AssertInvalid { module, .. }
            | WastDirective::AssertInvalidCustom { module, .. } => (module, Expected::Invalid),
            WastDirective::AssertUnlinkable { module, .. } => (QuoteWat::Wat(module), Expected::Valid),
            WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. } => {
                (QuoteWat::Wat(module), Expected::Valid)
            }
            _ => continue,
        };
        let mut module = module;
        if let Ok(bytes) = module.encode() {
            let line = span.linecol_in(&text).0 + 1;
            outcomes.push(Outcome { line, expected, result: translate(&bytes, features) });
        }
    }
    outcomes
}

/// Scripts and lines where the outcome differs, with the reason.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    ("binary/binary.wast", 974, "concurrency: backpressure.inc and the like"),
    ("map.wast", 106, "a rule about handles in maps that came with the validator's next release"),
    ("map.wast", 111, "a rule about handles in maps that came with the validator's next release"),
    ("map.wast", 116, "a rule about handles in maps that came with the validator's next release"),
    ("map.wast", 119, "a rule about handles in maps that came with the validator's next release"),
    ("map.wast", 122, "a rule about handles in maps that came with the validator's next release"),
    ("validation/indicies.wast", 236, "concurrency: waitable-set.wait"),
    ("validation/indicies.wast", 251, "concurrency: thread.new-indirect"),
    ("validation/indicies.wast", 267, "concurrency: future.new"),
    ("values/post-return.wast", 4, "concurrency: task.return"),
    ("values/post-return.wast", 276, "concurrency: context.get"),
    ("values/post-return.wast", 350, "concurrency: backpressure.inc"),
    ("values/variants.wast", 83, "concurrency: task.return"),
];

/// What may happen to a valid component.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    /// It is translated.
    Translated,
    /// It is translated, or refused with the name of what is missing.
    Supported,
    /// As before, or it uses a proposal that validation has switched off.
    Proposals,
}

/// Checks every script below `folders` of `root`, at least `least` components.
fn check(root: &Path, folders: &[&str], demand: Demand, least: usize) {
    let mut failures = Vec::new();
    let mut count = 0;
    for path in folders.iter().flat_map(|folder| crate::support::files(&root.join(folder), "wast")) {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        for Outcome { line, expected, result } in outcomes(&path) {
            count += 1;
            let fits = match (&result, expected) {
                (Ok(()), Expected::Valid) | (Err(Error::Invalid { .. }), Expected::Invalid) => true,
                (Err(Error::Unsupported { .. }), Expected::Invalid) => true,
                (Err(Error::Unsupported { .. }), Expected::Valid) => demand != Demand::Translated,
                (Err(Error::Invalid { .. }), Expected::Valid) => demand == Demand::Proposals,
                (Ok(()), Expected::Invalid)
                | (Err(Error::Plan(_) | Error::Limit(_) | Error::Bug(_)), Expected::Valid | Expected::Invalid) => false,
            };
            let excepted = EXCEPTIONS.iter().any(|(file, at, _)| *file == name && *at == line);
            if fits == excepted {
                failures.push(format!("{name}:{line}: expected {expected:?}, found {result:?}"));
            }
        }
    }
    assert!(count >= least, "{count} components below {}", root.display());
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn synchronous_reference_tests_translate() {
    let root = crate::support::package("wasm-tools", "1.263.0").join("tests/component-model/test");
    check(&root, &["binary", "linking", "resources", "validation", "values"], Demand::Translated, 700);
}

#[test]
fn asynchronous_reference_tests_are_refused_by_name() {
    let root = crate::support::package("wasm-tools", "1.263.0").join("tests/component-model/test");
    check(&root, &["async"], Demand::Supported, 50);
}

#[test]
fn tests_of_the_tools_translate() {
    let root = crate::support::package("wasm-tools", "1.263.0").join("tests/cli/component-model");
    check(&root, &[""], Demand::Proposals, 1000);
}
