//! The size of the code cache: what was used longest ago goes, whoever uses the directory at the same time.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use dovetail_runtime::component::{Component, Linker, Value};
use dovetail_runtime::{CacheUsage, Config, Engine, Module, Store, clear_cache, measure_cache};

use crate::{check_add, entries, support};

fn engine(cache: &Path, cache_limit: u64) -> Engine {
    Engine::new(Config { cache: Some(cache.into()), cache_limit, ..support::config() }).expect("an engine")
}

/// A module that differs from others by its number.
fn numbered(number: u32) -> Vec<u8> {
    let text = format!("(module (func (export \"number\") (result i32) (i32.const {number})))");
    wat::parse_str(text).expect("a module in the text format")
}

fn set_age(path: &Path, hours: u64) {
    let then = SystemTime::now() - Duration::from_secs(hours * 3600);
    File::options().write(true).open(path).and_then(|file| file.set_modified(then)).expect("a time");
}

fn total(cache: &Path) -> u64 {
    measure_cache(cache).expect("the cache").bytes
}

#[test]
fn what_was_used_longest_ago_goes() {
    let directory = tempfile::tempdir().expect("a directory");
    let cache = directory.path();
    let mut paths = Vec::new();
    for number in 0..8 {
        let before = entries(cache);
        Module::new(&engine(cache, 1 << 20), &numbered(number)).expect("a module");
        paths.extend(entries(cache).into_iter().filter(|path| !before.contains(path)));
    }
    let size = fs::metadata(&paths[0]).expect("an entry").len();
    (0..).zip(&paths).for_each(|(number, path)| set_age(path, 100 - number));
    // A use counts as much as having been made.
    Module::new(&engine(cache, 1 << 20), &numbered(0)).expect("a module");
    // Room for four: the ninth is stored, and three quarters of the room stay in use.
    Module::new(&engine(cache, size * 4), &numbered(8)).expect("a module");
    // This process has looked through the directory before, and does so again after a sixteenth of the limit.
    let left: Vec<bool> = paths.iter().map(|path| path.exists()).collect();
    assert_eq!(left, [true, false, false, false, false, false, false, true]);
    assert!(total(cache) <= size * 4);
}

#[test]
fn only_entries_are_counted_and_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let cache = directory.path();
    assert_eq!(measure_cache(&cache.join("missing")).expect("nothing"), CacheUsage::default());
    Module::new(&engine(cache, 1 << 20), &numbered(0)).expect("a module");
    let packages = cache.join("packages");
    fs::create_dir(&packages).expect("a directory");
    fs::write(packages.join("0".repeat(64)), [0; 10]).expect("a package");
    let module = entries(cache).into_iter().find(|path| path.is_file()).expect("an entry");
    let size = fs::metadata(&module).expect("an entry").len();
    let foreign = ["notes.txt", "photo.cwasm", &format!("{}.txt", "0".repeat(64)), "packages/notes.txt"];
    foreign.iter().for_each(|name| fs::write(cache.join(name), "kept").expect("a file"));
    fs::create_dir(cache.join(format!("{}.cwasm", "1".repeat(64)))).expect("a directory");
    let usage = CacheUsage { entries: 2, bytes: size + 10 };
    assert_eq!(measure_cache(cache).expect("the cache"), usage);
    assert_eq!(clear_cache(cache).expect("the cache"), usage);
    assert_eq!(measure_cache(cache).expect("the cache"), CacheUsage::default());
    assert!(foreign.iter().all(|name| cache.join(name).exists()));
}

#[test]
fn what_nobody_finished_goes() {
    let directory = tempfile::tempdir().expect("a directory");
    let cache = directory.path();
    fs::write(cache.join(".newold"), "half").expect("a file");
    fs::write(cache.join(".newyoung"), "half").expect("a file");
    set_age(&cache.join(".newold"), 2);
    Module::new(&engine(cache, 1 << 20), &numbered(0)).expect("a module");
    assert!(!cache.join(".newold").exists());
    assert!(cache.join(".newyoung").exists(), "somebody may be writing it");
}

/// A limit below the size of anything makes every load a race with the removal of what it needs.
#[test]
fn many_may_load_and_prune_at_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = format!("{}/tests/component/neighbours.wat", env!("CARGO_MANIFEST_DIR"));
    let neighbours = wat::parse_file(path).expect("a component in the text format");
    let round = || {
        let engine = engine(directory.path(), 1);
        let component = Component::new(&engine, &neighbours).expect("a component");
        let mut store = Store::new(&engine);
        let instance = Linker::new(&engine).instantiate(&mut store, &component).expect("an instance");
        let function = instance.func(&["loop-add"]).expect("a function");
        let sum = function.call(&mut store, &[Value::U32(10)]).expect("a sum");
        assert_eq!(sum, Some(Value::U32(55)));
        check_add(&engine, &Module::new(&engine, &support::wasm("add")).expect("a module"));
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| round()));
        }
    });
}
