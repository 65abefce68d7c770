//! Prints what it costs to call a guest as a task, and to leave a fiber's stack and come back.
//!
//! `cargo run --release -p dovetail-runtime --example tasks`

use std::hint::black_box;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use dovetail_compile::Cranelift;
use dovetail_runtime::{Config, Engine, Func, Instance, Module, Result, Signature, Store, Task, Val, ValType};

/// What the guest's host function does.
#[derive(Clone, Copy)]
enum Host {
    /// Answers where it is.
    Direct,
    /// Answers on the thread's own stack.
    OnHostStack,
    /// Lets the task wait once before it answers.
    Waits,
}

fn instance(store: &mut Store, module: &Module, host: Host) -> Result<Func> {
    let signature = Signature { params: vec![ValType::I32], results: vec![ValType::I32] };
    let function = Func::new_raw(store, signature, move |store, _, _| match host {
        Host::Direct => Ok(()),
        Host::OnHostStack => store.on_host_stack(&mut |_| Poll::Ready(())),
        Host::Waits => {
            let mut waited = false;
            store.on_host_stack(&mut |_| match std::mem::replace(&mut waited, true) {
                false => Poll::Pending,
                true => Poll::Ready(()),
            })
        }
    });
    let instance = Instance::new(store, module, &[function.into()])?;
    let sum = instance.get_export(store, "sum")?.and_then(|export| export.into_func());
    Ok(sum.expect("the guest exports it"))
}

/// Nanoseconds for each of `count`, the best of five rounds.
fn best(count: u32, mut round: impl FnMut(u32) -> Result<()>) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        round(count)?;
        best = best.min(start.elapsed().as_secs_f64() / f64::from(count) * 1e9);
    }
    Ok(best)
}

/// Nanoseconds of one call of the host out of a guest's loop, in a task or not.
fn host_call(engine: &Engine, module: &Module, host: Host, in_task: bool) -> Result<f64> {
    let mut store = Store::new(engine);
    let sum = instance(&mut store, module, host)?;
    best(500_000, |count| {
        let call = move |store: &mut Store| sum.call(store, &[Val::I32(count as i32)]).map(drop);
        if !in_task {
            return call(&mut store);
        }
        let mut task = Task::new(&store, call);
        loop {
            if let Poll::Ready(result) = task.resume(&mut store) {
                return result;
            }
        }
    })
}

/// Nanoseconds of one call of the guest that does nothing, in a task of its own or not.
fn guest_call(engine: &Engine, module: &Module, in_task: bool) -> Result<f64> {
    let mut store = Store::new(engine);
    let sum = instance(&mut store, module, Host::Direct)?;
    best(200_000, |count| {
        for _ in 0..count {
            let call = move |store: &mut Store| sum.call(store, &[Val::I32(0)]).map(drop);
            match in_task {
                false => call(&mut store)?,
                true => assert!(black_box(Task::new(&store, call).resume(&mut store)).is_ready()),
            }
        }
        Ok(())
    })
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let compiler = Arc::new(Cranelift::native()?);
    let engine = Engine::new(Config { compiler: Some(compiler), ..Config::default() })?;
    let guest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/core/fibers.wat");
    let module = Module::new(&engine, &wat::parse_file(guest)?)?;
    println!("{:<44}{:>10}", "", "ns");
    println!("{:<44}{:>10.1}", "guest called", guest_call(&engine, &module, false)?);
    println!("{:<44}{:>10.1}", "guest called as a task of its own", guest_call(&engine, &module, true)?);
    let rows = [
        ("host called", Host::Direct, false),
        ("host called by a task", Host::Direct, true),
        ("host called, asks for its thread's stack", Host::OnHostStack, false),
        ("host called by a task, on the thread's stack", Host::OnHostStack, true),
        ("host called by a task, waits once", Host::Waits, true),
    ];
    for (name, host, in_task) in rows {
        println!("{name:<44}{:>10.1}", host_call(&engine, &module, host, in_task)?);
    }
    Ok(())
}
