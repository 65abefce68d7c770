//! Pairs of components that carry values of any type from one to the other, as text.

use std::fmt::Write as _;

use dovetail_runtime::abi::{Direction, Field, FlatType, FunctionType, PointerType, ValueType};

use crate::random_types::RandomTypes;

/// The number of parameters that make the others go through memory.
pub const PADDING: usize = 16;

/// The canonical options of a side that differ.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    pub encoding: &'static str,
    pub pointers: PointerType,
}

/// A memory with a `realloc` that notes its calls and can be told to misbehave (to trap, or to give out a place that is not
/// aligned, is in use, or goes beyond the end), and a byte of it to be spoilt. `PTR` is the type of addresses, `WIDEN` makes
/// an `i64` of one, `FROM` one of an `i32`.
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
      (if (i32.eq (global.get $fault) (i32.const 2)) (then (return (PTR.const 1024))))
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
pub struct Case {
    pub text: String,
    /// How many flat values there are; `None` where there are too many to be passed so.
    pub flat: Option<usize>,
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
pub fn case(types: &RandomTypes, ty: ValueType, text: &str, sides: [Side; 2]) -> Case {
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
