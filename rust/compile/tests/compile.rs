//! Modules that must compile, with Cranelift's verifier on. What the code does is tested where it can run: by the
//! specification's scripts in `wast` and by the runtime's tests.

use cranelift_entity::EntityRef;
use dovetail_compile::{Cranelift, Settings};
use dovetail_environ::artifact::CompiledModule;
use dovetail_environ::module::{Signature, ValType, translate};
use dovetail_environ::{CodeOptions, Compiler, Error, Features};

const VERIFIED: Settings = Settings { baseline: false, unoptimized: false, verify: true };

fn compile(text: &str) -> Result<CompiledModule, Error> {
    compile_with(text, VERIFIED)
}

fn compile_with(text: &str, settings: Settings) -> Result<CompiledModule, Error> {
    let bytes = wat::parse_str(text).unwrap();
    let translation = translate(&bytes, Features::default())?;
    Cranelift::new(settings)?.compile_module(&translation, CodeOptions::default(), &|_, _| {})
}

fn compile_interruptible(text: &str) -> Result<CompiledModule, Error> {
    let bytes = wat::parse_str(text).unwrap();
    let translation = translate(&bytes, Features::default())?;
    Cranelift::new(VERIFIED)?.compile_module(&translation, CodeOptions { interruptible: true }, &|_, _| {})
}

/// Every `.wat` file beside this one.
fn modules() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_module_compiles_for_this_machine() {
    for (name, text) in modules() {
        let compiled = compile(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        check_tables(&name, &compiled);
        let compiled = compile_interruptible(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        check_tables(&name, &compiled);
    }
}

#[test]
fn only_what_may_run_for_long_looks_at_the_epoch() {
    let length = |text: &str| (compile(text).unwrap().text.len(), compile_interruptible(text).unwrap().text.len());
    let number = "(module (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))";
    for module in [number, "(module (func (call 0)))"] {
        let (plain, interruptible) = length(module);
        assert_eq!(plain, interruptible, "{module}");
    }
    let filled = "(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))";
    let long = format!("(call 0) {}", "(drop (i32.load (i32.const 0)))".repeat(100));
    for body in ["(call 0) (call 0)", "(return_call 0)", "(loop)", "(loop (br 0))", filled, &long] {
        let (plain, interruptible) = length(&format!("(module (memory 1) (func {body}))"));
        assert!(plain < interruptible, "{body}");
    }
}

#[test]
fn every_module_compiles_without_optimizations_and_for_every_processor() {
    for (name, text) in modules() {
        let unoptimized = compile_with(&text, Settings { unoptimized: true, ..VERIFIED });
        check_tables(&name, &unoptimized.unwrap_or_else(|error| panic!("{name}: {error}")));
        match compile_with(&text, Settings { baseline: true, ..VERIFIED }) {
            Ok(compiled) => check_tables(&name, &compiled),
            // Some operations on vectors have no instruction on the oldest processors.
            Err(Error::Unsupported { feature, .. }) if name == "vectors.wat" => {
                assert!(feature.contains("processor lacks"), "{feature}");
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn the_description_tells_settings_apart() {
    let describe = |settings| Cranelift::new(settings).unwrap().description();
    let native = describe(Settings::default());
    assert_eq!(native, Cranelift::native().unwrap().description());
    assert_ne!(native, describe(Settings { unoptimized: true, ..Settings::default() }));
    assert!(native.contains("cranelift"), "{native}");
}

/// All tables ascend and stay inside the text.
fn check_tables(name: &str, compiled: &CompiledModule) {
    let end = compiled.text.len() as u32;
    assert!(compiled.traps.is_sorted_by_key(|(offset, _)| *offset), "{name}: traps");
    assert!(compiled.addresses.is_sorted_by_key(|(offset, _)| *offset), "{name}: addresses");
    assert!(compiled.traps.iter().all(|(offset, _)| *offset < end), "{name}: traps");
    for range in compiled.functions.values() {
        assert_eq!(range.offset % 16, 0, "{name}: alignment");
        assert!(range.length > 0 && range.offset + range.length <= end, "{name}: range");
        assert!(compiled.addresses.iter().any(|(offset, _)| *offset == range.offset), "{name}: prologue");
    }
    for pair in compiled.trampolines.values() {
        assert!(pair.enter.offset + pair.enter.length <= pair.leave.offset, "{name}: trampolines");
        assert!(pair.leave.offset + pair.leave.length <= end, "{name}: trampolines");
    }
}

#[test]
fn compilation_is_deterministic_whatever_the_threads() {
    let functions: String =
        (0..200).map(|n| format!("(func (param i32) (result i32) (i32.add (local.get 0) (i32.const {n})))")).collect();
    let text = format!("(module {functions})");
    let first = compile(&text).unwrap();
    let second = compile(&text).unwrap();
    assert!(first == second && first.text == second.text);
    assert_eq!(first.functions.len(), 200);
}

#[test]
fn progress_reaches_the_number_of_functions() {
    let bytes = wat::parse_str("(module (func) (func) (func))").unwrap();
    let translation = translate(&bytes, Features::default()).unwrap();
    let last = std::sync::Mutex::new((0, 0));
    let compiler = Cranelift::native().unwrap();
    compiler
        .compile_module(&translation, CodeOptions::default(), &|done, total| {
            let mut last = last.lock().unwrap();
            last.0 = done.max(last.0);
            last.1 = total;
        })
        .unwrap();
    assert_eq!(*last.lock().unwrap(), (3, 3));
}

#[test]
fn trampolines_take_any_number_of_parameters_and_results() {
    let every =
        [ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::V128, ValType::FuncRef, ValType::ExternRef];
    let compiler = Cranelift::new(VERIFIED).unwrap();
    for count in [0, 1, 7, 40, 1000] {
        let types: Vec<ValType> = every.iter().copied().cycle().take(count).collect();
        let signature = Signature { params: types.clone(), results: types };
        let (text, trampolines) = compiler.compile_trampolines(&signature).unwrap();
        assert!(trampolines.leave.offset >= trampolines.enter.length);
        assert_eq!((trampolines.leave.offset + trampolines.leave.length) as usize, text.len());
    }
}

/// The records of an `.eh_frame` section up to the one of length 0: a length of four bytes, then so many bytes.
fn unwind_records(section: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    loop {
        let length = u32::from_le_bytes(section[at..at + 4].try_into().unwrap()) as usize;
        at += 4 + length;
        if length == 0 {
            assert_eq!(at, section.len());
            return count;
        }
        count += 1;
    }
}

#[test]
fn every_function_and_trampoline_can_be_unwound() {
    let compiled = compile("(module (memory 1) (func) (func (result i32) (memory.grow (i32.const 1))))").unwrap();
    // One record in common, two functions, the trampoline of `memory.grow`, two trampolines for each signature.
    assert_eq!(unwind_records(&compiled.unwind), 1 + 2 + 1 + 2 * 2);
}

#[test]
fn functions_keep_their_order() {
    let compiled = compile("(module (func (nop)) (func (result i32) (i32.const 1)))").unwrap();
    let offsets: Vec<_> = compiled.functions.iter().map(|(index, range)| (index.index(), range.offset)).collect();
    assert_eq!(offsets[0], (0, 0));
    assert!(offsets[1].1 > 0);
}

#[test]
fn memories_of_several_threads_are_refused() {
    let bytes = wat::parse_str("(module (memory 1) (func))").unwrap();
    let mut translation = translate(&bytes, Features::default()).unwrap();
    translation.module.memories.values_mut().for_each(|memory| memory.shared = true);
    let error =
        Cranelift::native().unwrap().compile_module(&translation, CodeOptions::default(), &|_, _| {}).unwrap_err();
    assert_eq!(error.to_string(), "`memory 0` uses sharing between threads, which is not supported");
}
