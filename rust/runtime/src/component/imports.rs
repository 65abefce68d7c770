//! Matching a component's imports with what a linker offers.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::component::Component;
use super::func::Func;
use super::host::{BoundFunction, HostFunction, ImportedFunction};
use super::linker::{Definition, Definitions};
use super::resource::{HostResource, ResourceType};
use super::signature::Signature;
use super::value::Value;
use super::value_check::check_value;
use crate::abi::{Mismatch, PointerType, ResourceIndex, Types, same_function};
use crate::environ::component::{ComponentType, FunctionTypeIndex, ImportIndex, ImportItem, ItemKind, ModuleType};
use crate::environ::module::ExternType;
use crate::error::{Error, LinkError, Result};
use crate::fiber::run_on_host_stack;
use crate::module::Module;
use crate::store::Store;

/// What an import was given.
pub(super) enum ImportValue {
    Host(Arc<dyn HostFunction>, BoundFunction),
    Exported(Func),
    /// Traps, naming this path.
    Trap(String),
    /// Kept in the table of resource types.
    Resource,
    Module(Module),
    Component(Component),
    Value(Value),
}

pub(super) type Imports = HashMap<ImportIndex, ImportValue>;

/// Finds and checks a definition for each import of a tree, and adds it to `imports`. Resource types come first, and are
/// added to those `found` before: functions are compared with them. Yields the table of all of them.
pub(super) fn resolve(
    store: &mut Store,
    component: &Component,
    items: &IndexMap<String, ImportItem>,
    definitions: &Definitions,
    found: &mut HashMap<ResourceIndex, ResourceType>,
    imports: &mut Imports,
) -> Result<Arc<[ResourceType]>> {
    let mut functions = Vec::new();
    let types = component.types();
    let mut walk = Walk { store, types, imports, resources: found, functions: &mut functions };
    walk.items("", items, definitions)?;
    let resources = resource_table(store, component, found);
    for Pending { path, leaf, ty, definition } in functions {
        let signature = Arc::new(Signature::new(component.shape(ty, PointerType::I32)?, resources.clone()));
        imports.insert(leaf, function(store, path, &signature, definition)?);
    }
    Ok(resources)
}

/// The resource types by index. For one that only a later step makes known, a type stands there that nothing else has:
/// no function that has been made by then mentions it.
fn resource_table(
    store: &mut Store,
    component: &Component,
    found: &HashMap<ResourceIndex, ResourceType>,
) -> Arc<[ResourceType]> {
    let mut unknown = None;
    let mut table = Vec::with_capacity(component.plan().resources.len());
    for index in component.plan().resources.keys() {
        table.push(match found.get(&index) {
            Some(ty) => *ty,
            None => *unknown.get_or_insert_with(|| store.host_resource_type(HostResource::new())),
        });
    }
    table.into()
}

/// A function whose type is compared once all resource types are known.
struct Pending<'d> {
    path: String,
    leaf: ImportIndex,
    ty: FunctionTypeIndex,
    definition: &'d Definition,
}

struct Walk<'w, 'd> {
    store: &'w mut Store,
    types: &'w Types,
    imports: &'w mut Imports,
    resources: &'w mut HashMap<ResourceIndex, ResourceType>,
    functions: &'w mut Vec<Pending<'d>>,
}

impl<'d> Walk<'_, 'd> {
    fn items(&mut self, path: &str, items: &IndexMap<String, ImportItem>, definitions: &'d Definitions) -> Result<()> {
        for (name, item) in items {
            let path = if path.is_empty() { name.clone() } else { format!("{path}#{name}") };
            if let ImportItem::Type = item {
                continue;
            }
            match definitions.find(name) {
                Some(definition) => self.item(path, item, definition)?,
                None => self.undefined(path, item)?,
            }
        }
        Ok(())
    }

    /// What nobody defines: value types need nobody, and a resource type that equals one imported before (an interface's
    /// `use`) is that one.
    fn undefined(&mut self, path: String, item: &ImportItem) -> Result<()> {
        match item {
            ImportItem::Type => Ok(()),
            ImportItem::Instance(items) => {
                // What is missing is the whole interface, whichever item of it is noticed first.
                let mut items = items.values();
                items.try_for_each(|item| self.undefined(path.clone(), item))
            }
            ImportItem::Resource { resource, leaf } if self.resources.contains_key(resource) => {
                self.imports.insert(*leaf, ImportValue::Resource);
                Ok(())
            }
            ImportItem::Function { .. }
            | ImportItem::Resource { .. }
            | ImportItem::Module { .. }
            | ImportItem::Component { .. }
            | ImportItem::Value { .. } => Err(LinkError::Unknown { import: path }.into()),
        }
    }

    fn item(&mut self, path: String, item: &ImportItem, definition: &'d Definition) -> Result<()> {
        match (item, definition) {
            (ImportItem::Type, _) => Ok(()),
            (
                ImportItem::Function { ty, leaf },
                Definition::Function(_) | Definition::Exported(_) | Definition::Trap,
            ) => {
                self.functions.push(Pending { path, leaf: *leaf, ty: *ty, definition });
                Ok(())
            }
            (ImportItem::Instance(items), Definition::Instance(definitions)) => self.items(&path, items, definitions),
            (ImportItem::Resource { resource, leaf }, Definition::Resource(id, destructor)) => {
                let number = self.store.component_mut().host_resource(*id, destructor.as_ref());
                self.resource(path, *resource, *leaf, ResourceType { store: self.store.id(), number })
            }
            (ImportItem::Resource { resource, leaf }, Definition::ExportedResource(ty)) => {
                if ty.store != self.store.id() {
                    return Err(other_store(&path));
                }
                self.resource(path, *resource, *leaf, *ty)
            }
            (ImportItem::Module { ty, leaf }, Definition::Module(module)) => {
                check_module(&path, ty, module)?;
                self.imports.insert(*leaf, ImportValue::Module(module.clone()));
                Ok(())
            }
            (ImportItem::Component { ty, leaf }, Definition::Component(component)) => {
                check_component(&path, ty, component)?;
                self.imports.insert(*leaf, ImportValue::Component(component.clone()));
                Ok(())
            }
            (ImportItem::Value { ty, leaf }, Definition::Value(value)) => {
                check_value(self.types, *ty, value).map_err(|mismatch| {
                    let place: String = mismatch.path.iter().map(|part| format!("{part}: ")).collect();
                    incompatible(path, &format!("{place}{}", mismatch.expected), &mismatch.found)
                })?;
                self.imports.insert(*leaf, ImportValue::Value(value.clone()));
                Ok(())
            }
            (
                ImportItem::Function { .. }
                | ImportItem::Instance(_)
                | ImportItem::Resource { .. }
                | ImportItem::Module { .. }
                | ImportItem::Component { .. }
                | ImportItem::Value { .. },
                _,
            ) => Err(incompatible(path, item.kind().name(), definition.kind())),
        }
    }

    /// One resource type may be imported under several names: they must be given the same.
    fn resource(&mut self, path: String, resource: ResourceIndex, leaf: ImportIndex, ty: ResourceType) -> Result<()> {
        let known = *self.resources.entry(resource).or_insert(ty);
        if known != ty {
            return Err(incompatible(path, "the resource type that an earlier import was given", "another one"));
        }
        self.imports.insert(leaf, ImportValue::Resource);
        Ok(())
    }
}

fn function(store: &Store, path: String, signature: &Arc<Signature>, definition: &Definition) -> Result<ImportValue> {
    match definition {
        Definition::Function(function) => {
            let import = ImportedFunction { store, signature };
            match run_on_host_stack(|| function.bind(&import))? {
                Ok(bound) => Ok(ImportValue::Host(function.clone(), bound)),
                Err(mismatch) => Err(function_mismatch(path, signature, mismatch)),
            }
        }
        Definition::Exported(func) => {
            if func.store() != store.id() {
                return Err(other_store(&path));
            }
            let exporter = &func.lifted().signature;
            let resource =
                |signature: &Signature, index: ResourceIndex| signature.resources.get(index.as_u32() as usize).copied();
            let same = same_function(
                (&signature.types, &signature.ty),
                (&exporter.types, &exporter.ty),
                &mut |left, right| {
                    resource(signature, left).is_some_and(|left| Some(left) == resource(exporter, right))
                },
            );
            match same {
                Ok(()) => Ok(ImportValue::Exported(func.clone())),
                Err(mismatch) => Err(function_mismatch(path, signature, mismatch)),
            }
        }
        Definition::Trap => Ok(ImportValue::Trap(path)),
        Definition::Resource(..)
        | Definition::ExportedResource(_)
        | Definition::Instance(_)
        | Definition::Component(_)
        | Definition::Value(_)
        | Definition::Module(_) => Err(incompatible(path, "a function", definition.kind())),
    }
}

fn function_mismatch(path: String, signature: &Signature, mismatch: Mismatch) -> Error {
    let place: String = mismatch.path.iter().map(|part| format!("{part}: ")).collect();
    let expected = format!("`{}`: {place}{}", signature.types.describe_function(&signature.ty), mismatch.expected);
    incompatible(path, &expected, &mismatch.found)
}

fn incompatible(import: String, expected: &str, found: &str) -> Error {
    LinkError::Incompatible { import, expected: expected.to_owned(), found: found.to_owned() }.into()
}

fn other_store(path: &str) -> Error {
    LinkError::Other { message: format!("`{path}` is given an export of a component in another store") }.into()
}

/// Whether a component can stand for an imported one, as far as names and kinds tell: it may need less and offer more. The
/// types are compared when it is instantiated, with the resource types that it then has.
fn check_component(path: &str, expected: &ComponentType, component: &Component) -> Result<()> {
    let plan = component.plan();
    for (name, item) in &plan.imports {
        let found = item.kind();
        match expected.imports.get(name) {
            Some(given) if *given == found => {}
            // Nothing is given for a type that is not a resource.
            Some(_) | None if found == ItemKind::Type => {}
            Some(given) => {
                let expected = format!("a component that imports `{name}` as {}", given.name());
                return Err(incompatible(path.to_owned(), &expected, found.name()));
            }
            None => {
                let expected = "a component with fewer imports";
                return Err(incompatible(path.to_owned(), expected, &format!("one that imports `{name}`")));
            }
        }
    }
    for (name, wanted) in &expected.exports {
        let found = plan.exports.get(name).map(|item| item.kind());
        if found != Some(*wanted) {
            let expected = format!("a component that exports {} `{name}`", wanted.name());
            let found = found.map_or("one that does not", ItemKind::name);
            return Err(incompatible(path.to_owned(), &expected, found));
        }
    }
    Ok(())
}

/// Whether a module can stand for an imported one: it may need less and offer more.
fn check_module(path: &str, expected: &ModuleType, module: &Module) -> Result<()> {
    for (from, name, ty) in module.imports() {
        let given =
            expected.imports.iter().find(|(given_from, given_name, _)| given_from == from && given_name == name);
        match given {
            Some((_, _, given)) if fits(&ty, given) => {}
            Some((_, _, given)) => {
                let expected = format!("the module's import `{from}.{name}` to be {given:?}");
                return Err(incompatible(path.to_owned(), &expected, &format!("{ty:?}")));
            }
            None => {
                let expected = "a core module with fewer imports";
                return Err(incompatible(path.to_owned(), expected, &format!("one that imports `{from}.{name}`")));
            }
        }
    }
    for (name, wanted) in &expected.exports {
        let found = module.exports().find(|(found, _)| found == name).map(|(_, ty)| ty);
        match found {
            Some(found) if fits(wanted, &found) => {}
            Some(found) => {
                let expected = format!("the module's export `{name}` to be {wanted:?}");
                return Err(incompatible(path.to_owned(), &expected, &format!("{found:?}")));
            }
            None => {
                let expected = format!("a core module that exports `{name}`");
                return Err(incompatible(path.to_owned(), &expected, "one that does not"));
            }
        }
    }
    Ok(())
}

/// Whether `found` can be used where `wanted` is asked for.
fn fits(wanted: &ExternType, found: &ExternType) -> bool {
    let limits = |wanted: &crate::Limits, found: &crate::Limits| {
        found.minimum >= wanted.minimum
            && match (wanted.maximum, found.maximum) {
                (None, _) => true,
                (Some(wanted), Some(found)) => found <= wanted,
                (Some(_), None) => false,
            }
    };
    match (wanted, found) {
        (ExternType::Func(wanted), ExternType::Func(found)) => wanted == found,
        (ExternType::Global(wanted), ExternType::Global(found)) => wanted == found,
        (ExternType::Tag(wanted), ExternType::Tag(found)) => wanted == found,
        (ExternType::Table(wanted), ExternType::Table(found)) => {
            wanted.element == found.element && wanted.table64 == found.table64 && limits(&wanted.limits, &found.limits)
        }
        (ExternType::Memory(wanted), ExternType::Memory(found)) => {
            wanted.memory64 == found.memory64 && wanted.shared == found.shared && limits(&wanted.limits, &found.limits)
        }
        (
            ExternType::Func(_)
            | ExternType::Global(_)
            | ExternType::Table(_)
            | ExternType::Memory(_)
            | ExternType::Tag(_),
            _,
        ) => false,
    }
}
