//! Components in the code cache: one that is found there is not translated, verified or compiled again.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use dovetail_runtime::component::{Component, Linker, Value};
use dovetail_runtime::{Config, Engine, Features, Result, Store, environ};

use crate::{counting, entries, support};

fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/component/{name}.wat", env!("CARGO_MANIFEST_DIR"));
    wat::parse_file(path).expect("a component in the text format")
}

/// What a function of an instance of the component returns.
fn called(component: &Component, function: &str, argument: Option<Value>) -> Option<Value> {
    let mut store = Store::new(component.engine());
    let instance = Linker::new(component.engine()).instantiate(&mut store, component).expect("an instance");
    let function = instance.func(&[function]).expect("a function");
    let arguments: Vec<_> = argument.into_iter().collect();
    function.call(&mut store, &arguments).expect("a result")
}

fn check_neighbours(component: &Component) {
    assert_eq!(called(component, "loop-add", Some(Value::U32(10))), Some(Value::U32(55)));
}

/// Makes the component; how many modules were compiled for that.
fn compiled(cache: &Path, compiler: &str, bytes: &[u8]) -> (Component, usize) {
    let (engine, compiler) = counting(cache, compiler);
    let component = Component::new(&engine, bytes).expect("a component");
    (component, compiler.compiled.load(Ordering::Relaxed))
}

/// The entries of one kind.
fn named(cache: &Path, extension: &str) -> Vec<PathBuf> {
    entries(cache).into_iter().filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

/// The component as a generated package has it: a plan and core modules.
fn load(engine: &Engine, bytes: &[u8], plan: impl FnOnce(String) -> String) -> Result<Component> {
    let translation = environ::component::translate_component(bytes, engine.config().features)?;
    let plan = plan(serde_json::to_string(&translation.plan).expect("JSON"));
    let plan = serde_json::from_str(&plan).expect("a plan");
    Component::load(engine, plan, &mut |index| Ok(Cow::from(translation.modules[index])), &|_, _| {})
}

#[test]
fn the_second_load_compiles_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = bytes("neighbours");
    let (first, modules) = compiled(directory.path(), "one", &bytes);
    check_neighbours(&first);
    assert_eq!(modules, 4, "three modules, and one of adapters");
    assert_eq!((named(directory.path(), "cwasm").len(), named(directory.path(), "component").len()), (4, 1));
    let (second, modules) = compiled(directory.path(), "one", &bytes);
    assert_eq!(modules, 0);
    let plan = |component: &Component| serde_json::to_string(component.plan()).expect("JSON");
    assert_eq!(plan(&second), plan(&first));
    check_neighbours(&second);
}

/// What is found under the key of a component is taken for it: so its bytes are not looked into.
#[test]
fn the_second_load_translates_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let (neighbours, add) = (bytes("neighbours"), bytes("add"));
    compiled(directory.path(), "one", &neighbours);
    let [theirs] = &named(directory.path(), "component")[..] else { panic!("one entry") };
    compiled(directory.path(), "one", &add);
    let both = named(directory.path(), "component");
    let ours = both.iter().find(|path| *path != theirs).expect("a second entry");
    fs::copy(theirs, ours).expect("a copy");
    let (component, _) = compiled(directory.path(), "one", &add);
    check_neighbours(&component);
}

#[test]
fn a_plan_is_verified_on_first_sight_only() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = bytes("neighbours");
    let (engine, compiler) = counting(directory.path(), "one");
    check_neighbours(&load(&engine, &bytes, |plan| plan).expect("a component"));
    let count = compiler.compiled.load(Ordering::Relaxed);
    check_neighbours(&load(&engine, &bytes, |plan| plan).expect("a component"));
    assert_eq!(compiler.compiled.load(Ordering::Relaxed), count);
    assert_eq!(named(directory.path(), "component").len(), 1);
    let damaged = load(&engine, &bytes, |plan| plan.replace("loop-add", "loop-ad"));
    let error = damaged.expect_err("another plan has another key, and is verified");
    assert!(error.to_string().contains("the plan is damaged"), "{error}");
    let other = |_| {
        let mut plan = environ::component::translate_component(&bytes, Features::default()).expect("a plan").plan;
        plan.modules.values_mut().for_each(|module| module.sha256 = "0".repeat(64));
        serde_json::to_string(&plan).expect("JSON")
    };
    let error = load(&engine, &bytes, other).expect_err("the hashes are compared");
    assert!(error.to_string().contains("the plan says"), "{error}");
    assert_eq!(named(directory.path(), "component").len(), 1, "what is refused is not kept");
}

#[test]
fn another_identity_shares_no_entry() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = bytes("add");
    let (_, first) = compiled(directory.path(), "one", &bytes);
    assert!(first > 0);
    assert_eq!(compiled(directory.path(), "two", &bytes).1, first);
    let features = Features { simd: false, ..Features::default() };
    for config in [Config { features, ..support::config() }, Config { adapters: false, ..support::config() }] {
        let before = named(directory.path(), "component").len();
        let engine = Engine::new(Config { cache: Some(directory.path().to_owned()), ..config }).expect("an engine");
        Component::new(&engine, &bytes).expect("a component");
        assert_eq!(named(directory.path(), "component").len(), before + 1);
    }
}

#[test]
fn a_damaged_entry_is_made_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = bytes("neighbours");
    compiled(directory.path(), "one", &bytes);
    let [entry] = &named(directory.path(), "component")[..] else { panic!("one entry") };
    let whole = fs::read(entry).expect("the entry");
    let flipped = (0..whole.len()).step_by(97).map(|place| {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        flipped
    });
    let cut = [0, 1, 11, 12, 43, 44, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec());
    for damaged in flipped.chain(cut).chain([[&whole[..], b"more"].concat()]) {
        fs::write(entry, damaged).expect("a damaged entry");
        let (component, modules) = compiled(directory.path(), "one", &bytes);
        check_neighbours(&component);
        assert_eq!(modules, 0, "the modules are still there");
        assert_eq!(fs::read(entry).expect("the entry"), whole, "written anew");
    }
}

#[test]
fn a_module_that_has_gone_is_compiled_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let bytes = bytes("neighbours");
    compiled(directory.path(), "one", &bytes);
    for module in named(directory.path(), "cwasm") {
        fs::remove_file(&module).expect("a module");
        let (component, modules) = compiled(directory.path(), "one", &bytes);
        check_neighbours(&component);
        assert_eq!(modules, 1);
        assert!(module.exists());
    }
}
