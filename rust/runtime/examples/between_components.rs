//! Prints what a call from one component to another costs: with adapters, and carried by the host.
//!
//! `cargo run --release -p dovetail-runtime --example between_components`

use std::sync::Arc;
use std::time::Instant;

use dovetail_compile::Cranelift;
use dovetail_runtime::component::{Component, Linker, Value};
use dovetail_runtime::{Config, Engine, Store};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Nanoseconds of one call, the best of five rounds.
fn measure(adapters: bool, function: &str, text: Option<usize>, count: u32) -> Outcome<f64> {
    let compiler = Arc::new(Cranelift::native()?);
    let engine = Engine::new(Config { adapters, compiler: Some(compiler), ..Config::default() })?;
    let guest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/component/neighbours.wat");
    let component = Component::new(&engine, &wat::parse_file(guest)?)?;
    let mut store = Store::new(&engine);
    let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
    let function = instance.func(&[function]).ok_or("no such function")?;
    let mut args = Vec::new();
    args.extend(text.map(|length| Value::String("a".repeat(length))));
    args.push(Value::U32(count));
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        function.call(&mut store, &args)?;
        best = best.min(start.elapsed().as_secs_f64() / f64::from(count) * 1e9);
    }
    Ok(best)
}

fn main() -> Outcome<()> {
    let rows = [
        ("two integers", "loop-add", None, 2_000_000),
        ("a string of 10 bytes", "loop-text", Some(10), 500_000),
        ("a string of 64 KiB", "loop-text", Some(64 << 10), 20_000),
    ];
    println!("{:<22}{:>12}{:>12}{:>8}", "ns per call", "adapter", "host", "ratio");
    for (name, function, text, count) in rows {
        let adapter = measure(true, function, text, count)?;
        let host = measure(false, function, text, count)?;
        println!("{name:<22}{adapter:>12.1}{host:>12.1}{:>8.1}", host / adapter);
    }
    Ok(())
}
