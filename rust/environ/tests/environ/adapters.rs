//! Adapters between components: the modules that are written are valid, few, and no larger than their types.

use std::fmt::Write;

use dovetail_environ::component::adapter::plan_adapters;
use dovetail_environ::component::{ComponentPlan, translate_component};
use dovetail_environ::{Error, Features, module};

/// Writes and validates all adapters of a plan; gives for each module how many there are, and its size.
pub fn validate(plan: &ComponentPlan) -> Vec<(usize, usize)> {
    let groups = plan_adapters(plan).unwrap();
    groups
        .iter()
        .map(|group| {
            let bytes = group.built.module.encode(&plan.types, usize::MAX).unwrap();
            let translated = module::translate(&bytes, Features::default());
            let description = translated.unwrap_or_else(|error| panic!("{error} in {:?}", group.built.module)).module;
            assert_eq!(description.exports.len(), group.trampolines.len());
            (group.trampolines.len(), bytes.len())
        })
        .collect()
}

fn plan(text: &str) -> ComponentPlan {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    translate_component(&bytes, Features::default()).unwrap().plan
}

/// A component that offers `f` and, but for the first, calls the one before it. `functions` times.
fn link(name: &str, import: bool, functions: usize, ty: &str) -> String {
    let (mut text, mut core, mut given) = (format!("(component ${name} "), String::new(), String::new());
    if import {
        text += r#"(import "before" (instance $before"#;
        (0..functions).for_each(|n| _ = write!(text, r#" (export "f{n}" (func {ty}))"#));
        text += "))";
        text += r#"(core module $memory (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
          (core instance $memory (instantiate $memory))"#;
        for n in 0..functions {
            let _ = write!(
                text,
                r#"(core func $f{n} (canon lower (func $before "f{n}") (memory (core memory $memory "memory"))
                     (realloc (core func $memory "realloc"))))"#
            );
            let _ = write!(core, r#"(import "before" "f{n}" (func (param i32 i32)))"#);
            let _ = write!(given, r#"(export "f{n}" (func $f{n}))"#);
        }
    }
    (0..functions).for_each(|n| _ = write!(core, r#"(func (export "f{n}") (param i32 i32) unreachable)"#));
    let _ = write!(
        text,
        r#"(core module $m {core} (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
          (core instance $m (instantiate $m {}))"#,
        if import { format!(r#"(with "before" (instance {given}))"#) } else { String::new() }
    );
    for n in 0..functions {
        let _ = write!(
            text,
            r#"(func (export "f{n}") {ty} (canon lift (core func $m "f{n}") (memory (core memory $m "memory"))
                 (realloc (core func $m "realloc"))))"#
        );
    }
    text + ")"
}

/// Components each of which calls the one before it.
fn chain(length: usize, functions: usize, ty: &str) -> String {
    let mut text = String::from("(component ");
    for n in 0..length {
        text += &link(&format!("c{n}"), n > 0, functions, ty);
        let with = if n > 0 { format!(r#"(with "before" (instance $i{}))"#, n - 1) } else { String::new() };
        let _ = write!(text, "(instance $i{n} (instantiate $c{n} {with}))");
    }
    text + ")"
}

#[test]
fn the_functions_of_one_component_share_a_module() {
    let groups = validate(&plan(&chain(2, 7, r#"(param "x" string)"#)));
    assert_eq!(groups.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [7]);
    // Each link needs what the one before it made.
    let groups = validate(&plan(&chain(4, 3, r#"(param "x" string)"#)));
    assert_eq!(groups.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [3, 3, 3]);
}

#[test]
fn a_call_within_one_instance_has_no_adapter() {
    let text = r#"(component
      (core module $m (func (export "f")))
      (core instance $m (instantiate $m))
      (func $f (canon lift (core func $m "f")))
      (core func $lowered (canon lower (func $f)))
      (core module $n (import "" "f" (func)))
      (core instance (instantiate $n (with "" (instance (export "f" (func $lowered)))))))"#;
    assert_eq!(validate(&plan(text)), []);
}

/// Six levels, each of which holds the one below three times: seven hundred paths.
#[test]
fn code_is_as_large_as_the_types() {
    let mut ty = String::from("(list char)");
    let size = |ty: &str| validate(&plan(&chain(2, 1, &format!(r#"(param "x" {ty})"#))))[0].1;
    let mut sizes = vec![size(&ty)];
    for _ in 0..6 {
        ty = format!("(list (tuple {ty} (option {ty}) (result {ty})))");
        sizes.push(size(&ty));
    }
    let steps: Vec<usize> = sizes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().all(|step| *step < 1500), "{sizes:?}");
}

#[test]
fn too_much_code_is_refused() {
    let plan = plan(&chain(2, 40, r#"(param "x" string)"#));
    let groups = plan_adapters(&plan).unwrap();
    let error = groups[0].built.module.encode(&plan.types, 1000).unwrap_err();
    assert_eq!(error, Error::Limit("the adapters of a component exceed 1000 bytes".into()));
}
