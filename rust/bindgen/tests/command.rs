//! The command line as its users meet it: what it writes, what it refuses, and how it ends.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{cases, component, read, world};
use tempfile::TempDir;

/// A folder with the component of a case in the file `kv.wasm`.
fn workplace() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let case = cases().into_iter().find(|case| case.ends_with("kv")).unwrap();
    let (resolve, world) = world(&case);
    let file = folder.path().join("kv.wasm");
    fs::write(&file, component(&resolve, world)).unwrap();
    (folder, file)
}

fn bindgen(input: &Path, out_dir: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bindgen")).arg(input).arg(out_dir).args(more).output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a folder holds, hidden files included.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn a_package_is_written_checked_and_written_again() {
    let (folder, file) = workplace();
    let out = folder.path().join("kv");
    let written = bindgen(&file, &out, &[]);
    assert_eq!((status(&written), error(&written)), (0, String::new()));
    let cores = ["kv.core0.wasm", "kv.core1.wasm", "kv.core2.wasm"];
    let expected = [&["__init__.py", "exports", "imports"], &cores[..], &["kv.plan.json", "py.typed"]].concat();
    assert_eq!(names(&out), expected);
    assert_eq!(names(folder.path()), ["kv", "kv.wasm"], "no temporary file is left");
    assert_eq!(status(&bindgen(&file, &out, &["--check"])), 0);

    fs::write(out.join("__init__.py"), "broken\n").unwrap();
    fs::write(out.join(".gitignore"), "*.wasm\n").unwrap();
    let before = read(&out);
    let check = bindgen(&file, &out, &["--check"]);
    assert_eq!(status(&check), 1);
    let diff = String::from_utf8(check.stdout).unwrap();
    assert!(diff.starts_with("--- a/__init__.py\n+++ b/__init__.py\n"), "{diff}");
    assert!(diff.contains("\n-broken\n"), "{diff}");
    assert_eq!(read(&out), before, "--check writes nothing");

    assert_eq!(status(&bindgen(&file, &out, &[])), 0);
    assert_eq!(status(&bindgen(&file, &out, &["--check"])), 0);
    assert!(out.join(".gitignore").exists(), "hidden files stay");
}

#[test]
fn names_come_from_the_folder_or_the_option() {
    let (folder, file) = workplace();
    let out = folder.path().join("my_app");
    assert_eq!(status(&bindgen(&file, &out, &[])), 0);
    assert!(out.join("my_app.plan.json").exists());
    assert!(fs::read_to_string(out.join("__init__.py")).unwrap().contains("class MyApp:"));
    let again = bindgen(&file, &folder.path().join("my-app"), &["--name", "shop"]);
    assert_eq!(status(&again), 0);
    assert!(folder.path().join("my-app/shop.plan.json").exists());
}

#[test]
fn the_folder_may_be_an_option_as_in_python() {
    let (folder, file) = workplace();
    let (one, other) = (folder.path().join("one/kv"), folder.path().join("other/kv"));
    assert_eq!(status(&bindgen(&file, &one, &[])), 0);
    let command = |more: &[&Path]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bindgen"));
        command.arg(&file).arg("--out-dir").arg(&other).args(more).output().unwrap()
    };
    assert_eq!(status(&command(&[])), 0);
    assert_eq!(names(&one), names(&other));
    let both = command(&[&one]);
    assert_eq!(status(&both), 2);
    assert!(error(&both).contains("cannot be used with"), "{}", error(&both));
}

#[test]
fn refusals_say_what_is_wrong_and_write_nothing() {
    let (folder, file) = workplace();
    let root = folder.path();
    fs::write(root.join("a_file"), "").unwrap();
    fs::create_dir(root.join("mine")).unwrap();
    fs::write(root.join("mine/letter.txt"), "dear").unwrap();
    fs::create_dir(root.join("code")).unwrap();
    fs::write(root.join("code/main.py"), "").unwrap();
    fs::write(root.join("module.wasm"), b"\0asm\x01\0\0\0").unwrap();
    fs::write(root.join("noise.wasm"), "noise").unwrap();
    let cases: [(&str, &str, &[&str], &str); 10] = [
        ("kv.wasm", "a_file", &[], "a_file` is a file, expected a folder or a new path"),
        ("kv.wasm", "a_file/below", &[], "a_file/below`"),
        ("kv.wasm", "mine", &[], "mine` holds `letter.txt`, which is not part of a generated package"),
        ("kv.wasm", "code", &[], "code` holds Python files, but no generated package"),
        ("missing.wasm", "out", &[], "missing.wasm`"),
        ("module.wasm", "out", &[], "module.wasm`: the input is a core module, expected a component"),
        ("noise.wasm", "out", &[], "noise.wasm`: the input is no WebAssembly binary, expected a component"),
        (
            "kv.wasm",
            "my-app",
            &[],
            "`my-app` cannot name a Python package: expected an identifier; give another `name`",
        ),
        ("kv.wasm", "out", &["--name", "not-a-name"], "`not-a-name` cannot name a Python package"),
        ("kv.wasm", "out", &["--world", "other"], "the input has no world `other`"),
    ];
    let before = names(root);
    for (input, out, more, expected) in cases {
        let output = bindgen(&root.join(input), &root.join(out), more);
        let text = error(&output);
        assert_eq!(status(&output), 2, "{text}");
        assert!(text.starts_with("error: ") && text.contains(expected), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert_eq!(names(root), before, "{text}");
    }
    assert!(file.exists());
}

#[test]
fn damaged_components_are_errors() {
    let (folder, file) = workplace();
    let bytes = fs::read(&file).unwrap();
    // A fixed sequence of places and values: the same copies in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    let mut refused = 0;
    for round in 0..200 {
        let mut copy = bytes.clone();
        match round % 3 {
            0 => copy.truncate(next(bytes.len())),
            1 => (0..4).for_each(|_| copy[next(bytes.len())] = u8::try_from(next(256)).unwrap()),
            _ => copy.drain(next(bytes.len() / 2)..next(bytes.len() / 2) + bytes.len() / 2).for_each(drop),
        }
        let options = bindgen::Options { name: Some("kv".to_string()), ..bindgen::Options::default() };
        refused += u32::from(bindgen::generate(&bindgen::Input::component(&copy), &options).is_err());
    }
    assert!(refused > 100, "most damage is noticed: {refused}");
    drop(folder);
}
