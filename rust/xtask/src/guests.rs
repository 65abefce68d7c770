//! `cargo xtask guests`: builds the guests of the tests into `target/guests/NAME.wasm`.
//!
//! Their sources are in `tests/guests`, a cargo workspace of its own, except for the program that nobody here wrote.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{componentize, echo, place, process, python};

/// A guest and how it is built.
struct Guest {
    name: &'static str,
    build: fn() -> Result<()>,
}

const GUESTS: &[Guest] = &[
    Guest { name: "kv", build: || reactor("kv") },
    Guest { name: "everything", build: || reactor("everything") },
    Guest { name: "market", build: market },
    Guest { name: "notes", build: notes },
    Guest { name: "probe", build: || command("probe") },
    Guest { name: "hexyl", build: hexyl },
    Guest { name: "cases", build: cases },
];

/// The release of hexyl that is built for WebAssembly and, to compare with, for this machine.
const HEXYL: &str = "0.17.0";

/// Builds the guests with these names, or all of them.
pub fn build(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !GUESTS.iter().any(|guest| guest.name == *name)) {
        let known: Vec<_> = GUESTS.iter().map(|guest| guest.name).collect();
        bail!("no guest `{unknown}`: there are {}", known.join(", "));
    }
    fs::create_dir_all(place::guests()).context("cannot create target/guests")?;
    for guest in GUESTS {
        if names.is_empty() || names.iter().any(|name| name == guest.name) {
            (guest.build)().with_context(|| format!("cannot build the guest `{}`", guest.name))?;
        }
    }
    Ok(())
}

/// A file below the guests' own target directory.
fn built(path: &str) -> PathBuf {
    place::guests().join("build").join(path)
}

fn cargo_build(arguments: &[&str]) -> Result<()> {
    process::run(
        process::cargo()
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(place::root().join("tests/guests/Cargo.toml"))
            .args(arguments)
            .env("CARGO_TARGET_DIR", built("")),
    )
}

/// A Rust guest for wasm32-wasip1, made a component with the adapter: four core modules in one file.
fn reactor(name: &str) -> Result<()> {
    cargo_build(&["--release", "--target", "wasm32-wasip1", "--package", name])?;
    componentize::reactor(
        &built(&format!("wasm32-wasip1/release/{name}.wasm")),
        &place::guests().join(format!("{name}.wasm")),
    )
}

/// A Rust command for wasm32-wasip2: rustc makes the component itself.
fn command(name: &str) -> Result<()> {
    cargo_build(&["--release", "--target", "wasm32-wasip2", "--package", name])?;
    let built = built(&format!("wasm32-wasip2/release/{name}.wasm"));
    fs::copy(&built, place::guests().join(format!("{name}.wasm")))
        .with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(())
}

/// The composition: two components for wasm32-wasip2, the exports of one plugged into the imports of the other.
fn market() -> Result<()> {
    cargo_build(&["--release", "--target", "wasm32-wasip2", "--package", "catalog", "--package", "shop"])?;
    cargo_build(&["--package", "compose"])?;
    process::run(
        Command::new(built("debug/compose"))
            .arg(built("wasm32-wasip2/release/shop.wasm"))
            .arg(built("wasm32-wasip2/release/catalog.wasm"))
            .arg(place::guests().join("market.wasm")),
    )
}

/// The guest in Python.
fn notes() -> Result<()> {
    let source = place::root().join("tests/guests/notes");
    let output = place::guests().join("notes.wasm");
    let sources = ["app.py", "notebook.py", "wit/notes.wit"].map(|name| source.join(name));
    if newer(&output, &sources) {
        return Ok(());
    }
    process::run(
        python::tool("componentize-py")?
            .arg("-d")
            .arg(source.join("wit"))
            .args(["-w", "notes", "componentize", "-p"])
            .arg(&source)
            .arg("app")
            .arg("-o")
            .arg(output),
    )
}

/// An echo component for every case of `tests/codegen`, in `target/guests/cases`.
fn cases() -> Result<()> {
    let output = place::guests().join("cases");
    fs::create_dir_all(&output).context("cannot create target/guests/cases")?;
    let cases = place::root().join("tests/codegen");
    for entry in fs::read_dir(&cases).context("cannot list tests/codegen")? {
        let case = entry?.path();
        if !case.join("world.wit").exists() {
            continue;
        }
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let features = fs::read_to_string(case.join("features.txt")).unwrap_or_default();
        let features: Vec<String> = features.lines().map(str::to_owned).collect();
        let output = output.join(format!("{name}.wasm"));
        // Where a case has several worlds, it means the one with its own name.
        let (resolve, world) =
            echo::read(&case, None, &features).or_else(|_| echo::read(&case, Some(&name), &features))?;
        let component = echo::component(resolve, world).with_context(|| format!("cannot echo the case `{name}`"))?;
        fs::write(&output, component).with_context(|| format!("cannot write {}", output.display()))?;
    }
    Ok(())
}

/// Whether a file exists and is newer than all of its sources.
fn newer(output: &std::path::Path, sources: &[PathBuf]) -> bool {
    let changed = |path: &std::path::Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    changed(output).is_some_and(|built| sources.iter().all(|source| changed(source).is_some_and(|time| time < built)))
}

/// A command-line program from crates.io, for WebAssembly and for this machine.
fn hexyl() -> Result<()> {
    for (target, folder) in [(Some("wasm32-wasip2"), "wasm"), (None, "native")] {
        let root = built(&format!("hexyl-{folder}"));
        let installed = fs::read_to_string(root.join(".crates.toml")).unwrap_or_default();
        if installed.contains(&format!("\"hexyl {HEXYL} ")) {
            continue;
        }
        // Not --locked: the lock file that is published with it holds a rustix that does not build for wasm32-wasip2.
        let mut install = process::cargo();
        install.args(["install", "--quiet", "hexyl", "--version", HEXYL, "--root"]).arg(&root);
        install.env("CARGO_TARGET_DIR", built("hexyl"));
        if let Some(target) = target {
            install.args(["--target", target]);
        }
        process::run(&mut install)?;
    }
    let copies = [("hexyl-wasm/bin/hexyl.wasm", "hexyl.wasm"), ("hexyl-native/bin/hexyl", "hexyl-native")];
    for (from, to) in copies {
        fs::copy(built(from), place::guests().join(to)).with_context(|| format!("cannot copy {from}"))?;
    }
    Ok(())
}
