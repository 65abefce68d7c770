//! Where the component meets its host: imports become a tree of what must be supplied, with a leaf for each thing that
//! the steps refer to; exports become a tree of what is offered.

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentTypeId};
use wasmparser::types::TypesRef;

use super::definition::{Component, Function, Instance, Item, Value};
use super::inline::{FrameIndex, Inlined, Inliner, MAX_INSTANCE_DEPTH};
use super::plan::{
    ComponentSource, ComponentType, ExportItem, FunctionTypeIndex, ImportItem, ImportPath, ItemKind, LeafOrigin,
    LiftedFunction, ModuleSource, Resource, ValueSource,
};
use super::types::Place;
use crate::Error;

/// The most bytes of signatures that are fingerprinted.
const MAX_SIGNATURES: u64 = 64 << 20;

impl Inliner<'_, '_> {
    /// An import of the component itself.
    pub(super) fn import_from_host(
        &mut self,
        frame: FrameIndex,
        name: &str,
        ty: ComponentEntityType,
    ) -> Result<Item, Error> {
        let mut path = ImportPath { origin: LeafOrigin::Import, name: name.to_string(), exports: Vec::new() };
        let (item, import) = self.host_item(frame, &mut path, ty)?;
        self.out.imports.insert(name.to_string(), import);
        Ok(item)
    }

    pub(super) fn host_item(
        &mut self,
        frame: FrameIndex,
        path: &mut ImportPath,
        ty: ComponentEntityType,
    ) -> Result<(Item, ImportItem), Error> {
        self.charge(1)?;
        let types = self.types_of(frame);
        Ok(match ty {
            ComponentEntityType::Func(id) => {
                let ty = self.function_type(frame, &path.to_string(), id)?;
                let leaf = self.out.import_leaves.push(path.clone());
                (Item::Function(Function::Imported { import: leaf, ty }), ImportItem::Function { ty, leaf })
            }
            ComponentEntityType::Instance(id) => {
                if path.exports.len() >= MAX_INSTANCE_DEPTH as usize {
                    return Err(Error::Limit(format!("`{path}` is nested deeper than {MAX_INSTANCE_DEPTH}")));
                }
                let mut items = IndexMap::new();
                let mut imports = IndexMap::new();
                for (name, export) in &types[id].exports {
                    path.exports.push(name.clone());
                    let (item, import) = self.host_item(frame, path, export.ty)?;
                    path.exports.pop();
                    items.insert(name.clone(), item);
                    imports.insert(name.clone(), import);
                }
                (Item::Instance(Instance::new(items)), ImportItem::Instance(imports))
            }
            ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => {
                let leaf = self.out.import_leaves.push(path.clone());
                let scope = &mut self.frames[frame].scope;
                let resource = match scope.resource(id.resource()) {
                    Some(known) => known,
                    None => {
                        let resource = self.out.resources.push(Resource::Imported(leaf));
                        scope.register(id.resource(), resource);
                        resource
                    }
                };
                (Item::Resource(resource), ImportItem::Resource { resource, leaf })
            }
            ComponentEntityType::Type {
                created:
                    ComponentAnyTypeId::Defined(_)
                    | ComponentAnyTypeId::Func(_)
                    | ComponentAnyTypeId::Instance(_)
                    | ComponentAnyTypeId::Component(_),
                ..
            } => (Item::Type, ImportItem::Type),
            ComponentEntityType::Module(id) => {
                let ty = self.out.types.module(Place { types, path: &path.to_string() }, id)?;
                let leaf = self.out.import_leaves.push(path.clone());
                self.module_types.insert(leaf, ty.clone());
                (Item::Module(ModuleSource::Import(leaf)), ImportItem::Module { ty, leaf })
            }
            ComponentEntityType::Component(id) => {
                let ty = component_type(types, id);
                self.charge(ty.imports.len().saturating_add(ty.exports.len()))?;
                let leaf = self.out.import_leaves.push(path.clone());
                self.component_types.insert(leaf, ty.clone());
                (Item::Component(Component::Imported(leaf)), ImportItem::Component { ty, leaf })
            }
            ComponentEntityType::Value(ty) => {
                let place = Place { types, path: &path.to_string() };
                let ty = self.out.types.value_type(&mut self.frames[frame].scope, place, ty)?;
                let leaf = self.out.import_leaves.push(path.clone());
                (Item::Value(Value { ty, source: ValueSource::Import(leaf) }), ImportItem::Value { ty, leaf })
            }
        })
    }

    /// The exports of the component itself.
    pub(super) fn export_to_host(&mut self, exports: &IndexMap<String, Item>) -> Result<(), Error> {
        let mut path = Vec::new();
        self.out.exports = self.host_exports(&mut path, exports)?;
        Ok(())
    }

    pub(super) fn host_exports(
        &mut self,
        path: &mut Vec<String>,
        exports: &IndexMap<String, Item>,
    ) -> Result<IndexMap<String, ExportItem>, Error> {
        self.charge(exports.len())?;
        let mut items = IndexMap::with_capacity(exports.len());
        for (name, item) in exports {
            path.push(name.clone());
            let item = match item {
                Item::Function(Function::Lifted(function)) => ExportItem::Function(LiftedFunction::clone(function)),
                Item::Function(Function::Imported { import, ty }) => {
                    ExportItem::ImportedFunction { ty: *ty, import: *import }
                }
                Item::Instance(instance) => ExportItem::Instance(self.host_exports(path, &instance.exports)?),
                Item::Resource(resource) => ExportItem::Resource(*resource),
                Item::Type => ExportItem::Type,
                Item::Module(source) => ExportItem::Module(*source),
                Item::Component(Component::Imported(import)) => ExportItem::Component(ComponentSource::Import(*import)),
                Item::Component(Component::Closure(closure)) => {
                    ExportItem::Component(ComponentSource::Static(self.plan_of(*closure)?))
                }
                Item::Value(Value { ty, source }) => ExportItem::Value { ty: *ty, source: *source },
            };
            path.pop();
            items.insert(name.clone(), item);
        }
        Ok(items)
    }
}

/// Names and kinds of what a component type imports and exports.
fn component_type(types: TypesRef<'_>, id: ComponentTypeId) -> ComponentType {
    let kinds = |items: &wasmparser::collections::IndexMap<String, ComponentItem>| {
        items.iter().map(|(name, item)| (name.clone(), item_kind(item.ty))).collect()
    };
    let ty = &types[id];
    ComponentType { imports: kinds(&ty.imports), exports: kinds(&ty.exports) }
}

fn item_kind(ty: ComponentEntityType) -> ItemKind {
    match ty {
        ComponentEntityType::Func(_) => ItemKind::Function,
        ComponentEntityType::Instance(_) => ItemKind::Instance,
        ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(_), .. } => ItemKind::Resource,
        ComponentEntityType::Type { .. } => ItemKind::Type,
        ComponentEntityType::Module(_) => ItemKind::Module,
        ComponentEntityType::Component(_) => ItemKind::Component,
        ComponentEntityType::Value(_) => ItemKind::Value,
    }
}

/// The fingerprint of all imported and exported functions.
pub(super) fn fingerprint(inlined: &Inlined) -> Result<String, Error> {
    let mut functions = Vec::new();
    imported_functions("import ", &inlined.imports, &mut functions);
    exported_functions("export ", &inlined.exports, &mut functions);
    let types = &inlined.types.types;
    let mut length = 0u64;
    let mut signatures = Vec::with_capacity(functions.len());
    for (path, ty) in functions {
        let ty = &inlined.types.functions[ty];
        let parts = ty.params.iter().map(|param| param.ty).chain(ty.result);
        length += parts.map(|ty| u64::from(types.text_length(ty))).sum::<u64>();
        if length > MAX_SIGNATURES {
            return Err(Error::Limit("the component's function types are too large".into()));
        }
        signatures.push((path, types.describe_function(ty)));
    }
    Ok(dovetail_abi::fingerprint(signatures))
}

fn imported_functions(
    prefix: &str,
    items: &IndexMap<String, ImportItem>,
    functions: &mut Vec<(String, FunctionTypeIndex)>,
) {
    for (name, item) in items {
        match item {
            ImportItem::Function { ty, .. } => functions.push((format!("{prefix}{name}"), *ty)),
            ImportItem::Instance(items) => imported_functions(&format!("{prefix}{name}#"), items, functions),
            ImportItem::Resource { .. }
            | ImportItem::Type
            | ImportItem::Module { .. }
            | ImportItem::Component { .. }
            | ImportItem::Value { .. } => {}
        }
    }
}

fn exported_functions(
    prefix: &str,
    items: &IndexMap<String, ExportItem>,
    functions: &mut Vec<(String, FunctionTypeIndex)>,
) {
    for (name, item) in items {
        match item {
            ExportItem::Function(LiftedFunction { ty, .. }) | ExportItem::ImportedFunction { ty, .. } => {
                functions.push((format!("{prefix}{name}"), *ty));
            }
            ExportItem::Instance(items) => exported_functions(&format!("{prefix}{name}#"), items, functions),
            ExportItem::Resource(_)
            | ExportItem::Type
            | ExportItem::Module(_)
            | ExportItem::Component(_)
            | ExportItem::Value { .. } => {}
        }
    }
}
