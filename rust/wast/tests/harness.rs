//! The harness itself: a script with one directive of each kind that passes, and one in which everything fails.

use std::path::{Path, PathBuf};

use dovetail_wast::{Exceptions, Report, Runner, Scripts, find_scripts, run_file};

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wast").join(name)
}

fn run(path: &Path) -> Report {
    run_file(&Runner::new(Scripts::Core, Exceptions::default()).expect("the engine starts"), path)
}

/// The directives of a script, by the lines on which they start.
fn directives(path: &Path) -> Vec<usize> {
    let text = std::fs::read_to_string(path).expect("the script can be read");
    text.lines().enumerate().filter(|(_, line)| line.starts_with('(')).map(|(number, _)| number + 1).collect()
}

#[test]
fn directives_that_hold_pass() {
    let report = run(&script("passes.wast"));
    let failures: Vec<_> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!(report.passed, directives(&script("passes.wast")).len());
}

#[test]
fn directives_that_do_not_hold_fail_with_their_line() {
    let path = script("fails.wast");
    let report = run(&path);
    let lines: Vec<_> = report.failures.iter().map(|failure| failure.line).collect();
    assert_eq!(lines, directives(&path)[1..]);
    assert_eq!(report.passed, 1);
    assert_eq!(report.to_string(), format!("1 passed, {} failed", lines.len()));
    let first = report.failures[0].to_string();
    assert!(first.ends_with("fails.wast:7: expected I32(2), got i32 1 (0x1)"), "{first}");
}

fn run_component(name: &str) -> Report {
    let runner = Runner::new(Scripts::Component, Exceptions::default()).expect("the engine starts");
    run_file(&runner, &script(name))
}

#[test]
fn directives_about_components_that_hold_pass() {
    let report = run_component("component-passes.wast");
    let failures: Vec<_> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!(report.passed, directives(&script("component-passes.wast")).len());
}

#[test]
fn directives_about_components_that_do_not_hold_fail_with_their_line() {
    let report = run_component("component-fails.wast");
    let lines: Vec<_> = report.failures.iter().map(|failure| failure.line).collect();
    assert_eq!(lines, directives(&script("component-fails.wast"))[1..]);
    assert_eq!(report.passed, 1);
    let first = report.failures[0].to_string();
    assert!(first.ends_with("component-fails.wast:16: expected U32(43), got U32(42)"), "{first}");
}

#[test]
fn exceptions_excuse_failures_and_report_what_passes() {
    let text = "component-fails.wast:16-18 2026-01-31 not yet\ncomponent-fails.wast:3 2026-01-31 not yet";
    let exceptions = Exceptions::parse(text).expect("the list is right");
    let runner = Runner::new(Scripts::Component, exceptions).expect("the engine starts");
    let report = run_file(&runner, &script("component-fails.wast"));
    let all = directives(&script("component-fails.wast"));
    assert_eq!((report.passed, report.excepted), (0, 3));
    // The one that passes is reported twice: as passing, and because its entry excused nothing.
    assert_eq!(report.failures.iter().filter(|failure| failure.line == 3).count(), 2);
    assert_eq!(report.failures.len(), all.len() - 4 + 2);
}

#[test]
fn a_script_that_cannot_be_read_or_parsed_is_a_failure() {
    assert_eq!(run(&script("no-such.wast")).failures.len(), 1);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("broken.wast");
    std::fs::write(&path, "(module)\n(assert_return (invoke").expect("the script can be written");
    let report = run(&path);
    assert_eq!((report.passed, report.failures.len(), report.failures[0].line), (0, 1, 2));
}

#[test]
fn scripts_are_found_below_folders() {
    let found = find_scripts(&script("")).expect("the folder can be read");
    let expected = [
        "component-fails.wast",
        "component-passes.wast",
        "fails.wast",
        "memory64/access.wast",
        "memory64/mixed.wast",
        "passes.wast",
    ];
    assert_eq!(found, expected.map(script));
}
