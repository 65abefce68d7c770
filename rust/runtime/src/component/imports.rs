//! Matching a component's imports with what a linker offers.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::component::Component;
use super::func::Func;
use super::host::{BoundFunction, HostFunction, ImportedFunction};
use super::instantiate::missing;
use super::linker::{Definition, Definitions};
use super::resource::ResourceType;
use super::signature::Signature;
use crate::abi::{Mismatch, PointerType, ResourceIndex, same_function};
use crate::environ::component::{FunctionTypeIndex, ImportIndex, ImportItem, ModuleType, Resource};
use crate::environ::module::ExternType;
use crate::error::{Error, LinkError, Result};
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
}

pub(super) type Imports = HashMap<ImportIndex, ImportValue>;

/// Finds and checks a definition for each import. Resource types come first: functions are compared with them.
pub(super) fn resolve(
    store: &mut Store,
    component: &Component,
    definitions: &Definitions,
    define: impl Fn(&mut Store, &Resource) -> Result<Option<u32>>,
) -> Result<(Arc<[ResourceType]>, Imports)> {
    let plan = component.plan();
    let mut imports = Imports::new();
    let mut found: HashMap<ResourceIndex, ResourceType> = HashMap::new();
    let mut functions = Vec::new();
    let mut walk = Walk { store, imports: &mut imports, resources: &mut found, functions: &mut functions };
    walk.items("", &plan.imports, definitions)?;

    let mut resources = Vec::with_capacity(plan.resources.len());
    for (index, resource) in plan.resources.iter() {
        let ty = match (define(store, resource)?, found.get(&index)) {
            (Some(number), _) => ResourceType { store: store.id(), number },
            (None, Some(ty)) => *ty,
            (None, None) => return Err(missing(&index)),
        };
        resources.push(ty);
    }
    let resources: Arc<[ResourceType]> = resources.into();

    for Pending { path, leaf, ty, definition } in functions {
        let ty = plan.functions.get(ty).ok_or_else(|| missing(&ty))?;
        let signature =
            Arc::new(Signature::new(component.types().clone(), ty.clone(), resources.clone(), PointerType::I32));
        imports.insert(leaf, function(store, path, &signature, definition)?);
    }
    Ok((resources, imports))
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
            ImportItem::Function { .. } | ImportItem::Resource { .. } | ImportItem::Module { .. } => {
                Err(LinkError::Unknown { import: path }.into())
            }
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
            (
                ImportItem::Function { .. }
                | ImportItem::Instance(_)
                | ImportItem::Resource { .. }
                | ImportItem::Module { .. },
                _,
            ) => {
                let expected = match item {
                    ImportItem::Function { .. } => "a function",
                    ImportItem::Instance(_) => "an instance",
                    ImportItem::Resource { .. } => "a resource",
                    ImportItem::Module { .. } => "a core module",
                    ImportItem::Type => "a type",
                };
                Err(incompatible(path, expected, definition.kind()))
            }
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
            match function.bind(&import) {
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
