//! The way from a component's bytes: the same Python as from its WIT (but for what binaries do not keep), a plan that
//! can be read again, and a binding whose functions are the plan's.

mod common;

use std::collections::HashMap;

use bindgen::{Input, Options, Package, generate, python_package};
use common::{Files, cases, component, options, world};
use dovetail_abi::{FunctionType, ResourceIndex, same_function};
use dovetail_environ::binding::{Binding, FunctionFace, InterfaceFace, PackagePlan};
use dovetail_environ::component::{ComponentPlan, ExportItem, ImportItem};
use dovetail_environ::contract::CONTRACT;
use indexmap::IndexMap;
use wit_parser::{Docs, Resolve, Stability, TypeDefKind, WorldId, WorldItem};

/// A case.
struct Case {
    /// The package's name.
    name: String,
    options: Options,
    /// Its WIT, without docs and stability.
    resolve: Resolve,
    world: WorldId,
    /// What is generated of a component of its world.
    package: Package,
}

fn packages() -> Vec<Case> {
    let mut packages = Vec::new();
    for folder in cases() {
        let (mut resolve, world) = world(&folder);
        let component = component(&resolve, world);
        let name = resolve.worlds[world].name.replace('-', "_");
        let options = Options { name: Some(name.clone()), ..options(&folder) };
        let package = match generate(&Input::component(&component), &options) {
            Ok(package) => package,
            Err(error) => panic!("case `{}`: {error}", folder.display()),
        };
        forget_docs(&mut resolve);
        packages.push(Case { name, options, resolve, world, package });
    }
    packages
}

fn forget_docs(resolve: &mut Resolve) {
    for (_, world) in resolve.worlds.iter_mut() {
        world.docs = Docs::default();
        world.stability = Stability::Unknown;
        for item in world.imports.values_mut().chain(world.exports.values_mut()) {
            if let WorldItem::Function(function) = item {
                function.docs = Docs::default();
                function.stability = Stability::Unknown;
            }
        }
    }
    for (_, interface) in resolve.interfaces.iter_mut() {
        interface.docs = Docs::default();
        interface.stability = Stability::Unknown;
        for function in interface.functions.values_mut() {
            function.docs = Docs::default();
            function.stability = Stability::Unknown;
        }
    }
    for (_, ty) in resolve.types.iter_mut() {
        ty.docs = Docs::default();
        ty.stability = Stability::Unknown;
        match &mut ty.kind {
            TypeDefKind::Record(record) => record.fields.iter_mut().for_each(|field| field.docs = Docs::default()),
            TypeDefKind::Variant(variant) => variant.cases.iter_mut().for_each(|case| case.docs = Docs::default()),
            TypeDefKind::Enum(cases) => cases.cases.iter_mut().for_each(|case| case.docs = Docs::default()),
            TypeDefKind::Flags(flags) => flags.flags.iter_mut().for_each(|flag| flag.docs = Docs::default()),
            _ => {}
        }
    }
}

fn python(files: impl IntoIterator<Item = bindgen::File>) -> Files {
    files.into_iter().filter(|file| file.path.ends_with(".py")).map(|file| (file.path, file.contents)).collect()
}

#[test]
fn a_component_gives_the_python_of_its_wit() {
    for Case { name, options, resolve, world, package, .. } in packages() {
        let title = resolve.worlds[world].package.map(|id| format!(" of {}", resolve.packages[id].name)).unwrap();
        let from_wit = python(python_package(resolve, world, &options).unwrap().files);
        let from_component = python(package.files);
        let missing: Vec<&String> = from_wit.keys().filter(|path| !from_component.contains_key(*path)).collect();
        if !missing.is_empty() {
            // An import that nothing uses is not in the binary either, and what it defines is defined elsewhere.
            assert_eq!(name, "empty", "{missing:?}");
            continue;
        }
        for (path, contents) in from_component {
            let expected = String::from_utf8(from_wit[&path].clone()).unwrap().replace(&title, "");
            let found = String::from_utf8(contents).unwrap();
            if path.starts_with("imports/") {
                // Nor are types that nothing uses.
                let surplus: Vec<&str> =
                    found.lines().filter(|line| !expected.lines().any(|known| known == *line)).collect();
                assert!(surplus.is_empty(), "{name}/{path}: {surplus:?}");
                continue;
            }
            // Binaries do not keep the order in which WIT defines types.
            let (expected, found) = (sorted(&expected), sorted(&found));
            assert!(expected == found, "{name}/{path}:\n{}", diff(&expected, &found));
        }
    }
}

/// The lines in alphabetical order, but for the fingerprint: it depends on the order of types, and on unused ones.
fn sorted(text: &str) -> String {
    let known = |line: &&str| !line.is_empty() && !line.contains("fingerprint=\"");
    let mut lines: Vec<&str> = text.lines().filter(known).collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn diff(expected: &str, found: &str) -> String {
    similar::TextDiff::from_lines(expected, found).unified_diff().to_string()
}

#[test]
fn plans_are_read_again_and_modules_are_there() {
    for Case { name, package, .. } in packages() {
        let files: Files = package.files.into_iter().map(|file| (file.path, file.contents)).collect();
        let plan = PackagePlan::read(&files[&format!("{name}.plan.json")]).unwrap();
        assert_eq!(plan.contract, CONTRACT);
        let fingerprint = plan.fingerprint.unwrap();
        assert_eq!(
            fingerprint,
            plan.binding.fingerprint().unwrap(),
            "what was read has the fingerprint of what was written"
        );
        let init = String::from_utf8(files["__init__.py"].clone()).unwrap();
        assert!(init.contains(&format!("(self, __name__, store, imports, fingerprint=\"{fingerprint}\")")), "{init}");
        for (index, module) in plan.plan.modules.iter() {
            let contents = &files[&format!("{name}.core{}.wasm", index.as_u32())];
            assert_eq!(contents.len() as u64, module.size);
        }
    }
}

/// The functions of a plan by interface name (`None` for the world's own) and function name.
type Functions = HashMap<(Option<String>, String), FunctionType>;

fn imported(plan: &ComponentPlan) -> Functions {
    let mut functions = Functions::new();
    let mut add = |interface: Option<&String>, items: &IndexMap<String, ImportItem>| {
        for (name, item) in items {
            if let ImportItem::Function { ty, .. } = item {
                functions.insert((interface.cloned(), name.clone()), plan.functions[*ty].clone());
            }
        }
    };
    add(None, &plan.imports);
    for (name, item) in &plan.imports {
        if let ImportItem::Instance(items) = item {
            add(Some(name), items);
        }
    }
    functions
}

fn exported(plan: &ComponentPlan) -> Functions {
    let mut functions = Functions::new();
    let mut add = |interface: Option<&String>, items: &IndexMap<String, ExportItem>| {
        for (name, item) in items {
            if let ExportItem::Function(function) = item {
                functions.insert((interface.cloned(), name.clone()), plan.functions[function.ty].clone());
            }
        }
    };
    add(None, &plan.exports);
    for (name, item) in &plan.exports {
        if let ExportItem::Instance(items) = item {
            add(Some(name), items);
        }
    }
    functions
}

#[test]
fn bindings_say_what_plans_say() {
    for Case { name, package, .. } in packages() {
        let file = package.files.iter().find(|file| file.path == format!("{name}.plan.json")).unwrap();
        let PackagePlan { plan, binding, .. } = PackagePlan::read(&file.contents).unwrap();
        let mut pairs = HashMap::new();
        for (faces, mut functions) in [(&binding.imports, imported(&plan)), (&binding.exports, exported(&plan))] {
            for interface in faces {
                for face in &interface.functions {
                    let key = (interface.name.clone(), face.name.clone());
                    let function = functions.remove(&key).unwrap_or_else(|| panic!("{name}: {key:?} is in no plan"));
                    check(&name, (&binding, interface, face), (&plan, &function), &mut pairs);
                }
            }
            // What a component imports but never calls need not be in its plan; nothing else may be missing.
            assert!(functions.is_empty(), "{name}: {:?} have no face", functions.keys());
        }
    }
}

fn check(
    name: &str,
    (binding, interface, face): (&Binding, &InterfaceFace, &FunctionFace),
    (plan, function): (&ComponentPlan, &FunctionType),
    pairs: &mut HashMap<ResourceIndex, ResourceIndex>,
) {
    let mut same_resource = |ours, theirs| *pairs.entry(ours).or_insert(theirs) == theirs;
    let same = same_function((&binding.types, &face.ty), (&plan.types, function), &mut same_resource);
    assert_eq!(same, Ok(()), "{name}: {:?} {}", interface.name, face.name);
    let own = usize::from(face.name.starts_with("[method]"));
    assert_eq!(face.params.len() + own, face.ty.params.len(), "{name}: {}", face.name);
}
