//! `wasi:io/poll`.

use std::sync::Arc;

use dovetail_runtime::component::{Borrow, HostContext, Linker};
use dovetail_runtime::{Error, Result, TrapCode};

use super::event::Event;
use crate::context::{blocking, wasi};
use crate::p2::name;

/// What a guest holds as a `pollable`. It keeps alive what it waits for, so that it may outlive the stream it came from.
#[derive(Clone)]
pub struct Pollable(pub Arc<dyn Event>);

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut poll = linker.instance(&name("io/poll"))?;
    poll.resource::<Pollable>("pollable")?;
    poll.func("[method]pollable.ready", |context: &mut HostContext<'_>, (this,): (Borrow<Pollable>,)| {
        let pollable = context.table().get(&this)?.clone();
        wasi(context)?.waiter.is_ready(&*pollable.0)
    })?;
    poll.func("[method]pollable.block", |context: &mut HostContext<'_>, (this,): (Borrow<Pollable>,)| {
        let pollable = context.table().get(&this)?.clone();
        blocking(context)?.wait(&*pollable.0)
    })?;
    poll.func("poll", wait_for_any)
}

fn wait_for_any(context: &mut HostContext<'_>, (list,): (Vec<Borrow<Pollable>>,)) -> Result<Vec<u32>> {
    if list.is_empty() {
        return Err(Error::trap(TrapCode::CanonicalAbi, "`wasi:io/poll.poll`: the list of pollables is empty"));
    }
    let pollables: Vec<Pollable> =
        list.iter().map(|pollable| context.table().get(pollable).cloned()).collect::<Result<_>>()?;
    let events: Vec<&dyn Event> = pollables.iter().map(|pollable| &*pollable.0).collect();
    blocking(context)?.wait_any(&events)
}
