//! Components called by tasks: what host functions see, when they wait, and what is left when they are cancelled.

#[path = "support/component.rs"]
mod component;
mod support;

use std::any::Any;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use component::{guest, trap};
use dovetail_runtime::abi::Mismatch;
use dovetail_runtime::component::{
    BoundFunction, HostCall, HostFunction, HostResource, ImportedFunction, Instance, Linker, ResourceAny,
    ResourceHandle, Value, ValueReceiver, ValueSupplier, Waiting,
};
use dovetail_runtime::{Cancelled, Error, ErrorKind, Result, Store, Task, TrapCode};
use support::engine;

/// What happened, in order.
type Log = Arc<Mutex<Vec<String>>>;

fn note(log: &Log, text: impl Into<String>) {
    log.lock().expect("no panic").push(text.into());
}

/// Answers a question when the host has an answer, and says where it runs.
struct Ask {
    log: Log,
    answers: Arc<Mutex<Vec<String>>>,
}

/// What `Ask` keeps while it waits.
struct Question {
    text: String,
    log: Log,
}

impl Drop for Question {
    fn drop(&mut self) {
        assert!(!on_fiber());
        note(&self.log, format!("forgot {}", self.text));
    }
}

/// Whether this thread is on a fiber: a store of any engine can tell.
fn on_fiber() -> bool {
    thread_local!(static PROBE: Store = Store::new(&engine()));
    PROBE.with(Store::is_on_fiber)
}

impl HostFunction for Ask {
    fn bind(&self, import: &ImportedFunction<'_>) -> std::result::Result<BoundFunction, Mismatch> {
        Ok(import.as_is())
    }

    fn call(&self, _: &mut HostCall<'_>) -> Result<()> {
        Err(Error::bug("it is always polled"))
    }

    fn poll(&self, call: &mut HostCall<'_>, waiting: &mut Waiting) -> Poll<Result<()>> {
        assert!(!call.store().is_on_fiber());
        if waiting.is_none() {
            let mut taken = None;
            if let Err(error) = call.params(&mut ValueReceiver, |value| taken = Some(value)) {
                return Poll::Ready(Err(error));
            }
            let Some(Value::String(text)) = taken else { panic!("{taken:?}") };
            note(&self.log, format!("asked {text}, can wait: {}", call.can_wait()));
            *waiting = Some(Box::new(Question { text: text.to_string(), log: self.log.clone() }) as Box<dyn Any>);
        }
        match self.answers.lock().expect("no panic").pop() {
            Some(answer) => Poll::Ready(call.finish(&mut ValueSupplier, &Value::String(answer))),
            None => Poll::Pending,
        }
    }
}

struct Host {
    store: Store,
    instance: Instance,
    log: Log,
    answers: Arc<Mutex<Vec<String>>>,
    file: HostResource,
}

fn host() -> Host {
    let engine = engine();
    let mut store = Store::new(&engine);
    let (log, answers, file) = (Log::default(), Arc::<Mutex<Vec<String>>>::default(), HostResource::new());
    let mut linker = Linker::new(&engine);
    let mut imports = linker.instance("host").expect("a name");
    let seen = log.clone();
    let destructor = move |store: &mut Store, rep| {
        let mut waited = !store.can_wait();
        store.on_host_stack(&mut |store| {
            assert!(!store.is_on_fiber());
            if !std::mem::replace(&mut waited, true) {
                return Poll::Pending;
            }
            note(&seen, format!("closed {rep}"));
            Poll::Ready(())
        })
    };
    imports.resource_dynamic("file", file, Arc::new(destructor)).expect("a new name");
    let ask = Ask { log: log.clone(), answers: answers.clone() };
    imports.func_dynamic("ask", Arc::new(ask)).expect("a new name");
    imports.func_trap("close").expect("a new name");
    let component = guest(&engine, "waiting");
    let instance = linker.instantiate(&mut store, &component).expect("an instance");
    Host { store, instance, log, answers, file }
}

impl Host {
    fn task(&self, name: &str, args: Vec<Value>) -> Task<Option<Value>> {
        let function = self.instance.func(&[name]).expect("an exported function");
        Task::new(&self.store, move |store| {
            assert!(store.is_on_fiber());
            function.call(store, &args)
        })
    }

    fn answer(&self, text: &str) {
        self.answers.lock().expect("no panic").push(text.into());
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().expect("no panic"))
    }

    fn call(&mut self, name: &str) -> Result<Option<Value>> {
        self.instance.func(&[name]).expect("an exported function").call(&mut self.store, &[])
    }
}

fn string(text: &str) -> Value {
    Value::String(text.into())
}

#[test]
fn a_host_function_waits_and_the_guest_goes_on_with_its_answer() -> Result<()> {
    let mut host = host();
    let mut task = host.task("relay", vec![string("why?")]);
    assert!(task.resume(&mut host.store).is_pending());
    assert!(task.resume(&mut host.store).is_pending());
    assert_eq!(host.log(), ["asked why?, can wait: true"]);
    host.answer("because");
    match task.resume(&mut host.store) {
        Poll::Ready(Ok(Some(Value::String(text)))) => assert_eq!(&*text, "because"),
        other => panic!("{other:?}"),
    }
    assert_eq!(host.log(), ["forgot why?"]);
    assert!(matches!(host.call("ended")?, Some(Value::U32(1))));
    Ok(())
}

#[test]
fn without_a_task_it_answers_at_once_or_not_at_all() -> Result<()> {
    let mut host = host();
    host.answer("because");
    let relay = host.instance.func(&["relay"]).expect("an exported function");
    assert!(matches!(relay.call(&mut host.store, &[string("why?")])?, Some(Value::String(_))));
    let error = relay.call(&mut host.store, &[string("and?")]).expect_err("nobody can wait");
    assert_eq!(error.to_string(), "this call is no task of its store: what the host was asked for cannot wait");
    let expected = ["asked why?, can wait: false", "forgot why?", "asked and?, can wait: false", "forgot and?"];
    assert_eq!(host.log(), expected);
    Ok(())
}

#[test]
fn an_instance_whose_call_waits_is_not_entered_again_and_is_closed_by_a_cancellation() {
    let mut host = host();
    let mut task = host.task("relay", vec![string("why?")]);
    assert!(task.resume(&mut host.store).is_pending());
    let (code, text) = trap(host.call("ended"));
    assert_eq!(code, TrapCode::CannotEnterComponent);
    assert!(text.contains("a call into it is under way"), "{text}");
    let outcome = task.cancel(&mut host.store, Error::host(Cancelled));
    assert!(matches!(outcome.as_ref().map_err(Error::kind), Err(ErrorKind::Host(_))), "{outcome:?}");
    assert_eq!(host.log(), ["asked why?, can wait: true", "forgot why?"]);
    let (_, text) = trap(host.call("ended"));
    assert!(text.contains("an earlier call into it was stopped"), "{text}");
}

#[test]
fn a_destructor_of_the_host_may_wait() {
    let mut host = host();
    let ty = host.store.host_resource_type(host.file);
    let mut task = host.task("let-go", vec![Value::Own(ResourceHandle::Host { ty, rep: 11 })]);
    assert!(task.resume(&mut host.store).is_pending());
    assert!(matches!(task.resume(&mut host.store), Poll::Ready(Ok(None))));
    assert_eq!(host.log(), ["closed 11"]);
    let let_go = host.instance.func(&["let-go"]).expect("an exported function");
    let call = let_go.call(&mut host.store, &[Value::Own(ResourceHandle::Host { ty, rep: 12 })]);
    assert!(matches!(call, Ok(None)), "without a task, at once: {call:?}");
    assert_eq!(host.log(), ["closed 12"]);
}

#[test]
fn a_destructor_of_the_guest_may_wait() -> Result<()> {
    let mut host = host();
    let ticket = issue(&mut host)?;
    let mut task = Task::new(&host.store, move |store| ticket.drop(store));
    assert!(task.resume(&mut host.store).is_pending());
    host.answer("dropped");
    assert!(matches!(task.resume(&mut host.store), Poll::Ready(Ok(()))));
    assert_eq!(host.log(), ["asked drop, can wait: true", "forgot drop"]);
    // So does one that was asked for while nobody could run it: before the next call begins.
    let ticket = issue(&mut host)?;
    host.store.queue_resource_drop(ticket);
    let mut task = host.task("ended", Vec::new());
    assert!(task.resume(&mut host.store).is_pending());
    host.answer("dropped");
    assert!(matches!(task.resume(&mut host.store), Poll::Ready(Ok(Some(Value::U32(0))))));
    assert_eq!(host.store.live_handles(), Default::default());
    Ok(())
}

fn issue(host: &mut Host) -> Result<ResourceAny> {
    match host.call("issue")? {
        Some(Value::Own(ResourceHandle::Guest(ticket))) => Ok(ticket),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_store_that_is_dropped_forgets_what_its_host_functions_waited_for() {
    let mut host = host();
    let mut task = host.task("relay", vec![string("why?")]);
    assert!(task.resume(&mut host.store).is_pending());
    host.log();
    drop(host.store);
    assert!(task.is_over());
    assert_eq!(*host.log.lock().expect("no panic"), ["forgot why?"]);
}
