//! Forking while another thread compiles or links: no lock of the runtime is left locked in the child.
//!
//! In the child only the thread lives that forked; a lock that another thread held would stay locked forever. So the forking
//! thread takes the locks that stores share, and gives them back on both sides. Elsewhere each is held for a few statements
//! only, in which nobody waits for anything (Python's lock included), so that the forking thread never waits long. What the others
//! were using stays in use: no thread of the child is taken for one of them ([`thread_mark`](crate::thread::thread_mark)).

use std::cell::RefCell;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};

use crate::code;
use crate::engine::EngineInner;
use crate::{thread, trap};

/// The guard of some lock.
trait Guard {}

impl<T> Guard for T {}

/// The engines whose locks are taken. What is gone is left out when the next one comes.
static ENGINES: Mutex<Vec<Weak<EngineInner>>> = Mutex::new(Vec::new());

/// One engine's locks, taken.
struct Paused {
    /// Guards of locks in `_engine`: dropped before it.
    _guards: [Box<dyn Guard>; 2],
    _engine: Arc<EngineInner>,
}

/// All that a forking thread holds. Dropped in this order: the engines' own locks are taken while these are free.
struct Held {
    /// Guards of locks that the process has one of.
    _guards: [Box<dyn Guard>; 3],
    _engines: Vec<Paused>,
    _list: MutexGuard<'static, Vec<Weak<EngineInner>>>,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// Counts an engine among those whose locks a fork takes.
pub(crate) fn register(engine: &Arc<EngineInner>) {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        // SAFETY: three functions that may be called in any thread at any time. Without memory for the entry the call fails,
        // and forks are as they are without it.
        unsafe { libc::pthread_atfork(Some(before), Some(after), Some(in_child)) };
    });
    let mut engines = list();
    engines.retain(|engine| engine.strong_count() > 0);
    engines.push(Arc::downgrade(engine));
}

fn list() -> MutexGuard<'static, Vec<Weak<EngineInner>>> {
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In the forking thread, before the fork.
extern "C" fn before() {
    let list = list();
    let engines = list.iter().filter_map(Weak::upgrade).map(|engine| {
        let guards: [Box<dyn Guard + '_>; 2] =
            [Box::new(engine.signatures().pause()), Box::new(engine.stacks().pause())];
        // SAFETY: only the lifetime changes. The locks are in the engine, which the result keeps alive, at a fixed place, until
        // the guards are dropped.
        let guards = unsafe { mem::transmute::<[Box<dyn Guard + '_>; 2], [Box<dyn Guard>; 2]>(guards) };
        Paused { _guards: guards, _engine: engine }
    });
    let engines = engines.collect();
    let guards: [Box<dyn Guard>; 3] =
        [Box::new(code::pause_ranges()), Box::new(code::pause_writing()), Box::new(trap::pause_installing())];
    let held = Held { _guards: guards, _engines: engines, _list: list };
    HELD.with(|place| *place.borrow_mut() = Some(held));
}

extern "C" fn in_child() {
    thread::forked();
    after();
}

/// In the forking thread after the fork, and in the child.
extern "C" fn after() {
    let held = HELD.with(|place| place.borrow_mut().take());
    drop(held);
}
