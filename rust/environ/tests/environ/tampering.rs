//! What `ComponentPlan::verify` finds: each row damages a sound plan in one place.

use std::path::Path;

use dovetail_environ::component::{
    ComponentIndex, ComponentInstance, ComponentInstanceIndex, ComponentPlan, ComponentSource, CoreInstanceIndex,
    CoreItem, CoreModuleIndex, ExportItem, FunctionTypeIndex, ImportIndex, ImportItem, LiftedFunction, ModuleSource,
    NestedInstanceIndex, OptionsIndex, Resource, Step, Trampoline, TrampolineIndex, ValueIndex, ValueSource,
    translate_component,
};
use dovetail_environ::{Error, Features};

use dovetail_abi::{ResourceIndex, ValueType};

const FAR: u32 = 1000;

/// Damages the plan of `components/NAME.wat` and returns what verification says.
fn damaged(name: &str, damage: impl FnOnce(&mut ComponentPlan)) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/components").join(name).with_extension("wat");
    let bytes = wat::parse_file(path).unwrap();
    let translation = translate_component(&bytes, Features { values: true, ..Features::default() }).unwrap();
    let mut plan = translation.plan.clone();
    damage(&mut plan);
    assert_ne!(plan, translation.plan);
    match plan.verify(&|index| &translation.descriptions[index]) {
        Err(Error::Plan(message)) => message,
        other => panic!("expected a damaged plan, found {other:?}"),
    }
}

fn check(name: &str, expected: &str, damage: impl FnOnce(&mut ComponentPlan)) {
    let message = damaged(name, damage);
    assert!(message.contains(expected), "expected {expected:?}, found {message:?}");
}

fn argument<'a>(plan: &'a mut ComponentPlan, step: usize, namespace: &str, name: &str) -> &'a mut CoreItem {
    match &mut plan.steps[step] {
        Step::InstantiateModule { arguments, .. } => &mut arguments[namespace][name],
        Step::DefineResource(_) | Step::InstantiateComponent { .. } | Step::Start { .. } => {
            panic!("step {step} instantiates no core module")
        }
    }
}

fn lifted<'a>(plan: &'a mut ComponentPlan, name: &str) -> &'a mut LiftedFunction {
    match &mut plan.exports[name] {
        ExportItem::Function(lifted) => lifted,
        other => panic!("{name} is {other:?}"),
    }
}

fn export(instance: u32, name: &str) -> CoreItem {
    CoreItem::Export { instance: CoreInstanceIndex::from_u32(instance), name: name.into() }
}

#[test]
fn indices_are_checked() {
    check("shared-everything", "there is no ", |plan| {
        lifted(plan, "work").ty = FunctionTypeIndex::from_u32(FAR);
    });
    check("shared-everything", "there is no options1000", |plan| {
        lifted(plan, "work").options = OptionsIndex::from_u32(FAR);
    });
    check("shared-everything", "there is no core_module1000", |plan| {
        let Step::InstantiateModule { module, .. } = &mut plan.steps[0] else { panic!("an instantiation") };
        *module = ModuleSource::Static(CoreModuleIndex::from_u32(FAR));
    });
    check("shared-everything", "there is no component_instance1000", |plan| {
        plan.options[OptionsIndex::from_u32(0)].instance = ComponentInstanceIndex::from_u32(FAR);
    });
    check("component-to-component", "there is no trampoline1000", |plan| {
        *argument(plan, 3, "lib", "drop") = CoreItem::Trampoline(TrampolineIndex::from_u32(FAR));
    });
    check("component-to-component", "there is no resource1000", |plan| {
        plan.exports["file"] = ExportItem::Resource(ResourceIndex::from_u32(FAR));
    });
    check("reexports", "there is no import1000", |plan| {
        let ImportItem::Function { leaf, .. } = &mut plan.imports["log"] else { panic!("a function") };
        *leaf = ImportIndex::from_u32(FAR);
    });
}

#[test]
fn items_are_used_after_they_are_made() {
    check("shared-everything", "core_instance2 is used before it is made", |plan| {
        *argument(plan, 1, "libc", "malloc") = export(2, "work");
    });
    check("shared-everything", "core_instance2 is made out of order", |plan| plan.steps.swap(1, 2));
    check("component-to-component", "trampoline0 is used before it is made", |plan| {
        let Trampoline::LowerLifted { callee, .. } = &mut plan.trampolines[TrampolineIndex::from_u32(0)] else {
            panic!("a call between components")
        };
        callee.core = CoreItem::Trampoline(TrampolineIndex::from_u32(0));
    });
    check("component-to-component", "resource0 is never defined", |plan| {
        plan.steps.retain(|step| !matches!(step, Step::DefineResource(_)));
    });
    check("component-to-component", "resource0 is defined twice", |plan| {
        plan.steps.push(Step::DefineResource(ResourceIndex::from_u32(0)));
    });
}

#[test]
fn core_types_are_compared() {
    check("shared-everything", "has no export `nothing`", |plan| lifted(plan, "work").core = export(2, "nothing"));
    check("shared-everything", "a lifted core function has the type [I32] -> [I32] instead of [] -> [I32]", |plan| {
        lifted(plan, "work").core = export(0, "malloc");
    });
    check("shared-everything", "must be a function is none", |plan| lifted(plan, "work").core = export(0, "memory"));
    check("shared-everything", "`env` `memory` has an argument of another type", |plan| {
        *argument(plan, 1, "env", "memory") = export(0, "table");
    });
    check("shared-everything", "`env` `sp` has no argument", |plan| {
        let Step::InstantiateModule { arguments, .. } = &mut plan.steps[1] else { panic!("an instantiation") };
        arguments["env"].shift_remove("sp");
    });
    check("component-to-component", "`lib` `greet` has an argument of another type", |plan| {
        *argument(plan, 3, "lib", "greet") = CoreItem::Trampoline(TrampolineIndex::from_u32(1));
    });
    check("resource-instantiated-twice", "a destructor has the type [I32] -> [I32]", |plan| {
        let Resource::Defined { destructor, .. } = &mut plan.resources[ResourceIndex::from_u32(0)] else {
            panic!("a defined resource")
        };
        *destructor = Some(export(0, "make"));
    });
}

#[test]
fn canonical_options_are_checked() {
    let caller = OptionsIndex::from_u32(1);
    check("component-to-component", "needs a memory", |plan| plan.options[caller].memory = None);
    check("component-to-component", "needs a realloc function", |plan| plan.options[caller].realloc = None);
    check("component-to-component", "has a memory whose pointers are not I32", |plan| {
        plan.options[caller].memory = Some(export(1, "realloc"));
    });
    check("component-to-component", "has a memory whose pointers are not I64", |plan| {
        let options = &mut plan.options[OptionsIndex::from_u32(0)];
        options.pointers = dovetail_abi::PointerType::I64;
        options.realloc = None;
    });
    check("component-to-component", "a realloc function has the type", |plan| {
        plan.options[caller].realloc = Some(export(0, "greet"));
    });
    check("component-to-component", "has a post-return", |plan| {
        plan.options[caller].post_return = Some(export(0, "done"));
    });
    check("component-to-component", "a post-return function has the type", |plan| {
        plan.options[OptionsIndex::from_u32(0)].post_return = Some(export(0, "greet"));
    });
}

#[test]
fn calls_between_components_keep_their_type() {
    check("component-to-component", "is used as a function of another type", |plan| {
        let mut ty = plan.functions[FunctionTypeIndex::from_u32(0)].clone();
        ty.params[1].ty = ValueType::U32;
        let other = plan.functions.push(ty);
        let Trampoline::LowerLifted { lower_ty, .. } = &mut plan.trampolines[TrampolineIndex::from_u32(0)] else {
            panic!("a call between components")
        };
        *lower_ty = other;
    });
}

#[test]
fn component_instances_share_no_core_items() {
    check("component-to-component", "component_instance1 uses Export", |plan| {
        plan.options[OptionsIndex::from_u32(0)].memory = Some(export(1, "mem"));
    });
    check("component-to-component", "component_instance1 uses Export", |plan| {
        plan.options[OptionsIndex::from_u32(0)].realloc = Some(export(1, "realloc"));
    });
    check("component-to-component", "component_instance1 uses", |plan| {
        let Step::InstantiateModule { component, .. } = &mut plan.steps[3] else { panic!("a core module") };
        *component = ComponentInstanceIndex::from_u32(1);
    });
    check("resource-instantiated-twice", "component_instance2 uses Export", |plan| {
        let Resource::Defined { destructor, .. } = &mut plan.resources[ResourceIndex::from_u32(1)] else {
            panic!("a defined resource")
        };
        *destructor = Some(export(0, "drop"));
    });
}

#[test]
fn imported_functions_are_exported_with_their_type() {
    check("reexports", "`log2` is used as a function of another type", |plan| {
        let ExportItem::ImportedFunction { ty, .. } = &mut plan.exports["log2"] else { panic!("an imported function") };
        let mut other = plan.functions[*ty].clone();
        other.params[0].ty = ValueType::U32;
        *ty = plan.functions.push(other);
    });
    check("reexports", "there is no ", |plan| {
        let ExportItem::ImportedFunction { ty, .. } = &mut plan.exports["log2"] else { panic!("an imported function") };
        *ty = FunctionTypeIndex::from_u32(FAR);
    });
}

#[test]
fn resources_belong_to_their_component_instance() {
    check("resource-instantiated-twice", "outside of the component instance of its resource", |plan| {
        let Trampoline::ResourceNew { resource, .. } = &mut plan.trampolines[TrampolineIndex::from_u32(0)] else {
            panic!("resource.new")
        };
        *resource = ResourceIndex::from_u32(1);
    });
    check("imported-resource-shared", "resource0 is not imported as import1", |plan| {
        plan.resources[ResourceIndex::from_u32(0)] = Resource::Imported(ImportIndex::from_u32(1));
    });
}

#[test]
fn imports_and_their_leaves_fit() {
    check("reexports", "is imported twice", |plan| {
        let item = plan.imports["log"].clone();
        plan.imports.insert("again".into(), item);
    });
    check("reexports", "is not the import `nothing`", |plan| {
        plan.import_leaves[ImportIndex::from_u32(0)].name = "nothing".into();
    });
    check("reexports", "which is no function", |plan| {
        let Trampoline::LowerImport { import, .. } = &mut plan.trampolines[TrampolineIndex::from_u32(0)] else {
            panic!("a lowered import")
        };
        *import = ImportIndex::from_u32(2);
    });
}

#[test]
fn component_instances_form_a_tree() {
    let second = ComponentInstanceIndex::from_u32(1);
    check("outer-aliases", "has no earlier parent", |plan| {
        plan.component_instances[second] = ComponentInstance { parent: Some(second) };
    });
    check("outer-aliases", "has no earlier parent", |plan| {
        plan.component_instances[second] = ComponentInstance { parent: None };
    });
}

/// The step of `nested.wat` that instantiates the imported component.
fn nested_step(plan: &mut ComponentPlan) -> &mut Step {
    plan.steps.iter_mut().find(|step| matches!(step, Step::InstantiateComponent { .. })).expect("a nested instance")
}

#[test]
fn instances_of_imported_components_are_checked() {
    check("nested", "is no component", |plan| {
        let Step::InstantiateComponent { component, .. } = nested_step(plan) else { panic!("a nested instance") };
        *component = ImportIndex::from_u32(0);
    });
    check("nested", "there is no component_instance1000", |plan| {
        let Step::InstantiateComponent { parent, .. } = nested_step(plan) else { panic!("a nested instance") };
        *parent = ComponentInstanceIndex::from_u32(FAR);
    });
    check("nested", "nested_instance1000 is made out of order", |plan| {
        let Step::InstantiateComponent { instance, .. } = nested_step(plan) else { panic!("a nested instance") };
        *instance = NestedInstanceIndex::from_u32(FAR);
    });
    check("nested", "there is no component1000", |plan| {
        let Step::InstantiateComponent { arguments, .. } = nested_step(plan) else { panic!("a nested instance") };
        let far = ComponentSource::Static(ComponentIndex::from_u32(FAR));
        arguments.insert("far".into(), ExportItem::Component(far));
    });
    check("nested", "core_instance0 is used before it is made", |plan| plan.steps.swap(0, 1));
    // What it exports exists from its step on.
    check("nested", "which is no function", |plan| {
        let place = plan.steps.iter().position(|step| matches!(step, Step::InstantiateComponent { .. }));
        let step = plan.steps.remove(place.expect("a nested instance"));
        plan.steps.push(step);
    });
    check("nested", "is imported twice", |plan| {
        let Step::InstantiateComponent { exports, .. } = nested_step(plan) else { panic!("a nested instance") };
        let item = exports["make"].clone();
        exports.insert("again".into(), item);
    });
}

#[test]
fn components_that_are_values_are_checked() {
    let first = ComponentIndex::from_u32(0);
    check("nested", "captures import1, which is something else", |plan| {
        plan.components[first].captures[0].outer = ImportIndex::from_u32(1);
    });
    check("nested", "captures import1000, which is something else", |plan| {
        plan.components[first].captures[0].outer = ImportIndex::from_u32(FAR);
    });
    check("nested", "there is no ", |plan| {
        let ExportItem::Function(lifted) = &mut plan.components[first].exports["f"] else { panic!("a function") };
        lifted.ty = FunctionTypeIndex::from_u32(FAR);
    });
    check("nested", "has other core modules", |plan| plan.components[first].modules.clear());
    check("nested", "captures import0, which is something else", |plan| {
        let item = ImportItem::Function { ty: FunctionTypeIndex::from_u32(0), leaf: ImportIndex::from_u32(0) };
        plan.components[first].captures[0].item = item;
    });
    check("nested", "a component of its own captures something", |plan| {
        plan.captures = plan.components[first].captures.clone();
    });
}

#[test]
fn values_are_checked() {
    let set = |plan: &mut ComponentPlan, index: ValueSource| {
        let ExportItem::Value { source, .. } = &mut plan.exports["number"] else { panic!("a value") };
        *source = index;
    };
    check("nested", "Result(value1000) is no value", |plan| set(plan, ValueSource::Result(ValueIndex::from_u32(FAR))));
    check("nested", "Import(import0) is no value", |plan| set(plan, ValueSource::Import(ImportIndex::from_u32(0))));
    check("nested", "Import(import1) has another type", |plan| {
        set(plan, ValueSource::Import(ImportIndex::from_u32(1)))
    });
    check("nested", "the start function has other parameters", |plan| {
        let Some(Step::Start { arguments, .. }) = plan.steps.last_mut() else { panic!("a start function") };
        arguments.push(ValueSource::Import(ImportIndex::from_u32(1)));
    });
    check("nested", "the start function has another result", |plan| {
        let Some(Step::Start { result, .. }) = plan.steps.last_mut() else { panic!("a start function") };
        *result = Some(ValueIndex::from_u32(FAR));
    });
}
