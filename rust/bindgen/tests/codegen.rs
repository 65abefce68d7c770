//! Every folder of `tests/codegen` is a case: the Python that is generated for its `world.wit` must be the golden package
//! in `expected/`, byte for byte. `DOVETAIL_BLESS=1` (or `cargo xtask bless`) accepts what is generated.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bindgen::python_package;
use common::{Files, cases, options, read, world};

fn generated(case: &Path) -> Files {
    let (resolve, world) = world(case);
    match python_package(resolve, world, &options(case)) {
        Ok(package) => package.files.into_iter().map(|file| (file.path, file.contents)).collect(),
        Err(error) => panic!("case `{}`: {error}", case.display()),
    }
}

fn difference(path: &str, old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
    diff.unified_diff().header(&format!("expected/{path}"), &format!("generated/{path}")).to_string()
}

fn check(case: &Path) -> Result<(), String> {
    let folder = case.join("expected");
    let new = generated(case);
    if std::env::var_os("DOVETAIL_BLESS").is_some_and(|value| value == "1") {
        let _ = fs::remove_dir_all(&folder);
        for (path, contents) in &new {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
        return Ok(());
    }
    let old = read(&folder);
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let empty = Vec::new();
    let differences: String = paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| difference(path, old.get(path).unwrap_or(&empty), new.get(path).unwrap_or(&empty)))
        .collect();
    if differences.is_empty() { Ok(()) } else { Err(format!("case `{}`:\n{differences}", case.display())) }
}

#[test]
fn packages_equal_their_goldens() {
    let folders = cases();
    let failures: Vec<String> = folders.iter().filter_map(|case| check(case).err()).collect();
    assert!(failures.is_empty(), "{}\nto accept what is generated: cargo xtask bless", failures.join("\n"));
}
