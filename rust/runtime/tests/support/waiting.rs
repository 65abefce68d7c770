//! Guests that wait in a host function, and tasks that call them.
#![allow(dead_code, reason = "each test file is a program of its own and uses some of these")]

use std::sync::{Arc, Mutex};
use std::task::Poll;

use dovetail_runtime::{Engine, Func, Instance, Module, Result, Signature, Store, Task, Val, ValRaw, ValType};

use crate::support::func;

/// What `host.wait` is asked, and what it shall answer.
#[derive(Default)]
pub struct Door {
    /// The numbers that the guest asked for, in order; one that is asked again appears again.
    pub asked: Vec<i32>,
    /// The number that is let through next, plus what it becomes.
    pub open: Option<i32>,
}

/// A store whose guests wait in `host.wait` until the door is opened for their number; they get it tenfold.
pub fn waiting(engine: &Engine, guest: &Module) -> (Store, Instance, Arc<Mutex<Door>>) {
    let door = Arc::new(Mutex::new(Door::default()));
    let mut store = Store::new(engine);
    let shared = door.clone();
    let signature = Signature { params: vec![ValType::I32], results: vec![ValType::I32] };
    let wait = Func::new_raw(&mut store, signature, move |store, _, values| {
        let number = values[0].i32();
        let answer = store.on_host_stack(&mut |store| {
            assert!(!store.is_on_fiber());
            let mut door = shared.lock().expect("no panic");
            door.asked.push(number);
            match door.open.take_if(|open| *open == number) {
                Some(number) => Poll::Ready(number * 10),
                None => Poll::Pending,
            }
        })?;
        values[0] = ValRaw::from_i32(answer);
        Ok(())
    });
    let instance = Instance::new(&mut store, guest, &[wait.into()]).expect("an instance");
    (store, instance, door)
}

/// A task that calls an exported function.
pub fn task(store: &mut Store, instance: Instance, name: &str, args: &[i32]) -> Task<i32> {
    let function = func(store, instance, name);
    let args: Vec<Val> = args.iter().copied().map(Val::I32).collect();
    Task::new(store, move |store| {
        assert!(store.is_on_fiber());
        match function.call(store, &args)?[..] {
            [Val::I32(number)] => Ok(number),
            ref other => panic!("{other:?}"),
        }
    })
}

pub fn ready<T>(poll: Poll<Result<T>>) -> Result<T> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("the task is pending"),
    }
}

pub fn open(door: &Mutex<Door>, number: i32) {
    door.lock().expect("no panic").open = Some(number);
}
