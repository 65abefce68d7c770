//! What has no Python form yet is refused with the WIT path and the feature.

use bindgen::{Error, Options, python_package};
use wit_parser::Resolve;

#[test]
fn asynchronous_kinds_are_named() {
    let cases = [
        ("interface i { f: async func(); }", "test:p/i#f", "an async function"),
        ("interface i { f: func(a: stream<u8>); }", "test:p/i#f", "a stream"),
        ("interface i { f: func() -> list<option<future<u8>>>; }", "test:p/i#f", "a future"),
        ("interface i { record r { e: error-context } }", "test:p/i#r", "an error-context"),
        ("interface i { resource x { m: async func(); } }", "test:p/i#[method]x.m", "an async function"),
        ("interface i { resource x { m: static async func(); } }", "test:p/i#[static]x.m", "an async function"),
        ("interface i { type t = stream; }", "test:p/i#t", "a stream"),
        ("interface i { type t = map<string, future<string>>; }", "test:p/i#t", "a future"),
        ("interface i { use j.{t}; f: func(a: t); } interface j { type t = future; }", "test:p/j#t", "a future"),
    ];
    for (interface, path, feature) in cases {
        let source = format!("package test:p;\n{interface}\nworld w {{ export i; }}\n");
        let mut resolve = Resolve::default();
        let package = resolve.push_source("case.wit", &source).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        let error = python_package(resolve, world, &Options::default()).unwrap_err();
        assert_eq!(error, Error::Unsupported { path: path.to_string(), feature: feature.to_string() });
        assert_eq!(error.to_string(), format!("`{path}` uses {feature}, which is not supported"));
    }
    let source = "package test:p;\nworld w { import f: async func(); }\n";
    let mut resolve = Resolve::default();
    let package = resolve.push_source("case.wit", source).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let error = python_package(resolve, world, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "`world w#f` uses an async function, which is not supported");
}

#[test]
fn accessors_are_named() {
    let items = "world w { export prop: get() -> u64; }";
    let mut resolve = Resolve::default();
    let package = resolve.push_source("case.wit", &format!("package test:p;\n{items}\n")).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let error = python_package(resolve, world, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "`world w#[get]prop` uses a getter, which is not supported");
}
