//! What component scripts may import from the host: functions on the world's level, and an instance `host` with functions,
//! an instance inside it, a core module, and resources whose drops are counted. The names are those that the suites use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dovetail_runtime::component::{Borrow, HostContext, Linker, LinkerInstance, Resource};
use dovetail_runtime::{Engine, Error, Module, Result};

/// Objects of `resource1` and `resource2` exist only as the numbers that scripts give them.
struct Resource1;
struct Resource2;

/// What happened to the objects of `resource1`.
#[derive(Default)]
struct Drops {
    count: AtomicU32,
    last: AtomicU32,
}

/// Defines everything that the host offers.
pub fn define(linker: &mut Linker, engine: &Engine) -> Result<()> {
    let mut root = linker.root();
    root.func("host-echo-u32", |_: &mut HostContext<'_>, (value,): (u32,)| Ok(value))?;
    root.func("host-return-two", |_: &mut HostContext<'_>, (): ()| Ok(2u32))?;
    let mut host = linker.instance("host")?;
    host.func("return-two-slowly", |_: &mut HostContext<'_>, (): ()| Ok(2u32))?;
    host.func("return-three", |_: &mut HostContext<'_>, (): ()| Ok(3u32))?;
    host.func("echo-slowly", |_: &mut HostContext<'_>, (value,): (u32,)| Ok(value))?;
    host.func("return-hi", |_: &mut HostContext<'_>, (): ()| Ok("hi".to_owned()))?;
    host.instance("nested")?.func("return-four", |_: &mut HostContext<'_>, (): ()| Ok(4u32))?;
    host.module("simple-module", &simple_module(engine)?)?;
    resources(&mut host)
}

fn resources(host: &mut LinkerInstance<'_>) -> Result<()> {
    let drops = Arc::new(Drops::default());
    // The second name stands for the same type: an import of either accepts handles of the other.
    for name in ["resource1", "resource1-again"] {
        let drops = drops.clone();
        host.resource_with::<Resource1>(name, move |_, resource| {
            drops.count.fetch_add(1, Ordering::Relaxed);
            drops.last.store(resource.rep(), Ordering::Relaxed);
            Ok(())
        })?;
    }
    host.resource_with::<Resource2>("resource2", |_, _| Ok(()))?;

    host.func("[constructor]resource1", |_: &mut HostContext<'_>, (rep,): (u32,)| {
        Ok(Resource::<Resource1>::from_rep(rep))
    })?;
    host.func("[static]resource1.assert", |_: &mut HostContext<'_>, (resource, rep): (Resource<Resource1>, u32)| {
        expect_rep(resource, rep)
    })?;
    let counted = drops.clone();
    host.func("[static]resource1.drops", move |_: &mut HostContext<'_>, (): ()| {
        Ok(counted.count.load(Ordering::Relaxed))
    })?;
    host.func("[static]resource1.last-drop", move |_: &mut HostContext<'_>, (): ()| {
        Ok(drops.last.load(Ordering::Relaxed))
    })?;
    host.func("[method]resource1.simple", |_: &mut HostContext<'_>, (this, rep): (Borrow<Resource1>, u32)| {
        expect_rep(*this, rep)
    })?;
    host.func(
        "[method]resource1.take-borrow",
        |_: &mut HostContext<'_>, (_, _): (Borrow<Resource1>, Borrow<Resource1>)| Ok(()),
    )?;
    host.func(
        "[method]resource1.take-own",
        |_: &mut HostContext<'_>, (_, _): (Borrow<Resource1>, Resource<Resource1>)| Ok(()),
    )
}

/// An error here is no trap, so that no script can take it for the one that it expects.
fn expect_rep(resource: Resource<Resource1>, expected: u32) -> Result<()> {
    if resource.rep() == expected {
        return Ok(());
    }
    Err(Error::host(format!("expected the resource {expected}, got {}", resource.rep())))
}

/// `(module (global (export "g") i32 (i32.const 100)) (func (export "f") (result i32) (i32.const 101)))`
fn simple_module(engine: &Engine) -> Result<Module> {
    const TEXT: &str =
        "(module (global (export \"g\") i32 (i32.const 100)) (func (export \"f\") (result i32) (i32.const 101)))";
    let bytes = wast_text::parser::ParseBuffer::new(TEXT)
        .and_then(|buffer| wast_text::parser::parse::<wast_text::Wat<'_>>(&buffer).and_then(|mut text| text.encode()));
    let bytes = bytes.map_err(|error| Error::bug(format!("the host's module: {}", error.message())))?;
    Module::new(engine, &bytes)
}
