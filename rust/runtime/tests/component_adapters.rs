//! Calls from one component to another: with adapters and without, everything that a guest or its host can see is the
//! same. The values, the traps and their order, each `realloc`, the bytes in both memories.

#[path = "support/component.rs"]
mod component;
#[path = "support/pairs.rs"]
mod pairs;
#[path = "support/random_types.rs"]
mod random_types;
mod support;

use component::{call, from_text, guest, instantiate};
use dovetail_runtime::abi::PointerType;
use dovetail_runtime::component::{Component, Instance, Linker, Value};
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Result, Store, TrapCode};
use pairs::{PADDING, Side, case};
use random_types::{Random, RandomTypes};
use support::config;

const ENCODINGS: [&str; 3] = ["utf8", "utf16", "latin1+utf16"];
const POINTERS: [PointerType; 3] = [PointerType::I32, PointerType::I32, PointerType::I64];

/// Both roads: with adapters and without.
fn engines() -> [Engine; 2] {
    [true, false].map(|adapters| Engine::new(Config { adapters, ..config() }).expect("an engine"))
}

/// What came of a call, and what can be seen of it.
#[derive(PartialEq, Debug)]
struct Outcome {
    result: std::result::Result<Option<Value>, String>,
    states: Vec<std::result::Result<Option<Value>, String>>,
}

fn observe(store: &mut Store, instance: &Instance, name: &str, args: &[Value]) -> Outcome {
    let text = |result: Result<Option<Value>>| match result.map_err(Error::into_kind) {
        Ok(value) => Ok(value),
        Err(error @ ErrorKind::Trap(_)) => Err(error.to_string()),
        Err(error) => panic!("{error}"),
    };
    let result = text(call(store, instance, name, args));
    let states = ["caller-state", "callee-state"].map(|name| text(call(store, instance, name, &[])));
    Outcome { result, states: states.into() }
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, Default)]
struct Fault {
    /// (side, calls of `realloc` before, kind)
    realloc: Option<(&'static str, u32, u32)>,
    /// (side, place, bits)
    byte: Option<(&'static str, u32, u32)>,
    /// (flat value, bits)
    slot: Option<(u32, u64)>,
}

impl Fault {
    fn random(random: &mut Random, flat: usize) -> Fault {
        let side = ["caller", "callee"][random.below(2) as usize];
        let mut fault = Fault::default();
        match random.below(4) {
            0 => fault.realloc = Some((side, random.below(5) as u32, random.below(4) as u32)),
            1 | 2 => {
                let mask = [1u32, 0x80, 0xff, 1 << random.below(8)][random.below(4) as usize];
                fault.byte = Some((side, random.bits() as u32 & 0xffff, mask));
            }
            _ => {}
        }
        if flat > 0 && random.below(2) == 0 {
            let bits = [1, 0x8000_0000, u64::MAX, 1 << random.below(64), random.below(16)][random.below(5) as usize];
            fault.slot = Some((random.below(flat as u64) as u32, bits));
        }
        fault
    }

    fn prepare(&self, store: &mut Store, instance: &Instance) {
        for side in ["caller", "callee"] {
            let (left, kind) = match self.realloc {
                Some((at, left, kind)) if at == side => (left, kind),
                _ => (u32::MAX, 0),
            };
            let (place, mask) = match self.byte {
                Some((at, place, mask)) if at == side => (place, mask),
                _ => (0, 0),
            };
            let args = [left, kind, place, mask].map(Value::U32);
            call(store, instance, &format!("{side}-configure"), &args).expect("a fault");
        }
        let (slot, bits) = self.slot.unwrap_or((u32::MAX, 0));
        call(store, instance, "change", &[Value::U32(slot), Value::U64(bits)]).expect("a change");
    }
}

fn compare(seed: u64) -> (usize, usize) {
    let mut random = Random(seed);
    let mut types = RandomTypes::default();
    let depth = 1 + random.below(3) as u32;
    let (ty, text) = types.ty(&mut random, depth);
    let sides = [(); 2].map(|()| Side {
        encoding: ENCODINGS[random.below(3) as usize],
        pointers: POINTERS[random.below(POINTERS.len() as u64) as usize],
    });
    let case = case(&types, ty, &text, sides);
    let engines = engines();
    let components = engines.each_ref().map(|engine| from_text(engine, &case.text));
    let (mut calls, mut traps) = (0, 0);
    for round in 0..12 {
        let fault = if round < 3 { Fault::default() } else { Fault::random(&mut random, case.flat.unwrap_or(0)) };
        let value = types.value(&mut random, ty);
        let mut padded = vec![value.clone()];
        padded.extend((0..PADDING as u32).map(Value::U32));
        let mut functions = vec![("echo", padded)];
        if let Some(flat) = case.flat {
            functions.push(("flat", vec![value.clone()]));
            functions.extend((flat == 1).then(|| ("one", vec![value.clone()])));
        }
        for (name, args) in functions {
            let outcomes = components.each_ref().map(|component| {
                let mut store = Store::new(component.engine());
                let instance = instantiate(&mut store, component).expect("an instance");
                fault.prepare(&mut store, &instance);
                observe(&mut store, &instance, name, &args)
            });
            let [adapter, walker] = &outcomes;
            let place = || format!("seed {seed}: `{name}` of {text} ({sides:?}) with {value:?}, {fault:?}");
            // Compared as text, for a NaN is not equal to itself.
            assert_eq!(format!("{adapter:?}"), format!("{walker:?}"), "{}", place());
            if round < 3 && name == "echo" {
                let expected = Value::Tuple(vec![value.clone(), Value::U32(0)]);
                assert_eq!(adapter.result.as_ref().ok(), Some(&Some(expected)), "{}", place());
            }
            calls += 1;
            traps += usize::from(adapter.result.is_err());
        }
    }
    (calls, traps)
}

#[test]
fn an_adapter_does_what_the_walker_does() {
    let (mut calls, mut traps) = (0, 0);
    let seeds = if std::env::var_os("DOVETAIL_TEST_ALL").is_some() { 2000 } else { 120 };
    for seed in 0..seeds {
        let (made, trapped) = compare(seed);
        calls += made;
        traps += trapped;
    }
    println!("{calls} calls, {traps} of them trapped");
    assert!(
        traps * 20 > calls && traps * 2 < calls,
        "{traps} of {calls} calls trapped: faults are to be found and missed"
    );
}

/// `store_list` stores pointer and length after the elements: who gives out the place where they go finds them there.
#[test]
fn a_list_that_lies_over_its_own_pointer() {
    let outcomes = both_ways(|engine| {
        let mut store = Store::new(engine);
        let instance = instantiate(&mut store, &guest(engine, "overlapping")).expect("an instance");
        ["bytes", "texts"].map(|name| outcome(call(&mut store, &instance, name, &[]))).into()
    });
    // The pointer, 64, and the length.
    assert_eq!(outcomes, ["Some(U64(34359738432))", "Some(U64(4294967360))"]);
}

/// The outcome of each call on both roads, as text; they must be the same.
fn both_ways(script: impl Fn(&Engine) -> Vec<String>) -> Vec<String> {
    let [adapters, walker] = engines().each_ref().map(script);
    assert_eq!(adapters, walker);
    adapters
}

fn outcome(result: Result<Option<Value>>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

/// Any handle, in any order, right and wrong: indices, loans and destructors are the same.
#[test]
fn handles_move_alike() {
    let (mut worked, mut trapped) = (0, 0);
    for seed in 0..40 {
        let outcomes = both_ways(|engine| {
            let mut random = Random(seed);
            let mut store = Store::new(engine);
            let component = guest(engine, "lender");
            let mut instance = instantiate(&mut store, &component).expect("an instance");
            let mut outcomes = Vec::new();
            for number in 0..60 {
                let mut handle = || Value::U32(1 + random.below(4) as u32);
                let (a, b, c) = (handle(), handle(), handle());
                let flag = Value::U32(u32::from(random.below(8) != 0));
                let (name, args) = match random.below(12) {
                    0..5 => ("make", vec![Value::U32(number + 1)]),
                    5 => ("take", vec![a, b, c]),
                    6 => ("swap", vec![a, b]),
                    7 | 8 => ("peek", vec![flag, a, b, c]),
                    9 | 10 => ("hold", vec![a, flag]),
                    _ => ("drop", vec![a]),
                };
                let result = call(&mut store, &instance, name, &args);
                if result.is_err() {
                    store = Store::new(engine);
                    instance = instantiate(&mut store, &component).expect("another instance");
                }
                outcomes.push(format!("{name}: {}", outcome(result)));
                outcomes.push(format!("{:?}", store.live_handles()));
            }
            outcomes.push(outcome(call(&mut store, &instance, "destroyed", &[])));
            outcomes
        });
        for outcome in outcomes.iter().filter(|outcome| !outcome.starts_with("make")) {
            worked += usize::from(outcome.contains(": Some"));
            trapped += usize::from(outcome.contains("handle index") || outcome.contains("borrow handles"));
        }
    }
    assert!(worked > 100 && trapped > 100, "{worked} calls worked, {trapped} trapped at a handle");
}

#[test]
fn a_linker_joins_with_adapters() {
    for calls in [["use-and-drop", "use-and-give", "give-away-twice"], ["give-away-twice", "use-and-give", "borrowed"]]
    {
        let outcomes = both_ways(|engine| {
            let mut store = Store::new(engine);
            let things = instantiate(&mut store, &guest(engine, "things")).expect("an instance");
            let mut linker = Linker::new(engine);
            linker.instance("test:things/api@1.5.0").and_then(|mut api| api.exports_of(&things, &[])).expect("a link");
            let user = guest(engine, "user");
            // Twice, for the second time the adapters are known.
            let users = [(); 2].map(|()| linker.instantiate(&mut store, &user).expect("an instance"));
            let mut outcomes = Vec::new();
            for (user, number) in users.iter().zip(7..) {
                for name in calls.into_iter().filter(|name| *name != "borrowed") {
                    outcomes.push(outcome(call(&mut store, user, name, &[Value::U32(number)])));
                }
            }
            outcomes.push(outcome(call(&mut store, &things, "dropped", &[])));
            outcomes
        });
        assert!(outcomes.iter().any(|outcome| outcome.contains("unknown handle index")), "{outcomes:?}");
    }
}

/// A trap ends the calls of every component that is in the middle of one; each stays closed, and says so.
#[test]
fn a_trap_closes_all_that_were_entered() {
    let text = r#"(component
      (component $inner
        (core module $m (func (export "stop") (unreachable)) (func (export "go")))
        (core instance $m (instantiate $m))
        (func (export "stop") (canon lift (core func $m "stop")))
        (func (export "go") (canon lift (core func $m "go"))))
      (component $outer
        (import "inner" (instance $inner (export "stop" (func)) (export "go" (func))))
        (core func $stop (canon lower (func $inner "stop")))
        (core func $go (canon lower (func $inner "go")))
        (core module $m (import "" "stop" (func $stop)) (import "" "go" (func $go))
          (func $stopper (export "stop") (call $stop)) (func (export "go") (call $go)))
        (core instance $m (instantiate $m (with "" (instance (export "stop" (func $stop)) (export "go" (func $go))))))
        (func (export "stop") (canon lift (core func $m "stop")))
        (func (export "go") (canon lift (core func $m "go"))))
      (instance $inner (instantiate $inner))
      (instance $middle (instantiate $outer (with "inner" (instance $inner))))
      (instance $first (instantiate $outer (with "inner" (instance $middle))))
      (instance $second (instantiate $outer (with "inner" (instance $middle))))
      (export "stop" (func $first "stop"))
      (export "first" (func $first "go"))
      (export "second" (func $second "go"))
      (export "inner" (func $inner "go")))"#;
    let outcomes = both_ways(|engine| {
        let mut store = Store::new(engine);
        let instance = instantiate(&mut store, &from_text(engine, text)).expect("an instance");
        let names = ["second", "first", "stop", "inner", "first", "second", "second"];
        names.map(|name| outcome(call(&mut store, &instance, name, &[]))).into()
    });
    let closed = "wasm trap: cannot enter component instance: an earlier call into it was stopped";
    assert_eq!(outcomes[..2], ["None", "None"]);
    assert!(outcomes[2].starts_with("wasm trap: unreachable"), "{}", outcomes[2]);
    // The second one was no part of the call that was stopped; but it calls one that was, and so is stopped itself.
    assert!(outcomes[3..].iter().all(|outcome| outcome.starts_with(closed)), "{outcomes:?}");
}

#[test]
fn an_exception_ends_where_the_component_ends() {
    let outcomes = both_ways(|engine| {
        let mut store = Store::new(engine);
        let instance = instantiate(&mut store, &guest(engine, "thrower")).expect("an instance");
        ["catch", "throw"].map(|name| outcome(call(&mut store, &instance, name, &[]))).into()
    });
    assert!(outcomes[0].starts_with("wasm trap: uncaught exception"), "{outcomes:?}");
}

/// A call leads from guest to guest, and that is what a backtrace shows.
#[test]
fn backtraces_show_guests_only() {
    let [engine, _] = engines();
    let mut store = Store::new(&engine);
    let instance = instantiate(&mut store, &guest(&engine, "neighbours")).expect("an instance");
    let result = call(&mut store, &instance, "loop-trap", &[]);
    let Err(ErrorKind::Trap(trap)) = result.map_err(Error::into_kind) else { panic!("no trap") };
    assert_eq!(trap.code, TrapCode::UnreachableCodeReached);
    let names: Vec<_> = trap.frames.iter().map(|frame| frame.function_name.as_deref().unwrap_or("?")).collect();
    assert_eq!(names, ["trap", "loop-trap"]);
}

/// The code cache tells what was compiled: three modules of the component, and one of adapters.
#[test]
fn adapters_are_compiled_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let entries = || {
        let entries = std::fs::read_dir(directory.path()).expect("the cache");
        entries
            .filter(|entry| entry.as_ref().expect("an entry").path().extension().is_some_and(|it| it == "cwasm"))
            .count()
    };
    for (adapters, expected) in [(false, 3), (true, 4), (true, 4)] {
        let cache = Some(directory.path().to_owned());
        let engine = Engine::new(Config { adapters, cache, ..config() }).expect("an engine");
        guest(&engine, "neighbours");
        assert_eq!(entries(), expected);
    }
}

/// An engine that may not compile runs what was compiled before, and carries values itself.
#[test]
fn without_a_compiler_the_host_carries_values() {
    let [engine, _] = engines();
    let compiled = guest(&engine, "neighbours");
    let plan = compiled.plan().clone();
    let modules = plan.modules.keys().map(|index| compiled.module(index).expect("a module"));
    let bytes = modules.map(|module| module.serialize().expect("its bytes")).collect::<Vec<_>>();
    let engine = Engine::new(Config { compiler: None, ..config() }).expect("an engine");
    // SAFETY: the bytes are what `serialize` gave.
    let modules = bytes.iter().map(|bytes| unsafe { dovetail_runtime::Module::deserialize(&engine, bytes) });
    let modules = modules.collect::<Result<Vec<_>>>().expect("the same engine");
    let component = Component::from_plan(&engine, plan, modules).expect("a component");
    let mut store = Store::new(&engine);
    let instance = instantiate(&mut store, &component).expect("an instance");
    let sum = call(&mut store, &instance, "loop-add", &[Value::U32(10)]).expect("a sum");
    assert_eq!(sum, Some(Value::U32(55)));
}

/// A compiled component has its adapters with it: an engine that may not compile uses them.
#[test]
fn a_compiled_component_has_its_adapters() {
    let [engine, walker] = engines();
    let bytes = guest(&engine, "neighbours").serialize().expect("its bytes");
    assert!(bytes.len() > guest(&walker, "neighbours").serialize().expect("its bytes").len());
    let engine = Engine::new(Config { compiler: None, ..config() }).expect("an engine");
    // SAFETY: the bytes are what `serialize` gave.
    let component = unsafe { Component::deserialize(&engine, &bytes) }.expect("a component");
    assert_eq!(component.serialize().expect("its bytes"), bytes);
    let mut store = Store::new(&engine);
    let instance = instantiate(&mut store, &component).expect("an instance");
    let sum = call(&mut store, &instance, "loop-add", &[Value::U32(10)]).expect("a sum");
    assert_eq!(sum, Some(Value::U32(55)));
}
