//! Calls from one component to another: with adapters and without, everything that a guest or its host can see is the
//! same. The values, the traps and their order, each `realloc`, the bytes in both memories.

#[path = "support/component.rs"]
mod component;
#[path = "support/random_types.rs"]
mod random_types;
mod support;

use std::fmt::Write as _;

use component::{call, from_text, guest, instantiate};
use dovetail_runtime::abi::{Direction, Field, FlatType, FunctionType, PointerType, ValueType};
use dovetail_runtime::component::{Component, Instance, Linker, Value};
use dovetail_runtime::{Config, Engine, Error, Result, Store, TrapCode};
use random_types::{Random, RandomTypes};
use support::config;

/// The number of parameters that make the others go through memory.
const PADDING: usize = 16;
const ENCODINGS: [&str; 3] = ["utf8", "utf16", "latin1+utf16"];

const POINTERS: [PointerType; 3] = [PointerType::I32, PointerType::I32, PointerType::I64];

/// The canonical options of a side that differ.
#[derive(Clone, Copy, Debug)]
struct Side {
    encoding: &'static str,
    pointers: PointerType,
}

/// A memory with a `realloc` that notes its calls and can be told to misbehave, and a byte of it to be spoilt. `PTR` is the
/// type of addresses, `WIDEN` makes an `i64` of one, `FROM` one of an `i32`.
const MEMORY: &str = r#"
  (memory (export "memory") INDEX 4)
  (global $next (mut PTR) (PTR.const 1024))
  (global $log (mut i64) (i64.const 0))
  (global $left (mut i32) (i32.const -1))
  (global $fault (mut i32) (i32.const 0))
  (global $at (mut i32) (i32.const 0))
  (global $mask (mut i32) (i32.const 0))
  (func $note (param i64)
    (global.set $log (i64.add (i64.mul (global.get $log) (i64.const 1099511628211)) (local.get 0))))
  (func (export "realloc") (param $old PTR) (param $size PTR) (param $align PTR) (param $new PTR) (result PTR)
    (local $to PTR)
    (call $note (WIDEN (local.get $old))) (call $note (WIDEN (local.get $size)))
    (call $note (WIDEN (local.get $align))) (call $note (WIDEN (local.get $new)))
    (if (i32.eqz (global.get $left)) (then
      (if (i32.eq (global.get $fault) (i32.const 0)) (then unreachable))
      (if (i32.eq (global.get $fault) (i32.const 1)) (then (return (PTR.const 1025))))
      (return (PTR.const 262128))))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (local.set $to (PTR.and (PTR.add (global.get $next) (PTR.sub (local.get $align) (PTR.const 1)))
                            (PTR.sub (PTR.const 0) (local.get $align))))
    (global.set $next (PTR.add (local.get $to) (local.get $new)))
    (memory.copy (local.get $to) (local.get $old)
      (select (local.get $size) (local.get $new) (PTR.lt_u (local.get $size) (local.get $new))))
    (local.get $to))
  (func (export "configure") (param i32 i32 i32 i32)
    (global.set $left (local.get 0)) (global.set $fault (local.get 1))
    (global.set $at (local.get 2)) (global.set $mask (local.get 3)))
  (func $spoil (export "spoil") (local $at PTR)
    (local.set $at (PTR.add (PTR.const 1024) (PTR.rem_u (FROM (global.get $at))
      (PTR.add (PTR.sub (global.get $next) (PTR.const 1024)) (PTR.const 1)))))
    (i32.store8 (local.get $at) (i32.xor (i32.load8_u (local.get $at)) (global.get $mask))))
  (func (export "state") (result i64) (local $at PTR) (local $sum i64)
    (local.set $sum (global.get $log))
    (local.set $at (PTR.const 512))
    (loop $more
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load8_u (local.get $at))))
      (local.set $at (PTR.add (local.get $at) (PTR.const 1)))
      (br_if $more (PTR.lt_u (local.get $at) (global.get $next))))
    (i64.add (local.get $sum) (WIDEN (global.get $next))))
"#;

/// Core code for one type of addresses.
fn for_pointers(text: &str, pointers: PointerType) -> String {
    let [index, name, widen, from] = match pointers {
        PointerType::I32 => ["", "i32", "i64.extend_i32_u", "i32.or (i32.const 0)"],
        PointerType::I64 => ["i64", "i64", "i64.or (i64.const 0)", "i64.extend_i32_u"],
    };
    text.replace("INDEX", index).replace("PTR", name).replace("WIDEN", widen).replace("FROM", from)
}

/// Two components that carry values of a type from one to the other.
struct Case {
    text: String,
    /// How many flat values there are; `None` where there are too many to be passed so.
    flat: Option<usize>,
}

fn core_name(ty: FlatType) -> &'static str {
    match ty {
        FlatType::I32 => "i32",
        FlatType::I64 => "i64",
        FlatType::F32 => "f32",
        FlatType::F64 => "f64",
    }
}

/// The core type of `flat` and `one`.
fn core_type(name: &str, flat: &[FlatType]) -> String {
    let params: Vec<_> = flat.iter().map(|ty| core_name(*ty)).collect();
    let result = if name == "flat" { "i64" } else { params[0] };
    format!("(param {}) (result {result})", params.join(" "))
}

/// A flat value as an `i64`.
fn to_bits(ty: FlatType, value: &str) -> String {
    match ty {
        FlatType::I32 => format!("(i64.extend_i32_u {value})"),
        FlatType::I64 => value.into(),
        FlatType::F32 => format!("(i64.extend_i32_u (i32.reinterpret_f32 {value}))"),
        FlatType::F64 => format!("(i64.reinterpret_f64 {value})"),
    }
}

/// An `i64` as a flat value.
fn from_bits(ty: FlatType, value: &str) -> String {
    match ty {
        FlatType::I32 => format!("(i32.wrap_i64 {value})"),
        FlatType::I64 => value.into(),
        FlatType::F32 => format!("(f32.reinterpret_i32 (i32.wrap_i64 {value}))"),
        FlatType::F64 => format!("(f64.reinterpret_i64 {value})"),
    }
}

/// Two components around the type `$text`: `echo` passes it through memory and back, `flat` passes it flat where that can
/// be, `one` gives it back as a flat result.
fn case(types: &RandomTypes, ty: ValueType, text: &str, sides: [Side; 2]) -> Case {
    let function = FunctionType { params: vec![Field { name: "x".into(), ty }], result: None };
    let flat = sides.map(|side| {
        let signature = types.types.flat_signature(&function, Direction::Lift, side.pointers);
        (!signature.params_in_memory).then_some(signature.params)
    });

    let mut echo = format!(r#"(param "x" {text})"#);
    (0..PADDING).for_each(|number| _ = write!(echo, r#" (param "p{number}" u32)"#));
    let _ = write!(echo, " (result (tuple {text} u32))");
    let mut functions = vec![("echo", echo)];
    if flat[0].is_some() {
        functions.push(("flat", format!(r#"(param "x" {text}) (result u64)"#)));
    }
    if let Some([_]) = flat[0].as_deref() {
        functions.push(("one", format!(r#"(param "x" {text}) (result {text})"#)));
    }
    let configure = r#"(param "left" u32) (param "fault" u32) (param "at" u32) (param "mask" u32)"#;
    let caller = caller(types, &functions, flat[0].as_deref(), sides[0]);
    let callee = callee(types, &functions, flat[1].as_deref(), sides[1]);
    let mut outer = exported_types(types);
    for (name, component) in &functions {
        let _ = write!(outer, r#"(export "{name}" (func $caller "{name}") (func {component}))"#);
    }
    for side in ["caller", "callee"] {
        let _ = write!(outer, r#"(export "{side}-configure" (func ${side} "configure") (func {configure}))"#);
        let _ = write!(outer, r#"(export "{side}-state" (func ${side} "state") (func (result u64)))"#);
    }
    let slot = r#"(param "slot" u32) (param "bits" u64)"#;
    let text = format!(
        r#"(component
          (component $callee {callee})
          (component $caller {caller})
          (instance $callee (instantiate $callee))
          (instance $caller (instantiate $caller (with "callee" (instance $callee))))
          {outer}
          (export "change" (func $caller "change") (func {slot})))"#
    );
    Case { text, flat: flat[0].as_ref().map(Vec::len) }
}

const CONFIGURE: &str = r#"
  (func (export "configure") (param "left" u32) (param "fault" u32) (param "at" u32) (param "mask" u32)
    (canon lift (core func $memory "configure")))
  (func (export "state") (result u64) (canon lift (core func $memory "state")))
"#;

/// The named types, defined and exported.
fn exported_types(types: &RandomTypes) -> String {
    let mut text = String::new();
    for (number, definition) in types.named.iter().enumerate() {
        let _ = write!(text, r#"(type $n{number}' {definition}) (export $n{number} "n{number}" (type $n{number}'))"#);
    }
    text
}

fn callee(types: &RandomTypes, functions: &[(&str, String)], flat: Option<&[FlatType]>, side: Side) -> String {
    let encoding = side.encoding;
    let mut core = String::new();
    // The result lies where the parameters do: both begin with the value.
    core += r#"(func (export "echo") (param PTR) (result PTR) (call $spoil) (local.get 0))"#;
    if let Some(flat) = flat {
        let notes = flat
            .iter()
            .enumerate()
            .map(|(index, ty)| format!("(call $note {})", to_bits(*ty, &format!("(local.get {index})"))));
        let notes: String = notes.collect();
        for (name, _) in functions.iter().filter(|(name, _)| *name != "echo") {
            let result = if *name == "flat" { "(global.get $log)" } else { "(local.get 0)" };
            let _ = write!(core, r#"(func (export "{name}") {} {notes} {result})"#, core_type(name, flat));
        }
    }
    core += r#"(func (export "done") (param PTR) (call $note (WIDEN (local.get 0))))"#;
    let core = for_pointers(&format!("{MEMORY} {core}"), side.pointers);
    let mut text = format!("(core module $memory {core}) (core instance $memory (instantiate $memory))");
    text += &exported_types(types);
    for (name, component) in functions {
        let done = if *name == "echo" { r#"(post-return (core func $memory "done"))"# } else { "" };
        let _ = write!(
            text,
            r#"(func (export "{name}") {component} (canon lift (core func $memory "{name}") string-encoding={encoding}
                 (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")) {done}))"#
        );
    }
    text + CONFIGURE
}

fn caller(types: &RandomTypes, functions: &[(&str, String)], flat: Option<&[FlatType]>, side: Side) -> String {
    let encoding = side.encoding;
    let memory = for_pointers(MEMORY, side.pointers);
    let (mut imported, mut aliases, mut lowered, mut imports, mut given) =
        (String::new(), String::new(), String::new(), String::new(), String::new());
    for (number, definition) in types.named.iter().enumerate() {
        let _ = write!(
            imported,
            r#"(type $n{number}' {definition}) (export "n{number}" (type $n{number} (eq $n{number}')))"#
        );
        let _ = write!(aliases, r#"(alias export $callee "n{number}" (type $n{number}))"#);
    }
    let options = format!(
        r#"string-encoding={encoding} (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))"#
    );
    let mut lifted = String::new();
    for (name, component) in functions {
        let core = match (*name, flat) {
            ("echo", _) | (_, None) => "(param PTR PTR)".to_owned(),
            (name, Some(flat)) => core_type(name, flat),
        };
        let _ = write!(imported, r#"(export "{name}" (func {component}))"#);
        let _ = write!(lowered, r#"(core func ${name} (canon lower (func $callee "{name}") {options}))"#);
        let _ = write!(imports, r#"(import "callee" "{name}" (func ${name} {core}))"#);
        let _ = write!(given, r#"(export "{name}" (func ${name}))"#);
        let _ =
            write!(lifted, r#"(func (export "{name}") {component} (canon lift (core func $m "{name}") {options}))"#);
    }
    // The result goes to a page of its own.
    let mut core = String::from(
        r#"(func (export "echo") (param PTR) (result PTR)
             (call $spoil) (call $echo (local.get 0) (PTR.const 196608)) (PTR.const 196608))"#,
    );
    if let Some(flat) = flat {
        let arguments: String = flat
            .iter()
            .enumerate()
            .map(|(index, ty)| {
                let bits = to_bits(*ty, &format!("(local.get {index})"));
                let mask = format!(
                    "(select (global.get $bits) (i64.const 0) (i32.eq (global.get $slot) (i32.const {index})))"
                );
                from_bits(*ty, &format!("(i64.xor {bits} {mask})"))
            })
            .collect();
        for (name, _) in functions.iter().filter(|(name, _)| *name != "echo") {
            let _ = write!(core, r#"(func (export "{name}") {} (call ${name} {arguments}))"#, core_type(name, flat));
        }
    }
    let (core, imports) = (for_pointers(&core, side.pointers), for_pointers(&imports, side.pointers));
    format!(
        r#"(import "callee" (instance $callee {imported})) {aliases}
           (core module $memory {memory}) (core instance $memory (instantiate $memory))
           {lowered}
           (core module $m
             (import "memory" "spoil" (func $spoil))
             {imports}
             (global $slot (mut i32) (i32.const -1)) (global $bits (mut i64) (i64.const 0))
             (func (export "change") (param i32 i64)
               (global.set $slot (local.get 0)) (global.set $bits (local.get 1)))
             {core})
           (core instance $m (instantiate $m
             (with "memory" (instance $memory)) (with "callee" (instance {given}))))
           {lifted}
           (func (export "change") (param "slot" u32) (param "bits" u64) (canon lift (core func $m "change")))
           {CONFIGURE}"#
    )
}

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
    let text = |result: Result<Option<Value>>| match result {
        Ok(value) => Ok(value),
        Err(error @ Error::Trap(_)) => Err(error.to_string()),
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
            0 => fault.realloc = Some((side, random.below(5) as u32, random.below(3) as u32)),
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
    let Err(Error::Trap(trap)) = result else { panic!("{result:?}") };
    assert_eq!(trap.code, TrapCode::UnreachableCodeReached);
    let names: Vec<_> = trap.frames.iter().map(|frame| frame.function_name.as_deref().unwrap_or("?")).collect();
    assert_eq!(names, ["trap", "loop-trap"]);
}

/// The code cache tells what was compiled: three modules of the component, and one of adapters.
#[test]
fn adapters_are_compiled_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let entries = || std::fs::read_dir(directory.path()).expect("the cache").count();
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
