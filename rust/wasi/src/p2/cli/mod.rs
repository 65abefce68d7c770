//! The package `wasi:cli`: what a command sees of the shell that started it, and how it ends.

use dovetail_runtime::component::{HostContext, Linker};
use dovetail_runtime::{Error, Result};

use super::name;
use super::resources::push;
use crate::context::wasi;
use crate::exit::Exit;

mod terminal;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    add_environment(linker)?;
    add_exit(linker)?;
    add_standard_streams(linker)?;
    terminal::add_to_linker(linker)
}

fn add_environment(linker: &mut Linker) -> Result<()> {
    let mut environment = linker.instance(&name("cli/environment"))?;
    environment.func("get-environment", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.environment.clone()))?;
    environment.func("get-arguments", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.arguments.clone()))?;
    environment.func("initial-cwd", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.initial_directory.clone()))
}

/// Both functions end the guest by an error that no wasm frame catches; it comes out of the embedder's call.
fn add_exit(linker: &mut Linker) -> Result<()> {
    let mut exit = linker.instance(&name("cli/exit"))?;
    exit.func("exit", |_: &mut HostContext<'_>, (status,): (Result<(), ()>,)| {
        ended(if status.is_ok() { 0 } else { 1 })
    })?;
    exit.func("exit-with-code", |_: &mut HostContext<'_>, (code,): (u8,)| ended(code.into()))
}

fn ended(status: i32) -> Result<()> {
    Err(Error::host(Exit(status)))
}

/// Each call gives a new handle of the same stream.
fn add_standard_streams(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("cli/stdin"))?.func("get-stdin", |context: &mut HostContext<'_>, ()| {
        let stream = wasi(context)?.stdin.stream.clone();
        push(context, stream)
    })?;
    linker.instance(&name("cli/stdout"))?.func("get-stdout", |context: &mut HostContext<'_>, ()| {
        let stream = wasi(context)?.stdout.stream.clone();
        push(context, stream)
    })?;
    linker.instance(&name("cli/stderr"))?.func("get-stderr", |context: &mut HostContext<'_>, ()| {
        let stream = wasi(context)?.stderr.stream.clone();
        push(context, stream)
    })
}
