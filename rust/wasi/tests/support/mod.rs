//! Runs the guest `probe` (tests/guests/probe) under a configuration and gives what it printed.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of these")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use dovetail_compile::Cranelift;
use dovetail_runtime::component::{Component, Linker};
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Store, Trap};
use dovetail_wasi::p2::io::memory::OutputBuffer;
use dovetail_wasi::{Output, Permissions, WasiConfig, add_to_linker, run_command};

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    pub result: Result<i32, Error>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// What the guest printed, without the last line's end; it must have ended well.
    pub fn printed(self) -> String {
        assert_eq!(self.result.as_ref().ok(), Some(&0), "{self:?}");
        self.stdout.trim_end_matches('\n').to_owned()
    }

    /// What the guest printed before it ended with status 1: by the guest's custom, its error.
    pub fn failed(self) -> String {
        assert_eq!(self.result.as_ref().ok(), Some(&1), "{self:?}");
        self.stdout.trim_end_matches('\n').to_owned()
    }

    /// The trap that ended the guest.
    pub fn trap(self) -> Trap {
        match self.result.map_err(Error::into_kind) {
            Err(ErrorKind::Trap(trap)) => trap,
            other => panic!("expected a trap, got {other:?} after {:?}", self.stdout),
        }
    }
}

/// The guest's command line, without the program's name; the rest is what the test grants.
pub fn run(arguments: &[&str], configure: impl FnOnce(&mut WasiConfig)) -> Run {
    let (stdout, stderr) = (OutputBuffer::new(1 << 24), OutputBuffer::new(1 << 24));
    let mut config = WasiConfig::new();
    config.args(["probe"]).args(arguments.iter().copied());
    config.stdout(Output::Buffer(stdout.clone())).stderr(Output::Buffer(stderr.clone()));
    configure(&mut config);
    let mut store = Store::new(&PROBE.engine);
    store.insert_data(config.build());
    let result = run_in(&mut store);
    let text = |buffer: OutputBuffer| String::from_utf8_lossy(&buffer.take()).into_owned();
    Run { result, stdout: text(stdout), stderr: text(stderr) }
}

/// Runs the guest in a store that the test made with [`engine`].
pub fn run_in(store: &mut Store) -> Result<i32, Error> {
    let instance = PROBE.linker.instantiate(store, &PROBE.component)?;
    run_command(store, &instance)
}

/// Runs the guest with this directory as its `/`.
pub fn run_over(directory: &Path, permissions: Permissions, arguments: &[&str]) -> Run {
    run(arguments, |config| {
        config.preopen_dir(directory, "/", permissions).expect("the directory opens");
    })
}

pub fn engine() -> &'static Engine {
    &PROBE.engine
}

/// All of WASI, for components that the test brings.
pub fn linker() -> &'static Linker {
    &PROBE.linker
}

struct Probe {
    engine: Engine,
    component: Component,
    linker: Linker,
}

/// Compiled once for all tests of a file.
static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let compiler = Cranelift::native().expect("a compiler for this machine");
    let engine = Engine::new(Config { compiler: Some(Arc::new(compiler)), ..Config::default() }).expect("an engine");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/guests/probe.wasm");
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask guests probe`", path.display()));
    let component = Component::new(&engine, &bytes).expect("the guest compiles");
    let mut linker = Linker::new(&engine);
    add_to_linker(&mut linker).expect("nothing is defined twice");
    Probe { engine, component, linker }
});
