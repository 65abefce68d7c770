//! Tasks: guests that are suspended in the middle of a call and go on later, or never.

mod support;
#[path = "support/waiting.rs"]
mod waiting;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use dovetail_runtime::{
    Cancelled, Error, ErrorKind, Func, InUse, Instance, Result, Signature, Store, Task, Trap, TrapCode, Val, ValType,
};
use support::{engine, func, module};
use waiting::{open, ready, task, waiting};

fn trap<T: std::fmt::Debug>(result: Result<T>) -> Trap {
    match result.map_err(Error::into_kind) {
        Err(ErrorKind::Trap(trap)) => trap,
        other => panic!("expected a trap, got {other:?}"),
    }
}

fn names(trap: &Trap) -> Vec<&str> {
    trap.frames.iter().map(|frame| frame.function_name.as_deref().unwrap_or("?")).collect()
}

#[test]
fn a_guest_goes_on_where_it_was_suspended() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "sum", &[3]);
    for number in [3, 2, 1] {
        assert!(task.resume(&mut store).is_pending());
        assert!(task.resume(&mut store).is_pending(), "still waiting");
        assert!(!store.is_on_fiber() && !task.is_over());
        open(&door, number);
    }
    assert_eq!(ready(task.resume(&mut store))?, 60);
    assert!(task.is_over());
    assert_eq!(door.lock().expect("no panic").asked, [3, 3, 3, 2, 2, 2, 1, 1, 1]);
    let again = ready(task.resume(&mut store)).expect_err("the task is over").to_string();
    assert_eq!(again, "the task is over");
    Ok(())
}

#[test]
fn what_needs_no_wait_ends_with_the_first_resume_or_without_a_task() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    open(&door, 1);
    assert_eq!(ready(task(&mut store, instance, "sum", &[1]).resume(&mut store))?, 10);
    open(&door, 1);
    assert_eq!(func(&mut store, instance, "sum").call(&mut store, &[Val::I32(1)])?, [Val::I32(10)]);
    let error = func(&mut store, instance, "sum").call(&mut store, &[Val::I32(1)]).expect_err("nobody can wait");
    assert_eq!(error.to_string(), "this call is no task of its store: what the host was asked for cannot wait");
    Ok(())
}

#[test]
fn fibers_of_several_stores_take_turns() -> Result<()> {
    let engine = engine();
    let guest = module(&engine, "fibers");
    let mut all: Vec<_> = (0..5)
        .map(|rounds| {
            let (mut store, instance, door) = waiting(&engine, &guest);
            let task = task(&mut store, instance, "sum", &[rounds + 1]);
            (store, door, task)
        })
        .collect();
    for (store, _, task) in &mut all {
        assert!(task.resume(store).is_pending());
    }
    // Each time in another order, until all are through.
    let mut sums = [0; 5];
    for round in 0..5 {
        for place in 0..5 {
            let place = (place * (round + 1)) % 5;
            let (store, door, task) = &mut all[place];
            if task.is_over() {
                continue;
            }
            let asked = *door.lock().expect("no panic").asked.last().expect("it waits");
            open(door, asked);
            if let Poll::Ready(sum) = task.resume(store) {
                sums[place] = sum?;
            }
        }
    }
    for (place, (store, door, task)) in all.iter_mut().enumerate() {
        while !task.is_over() {
            let asked = *door.lock().expect("no panic").asked.last().expect("it waits");
            open(door, asked);
            if let Poll::Ready(sum) = task.resume(store) {
                sums[place] = sum?;
            }
        }
    }
    assert_eq!(sums, [10, 30, 60, 100, 150]);
    Ok(())
}

#[test]
fn a_call_on_the_threads_stack_runs_while_a_fiber_of_the_store_waits() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "deep", &[3]);
    assert!(task.resume(&mut store).is_pending());
    let double = func(&mut store, instance, "double");
    assert_eq!(double.call(&mut store, &[Val::I32(4)])?, [Val::I32(8)]);
    // One that traps leaves the fiber alone, and sees only its own frames.
    let far = trap(func(&mut store, instance, "trap after").call(&mut store, &[]).or_else(|_| {
        open(&door, 1);
        func(&mut store, instance, "trap after").call(&mut store, &[])
    }));
    assert_eq!((far.code, names(&far)), (TrapCode::UnreachableCodeReached, vec!["stop", "trap_after"]));
    open(&door, 1);
    assert_eq!(ready(task.resume(&mut store))?, 13);
    Ok(())
}

#[test]
fn a_request_begins_a_task_of_another_store_and_both_wait() -> Result<()> {
    let engine = engine();
    let (mut far, far_instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let inner = task(&mut far, far_instance, "deep", &[2]);
    let shared = Arc::new(Mutex::new((Smuggled(inner), far)));
    let driven = shared.clone();
    let (mut near, instance) = calling(&engine, move |store, _| {
        store.on_host_stack(&mut |_| {
            let mut shared = driven.lock().expect("no panic");
            let (Smuggled(inner), far) = &mut *shared;
            inner.resume(far)
        })?
    });
    let mut outer = task(&mut near, instance, "deep", &[3]);
    assert!(outer.resume(&mut near).is_pending());
    assert!(outer.resume(&mut near).is_pending());
    // Both are suspended: each store can be called, and the inner one goes on alone as well.
    assert_eq!(func(&mut near, instance, "double").call(&mut near, &[Val::I32(3)])?, [Val::I32(6)]);
    {
        let mut shared = shared.lock().expect("no panic");
        let (Smuggled(inner), far) = &mut *shared;
        assert_eq!(func(far, far_instance, "double").call(far, &[Val::I32(4)])?, [Val::I32(8)]);
        assert!(inner.resume(far).is_pending());
    }
    open(&door, 1);
    assert_eq!(ready(outer.resume(&mut near))?, 12 + 3);
    Ok(())
}

#[test]
fn traps_on_a_fiber_have_their_codes_and_backtraces() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let cases = [
        ("trap after", TrapCode::UnreachableCodeReached, vec!["stop", "trap_after"]),
        ("far", TrapCode::MemoryOutOfBounds, vec!["far"]),
    ];
    for (name, code, frames) in cases {
        let mut task = task(&mut store, instance, name, &[]);
        assert!(task.resume(&mut store).is_pending());
        open(&door, 1);
        let trap = trap(ready(task.resume(&mut store)));
        assert_eq!((trap.code, names(&trap)), (code, frames));
    }
    let mut endless = task(&mut store, instance, "endless", &[]);
    assert!(endless.resume(&mut store).is_pending());
    open(&door, 1);
    let overflow = trap(ready(endless.resume(&mut store)));
    assert_eq!(overflow.code, TrapCode::StackOverflow);
    assert!(overflow.frames.len() > 100, "{overflow}");
    assert_eq!(func(&mut store, instance, "double").call(&mut store, &[Val::I32(1)])?, [Val::I32(2)]);
    Ok(())
}

#[test]
fn an_exception_is_caught_on_its_fiber() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "catch", &[]);
    assert!(task.resume(&mut store).is_pending());
    open(&door, 7);
    assert_eq!(ready(task.resume(&mut store))?, 70);
    assert_eq!(store.live_exceptions(), 0);
    Ok(())
}

/// A store whose guest's `host.call` does what it is told.
fn calling(
    engine: &dovetail_runtime::Engine,
    call: impl Fn(&mut Store, i32) -> Result<i32> + Send + 'static,
) -> (Store, Instance) {
    let mut store = Store::new(engine);
    let guest = module(engine, "fibers");
    let signature = Signature { params: vec![ValType::I32], results: vec![ValType::I32] };
    let wait = Func::new_raw(&mut store, signature, move |store, _, values| {
        values[0] = dovetail_runtime::ValRaw::from_i32(call(store, values[0].i32())?);
        Ok(())
    });
    let instance = Instance::new(&mut store, &guest, &[wait.into()]).expect("an instance");
    (store, instance)
}

#[test]
fn a_call_from_a_request_sees_the_frames_of_the_fiber_and_the_threads_stack() -> Result<()> {
    let engine = engine();
    let inner = Arc::new(Mutex::new(None::<(Func, Func)>));
    let shared = inner.clone();
    let (mut store, instance) = calling(&engine, move |store, number| {
        let Some((stop, endless)) = *shared.lock().expect("no panic") else { return Ok(1) };
        if number != 5 {
            return Ok(number);
        }
        store.on_host_stack(&mut |store| {
            // The whole budget is there again, and its end is found.
            let overflow = trap(endless.call(store, &[]));
            assert_eq!(overflow.code, TrapCode::StackOverflow);
            Poll::Ready(stop.call(store, &[]))
        })??;
        Ok(0)
    });
    let stop = func(&mut store, instance, "trap after");
    let endless = func(&mut store, instance, "endless");
    *inner.lock().expect("no panic") = Some((stop, endless));
    let mut task = task(&mut store, instance, "sum", &[5]);
    let trap = trap(ready(task.resume(&mut store)));
    assert_eq!(names(&trap), ["stop", "trap_after", "sum"]);
    Ok(())
}

#[test]
fn a_native_host_function_calls_another_store_which_cannot_wait() -> Result<()> {
    let engine = engine();
    let (mut far, far_instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let deep = func(&mut far, far_instance, "deep");
    let far = Arc::new(Mutex::new(far));
    let shared = far.clone();
    let (mut near, instance) = calling(&engine, move |near, number| {
        let mut far = shared.lock().expect("no panic");
        assert!(near.can_wait() && !far.can_wait() && far.is_on_fiber());
        match deep.call(&mut far, &[Val::I32(number)])?[..] {
            [Val::I32(number)] => Ok(number),
            ref other => panic!("{other:?}"),
        }
    });
    open(&door, 1);
    assert_eq!(ready(task(&mut near, instance, "sum", &[1]).resume(&mut near))?, 11);
    let refused = ready(task(&mut near, instance, "sum", &[1]).resume(&mut near)).expect_err("the door is closed");
    assert_eq!(refused.to_string(), "this call is no task of its store: what the host was asked for cannot wait");
    Ok(())
}

#[test]
fn cancelling_ends_the_call_with_the_error_and_asks_the_host_no_more() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "deep", &[4]);
    assert!(task.resume(&mut store).is_pending());
    let asked = door.lock().expect("no panic").asked.len();
    let error = Error::trap(TrapCode::UnknownImport, "stopped by the test");
    let trap = trap(task.cancel(&mut store, error));
    assert_eq!(trap.detail.as_deref(), Some("stopped by the test"));
    assert_eq!(names(&trap), ["deep"; 5]);
    assert_eq!(door.lock().expect("no panic").asked.len(), asked);
    assert!(task.is_over());
    assert_eq!(func(&mut store, instance, "double").call(&mut store, &[Val::I32(3)])?, [Val::I32(6)]);
    Ok(())
}

#[test]
fn a_task_that_never_began_is_cancelled_without_running() {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut task = Task::new(&store, |_| -> Result<()> { panic!("it must not run") });
    assert!(matches!(
        task.cancel(&mut store, Error::host(Cancelled)).map_err(Error::into_kind),
        Err(ErrorKind::Host(_))
    ));
    drop(Task::new(&store, |_| -> Result<()> { panic!("it must not run") }));
}

/// Counts how often something is dropped, and checks where.
struct Counted(Rc<Cell<u32>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn after_a_cancellation_only_clean_up_reaches_the_threads_stack() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let dropped = Rc::new(Cell::new(0));
    let counted = Counted(dropped.clone());
    let log = Rc::new(Cell::new(""));
    let shared = log.clone();
    let mut task = Task::new(&store, move |store| -> Result<()> {
        let _keep = &counted;
        let first = store.on_host_stack(&mut |_| Poll::<()>::Pending);
        assert!(matches!(first.as_ref().map_err(Error::kind), Err(ErrorKind::Trap(_))), "{first:?}");
        let second = store.on_host_stack(&mut |_| -> Poll<()> { panic!("it must not run") });
        assert!(
            matches!(second.as_ref().map_err(Error::kind), Err(ErrorKind::Host(error)) if error.is::<Cancelled>()),
            "{second:?}"
        );
        store.finish_on_host_stack(|store| {
            assert!(!store.is_on_fiber());
            shared.set("cleaned up");
        })?;
        second
    });
    assert!(task.resume(&mut store).is_pending());
    let outcome = task.cancel(&mut store, Error::trap(TrapCode::UnknownImport, ""));
    assert!(matches!(outcome.as_ref().map_err(Error::kind), Err(ErrorKind::Host(_))), "{outcome:?}");
    assert_eq!((log.get(), dropped.get()), ("cleaned up", 1));
    Ok(())
}

#[test]
fn a_store_that_is_dropped_cancels_its_tasks_and_frees_everything() {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let dropped = Rc::new(Cell::new(0));
    let deep = func(&mut store, instance, "deep");
    let mut tasks: Vec<_> = (0..3)
        .map(|depth| {
            let counted = Counted(dropped.clone());
            let mut task = Task::new(&store, move |store| {
                let on_the_fiber = Counted(counted.0.clone());
                let outcome = deep.call(store, &[Val::I32(depth)]);
                drop(on_the_fiber);
                outcome
            });
            assert!(task.resume(&mut store).is_pending());
            task
        })
        .collect();
    drop(tasks.remove(1));
    assert_eq!(dropped.get(), 0, "a task whose owner is gone waits for its store");
    assert_eq!(engine.in_use(), InUse { stores: 1, stacks: 3 });
    let asked = door.lock().expect("no panic").asked.len();
    let weak = Arc::downgrade(&door);
    drop(store);
    assert_eq!(dropped.get(), 6);
    assert_eq!(engine.in_use(), InUse { stores: 0, stacks: 0 });
    assert!(tasks.iter().all(Task::is_over));
    assert_eq!(door.lock().expect("no panic").asked.len(), asked, "the host is not asked again");
    drop(door);
    assert!(weak.upgrade().is_none(), "the store's host functions are freed");
}

#[test]
fn a_dropped_task_is_cancelled_when_its_store_is_asked() -> Result<()> {
    let engine = engine();
    let (mut store, instance, _) = waiting(&engine, &module(&engine, "fibers"));
    let dropped = Rc::new(Cell::new(0));
    let counted = Counted(dropped.clone());
    let deep = func(&mut store, instance, "deep");
    let mut task = Task::new(&store, move |store| {
        let _keep = &counted;
        deep.call(store, &[Val::I32(1)])
    });
    assert!(task.resume(&mut store).is_pending());
    drop(task);
    store.cancel_dropped_tasks();
    assert_eq!(dropped.get(), 1);
    assert_eq!(func(&mut store, instance, "double").call(&mut store, &[Val::I32(3)])?, [Val::I32(6)]);
    Ok(())
}

/// Lets a test break the rule that a task stays where it was made.
struct Smuggled<T>(T);

// SAFETY: none: the test is that tasks look after themselves. What they hold may be used on any thread.
unsafe impl<T> Send for Smuggled<T> {}

#[test]
fn a_task_is_bound_to_its_thread() {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "deep", &[1]);
    assert!(task.resume(&mut store).is_pending());
    let smuggled = Smuggled((task, store));
    let smuggled = std::thread::spawn(move || {
        let mut smuggled = smuggled;
        let Smuggled((task, store)) = &mut smuggled;
        open(&door, 1);
        let error = ready(task.resume(store)).expect_err("another thread").to_string();
        assert_eq!(error, "a task belongs to the thread that made it, and cannot be used on another");
        assert!(task.cancel(store, Error::host(Cancelled)).is_err() && !task.is_over());
        smuggled
    });
    let Smuggled((mut task, mut store)) = smuggled.join().expect("the thread ends well");
    assert_eq!(ready(task.resume(&mut store)).expect("at home again"), 11);
}

#[test]
fn a_store_that_is_dropped_elsewhere_leaves_a_suspended_task_alone() {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut task = task(&mut store, instance, "deep", &[1]);
    assert!(task.resume(&mut store).is_pending());
    std::thread::spawn(move || drop(store)).join().expect("the thread ends well");
    // Nobody can run it any more; what it uses was not freed under it.
    assert_eq!(Arc::strong_count(&door), 2);
    assert_eq!(engine.in_use(), InUse { stores: 1, stacks: 1 });
    drop(task);
}

#[test]
fn panics_do_not_leave_the_fiber() -> Result<()> {
    let engine = engine();
    let (mut store, instance) = calling(&engine, |store, number| match number {
        1 => panic!("in a host function"),
        _ => store.on_host_stack(&mut |_| -> Poll<i32> { panic!("in a request") }),
    });
    for (number, expected) in
        [(1, "a host function panicked: in a host function"), (2, "host code panicked: in a request")]
    {
        match ready(task(&mut store, instance, "sum", &[number]).resume(&mut store)).map_err(Error::into_kind) {
            Err(ErrorKind::Bug(message)) => assert_eq!(message, expected),
            other => panic!("{other:?}"),
        }
    }
    match ready(Task::new(&store, |_| -> Result<()> { panic!("in the work") }).resume(&mut store))
        .map_err(Error::into_kind)
    {
        Err(ErrorKind::Bug(message)) => assert_eq!(message, "a task panicked: in the work"),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[test]
fn a_task_is_not_resumed_on_a_fiber_nor_with_another_store() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut other = Store::new(&engine);
    let mut task = Task::new(&store, |_| Ok(1));
    assert_eq!(
        ready(task.resume(&mut other)).expect_err("another store").to_string(),
        "this task belongs to another store"
    );
    let mut outer = Task::new(&other, |store| {
        let mut inner = Task::new(store, |_| Ok(1));
        let refused = ready(inner.resume(store)).expect_err("on a fiber").to_string();
        let done = store.on_host_stack(&mut |store| inner.resume(store))??;
        Ok((refused, done))
    });
    let (refused, done) = ready(outer.resume(&mut other))?;
    assert_eq!(refused, "a task cannot be resumed by another task's guest: only on the thread's own stack");
    assert_eq!((done, ready(task.resume(&mut store))?), (1, 1));
    Ok(())
}

#[test]
fn thousands_of_fibers_wait_at_once() -> Result<()> {
    const COUNT: i32 = 4000;
    let engine = engine();
    let guest = module(&engine, "fibers");
    let finished = Arc::new(AtomicU32::new(0));
    let mut all: Vec<_> = (0..COUNT)
        .map(|number| {
            let (mut store, instance, door) = waiting(&engine, &guest);
            let mut task = task(&mut store, instance, "deep", &[number % 50]);
            assert!(task.resume(&mut store).is_pending());
            (store, door, task, number)
        })
        .collect();
    // A third is given up with its store, a third is cancelled, the rest goes on.
    all.retain(|(.., number)| number % 3 != 0);
    for (store, door, task, number) in &mut all {
        if *number % 3 == 1 {
            assert!(task.cancel(store, Error::host(Cancelled)).is_err());
        } else {
            open(door, 1);
            assert_eq!(ready(task.resume(store))?, 10 + *number % 50);
            finished.fetch_add(1, Ordering::Relaxed);
        }
    }
    assert_eq!(finished.load(Ordering::Relaxed), COUNT as u32 / 3);
    Ok(())
}
