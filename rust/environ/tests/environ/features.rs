//! The switches of the component model's gated features, each both ways.

use dovetail_environ::component::translate_component;
use dovetail_environ::{Error, Features};

/// What the validator says of a component.
fn refusal(text: &str, features: Features) -> Option<String> {
    let bytes = wat::parse_str(text).unwrap();
    match translate_component(&bytes, features) {
        Ok(_) => None,
        Err(Error::Invalid { message, .. }) => Some(message),
        Err(other) => panic!("{text}: {other}"),
    }
}

#[test]
fn each_switch_decides() {
    let on = Features { values: true, ..Features::default() };
    let implements = r#"(component (type (component (import "a" (implements "a:b/c") (instance)))))"#;
    let external_id = r#"(component (type (component (import "a" (external-id "x") (instance)))))"#;
    let wide_memory = r#"(component
        (import "f" (func $f (param "x" string)))
        (core module $m (memory (export "m") i64 1))
        (core instance $i (instantiate $m))
        (core func (canon lower (func $f) (memory (core memory $i "m")))))"#;
    let rows = [
        (Features { component_model: false, ..on }, "(component)"),
        (Features { map: false, ..on }, "(component (type (map string u32)))"),
        (Features { implements: false, ..on }, implements),
        (Features { implements: false, ..on }, external_id),
        (Features { fixed_length_lists: false, ..on }, "(component (type (list u32 4)))"),
        (Features { component_memory64: false, ..on }, "(component (type (resource (rep i64))))"),
        (Features { component_memory64: false, ..on }, wide_memory),
        (Features { memory64: false, ..on }, wide_memory),
        (Features { values: false, ..on }, r#"(component (type (component (import "a" (value u32)))))"#),
    ];
    for (without, text) in rows {
        assert_eq!(refusal(text, on), None, "{text}");
        assert!(refusal(text, without).is_some(), "{text}");
    }
}

#[test]
fn defaults_are_the_documented_ones() {
    let expected = Features {
        simd: true,
        multi_memory: true,
        memory64: true,
        exception_handling: true,
        component_model: true,
        map: true,
        implements: true,
        fixed_length_lists: true,
        component_memory64: true,
        values: false,
    };
    assert_eq!(Features::default(), expected);
}
