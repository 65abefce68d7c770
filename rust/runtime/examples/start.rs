//! Prints what it costs to load a component from the code cache, and to instantiate it.
//!
//! `cargo run --release -p dovetail-runtime --example start -- COMPONENT.wasm [ROUNDS]`

use std::sync::Arc;
use std::time::Instant;

use dovetail_compile::Cranelift;
use dovetail_runtime::component::{Component, Linker};
use dovetail_runtime::environ::component::translate_component;
use dovetail_runtime::{Config, Engine, Store};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Prints the microseconds of an operation, the best of several rounds.
fn row(name: &str, rounds: u32, mut operation: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        operation()?;
        best = best.min(start.elapsed().as_secs_f64() * 1e6);
    }
    println!("{name:<40}{best:>12.1}");
    Ok(())
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let bytes = std::fs::read(arguments.next().ok_or("expected a component")?)?;
    let rounds = arguments.next().map_or(Ok(50), |text| text.parse())?;
    let directory = tempfile::tempdir()?;
    let compiler = Arc::new(Cranelift::native()?);
    let config = || Config {
        compiler: Some(compiler.clone()),
        cache: Some(directory.path().to_path_buf()),
        ..Config::default()
    };
    let engine = Engine::new(config())?;
    let start = Instant::now();
    let component = Component::new(&engine, &bytes)?;
    println!("{:<40}{:>12.1}", "microseconds: compile", start.elapsed().as_secs_f64() * 1e6);
    row("an engine", rounds, || Ok(drop(Engine::new(config())?)))?;
    row("load from the cache, bytes", rounds, || {
        Component::new(&Engine::new(config())?, &bytes)?;
        Ok(())
    })?;
    let translation = translate_component(&bytes, engine.config().features)?;
    row("load from the cache, plan and modules", rounds, || {
        let modules = &translation.modules;
        Component::load(
            &Engine::new(config())?,
            translation.plan.clone(),
            &mut |index| Ok(modules[index].into()),
            &|_, _| {},
        )?;
        Ok(())
    })?;
    let mut linker = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&component)?;
    row("a store", rounds, || {
        drop(Store::new(&engine));
        Ok(())
    })?;
    row("instantiate in a new store", rounds, || {
        let mut store = Store::new(&engine);
        linker.instantiate(&mut store, &component)?;
        Ok(())
    })
}
