//! Where the component meets its host: imports become a tree of what must be supplied, with a leaf for each thing that
//! the steps refer to; exports become a tree of what is offered.

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};

use super::definition::{Function, Instance, Item};
use super::inline::{FrameIndex, Inlined, Inliner, MAX_INSTANCE_DEPTH};
use super::plan::{ExportItem, FunctionTypeIndex, ImportItem, ImportPath, LiftedFunction, ModuleSource, Resource};
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
        let mut path = ImportPath { name: name.to_string(), exports: Vec::new() };
        let (item, import) = self.host_item(frame, &mut path, ty)?;
        self.out.imports.insert(name.to_string(), import);
        Ok(item)
    }

    fn host_item(
        &mut self,
        frame: FrameIndex,
        path: &mut ImportPath,
        ty: ComponentEntityType,
    ) -> Result<(Item, ImportItem), Error> {
        self.charge(1)?;
        let types = self.types_of(frame);
        let unsupported = |feature: &str| Error::Unsupported { path: path.to_string(), feature: feature.to_string() };
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
                let names = ty.imports.iter().map(|(module, name, _)| (module.clone(), name.clone())).collect();
                self.module_imports.insert(leaf, names);
                (Item::Module(ModuleSource::Import(leaf)), ImportItem::Module { ty, leaf })
            }
            ComponentEntityType::Component(_) => return Err(unsupported("the import of a component")),
            ComponentEntityType::Value(_) => return Err(unsupported("the import of a value")),
        })
    }

    /// The exports of the component itself.
    pub(super) fn export_to_host(&mut self, exports: &IndexMap<String, Item>) -> Result<(), Error> {
        let mut path = Vec::new();
        self.out.exports = self.host_exports(&mut path, exports)?;
        Ok(())
    }

    fn host_exports(
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
                Item::Component(_) => {
                    let feature = "the export of a component".to_string();
                    return Err(Error::Unsupported { path: path.join("#"), feature });
                }
            };
            path.pop();
            items.insert(name.clone(), item);
        }
        Ok(items)
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
            ImportItem::Resource { .. } | ImportItem::Type | ImportItem::Module { .. } => {}
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
            ExportItem::Resource(_) | ExportItem::Type | ExportItem::Module(_) => {}
        }
    }
}
