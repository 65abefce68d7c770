//! WIT as input: alone it gives the Python of its world; beside a component it gives the documentation, and nothing else.

mod common;

use std::path::Path;

use bindgen::{File, Input, Options, Package, Sources, generate};
use common::{Files, cases, component, options, read, world};
use wit_parser::Resolve;

/// The WIT of a case's folder, as the command reads it.
fn sources(case: &Path) -> Sources {
    let files = read(case).into_iter().filter(|(path, _)| path.ends_with(".wit"));
    Sources { folder: "wit".to_string(), files: files.map(|(path, contents)| File { path, contents }).collect() }
}

/// Sources that are one file.
fn file(text: &str) -> Sources {
    let file = File { path: "world.wit".to_string(), contents: text.as_bytes().to_vec() };
    Sources { folder: "wit".to_string(), files: vec![file] }
}

fn files(package: Package) -> Files {
    package.files.into_iter().map(|file| (file.path, file.contents)).collect()
}

fn from_wit(sources: &Sources, options: &Options) -> Result<Package, String> {
    generate(&Input::wit(sources), options).map_err(|error| error.to_string())
}

#[test]
fn wit_alone_gives_the_golden_and_nothing_to_run() {
    for case in cases() {
        let (resolve, world) = world(&case);
        let wanted = Some(resolve.worlds[world].name.clone());
        let package = from_wit(&sources(&case), &Options { world: wanted, ..options(&case) }).unwrap();
        assert_eq!(files(package), read(&case.join("expected")), "{}", case.display());
    }
}

#[test]
fn wit_beside_a_component_gives_the_docs_and_nothing_else() {
    for case in cases() {
        let (resolve, world) = world(&case);
        let name = resolve.worlds[world].name.replace('-', "_");
        let options = Options { name: Some(name.clone()), ..options(&case) };
        let bytes = component(&resolve, world);
        let without = files(generate(&Input::component(&bytes), &options).unwrap());
        let sources = sources(&case);
        let options = Options { world: Some(resolve.worlds[world].name.clone()), ..options };
        let with = files(generate(&Input { component: Some(&bytes), wit: Some(&sources) }, &options).unwrap());
        assert!(without.keys().eq(with.keys()), "{name}");
        let golden = read(&case.join("expected"));
        if golden.keys().any(|path| !with.contains_key(path)) {
            // An import that nothing uses is not in the binary, and what it defines is defined elsewhere.
            assert_eq!(name, "empty");
            continue;
        }
        for (path, contents) in with {
            if !path.ends_with(".py") {
                assert_eq!(contents, without[&path], "{name}/{path}");
                continue;
            }
            // What documents something in the golden documents it here too; the binary lacks unused items and the order.
            let Some(golden) = golden.get(&path) else { continue };
            let (text, golden) = (String::from_utf8(contents).unwrap(), std::str::from_utf8(golden).unwrap());
            let unknown = |line: &&str| {
                let own = line.trim();
                !own.contains("fingerprint=\"")
                    && !own.contains("\"\"\"World ")
                    && !golden.lines().any(|known| known == *line)
            };
            let unknown: Vec<&str> = text.lines().filter(unknown).collect();
            assert!(unknown.is_empty(), "{name}/{path}: {unknown:?}");
        }
    }
    let case = cases().into_iter().find(|case| case.ends_with("docs")).unwrap();
    let (resolve, world) = world(&case);
    let bytes = component(&resolve, world);
    let sources = sources(&case);
    let package = generate(&Input { component: Some(&bytes), wit: Some(&sources) }, &Options::default()).unwrap();
    let found = files(package);
    let golden = read(&case.join("expected"));
    let docs = |files: &Files| String::from_utf8(files["exports/plain.py"].clone()).unwrap().matches("\"\"\"").count();
    assert_eq!(docs(&found), docs(&golden));
}

const SHOP: &str = "package a:shop@0.1.0;
interface store { record item { name: string } get: func(name: string) -> item; }
interface log { note: func(text: string); }
world shop { import log; export store; export ready: func() -> bool; }
world other { export store; }
";

fn shop() -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_source("shop.wit", SHOP).unwrap();
    let world = resolve.select_world(&[package], Some("shop")).unwrap();
    component(&resolve, world)
}

#[test]
fn a_world_that_is_not_the_component_s_is_refused_with_its_path() {
    let component = shop();
    let refused = |old: &str, new: &str| {
        assert!(SHOP.contains(old), "{old}");
        let sources = file(&SHOP.replace(old, new));
        let options = Options { world: Some("shop".to_string()), ..Options::default() };
        generate(&Input { component: Some(&component), wit: Some(&sources) }, &options).unwrap_err().to_string()
    };
    let table = [
        ("name: string }", "name: string, n: u8 }", "`a:shop/store@0.1.0#get` differs: result: expected "),
        (
            "get: func(name: string)",
            "get: func(key: string)",
            "`a:shop/store@0.1.0#get` differs: expected parameter `key`",
        ),
        (
            "-> item; }",
            "-> item; put: func(); }",
            "`a:shop/store@0.1.0#put` is an export of the world, but not of the component",
        ),
        ("get: func(name: string) -> item;", "", "`a:shop/store@0.1.0#get` is in the component, but not in the world"),
        ("-> bool", "-> u8", "`ready` differs: result: expected u8, found bool in the component"),
        ("import log; ", "", "`a:shop/log@0.1.0` is an import of the component, but not of the world"),
        (
            "export store; export ready",
            "export ready",
            "`a:shop/store@0.1.0` is an export of the component, but not of the world",
        ),
        (
            "export ready",
            "export log; export ready",
            "`a:shop/log@0.1.0` is an export of the world, but not of the component",
        ),
    ];
    for (old, new, text) in table {
        let error = refused(old, new);
        let expected = format!("the component is not of world `shop`: {text}");
        assert!(error.starts_with(&expected), "{old} -> {new}: {error}");
    }
}

#[test]
fn a_toolchain_may_add_an_interface_of_no_package() {
    let mut resolve = Resolve::default();
    let made = SHOP.replace("import log; ", "import log; export made-by: interface { version: func() -> string; } ");
    let package = resolve.push_source("shop.wit", &made).unwrap();
    let component = component(&resolve, resolve.select_world(&[package], Some("shop")).unwrap());
    let sources = file(&SHOP.replace("get: func", "/// Looks it up.\n get: func"));
    let options = Options { world: Some("shop".to_string()), ..Options::default() };
    let package = generate(&Input { component: Some(&component), wit: Some(&sources) }, &options).unwrap();
    let text = |path: &str| {
        let found = package.files.iter().find(|file| file.path.ends_with(path));
        String::from_utf8(found.unwrap_or_else(|| panic!("{path}")).contents.clone()).unwrap()
    };
    assert!(text("exports/store.py").contains("Looks it up."));
    assert!(text("exports/made_by.py").contains("def version(self) -> str"));
}

#[test]
fn worlds_are_chosen_by_name() {
    let sources = file(SHOP);
    let choose = |world: Option<&str>| {
        let options = Options { world: world.map(str::to_string), ..Options::default() };
        from_wit(&sources, &options).map(|package| package.name)
    };
    for (wanted, name) in
        [("shop", "shop"), ("other", "other"), ("a:shop/other", "other"), ("a:shop/shop@0.1.0", "shop")]
    {
        assert_eq!(choose(Some(wanted)).unwrap(), name);
    }
    assert_eq!(choose(None).unwrap_err(), "`a:shop@0.1.0` has several worlds, choose one: `shop`, `other`");
    let unknown = "the input has no world `kv`; its worlds are `shop`, `other`";
    assert_eq!(choose(Some("kv")).unwrap_err(), unknown);
    let none = file("package a:b;\ninterface i {}\n");
    assert_eq!(from_wit(&none, &Options::default()).unwrap_err(), "`a:b` has no world to generate");
    let nothing = generate(&Input::default(), &Options::default()).unwrap_err().to_string();
    assert_eq!(nothing, "there is no input: expected a component, WIT, or both");
}

#[test]
fn mistakes_in_wit_are_shown_with_their_place() {
    let parse =
        from_wit(&file("package a:b;\nworld w {\n  export f: func( -> u8;\n}\n"), &Options::default()).unwrap_err();
    assert!(parse.contains("--> wit/world.wit:3:"), "{parse}");
    let unknown = from_wit(&file("package a:b;\nworld w {\n  import c:d/e;\n}\n"), &Options::default()).unwrap_err();
    assert!(unknown.contains("--> wit/world.wit:3:10"), "{unknown}");
    let mut dependency = file("package a:b;\nworld w { import c:d/e; }\n");
    dependency
        .files
        .push(File { path: "deps/d/e.wit".to_string(), contents: b"package c:d;\ninterface e { x }".to_vec() });
    let error = from_wit(&dependency, &Options::default()).unwrap_err();
    assert!(error.contains("--> wit/deps/d/e.wit:2:"), "{error}");
    let binary =
        Sources { folder: String::new(), files: vec![File { path: "a.wit".to_string(), contents: vec![0xff] }] };
    let error = from_wit(&binary, &Options::default()).unwrap_err();
    assert!(error.starts_with("`a.wit` is no text in UTF-8: "), "{error}");
    let place =
        Sources { folder: "wit".to_string(), files: vec![File { path: "a/b.wit".to_string(), contents: vec![] }] };
    let error = from_wit(&place, &Options::default()).unwrap_err();
    assert!(error.starts_with("`wit/a/b.wit` is no place for a WIT file: expected `NAME.wit`"), "{error}");
    assert_eq!(
        from_wit(&Sources { folder: "x".to_string(), files: vec![] }, &Options::default()).unwrap_err(),
        "`x` holds no `.wit` file"
    );
}

#[test]
fn packages_in_binary_form_are_wit_too() {
    let mut resolve = Resolve::default();
    let package = resolve.push_source("shop.wit", SHOP).unwrap();
    let bytes = wit_component::encode(&resolve, package, false).unwrap();
    let options = Options { world: Some("shop".to_string()), ..Options::default() };
    let package = generate(&Input::component(&bytes), &options).unwrap();
    assert_eq!(files(package), files(from_wit(&file(SHOP), &options).unwrap()));

    let mut sources = file("package b:c;\nworld user { import a:shop/log@0.1.0; }\n");
    sources.files.push(File { path: "deps/shop.wasm".to_string(), contents: bytes });
    let package = from_wit(&sources, &Options::default()).unwrap();
    assert!(files(package).contains_key("imports/log.py"));
    sources.files[1].contents = shop();
    let error = from_wit(&sources, &Options::default()).unwrap_err();
    assert_eq!(error, "`wit/deps/shop.wasm` is a component, expected a WIT package in binary form");
}

#[test]
fn unstable_items_are_there_with_their_feature() {
    let sources =
        file("package a:b;\ninterface i { f: func(); @unstable(feature = more) g: func(); }\nworld w { import i; }\n");
    let has_g = |features: &[&str]| {
        let features = features.iter().map(|name| (*name).to_string()).collect();
        let package = from_wit(&sources, &Options { features, ..Options::default() }).unwrap();
        String::from_utf8(files(package)["imports/i.py"].clone()).unwrap().contains("def g(")
    };
    assert!(!has_g(&[]));
    assert!(!has_g(&["less"]));
    assert!(has_g(&["more"]));
}
