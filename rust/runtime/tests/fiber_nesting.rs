//! Tasks of one store that begin while others of it are suspended.

mod support;
#[path = "support/waiting.rs"]
mod waiting;

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use dovetail_runtime::{Cancelled, Error, Result, Task, Val};
use support::{engine, func, module};
use waiting::{open, ready, task, waiting};

#[test]
fn tasks_of_one_store_nest_and_an_outer_one_cannot_overtake() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut outer = task(&mut store, instance, "deep", &[2]);
    assert!(outer.resume(&mut store).is_pending());
    let mut inner = task(&mut store, instance, "sum", &[2]);
    assert!(inner.resume(&mut store).is_pending());
    let error = ready(outer.resume(&mut store)).expect_err("the inner one is not over").to_string();
    assert_eq!(error, "the task cannot go on before the calls into its store that began after it are over");
    open(&door, 2);
    assert!(inner.resume(&mut store).is_pending());
    open(&door, 1);
    assert_eq!(ready(inner.resume(&mut store))?, 30);
    open(&door, 1);
    assert_eq!(ready(outer.resume(&mut store))?, 12);
    Ok(())
}

#[test]
fn a_task_that_a_waiting_one_began_ends_before_that_goes_on() -> Result<()> {
    let engine = engine();
    let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
    let mut inner = task(&mut store, instance, "deep", &[1]);
    let begun = Rc::new(Cell::new(None));
    let begin = begun.clone();
    // As a host function does that begins a call and waits for something else.
    let mut outer = Task::new(&store, move |store| {
        let mut asked = false;
        let double = func(store, instance, "double");
        store.on_host_stack(&mut |store| {
            if std::mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            let mut inner = task(store, instance, "sum", &[2]);
            assert!(inner.resume(store).is_pending());
            begin.set(Some(inner));
            Poll::Pending
        })?;
        double.call(store, &[Val::I32(1)])
    });
    assert!(inner.resume(&mut store).is_pending());
    assert!(outer.resume(&mut store).is_pending());
    let mut nested = begun.take().expect("it was begun");
    let error = ready(inner.resume(&mut store)).expect_err("two tasks began after it").to_string();
    assert_eq!(error, "the task cannot go on before the calls into its store that began after it are over");
    assert!(nested.cancel(&mut store, Error::host(Cancelled)).is_err());
    assert_eq!(ready(outer.resume(&mut store))?, [Val::I32(2)]);
    open(&door, 1);
    assert_eq!(ready(inner.resume(&mut store))?, 11);
    Ok(())
}

#[test]
fn a_task_goes_on_whatever_becomes_of_the_calls_of_the_one_that_it_began() -> Result<()> {
    for ends_first in [false, true] {
        let engine = engine();
        let (mut store, instance, door) = waiting(&engine, &module(&engine, "fibers"));
        let begun = Rc::new(Cell::new(None));
        let begin = begun.clone();
        let double = func(&mut store, instance, "double");
        let mut asked = false;
        let mut outer = Task::new(&store, move |store| {
            store.on_host_stack(&mut |store| {
                if std::mem::replace(&mut asked, true) {
                    return Poll::Ready(());
                }
                let sum = func(store, instance, "sum");
                let mut waited = false;
                // Waits in the middle of a call, and then outside of it.
                let mut nested = Task::new(store, move |store| {
                    let results = sum.call(store, &[Val::I32(1)])?;
                    store.on_host_stack(&mut |_| match std::mem::replace(&mut waited, true) {
                        true => Poll::Ready(()),
                        false => Poll::Pending,
                    })?;
                    Ok(results)
                });
                assert!(nested.resume(store).is_pending());
                begin.set(Some(nested));
                Poll::Pending
            })?;
            double.call(store, &[Val::I32(1)])
        });
        assert!(outer.resume(&mut store).is_pending());
        let mut nested = begun.take().expect("it was begun");
        open(&door, 1);
        assert!(nested.resume(&mut store).is_pending());
        if ends_first {
            assert_eq!(ready(nested.resume(&mut store))?, [Val::I32(10)]);
        }
        assert_eq!(ready(outer.resume(&mut store))?, [Val::I32(2)]);
        if !ends_first {
            assert_eq!(ready(nested.resume(&mut store))?, [Val::I32(10)]);
        }
    }
    Ok(())
}
