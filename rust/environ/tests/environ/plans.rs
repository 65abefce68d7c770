//! Components as files, and what their plans must be: each `components/NAME.wat` has its plan as text in `NAME.plan`.
//! `BLESS=1 cargo test -p dovetail-environ plans` writes the texts anew.

use std::fmt::Write;
use std::path::Path;

use dovetail_environ::Features;
use dovetail_environ::component::{
    ComponentPlan, ExportItem, FunctionTypeIndex, ImportItem, Resource, translate_component,
};
use indexmap::IndexMap;

use dovetail_abi::{DefinedType, ValueType};

/// A function type; after it the resources of the handles among its parameters and result.
fn function(plan: &ComponentPlan, ty: FunctionTypeIndex) -> String {
    let function = &plan.functions[ty];
    let mut text = plan.types.describe_function(function);
    for ty in function.params.iter().map(|param| param.ty).chain(function.result) {
        if let ValueType::Defined(index) = ty
            && let DefinedType::Own(resource) | DefinedType::Borrow(resource) = plan.types.kind(index)
        {
            write!(text, " {resource:?}").unwrap();
        }
    }
    text
}

fn imports(out: &mut String, plan: &ComponentPlan, items: &IndexMap<String, ImportItem>, indent: &str) {
    for (name, item) in items {
        match item {
            ImportItem::Function { ty, leaf } => {
                writeln!(out, "{indent}{name}: {leaf:?} {}", function(plan, *ty)).unwrap();
            }
            ImportItem::Instance(items) => {
                writeln!(out, "{indent}{name}: instance").unwrap();
                imports(out, plan, items, &format!("{indent}  "));
            }
            ImportItem::Resource { resource, leaf } => writeln!(out, "{indent}{name}: {leaf:?} {resource:?}").unwrap(),
            ImportItem::Type => writeln!(out, "{indent}{name}: type").unwrap(),
            ImportItem::Module { leaf, .. } => writeln!(out, "{indent}{name}: {leaf:?} core module").unwrap(),
            ImportItem::Component { leaf, .. } => writeln!(out, "{indent}{name}: {leaf:?} component").unwrap(),
            ImportItem::Value { ty, leaf } => writeln!(out, "{indent}{name}: {leaf:?} value {ty:?}").unwrap(),
        }
    }
}

fn exports(out: &mut String, plan: &ComponentPlan, items: &IndexMap<String, ExportItem>, indent: &str) {
    for (name, item) in items {
        match item {
            ExportItem::Function(lifted) => {
                writeln!(out, "{indent}{name}: {:?} {}", lifted.core, function(plan, lifted.ty)).unwrap();
            }
            ExportItem::Instance(items) => {
                writeln!(out, "{indent}{name}: instance").unwrap();
                exports(out, plan, items, &format!("{indent}  "));
            }
            ExportItem::Resource(resource) => writeln!(out, "{indent}{name}: {resource:?}").unwrap(),
            ExportItem::Type => writeln!(out, "{indent}{name}: type").unwrap(),
            ExportItem::Module(source) => writeln!(out, "{indent}{name}: {source:?}").unwrap(),
            ExportItem::Component(source) => writeln!(out, "{indent}{name}: {source:?}").unwrap(),
            ExportItem::Value { source, .. } => writeln!(out, "{indent}{name}: {source:?}").unwrap(),
            ExportItem::ImportedFunction { ty, import } => {
                writeln!(out, "{indent}{name}: {import:?} {}", function(plan, *ty)).unwrap();
            }
        }
    }
}

/// Where modules were in the binary is not written to disk.
fn restore_ranges(written: &ComponentPlan, read: &mut ComponentPlan) {
    for (written, read) in written.modules.values().zip(read.modules.values_mut()) {
        read.range = written.range.clone();
    }
    for (written, read) in written.components.values().zip(read.components.values_mut()) {
        restore_ranges(written, read);
    }
}

fn render(plan: &ComponentPlan) -> String {
    let mut out = String::from("imports\n");
    imports(&mut out, plan, &plan.imports, "  ");
    out.push_str("resources\n");
    for (index, resource) in &plan.resources {
        match resource {
            Resource::Imported(leaf) => writeln!(out, "  {index:?}: {leaf:?}").unwrap(),
            Resource::Defined { instance, .. } => writeln!(out, "  {index:?}: of {instance:?}").unwrap(),
        }
    }
    out.push_str("component instances\n");
    for (index, instance) in &plan.component_instances {
        writeln!(out, "  {index:?}: parent {:?}", instance.parent).unwrap();
    }
    out.push_str("steps\n");
    for line in plan.describe_steps() {
        writeln!(out, "  {line}").unwrap();
    }
    out.push_str("exports\n");
    exports(&mut out, plan, &plan.exports, "  ");
    out
}

#[test]
fn plans_are_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/components");
    let files = crate::support::files(&folder, "wat");
    assert!(!files.is_empty());
    for path in files {
        let bytes = wat::parse_file(&path).unwrap();
        let translation = translate_component(&bytes, Features { values: true, ..Features::default() })
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let plan = &translation.plan;
        plan.verify(&|index| &translation.descriptions[index])
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let json = serde_json::to_string(plan).unwrap();
        let mut read: ComponentPlan = serde_json::from_str(&json).unwrap();
        restore_ranges(plan, &mut read);
        assert_eq!(&read, plan, "{}: the plan survives being written to disk", path.display());
        let text = render(plan);
        let golden = path.with_extension("plan");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&golden, &text).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(text, expected, "{}: BLESS=1 accepts the new text", path.display());
    }
}
