//! What interruptible code costs: the benchmark's guests with and without, and a call that does nothing.
//!
//! `cargo run --release -p dovetail-runtime --example interruptible`

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use dovetail_compile::Cranelift;
use dovetail_runtime::{Config, Engine, Extern, Func, Instance, Module, Result, Store, ValRaw};

/// A guest, and how many rounds of its loop, or calls, one round of `run` is.
const GUESTS: [(&str, u32, f64); 3] =
    [("memory_loop", 200, 16384.0), ("call_loop", 100, 21891.0), ("scan_loop", 200, 16384.0)];

fn load(engine: &Engine, store: &mut Store, name: &str) -> Result<Func> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench").join(name).with_extension("wat");
    let module = Module::new(engine, &wat::parse_file(path).expect("a guest in the text format"))?;
    let instance = Instance::new(store, &module, &[])?;
    Ok(instance.get_export(store, "run")?.and_then(Extern::into_func).expect("the export `run`"))
}

/// The best of several rounds, in nanoseconds for each of `per`.
fn measure(function: &Func, store: &mut Store, rounds: u32, times: u32, per: f64) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..15 {
        let start = Instant::now();
        for _ in 0..times {
            // SAFETY: `run` takes one number.
            unsafe { function.call_raw(store, &mut [ValRaw::from_u32(rounds)])? };
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(times));
    }
    Ok(best / per)
}

fn main() -> Result<()> {
    let compiler = Arc::new(Cranelift::native()?);
    for (name, rounds, per) in GUESTS {
        for interruptible in [false, true] {
            let engine = Engine::new(Config { compiler: Some(compiler.clone()), interruptible, ..Config::default() })?;
            let mut store = Store::new(&engine);
            store.set_epoch_hook(5, Some(Arc::new(|_| Ok(5))));
            let function = load(&engine, &mut store, name)?;
            let spent = measure(&function, &mut store, rounds, 1, per * f64::from(rounds))?;
            println!("{name}, interruptible {interruptible}: {spent:.3} ns");
        }
    }
    for interruptible in [false, true] {
        let engine = Engine::new(Config { compiler: Some(compiler.clone()), interruptible, ..Config::default() })?;
        let mut store = Store::new(&engine);
        store.set_epoch_hook(5, Some(Arc::new(|_| Ok(5))));
        let function = load(&engine, &mut store, "nothing")?;
        let spent = measure(&function, &mut store, 0, 100_000, 1.0)?;
        println!("a call that does nothing, interruptible {interruptible}: {spent:.2} ns");
    }
    Ok(())
}
