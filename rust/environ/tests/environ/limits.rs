//! Small files that ask for much: each is refused, and quickly.

use std::fmt::Write;

use dovetail_environ::component::translate_component;
use dovetail_environ::{Error, Features};

fn limit(text: &str) -> String {
    let bytes = wat::parse_str(text).unwrap();
    match translate_component(&bytes, Features::default()) {
        Err(Error::Limit(message)) => message,
        Err(Error::Invalid { message, .. }) => message,
        other => panic!("expected a limit, found {:?}", other.map(|_| ())),
    }
}

#[test]
fn components_that_instantiate_each_other_twice() {
    let mut text = String::from("(component (component $c0 (core module $m) (core instance (instantiate $m)))");
    for i in 1..40 {
        let j = i - 1;
        write!(text, "(component $c{i} (instance (instantiate $c{j})) (instance (instantiate $c{j})))").unwrap();
    }
    text.push_str("(instance (instantiate $c39)))");
    assert_eq!(limit(&text), "the component's instantiation graph is too large");
}

#[test]
fn types_that_are_nested_without_end() {
    let mut text = String::from("(component (type $t0 (option u8))");
    for i in 1..200 {
        write!(text, "(type $t{i} (option $t{}))", i - 1).unwrap();
    }
    text.push_str("(import \"f\" (func (param \"x\" $t199))))");
    assert_eq!(limit(&text), "type nesting is too deep");
}

#[test]
fn types_that_double() {
    let mut text = String::from("(component (type $t0 (tuple u8 u8))");
    for i in 1..18 {
        let j = i - 1;
        write!(text, "(type $t{i} (tuple $t{j} $t{j}))").unwrap();
    }
    text.push_str("(import \"f\" (func (param \"x\" $t17))))");
    let message = limit(&text);
    assert!(message.contains("bytes of text"), "{message}");
}

#[test]
fn instances_that_are_nested_without_end() {
    let mut text = String::from("(component (instance $i0)");
    for i in 1..200 {
        write!(text, "(instance $i{i} (export \"a\" (instance $i{})))", i - 1).unwrap();
    }
    text.push_str("(export \"a\" (instance $i199)))");
    assert_eq!(limit(&text), "type nesting is too deep");
}

#[test]
fn what_is_unsupported_is_named() {
    let error = |text: &str| {
        let bytes = wat::parse_str(text).unwrap();
        translate_component(&bytes, Features::default()).unwrap_err().to_string()
    };
    let rows = [
        (
            "(component (import \"a:b/c\" (instance (export \"f\" (func (param \"s\" (stream u8)))))))",
            "`a:b/c#f` uses the type `stream`, which is not supported",
        ),
        ("(component (import \"f\" (func (result (future)))))", "`f` uses the type `future`, which is not supported"),
        (
            "(component (import \"f\" (func (param \"e\" error-context))))",
            "`f` uses the type `error-context`, which is not supported",
        ),
        ("(component (import \"f\" (func async)))", "`f` uses an `async` function type, which is not supported"),
        ("(component (core module (type (struct))))", "uses garbage collection, which is not supported"),
        (
            "(component (core module (type $f (func)) (func (param (ref $f)))))",
            "uses typed function references, which is not supported",
        ),
        (
            "(component (core module (func (param i64 i64) (result i64 i64)
                (i64.mul_wide_u (local.get 0) (local.get 1)))))",
            "uses wide arithmetic, which is not supported",
        ),
        ("(component (core func (canon task.cancel)))", "the built-in `task.cancel`, which is not supported"),
        (
            "(component (core module $m (func (export \"run\"))) (core instance $i (instantiate $m))
                (func (export \"run\") async (canon lift (core func $i \"run\") async)))",
            "`run` uses the `async` canonical option, which is not supported",
        ),
    ];
    for (text, expected) in rows {
        let found = error(text);
        assert!(found.contains(expected), "expected {expected:?}, found {found:?}");
    }
}
