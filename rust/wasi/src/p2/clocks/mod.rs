//! The package `wasi:clocks`: the time of day, and a clock for measuring and waiting. (`timezone` is `@unstable` in WASI 0.2
//! and left out.)

use std::sync::Arc;
use std::time::Duration;

use dovetail_runtime::Result;
use dovetail_runtime::component::{HostContext, Linker, Resource};
use dovetail_runtime::host_record;

use super::io::event::Deadline;
use super::io::poll::Pollable;
use super::name;
use super::resources::push;
use crate::context::wasi;

host_record! {
    /// `wall-clock.datetime`: the time since 1970-01-01T00:00:00Z.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Datetime {
        pub seconds: u64,
        pub nanoseconds: u32,
    }
}

impl From<Duration> for Datetime {
    fn from(since: Duration) -> Self {
        Datetime { seconds: since.as_secs(), nanoseconds: since.subsec_nanos() }
    }
}

pub(super) fn add_to_linker(linker: &mut Linker) -> Result<()> {
    let mut wall = linker.instance(&name("clocks/wall-clock"))?;
    wall.func("now", |context: &mut HostContext<'_>, ()| Ok(Datetime::from(wasi(context)?.wall_clock.now())))?;
    wall.func("resolution", |context: &mut HostContext<'_>, ()| {
        Ok(Datetime::from(wasi(context)?.wall_clock.resolution()))
    })?;

    let mut monotonic = linker.instance(&name("clocks/monotonic-clock"))?;
    monotonic.func("now", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.waiter.clock.now()))?;
    monotonic.func("resolution", |context: &mut HostContext<'_>, ()| Ok(wasi(context)?.waiter.clock.resolution()))?;
    monotonic.func("subscribe-instant", |context: &mut HostContext<'_>, (when,): (u64,)| subscribe(context, when))?;
    monotonic.func("subscribe-duration", |context: &mut HostContext<'_>, (duration,): (u64,)| {
        // A wait that would end after the clock's last instant ends there, in five hundred years.
        let when = wasi(context)?.waiter.clock.now().saturating_add(duration);
        subscribe(context, when)
    })
}

fn subscribe(context: &mut HostContext<'_>, when: u64) -> Result<Resource<Pollable>> {
    push(context, Pollable(Arc::new(Deadline(when))))
}
