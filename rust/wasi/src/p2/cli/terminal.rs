//! `wasi:cli/terminal-*`: whether a person sits at the other end of a standard stream. The resources have no functions;
//! a guest only learns whether there is one.

use dovetail_runtime::Result;
use dovetail_runtime::component::{HostContext, Linker};

use crate::context::wasi;
use crate::p2::name;
use crate::p2::resources::push;

/// What a guest holds as a `terminal-input`.
pub struct TerminalInput;

/// What a guest holds as a `terminal-output`.
pub struct TerminalOutput;

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    linker.instance(&name("cli/terminal-input"))?.resource::<TerminalInput>("terminal-input")?;
    linker.instance(&name("cli/terminal-output"))?.resource::<TerminalOutput>("terminal-output")?;
    linker.instance(&name("cli/terminal-stdin"))?.func("get-terminal-stdin", |context: &mut HostContext<'_>, ()| {
        let terminal = wasi(context)?.stdin.terminal;
        terminal.then(|| push(context, TerminalInput)).transpose()
    })?;
    linker.instance(&name("cli/terminal-stdout"))?.func(
        "get-terminal-stdout",
        |context: &mut HostContext<'_>, ()| {
            let terminal = wasi(context)?.stdout.terminal;
            terminal.then(|| push(context, TerminalOutput)).transpose()
        },
    )?;
    linker.instance(&name("cli/terminal-stderr"))?.func("get-terminal-stderr", |context: &mut HostContext<'_>, ()| {
        let terminal = wasi(context)?.stderr.terminal;
        terminal.then(|| push(context, TerminalOutput)).transpose()
    })
}
