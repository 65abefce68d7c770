//! Canonical options on a 64-bit memory: every pointer and length is an `i64`, beyond 4 GiB too.

#[path = "support/component.rs"]
mod component;
mod support;

use component::{Echo, call, guest, trap};
use dovetail_runtime::component::{Instance, Linker, Value};
use dovetail_runtime::{Config, Engine, Error, ErrorKind, Features, Result, Store, TrapCode};
use std::sync::Arc;
use support::engine;

fn wide() -> Result<(Store, Instance, Echo)> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let mut linker = Linker::new(&engine);
    let echo = Echo::default();
    linker.root().func_dynamic("host", Arc::new(echo.clone()))?;
    let instance = linker.instantiate(&mut store, &guest(&engine, "wide"))?;
    Ok((store, instance, echo))
}

fn text(value: &str) -> Value {
    Value::String(value.into())
}

#[test]
fn values_pass_both_ways() -> Result<()> {
    let (mut store, instance, _) = wide()?;
    let numbers = Value::List(vec![Value::U32(7), Value::U32(u32::MAX)]);
    let rows = [
        ("text", text("Grüße, 世界")),
        ("text", text("")),
        ("text16", text("Grüße, 世界")),
        ("latin", text("Grüße")),
        ("latin", text("世界 and more")),
        ("numbers", numbers),
        ("numbers", Value::List(Vec::new())),
        ("texts", Value::List(vec![text("one"), text(""), text("three")])),
        ("map", Value::Map(vec![(text("k"), Value::U16(3)), (text("long key"), Value::U16(9))])),
        ("parts", Value::Tuple(vec![Value::U8(255), text("middle"), Value::Option(None)])),
        ("parts", Value::Tuple(vec![Value::U8(1), text(""), Value::Option(Some(Box::new(Value::Bytes(vec![2, 3]))))])),
    ];
    for (name, value) in rows {
        let found = call(&mut store, &instance, name, std::slice::from_ref(&value))?;
        assert_eq!(found, Some(value), "{name}");
    }
    Ok(())
}

#[test]
fn parameters_that_are_spilled_pass_by_a_wide_pointer() -> Result<()> {
    let (mut store, instance, _) = wide()?;
    let texts: Vec<Value> = (0..9).map(|number| text(&format!("number {number}"))).collect();
    assert_eq!(call(&mut store, &instance, "ninth", &texts)?, Some(text("number 8")));
    Ok(())
}

#[test]
fn the_host_is_called_with_wide_pointers() -> Result<()> {
    let (mut store, instance, echo) = wide()?;
    assert_eq!(call(&mut store, &instance, "relay", &[text("over and back")])?, Some(text("over and back")));
    assert_eq!(*echo.0.lock().unwrap(), [text("over and back")]);
    Ok(())
}

#[test]
fn the_tag_of_utf16_is_the_highest_of_64_bits() -> Result<()> {
    let (mut store, instance, _) = wide()?;
    let mut length = |value: &str| call(&mut store, &instance, "latin-length", &[text(value)]);
    assert_eq!(length("Grüße")?, Some(Value::U64(5)));
    assert_eq!(length("世界")?, Some(Value::U64(1 << 63 | 2)));
    Ok(())
}

/// Each in an instance of its own, for a trap closes it.
fn claim(name: &str, args: &[u64]) -> (TrapCode, String) {
    let (mut store, instance, _) = wide().unwrap();
    let args: Vec<Value> = args.iter().map(|value| Value::U64(*value)).collect();
    trap(call(&mut store, &instance, name, &args))
}

#[test]
fn what_a_guest_claims_is_checked_in_64_bits() {
    const FAR: u64 = 0x1_0000_0010;
    const END: u64 = 0x1_0010_0000;
    let out_of_bounds = "out of bounds of memory";
    let rows: &[(&str, &[u64], &str)] = &[
        ("claim-numbers", &[END - 4, 2], out_of_bounds),
        ("claim-numbers", &[END + 4, 0], out_of_bounds),
        ("claim-numbers", &[u64::MAX - 3, 1], out_of_bounds),
        ("claim-numbers", &[FAR + 2, 1], "unaligned pointer"),
        // Times four bytes the first wraps around to 4, the second to 0.
        ("claim-numbers", &[FAR, (1 << 62) + 1], "exceeds maximum byte size"),
        ("claim-numbers", &[FAR, 1 << 62], "exceeds maximum byte size"),
        ("claim-numbers", &[FAR, 1 << 32], "exceeds maximum byte size"),
        ("claim-numbers", &[FAR, u64::MAX], "exceeds maximum byte size"),
        ("claim-text", &[END - 1, 2], out_of_bounds),
        ("claim-text", &[u64::MAX, 1], out_of_bounds),
        ("claim-text", &[FAR, 1 << 32], "exceeds maximum byte size"),
        ("claim-text", &[FAR, 1 << 63 | 1], "exceeds maximum byte size"),
        // The tag is no part of the length, and the tag of a 32-bit memory is.
        ("claim-latin", &[END - 2, 1 << 63 | 2], out_of_bounds),
        ("claim-latin", &[FAR, 1 << 31 | 1], "exceeds maximum byte size"),
        ("claim-area", &[END - 8], out_of_bounds),
        ("claim-area", &[u64::MAX - 7], out_of_bounds),
        ("claim-area", &[FAR + 4], "unaligned pointer"),
    ];
    for (name, args, expected) in rows {
        let (code, message) = claim(name, args);
        assert_eq!(code, TrapCode::CanonicalAbi, "{name} {args:x?}: {message}");
        assert!(message.contains(expected), "{name} {args:x?}: {message}");
    }
}

#[test]
fn what_realloc_answers_is_checked_in_64_bits() -> Result<()> {
    for (answer, expected) in [
        (0x1_0010_0000, "beyond end of memory"),
        (u64::MAX - 1, "beyond end of memory"),
        (0x1_0000_0011, "result not aligned"),
    ] {
        let (mut store, instance, _) = wide()?;
        call(&mut store, &instance, "answer", &[Value::U64(answer)])?;
        let (code, message) = trap(call(&mut store, &instance, "text16", &[text("text")]));
        assert_eq!(code, TrapCode::CanonicalAbi, "{answer:x}: {message}");
        assert!(message.contains(expected), "{answer:x}: {message}");
    }
    Ok(())
}

#[test]
fn growing_a_string_passes_the_old_size() -> Result<()> {
    let (mut store, instance, _) = wide()?;
    // UTF-8 to UTF-16: room for the worst case, then what is needed.
    call(&mut store, &instance, "text16", &[text("世界")])?;
    let mut old_size = || call(&mut store, &instance, "old-size", &[]);
    // The result's area was the last allocation.
    assert_eq!(old_size()?, Some(Value::U64(0)));
    Ok(())
}

#[test]
fn guests_of_different_widths_call_each_other() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = component::instantiate(&mut store, &guest(&engine, "widths"))?;
    let list = Value::List(vec![text("one"), text("two and more")]);
    for name in ["wide-to-narrow", "narrow-to-wide"] {
        let found = call(&mut store, &instance, name, std::slice::from_ref(&list))?;
        assert_eq!(found.as_ref(), Some(&list), "{name}");
    }
    Ok(())
}

#[test]
fn without_the_feature_such_a_guest_is_refused() -> Result<()> {
    let features = Features { component_memory64: false, ..Features::default() };
    let engine = Engine::new(Config { features, ..engine().config().clone() })?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/component/wide.wat");
    let bytes = wat::parse_file(path).expect("the guest is well-formed");
    match dovetail_runtime::component::Component::new(&engine, &bytes).map_err(Error::into_kind) {
        Err(ErrorKind::Compile(error)) => assert!(error.to_string().contains("64-bit memories"), "{error}"),
        other => panic!("expected a refusal, got {other:?}"),
    }
    Ok(())
}

#[test]
fn resources_are_represented_by_64_bits() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = component::instantiate(&mut store, &guest(&engine, "wide-resources"))?;
    const REP: u64 = 0x1234_5678_9abc_def0;
    let made = call(&mut store, &instance, "make", &[Value::U64(REP)])?.expect("a resource");
    let Value::Own(dovetail_runtime::component::ResourceHandle::Guest(any)) = made else { panic!("got {made:?}") };
    any.drop(&mut store)?;
    assert_eq!(call(&mut store, &instance, "dropped", &[])?, Some(Value::U64(REP)));
    // Through a second component, which drops it: the destructor gets the whole number there too.
    assert_eq!(call(&mut store, &instance, "through", &[Value::U64(!REP)])?, Some(Value::U64(!REP)));
    assert_eq!(call(&mut store, &instance, "dropped", &[])?, Some(Value::U64(!REP)));
    Ok(())
}

#[test]
fn a_borrow_that_does_not_fit_its_representation_traps() -> Result<()> {
    let engine = engine();
    let mut store = Store::new(&engine);
    let instance = component::instantiate(&mut store, &guest(&engine, "wide-resources"))?;
    let mut peek = |rep: u64| {
        let made = call(&mut store, &instance, "make", &[Value::U64(rep)])?.expect("a resource");
        let Value::Own(handle) = made else { panic!("got {made:?}") };
        call(&mut store, &instance, "peek", &[Value::Borrow(handle)])
    };
    assert_eq!(peek(0xffff_ffff)?, Some(Value::U32(0xffff_ffff)));
    let (code, message) = trap(peek(0x1_0000_0000));
    assert_eq!(code, TrapCode::CanonicalAbi);
    assert!(message.contains("does not fit an `i32`"), "{message}");
    Ok(())
}
