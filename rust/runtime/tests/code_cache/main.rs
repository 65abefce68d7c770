//! Compiled modules and components on disk and as bytes.

mod component;
mod size;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dovetail_compile::Cranelift;
use dovetail_runtime::environ::artifact::{CompiledModule, Trampolines};
use dovetail_runtime::environ::module::{ModuleTranslation, Signature};
use dovetail_runtime::environ::{self, CodeOptions, Compiler, Progress};
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Features, Instance, Module, Result, Store, Val};
use support::{config, func, wasm};

/// Counts how often it is asked.
struct Counting {
    inner: Cranelift,
    compiled: AtomicUsize,
    description: String,
}

impl Compiler for Counting {
    fn compile_module(
        &self,
        module: &ModuleTranslation<'_>,
        options: CodeOptions,
        progress: Progress<'_>,
    ) -> Result<CompiledModule, environ::Error> {
        self.compiled.fetch_add(1, Ordering::Relaxed);
        self.inner.compile_module(module, options, progress)
    }

    fn compile_trampolines(&self, signature: &Signature) -> Result<(Vec<u8>, Trampolines), environ::Error> {
        self.inner.compile_trampolines(signature)
    }

    fn description(&self) -> String {
        self.description.clone()
    }
}

fn counting(cache: &Path, description: &str) -> (Engine, Arc<Counting>) {
    let inner = Cranelift::native().expect("a compiler for this machine");
    let compiler = Arc::new(Counting { inner, compiled: AtomicUsize::new(0), description: description.into() });
    let config = Config { compiler: Some(compiler.clone()), cache: Some(cache.into()), ..Config::default() };
    (Engine::new(config).expect("an engine"), compiler)
}

/// Loads `add.wat` and calls it; whether it was compiled for that.
fn load(engine: &Engine, compiler: &Counting) -> bool {
    let before = compiler.compiled.load(Ordering::Relaxed);
    let module = Module::new(engine, &wasm("add")).expect("a module");
    check_add(engine, &module);
    compiler.compiled.load(Ordering::Relaxed) > before
}

fn check_add(engine: &Engine, module: &Module) {
    let mut store = Store::new(engine);
    let instance = Instance::new(&mut store, module, &[]).expect("an instance");
    let add = func(&mut store, instance, "add");
    let sum = add.call(&mut store, &[Val::I32(40), Val::I32(2)]).expect("a sum");
    assert_eq!(sum, [Val::I32(42)]);
}

fn entries(cache: &Path) -> Vec<PathBuf> {
    fs::read_dir(cache).expect("a directory").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn the_second_load_maps_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let cache = directory.path().join("made/when/needed");
    let (engine, compiler) = counting(&cache, "one");
    assert!(load(&engine, &compiler));
    let [entry] = &entries(&cache)[..] else { panic!("one entry, nothing half-written") };
    let (engine, compiler) = counting(&cache, "one");
    assert!(!load(&engine, &compiler));
    if cfg!(target_os = "linux") {
        let module = Module::new(&engine, &wasm("add")).expect("a module");
        let maps = fs::read_to_string("/proc/self/maps").expect("the mappings of this process");
        let name = entry.to_str().expect("a name in UTF-8");
        assert!(maps.lines().any(|line| line.contains("r-xp") && line.ends_with(name)), "{maps}");
        drop(module);
    }
}

#[test]
fn another_compiler_or_other_features_do_not_share_an_entry() {
    let directory = tempfile::tempdir().expect("a directory");
    let (engine, compiler) = counting(directory.path(), "one");
    assert!(load(&engine, &compiler));
    let (engine, compiler) = counting(directory.path(), "two");
    assert!(load(&engine, &compiler));
    assert_eq!(entries(directory.path()).len(), 2);
}

#[test]
fn a_damaged_entry_is_compiled_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let (engine, compiler) = counting(directory.path(), "one");
    assert!(load(&engine, &compiler));
    let [entry] = &entries(directory.path())[..] else { panic!("one entry") };
    let whole = fs::read(entry).expect("the entry");
    let mut flipped = whole.clone();
    // In the encoded description, which follows the header.
    flipped[290] ^= 1;
    let longer = [&whole[..], b"more"].concat();
    let damages: [&[u8]; 6] =
        [b"", b"dovetail", &whole[..whole.len() / 2], &whole[..whole.len() - 1], &flipped, &longer];
    for damage in damages {
        fs::write(entry, damage).expect("a damaged entry");
        assert!(load(&engine, &compiler), "{} bytes of {}", damage.len(), whole.len());
        assert!(!load(&engine, &compiler), "the entry was written anew");
        assert_eq!(fs::read(entry).expect("the entry"), whole);
    }
}

#[test]
fn entries_that_others_could_have_written_are_not_used() {
    let directory = tempfile::tempdir().expect("a directory");
    let (engine, compiler) = counting(directory.path(), "one");
    assert!(load(&engine, &compiler));
    let [entry] = &entries(directory.path())[..] else { panic!("one entry") };
    fs::set_permissions(entry, fs::Permissions::from_mode(0o666)).expect("permissions");
    assert!(load(&engine, &compiler));
    let open = directory.path().join("open");
    fs::create_dir(&open).expect("a directory");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("permissions");
    let (engine, compiler) = counting(&open, "one");
    assert!(load(&engine, &compiler));
    assert!(entries(&open).is_empty());
}

#[test]
fn a_directory_that_others_may_write_is_not_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let (engine, compiler) = counting(directory.path(), "one");
    assert!(load(&engine, &compiler));
    // Who may write it may give one entry the name of another.
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).expect("permissions");
    assert!(load(&engine, &compiler));
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o500)).expect("permissions");
    assert!(!load(&engine, &compiler), "reading is enough");
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn a_cache_that_cannot_be_written_costs_only_time() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let (engine, compiler) = counting(&file.path().join("below a file"), "one");
    assert!(load(&engine, &compiler));
    assert!(load(&engine, &compiler));
}

#[test]
fn serialized_modules_run_without_a_compiler() -> Result<()> {
    let engine = support::engine();
    let bytes = Module::new(&engine, &wasm("add"))?.serialize()?;
    let bare = Engine::new(Config::default())?;
    // SAFETY: the bytes come unchanged from `serialize`.
    let module = unsafe { Module::deserialize(&bare, &bytes)? };
    check_add(&bare, &module);
    assert_eq!(module.name(), Some("adder"));
    assert!(matches!(Module::new(&bare, &wasm("add")).map_err(Error::into_kind), Err(ErrorKind::Argument(_))));
    Ok(())
}

#[test]
fn serialized_modules_of_another_kind_are_refused() -> Result<()> {
    let engine = support::engine();
    let bytes = Module::new(&engine, &wasm("add"))?.serialize()?;
    let refusal = |engine: &Engine, bytes: &[u8]| {
        // SAFETY: what was changed is refused before it is run.
        match unsafe { Module::deserialize(engine, bytes) }.map_err(Error::into_kind) {
            Err(ErrorKind::Argument(error)) => error.message,
            other => panic!("{other:?}"),
        }
    };
    assert!(refusal(&engine, b"").contains("it is no compiled module"));
    assert!(refusal(&engine, &wasm("add")).contains("it is no compiled module"));
    assert!(refusal(&engine, &bytes[..bytes.len() - 1]).contains("its length is wrong"));
    let mut version = bytes.clone();
    version[8] += 1;
    assert!(refusal(&engine, &version).contains("another version of the engine"));
    let features = Features { simd: false, ..Features::default() };
    let other = Engine::new(Config { features, ..config() })?;
    assert!(refusal(&other, &bytes).contains("enabled features differ"));
    let directory = tempfile::tempdir()?;
    let (other, _) = counting(directory.path(), "another compiler");
    assert!(refusal(&other, &bytes).contains("another compiler"));
    Ok(())
}
