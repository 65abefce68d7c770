//! Calls that are awaited: the guest runs on a fiber, and while it waits for the host, the event loop goes on.
//!
//! Nothing here knows asyncio. What a host's coroutine yields, the call yields; what is sent or thrown into the call goes on
//! to the coroutine, as in `yield from`. What needs an event loop by name (a turn in a store's queue, WASI's waits) is in
//! Python, `dovetail._asyncio`.
//!
//! No Python runs on a fiber, reference counts included: whatever touches an object goes through `Store::on_host_stack`.

mod call;
mod calls;
mod collector;
mod delegate;
mod extent;
mod job;
mod running;
pub mod strays;
mod time;
mod wait;

pub use call::Call;
pub use calls::Calls;
pub use job::Job;
pub use wait::{wait_for_events, yield_to_loop};
