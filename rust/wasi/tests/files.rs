//! Files: `wasi:filesystem`, through the standard library and by the raw functions, inside what was granted and beyond it.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use dovetail_wasi::{Access, Permissions};
use support::{Run, run, run_over};
use tempfile::TempDir;

const READ_ONLY: Permissions = Permissions::READ_ONLY;
const READ_WRITE: Permissions = Permissions::READ_WRITE;

/// A directory with `file.txt` and `sub/deep.txt`.
fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file.txt"), "hello world").unwrap();
    fs::create_dir(directory.path().join("sub")).unwrap();
    fs::write(directory.path().join("sub/deep.txt"), "deep").unwrap();
    directory
}

fn files(directory: &Path, arguments: &[&str]) -> Run {
    run_over(directory, READ_WRITE, &[&["files"], arguments].concat())
}

fn raw(directory: &Path, permissions: Permissions, arguments: &[&str]) -> Run {
    run_over(directory, permissions, &[&["raw-files"], arguments].concat())
}

fn contents(directory: &TempDir, name: &str) -> String {
    fs::read_to_string(directory.path().join(name)).unwrap()
}

#[test]
fn no_directory_but_those_given() {
    assert_eq!(run(&["preopens"], |_| {}).printed(), "[]");
    run(&["files", "read", "/etc/passwd"], |_| {}).failed();
    run(&["files", "list", "."], |_| {}).failed();
    let (one, two) = (directory(), directory());
    let run = run(&["preopens"], |config| {
        config.preopen_dir(one.path(), "/one", READ_ONLY).unwrap();
        config.preopen_dir(two.path(), "two", READ_ONLY).unwrap();
    });
    assert_eq!(run.printed(), r#"["/one", "two"]"#);
}

#[test]
fn a_directory_that_does_not_exist_cannot_be_granted() {
    let mut config = dovetail_wasi::WasiConfig::new();
    assert!(config.preopen_dir("/no/such/directory", "/", READ_ONLY).is_err());
}

#[test]
fn files_are_read_and_written() {
    let directory = directory();
    let root = directory.path();
    assert_eq!(files(root, &["read", "/file.txt"]).printed(), "hello world");
    files(root, &["write", "/new.txt", "new"]).printed();
    files(root, &["append", "/new.txt", "er"]).printed();
    assert_eq!(contents(&directory, "new.txt"), "newer");
    files(root, &["write", "/new.txt", "x"]).printed();
    assert_eq!(contents(&directory, "new.txt"), "x", "writing truncates");
    files(root, &["create-new", "/new.txt"]).failed();
    files(root, &["truncate", "/file.txt", "5"]).printed();
    assert_eq!(contents(&directory, "file.txt"), "hello");
    assert_eq!(files(root, &["big", "/big"]).printed(), "true");
}

#[test]
fn a_file_is_sought_and_overwritten() {
    let directory = directory();
    assert_eq!(files(directory.path(), &["seek", "/file.txt"]).printed(), "world");
    assert_eq!(contents(&directory, "file.txt"), "h_llo world");
}

#[test]
fn directories_are_listed_made_and_removed() {
    let directory = directory();
    let root = directory.path();
    assert_eq!(files(root, &["list", "/"]).printed(), r#"["file.txt", "sub/"]"#);
    assert_eq!(run_over(root, READ_ONLY, &["files", "list", "/sub"]).printed(), r#"["deep.txt"]"#);
    files(root, &["make-directories", "/a/b/c"]).printed();
    assert!(root.join("a/b/c").is_dir());
    files(root, &["remove-directory", "/a"]).failed();
    files(root, &["remove-directory", "/a/b/c"]).printed();
    files(root, &["remove-tree", "/a"]).printed();
    assert!(!root.join("a").exists());
}

#[test]
fn files_are_renamed_copied_linked_and_removed() {
    let directory = directory();
    let root = directory.path();
    files(root, &["rename", "/file.txt", "/sub/moved.txt"]).printed();
    assert_eq!(files(root, &["copy", "/sub/moved.txt", "/copy.txt"]).printed(), "11");
    files(root, &["link", "/copy.txt", "/link.txt"]).printed();
    files(root, &["remove", "/copy.txt"]).printed();
    files(root, &["remove", "/sub"]).failed();
    assert_eq!(contents(&directory, "link.txt"), "hello world");
    assert!(!root.join("file.txt").exists() && !root.join("copy.txt").exists());
}

#[test]
fn attributes_and_times_are_told_and_set() {
    let directory = directory();
    let root = directory.path();
    files(root, &["set-modified", "/file.txt", "1000000"]).printed();
    assert_eq!(files(root, &["stat", "/file.txt"]).printed(), "false 11 1000000");
    assert!(files(root, &["stat", "/sub"]).printed().starts_with("true "));
    raw(root, READ_WRITE, &["times", "file.txt"]).printed();
    assert!(!files(root, &["stat", "/file.txt"]).printed().ends_with(" 1000000"));
}

#[test]
fn symbolic_links_are_made_and_read() {
    let directory = directory();
    let root = directory.path();
    raw(root, READ_WRITE, &["symlink", "sub/deep.txt", "link"]).printed();
    assert_eq!(files(root, &["read-link", "/link"]).printed(), "sub/deep.txt");
    assert_eq!(files(root, &["read", "/link"]).printed(), "deep");
}

#[test]
fn descriptors_tell_what_they_are() {
    let directory = directory();
    let root = directory.path();
    assert_eq!(
        raw(root, READ_WRITE, &["flags", "file.txt"]).printed(),
        "DescriptorFlags(READ | MUTATE_DIRECTORY)\nDescriptorFlags(READ)"
    );
    assert!(raw(root, READ_ONLY, &["flags", "file.txt"]).printed().starts_with("DescriptorFlags(READ)\n"));
    assert_eq!(
        raw(root, READ_ONLY, &["types", "sub"]).printed(),
        "DescriptorType::Directory DescriptorType::Directory"
    );
    assert_eq!(
        raw(root, READ_ONLY, &["types", "file.txt"]).printed(),
        "DescriptorType::Directory DescriptorType::RegularFile"
    );
    raw(root, READ_ONLY, &["advise", "file.txt"]).printed();
}

#[test]
fn the_streams_of_a_file() {
    let directory = directory();
    let printed = raw(directory.path(), READ_WRITE, &["streams", "file.txt"]).printed();
    assert_eq!(printed, "\"ABlo worldYZ\"\nErr(StreamError::Closed)\nSome(\"invalid\") true");
    assert_eq!(contents(&directory, "file.txt"), "hABlo worldYZ");
}

#[test]
fn the_same_file_is_known_again() {
    let directory = directory();
    let root = directory.path();
    fs::hard_link(root.join("file.txt"), root.join("second")).unwrap();
    assert_eq!(raw(root, READ_ONLY, &["same", "file.txt", "second"]).printed(), "true");
    assert_eq!(raw(root, READ_ONLY, &["same", "file.txt", "sub/deep.txt"]).printed(), "false");
    assert_eq!(raw(root, READ_ONLY, &["hash", "file.txt", "second"]).printed(), "true true");
    assert_eq!(raw(root, READ_ONLY, &["hash", "file.txt", "sub/deep.txt"]).printed(), "true false");
}

#[test]
fn a_descriptor_does_only_what_it_is_for() {
    let directory = directory();
    let root = directory.path();
    assert_eq!(raw(root, READ_WRITE, &["write-to-reader", "file.txt"]).printed(), "bad-descriptor");
    assert_eq!(raw(root, READ_WRITE, &["read-directory-as-file"]).printed(), "bad-descriptor");
}

#[test]
fn a_read_only_directory_refuses_every_change() {
    let directory = directory();
    let printed = raw(directory.path(), READ_ONLY, &["mutate", "file.txt"]).printed();
    assert_eq!(printed.lines().count(), 11);
    for line in printed.lines() {
        assert!(line.ends_with(": read-only"), "{line}");
    }
    for arguments in [
        &["files", "write", "/file.txt", "x"][..],
        &["files", "append", "/file.txt", "x"],
        &["files", "make-directories", "/new"],
        &["files", "remove-tree", "/sub"],
        &["files", "rename", "/file.txt", "/sub/file.txt"],
    ] {
        run_over(directory.path(), READ_ONLY, arguments).failed();
    }
    assert_eq!(contents(&directory, "file.txt"), "hello world");
    assert_eq!(contents(&directory, "sub/deep.txt"), "deep");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn rights_over_files_and_over_directories_are_separate() {
    let directory = directory();
    let only_files = Permissions { directory: Access::READ_ONLY, file: Access::READ_WRITE };
    let run = |arguments: &[&str]| run_over(directory.path(), only_files, arguments);
    run(&["files", "truncate", "/file.txt", "5"]).printed();
    run(&["files", "write", "/new.txt", "x"]).failed();
    run(&["files", "remove", "/file.txt"]).failed();
    assert_eq!(contents(&directory, "file.txt"), "hello");
}

/// A directory `inside` with links out of it, beside a file that the guest must never see.
fn prison() -> TempDir {
    let outer = tempfile::tempdir().unwrap();
    let (secret, inside) = (outer.path().join("secret.txt"), outer.path().join("inside"));
    fs::write(&secret, "secret").unwrap();
    fs::create_dir_all(inside.join("sub")).unwrap();
    symlink("../secret.txt", inside.join("relative")).unwrap();
    symlink(&secret, inside.join("absolute")).unwrap();
    symlink("..", inside.join("parent")).unwrap();
    outer
}

#[test]
fn no_path_leads_out_of_the_granted_directory() {
    for path in ["../secret.txt", "sub/../../secret.txt", "relative", "absolute", "parent/secret.txt", "made", "/"] {
        let outer = prison();
        let inside = outer.path().join("inside");
        let secret = outer.path().join("secret.txt");
        let path = if path == "/" { secret.to_str().unwrap() } else { path };
        raw(&inside, READ_WRITE, &["symlink", "../secret.txt", "made"]).printed();
        assert_eq!(raw(&inside, READ_WRITE, &["open", path]).failed(), "not-permitted (error 31)", "`{path}`");
        files(&inside, &["read", &format!("/{path}")]).failed();
        files(&inside, &["write", &format!("/{path}"), "overwritten"]).failed();
        files(&inside, &["append", &format!("/{path}"), "overwritten"]).failed();
        files(&inside, &["copy", &format!("/{path}"), "/stolen"]).failed();
        // A link may itself be moved or removed; what it points to may not.
        raw(&inside, READ_WRITE, &["mutate", path]).printed();
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret", "`{path}`");
        assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 2, "`{path}`");
    }
}

#[test]
fn no_link_to_an_absolute_path_is_made() {
    let directory = directory();
    let error = raw(directory.path(), READ_WRITE, &["symlink", "/etc/passwd", "link"]).failed();
    assert_eq!(error, "not-permitted (error 31)");
    assert!(!directory.path().join("link").is_symlink());
}
