//! `cargo xtask test`: everything, on a machine that has only rustup, a C compiler and Python with pip.

use std::process::Command;

use anyhow::Result;

use crate::stage::Stages;
use crate::{extension, generator, guests, installation, place, process, python, shells, testdata, tidy, toolchain};

/// Crates in which lints deny `todo!`, `panic!`, `unwrap` and their like.
const DENYING: &[&str] = &["dovetail-abi", "dovetail-environ", "bindgen"];

/// Set where the tests that draw lots are to draw many more; pytest has its option `--all` for the same.
const ALL: &str = "DOVETAIL_TEST_ALL";

/// Runs every stage. What others need ends the run when it fails; the rest is reported together. `all`: much more chance.
pub fn run(all: bool) -> Result<()> {
    let mut stages = Stages::default();
    stages.need("toolchain", toolchain::prepare)?;
    stages.need("virtual environment", || python::environment().map(|_| ()))?;
    stages.check("shells", shells::prepare);
    stages.check("format", format);
    stages.need("build", extension::build)?;
    stages.check("lints", lints);
    // Tests in Rust run guests too.
    stages.need("guests", || guests::build(&[]))?;
    stages.check("cargo test", || cargo_test(all));
    stages.check("specification scripts", specification);
    stages.check("interrupted scripts", interrupted);
    stages.check("component scripts", components);
    stages.need("generator component", || generator::run(true, None))?;
    stages.check("installation", installation::run);
    stages.check("types", types);
    stages.check("pytest", || pytest(all));
    stages.check("pytest on uvloop", pytest_on_uvloop);
    stages.check("tidy", tidy::run);
    // Last, because each leaves a native module in the target directory that is not the first interpreter's.
    for interpreter in python::others()? {
        stages.check(&format!("pytest on CPython {}", interpreter.version), || pytest_on(&interpreter));
    }
    stages.finish()
}

fn format() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))?;
    process::run(
        process::cargo()
            .args(["fmt", "--all", "--check", "--manifest-path"])
            .arg(place::root().join("tests/guests/Cargo.toml")),
    )?;
    process::run(python::tool("ruff")?.args([
        "format",
        "--check",
        "python",
        "tests",
        "bench",
        "examples",
        "generated",
    ]))?;
    process::run(python::tool("ruff")?.args(["check", "python", "tests", "bench", "examples"]))
}

fn lints() -> Result<()> {
    let packages = DENYING.iter().flat_map(|name| ["--package", name]);
    process::run(
        extension::cargo()?.args(["clippy", "--no-deps", "--lib"]).args(packages).args(["--", "--deny", "warnings"]),
    )
}

fn cargo_test(all: bool) -> Result<()> {
    let mut command = extension::cargo()?;
    command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    if all {
        command.env(ALL, "1");
    }
    process::run(&mut command)
}

/// The runner that was built with everything else: `cargo run` would resolve features for it alone and build its libraries again.
fn specification() -> Result<()> {
    let runner = place::target().join("debug/dovetail-wast");
    let mut command = Command::new(runner);
    command.arg("--exceptions").arg(place::root().join("tests/wast/core-exceptions.txt"));
    process::run(command.args(testdata::specification_scripts()?))
}

/// The same engine with code that is interrupted at every opportunity, on the scripts about control.
fn interrupted() -> Result<()> {
    let runner = place::target().join("debug/dovetail-wast");
    let mut command = Command::new(runner);
    command.arg("--interrupt").arg("--exceptions").arg(place::root().join("tests/wast/core-exceptions.txt"));
    process::run(command.args(testdata::control_scripts()?))
}

/// What is known to fail stands in a file, each with its reason.
fn components() -> Result<()> {
    let runner = place::target().join("debug/dovetail-wast");
    let mut command = Command::new(runner);
    command.arg("--component").arg("--exceptions").arg(place::root().join("tests/wast/exceptions.txt"));
    // The peer's scripts are in the text format as it was before references had to name their kind.
    command.env("WAST_STRICT_COMPONENT_INDICES", "0");
    process::run(command.args(testdata::component_scripts()?))
}

/// The package itself; generated packages are checked by tests. The settings stand in pyproject.toml.
fn types() -> Result<()> {
    process::run(&mut python::tool("mypy")?)?;
    process::run(&mut python::tool("pyright")?)?;
    process::run(python::tool("stubtest")?.args(["dovetail._engine"]))
}

fn pytest(all: bool) -> Result<()> {
    let mut command = python::tool("pytest")?;
    command.args(["tests", "--strict-markers", "-q", "-ra"]);
    if all {
        command.args(["--all", "-o", "faulthandler_timeout=3600"]);
    }
    process::run(&mut command)
}

/// The tests of awaited calls in the event loops of another maker than asyncio.
fn pytest_on_uvloop() -> Result<()> {
    process::run(python::tool("pytest")?.args(["tests/aio", "--uvloop", "--strict-markers", "-q", "-ra"]))
}

/// The Python suite on another interpreter, but for what would be the same on each: checks of types and of layout.
fn pytest_on(interpreter: &python::Interpreter) -> Result<()> {
    let python = interpreter.environment()?;
    extension::build_for(&python)?;
    let mut command = Command::new(&python);
    command.current_dir(place::root()).env("PYTHONPATH", place::root().join("python"));
    command.args(["-m", "pytest", "tests", "--strict-markers", "-q", "-ra", "-p", "no:cacheprovider"]);
    for same in ["tests/typing", "tests/codegen/test_random_worlds.py"] {
        command.arg(format!("--ignore={same}"));
    }
    process::run(&mut command)
}

/// `cargo xtask bless`: accepts what the generator writes now.
pub fn bless() -> Result<()> {
    extension::build()?;
    generator::run(false, None)?;
    let test = ["test", "--workspace", "--test", "codegen"];
    process::run(extension::cargo()?.args(test).env("DOVETAIL_BLESS", "1"))
}

/// `cargo xtask bench`: measures with optimised code.
pub fn bench(arguments: &[String]) -> Result<()> {
    extension::build_release()?;
    let floor = extension::build_floor()?;
    generator::run(false, None)?;
    guests::build(&["everything".to_owned(), "kv".to_owned()])?;
    process::run(python::tool("python")?.arg("bench/run.py").arg("--floor").arg(floor).args(arguments))
}
