//! Checks a plan that was read from disk: whoever wrote it is not trusted.
//!
//! A plan that passes cannot make its reader index out of range, use a core item before the step that makes it, follow a
//! cycle, or call a core function with other types than its own. What the checks rely on is said at [`Verifier`].

mod functions;
mod nested;

use std::collections::HashMap;

use cranelift_entity::PrimaryMap;
use indexmap::IndexMap;

use self::functions::check_signature;
use super::inline::MAX_INSTANCE_DEPTH;
use super::plan::{
    ComponentInstanceIndex, ComponentPlan, ComponentSource, CoreItem, CoreModuleIndex, ExportItem, FunctionTypeIndex,
    ImportIndex, ImportItem, ImportPath, LeafOrigin, ModuleSource, ModuleType, Resource, Step, Trampoline,
    TrampolineIndex,
};
use crate::Error;
use crate::module::{ExternType, Module, Signature};
use dovetail_abi::{DefinedType, FunctionType, ResourceIndex, ValueType};

/// The most parameters of a function, as validation has it (wasmparser's `MAX_WASM_FUNCTION_PARAMS`).
const MAX_PARAMS: usize = 1000;

impl ComponentPlan {
    /// Checks the plan against itself and its core modules, which `modules` describes; the caller has compared their
    /// hashes. An error is [`Error::Plan`].
    pub fn verify<'m>(&'m self, modules: &dyn Fn(CoreModuleIndex) -> &'m Module) -> Result<(), Error> {
        check(self.captures.is_empty(), || "a component of its own captures something".to_string())?;
        self.verify_at(modules, 0)
    }

    /// `depth` counts the plans around this one.
    fn verify_at<'m>(&'m self, modules: &dyn Fn(CoreModuleIndex) -> &'m Module, depth: u32) -> Result<(), Error> {
        check(depth <= MAX_INSTANCE_DEPTH, || "components are nested too deeply".to_string())?;
        if !self.types.is_well_formed() {
            return damaged("the type table does not fit itself");
        }
        let mut verifier = Verifier {
            plan: self,
            modules: self.modules.keys().map(modules).collect(),
            instances: Vec::new(),
            owners: Vec::new(),
            nested_instances: 0,
            results: Vec::new(),
            trampolines: PrimaryMap::new(),
            imported: HashMap::new(),
        };
        verifier.tables()?;
        verifier.captures()?;
        verifier.imports(&self.imports, LeafOrigin::Import)?;
        verifier.steps()?;
        verifier.leaves_and_resources()?;
        while verifier.trampolines.len() < self.trampolines.len() {
            verifier.next_trampoline()?;
        }
        verifier.exports(&self.exports, 0)?;
        for (index, component) in &self.components {
            verifier.component(component)?;
            let nested = component.verify_at(modules, depth + 1);
            nested.map_err(|error| at(&format!("{index:?}"), error))?;
        }
        Ok(())
    }
}

fn damaged<T>(message: impl Into<String>) -> Result<T, Error> {
    Err(Error::Plan(message.into()))
}

fn check(condition: bool, message: impl FnOnce() -> String) -> Result<(), Error> {
    if condition { Ok(()) } else { damaged(message()) }
}

/// The state of the check. The steps are gone through in order, and a core item may be used when the instance that
/// exports it has been made. Trampolines are gone through in order too, each at the latest before the first step that
/// uses it: what a trampoline uses itself must have been made by then, and is never a later trampoline.
struct Verifier<'a> {
    plan: &'a ComponentPlan,
    modules: Vec<&'a Module>,
    /// The module of each core instance made so far.
    instances: Vec<ModuleSource>,
    /// The component instance of each of them.
    owners: Vec<ComponentInstanceIndex>,
    /// How many instances of imported components were made so far.
    nested_instances: usize,
    /// The types of the values that start functions have returned so far.
    results: Vec<ValueType>,
    /// The core types of the trampolines that were checked.
    trampolines: PrimaryMap<TrampolineIndex, Signature>,
    /// What each leaf is that is known so far: of the imports and captures at first, then also of what instances of
    /// imported components export.
    imported: HashMap<ImportIndex, &'a ImportItem>,
}

impl<'a> Verifier<'a> {
    /// The tables that refer to no core item.
    fn tables(&self) -> Result<(), Error> {
        let plan = self.plan;
        for (_, kind) in plan.types.iter() {
            if let DefinedType::Own(resource) | DefinedType::Borrow(resource) = kind {
                self.resource(*resource)?;
            }
        }
        for (index, FunctionType { params, result }) in &plan.functions {
            check(params.len() <= MAX_PARAMS, || format!("{index:?} has too many parameters"))?;
            for ty in params.iter().map(|param| param.ty).chain(*result) {
                if let ValueType::Defined(ty) = ty {
                    check((ty.as_u32() as usize) < plan.types.len(), || format!("{index:?} names no type"))?;
                }
            }
            let borrow = result.is_some_and(|ty| plan.types.has_borrow(ty));
            check(!borrow, || format!("{index:?} returns a `borrow`"))?;
        }
        for (index, instance) in &plan.component_instances {
            let fits = match instance.parent {
                Some(parent) => parent < index,
                None => index.as_u32() == 0,
            };
            check(fits, || format!("{index:?} has no earlier parent"))?;
        }
        check(!plan.component_instances.is_empty(), || "there is no component instance".to_string())
    }

    /// Goes through a tree of imports, whose leaves must say that they are part of it.
    fn imports(&mut self, items: &'a IndexMap<String, ImportItem>, origin: LeafOrigin) -> Result<(), Error> {
        let mut path = ImportPath { origin, name: String::new(), exports: Vec::new() };
        for (name, item) in items {
            path.name.clone_from(name);
            self.import(&mut path, item)?;
        }
        Ok(())
    }

    fn import(&mut self, path: &mut ImportPath, item: &'a ImportItem) -> Result<(), Error> {
        let depth = path.exports.len() as u32;
        check(depth <= MAX_INSTANCE_DEPTH, || "the imports are nested too deeply".to_string())?;
        let leaf = match item {
            ImportItem::Function { ty, leaf } => {
                self.function(*ty)?;
                *leaf
            }
            ImportItem::Resource { resource, leaf } => {
                self.resource(*resource)?;
                *leaf
            }
            ImportItem::Value { ty, leaf } => {
                self.value_type(*ty)?;
                *leaf
            }
            ImportItem::Module { leaf, .. } | ImportItem::Component { leaf, .. } => *leaf,
            ImportItem::Instance(items) => {
                for (name, item) in items {
                    path.exports.push(name.clone());
                    self.import(path, item)?;
                    path.exports.pop();
                }
                return Ok(());
            }
            ImportItem::Type => return Ok(()),
        };
        self.leaf(leaf)?;
        check(self.imported.insert(leaf, item).is_none(), || format!("{leaf:?} is imported twice (`{path}`)"))?;
        let own = &self.plan.import_leaves[leaf];
        check(own == path, || format!("{leaf:?} is not the import `{own}`"))
    }

    /// Each leaf is part of something that was gone through, and imported resources are imported.
    fn leaves_and_resources(&self) -> Result<(), Error> {
        for (leaf, path) in &self.plan.import_leaves {
            check(self.imported.contains_key(&leaf), || format!("{leaf:?} is not the import `{path}`"))?;
        }
        for (resource, kind) in &self.plan.resources {
            match kind {
                Resource::Imported(leaf) => {
                    let fits = matches!(
                        self.imported.get(leaf),
                        Some(ImportItem::Resource { resource: imported, .. }) if *imported == resource
                    );
                    check(fits, || format!("{resource:?} is not imported as {leaf:?}"))?;
                }
                Resource::Defined { instance, .. } => self.component_instance(*instance)?,
            }
        }
        Ok(())
    }

    fn steps(&mut self) -> Result<(), Error> {
        let mut defined = vec![false; self.plan.resources.len()];
        for step in &self.plan.steps {
            match step {
                Step::InstantiateModule { module, instance, component, arguments } => {
                    self.component_instance(*component)?;
                    let number = instance.as_u32() as usize;
                    check(number == self.instances.len(), || format!("{instance:?} is made out of order"))?;
                    self.arguments(*module, arguments)?;
                    for item in arguments.values().flat_map(|items| items.values()) {
                        self.owned(item, *component)?;
                    }
                    self.instances.push(*module);
                    self.owners.push(*component);
                }
                Step::DefineResource(resource) => {
                    self.resource(*resource)?;
                    let Resource::Defined { instance, destructor, .. } = &self.plan.resources[*resource] else {
                        return damaged(format!("{resource:?} is imported and defined"));
                    };
                    if let Some(item) = destructor {
                        self.prepare(item)?;
                        self.owned(item, *instance)?;
                        let destructor = self.signature(item)?;
                        check_signature(&destructor, &[self.representation(*resource)], &[], "a destructor")?;
                    }
                    if std::mem::replace(&mut defined[resource.as_u32() as usize], true) {
                        return damaged(format!("{resource:?} is defined twice"));
                    }
                }
                Step::InstantiateComponent { component, instance, parent, arguments, exports } => {
                    self.component_instance(*parent)?;
                    self.instantiate_component(*component, *instance, arguments, exports)?;
                }
                Step::Start { function, arguments, result } => self.start(function, arguments, *result)?,
            }
        }
        for (resource, kind) in &self.plan.resources {
            let fits = matches!(kind, Resource::Imported(_)) || defined[resource.as_u32() as usize];
            check(fits, || format!("{resource:?} is never defined"))?;
        }
        Ok(())
    }

    fn arguments(
        &mut self,
        module: ModuleSource,
        arguments: &IndexMap<String, IndexMap<String, CoreItem>>,
    ) -> Result<(), Error> {
        for (namespace, name, expected) in self.module_imports(module)? {
            let item = arguments.get(namespace).and_then(|items| items.get(name));
            let Some(item) = item else {
                return damaged(format!("the core import `{namespace}` `{name}` has no argument"));
            };
            self.prepare(item)?;
            let found = self.core_type(item)?;
            check(fits(&found, &expected), || {
                format!("the core import `{namespace}` `{name}` has an argument of another type")
            })?;
        }
        Ok(())
    }

    /// What a core module imports.
    fn module_imports(&self, module: ModuleSource) -> Result<Vec<(&'a str, &'a str, ExternType)>, Error> {
        Ok(match module {
            ModuleSource::Static(index) => {
                let module = self.module(index)?;
                let imports = module.imports.iter();
                imports.map(|import| (&*import.module, &*import.name, module.type_of(import.entity))).collect()
            }
            ModuleSource::Import(leaf) => {
                let imports = self.imported_module(leaf)?.imports.iter();
                imports.map(|(module, name, ty)| (&**module, &**name, ty.clone())).collect()
            }
        })
    }

    /// Checks the trampolines up to one that a step uses.
    fn prepare(&mut self, item: &CoreItem) -> Result<(), Error> {
        if let CoreItem::Trampoline(index) = item {
            check(self.plan.trampolines.is_valid(*index), || format!("there is no {index:?}"))?;
            while self.trampolines.len() <= index.as_u32() as usize {
                self.next_trampoline()?;
            }
        }
        Ok(())
    }

    /// The type of a core item that has been made.
    fn core_type(&self, item: &CoreItem) -> Result<ExternType, Error> {
        match item {
            CoreItem::Trampoline(index) => match self.trampolines.get(*index) {
                Some(signature) => Ok(ExternType::Func(signature.clone())),
                None => damaged(format!("{index:?} is used before it is made")),
            },
            CoreItem::Export { instance, name } => {
                let Some(source) = self.instances.get(instance.as_u32() as usize) else {
                    return damaged(format!("{instance:?} is used before it is made"));
                };
                let ty = match source {
                    ModuleSource::Static(index) => {
                        let module = self.module(*index)?;
                        module.exports.get(name).map(|entity| module.type_of(*entity))
                    }
                    ModuleSource::Import(leaf) => self.imported_module(*leaf)?.exports.get(name).cloned(),
                };
                ty.ok_or_else(|| Error::Plan(format!("{instance:?} has no export `{name}`")))
            }
        }
    }

    /// Whether a core item is one of this component instance; one that does not exist is found elsewhere. Adapters rely on
    /// it: instances that share core items could change each other's memory, or use each other's handles, during a call.
    fn owned(&self, item: &CoreItem, component: ComponentInstanceIndex) -> Result<(), Error> {
        let owner = match item {
            CoreItem::Export { instance, .. } => self.owners.get(instance.as_u32() as usize).copied(),
            CoreItem::Trampoline(index) => self.plan.trampolines.get(*index).and_then(|trampoline| match trampoline {
                Trampoline::LowerImport { options, .. } | Trampoline::LowerLifted { options, .. } => {
                    self.plan.options.get(*options).map(|options| options.instance)
                }
                Trampoline::ResourceNew { instance, .. }
                | Trampoline::ResourceRep { instance, .. }
                | Trampoline::ResourceDrop { instance, .. } => Some(*instance),
            }),
        };
        check(owner.is_none_or(|owner| owner == component), || {
            format!("{component:?} uses {item:?}, which is none of its own")
        })
    }

    fn signature(&self, item: &CoreItem) -> Result<Signature, Error> {
        match self.core_type(item)? {
            ExternType::Func(signature) => Ok(signature),
            ExternType::Table(_) | ExternType::Memory(_) | ExternType::Global(_) | ExternType::Tag(_) => {
                damaged("a core item that must be a function is none")
            }
        }
    }

    fn exports(&self, items: &IndexMap<String, ExportItem>, depth: u32) -> Result<(), Error> {
        check(depth <= MAX_INSTANCE_DEPTH, || "the exports are nested too deeply".to_string())?;
        for (name, item) in items {
            match item {
                ExportItem::Function(lifted) => self.lifted(lifted).map_err(|error| at(name, error))?,
                ExportItem::Instance(items) => self.exports(items, depth + 1)?,
                ExportItem::Resource(resource) => self.resource(*resource)?,
                ExportItem::Type => {}
                ExportItem::Module(ModuleSource::Static(index)) => {
                    self.module(*index)?;
                }
                ExportItem::Module(ModuleSource::Import(leaf)) => {
                    self.imported_module(*leaf)?;
                }
                ExportItem::ImportedFunction { ty, import } => self.imported_function(name, *ty, *import)?,
                ExportItem::Component(ComponentSource::Static(index)) => {
                    check(self.plan.components.is_valid(*index), || format!("there is no {index:?}"))?;
                }
                ExportItem::Component(ComponentSource::Import(leaf)) => {
                    let fits = matches!(self.imported.get(leaf), Some(ImportItem::Component { .. }));
                    check(fits, || format!("`{name}` is {leaf:?}, which is no component"))?;
                }
                ExportItem::Value { ty, source } => self.value(*ty, *source).map_err(|error| at(name, error))?,
            }
        }
        Ok(())
    }

    fn function(&self, index: FunctionTypeIndex) -> Result<&'a FunctionType, Error> {
        self.plan.functions.get(index).ok_or_else(|| Error::Plan(format!("there is no {index:?}")))
    }

    fn module(&self, index: CoreModuleIndex) -> Result<&'a Module, Error> {
        let module = self.modules.get(index.as_u32() as usize).copied();
        module.ok_or_else(|| Error::Plan(format!("there is no {index:?}")))
    }

    fn imported_module(&self, leaf: ImportIndex) -> Result<&'a ModuleType, Error> {
        match self.imported.get(&leaf) {
            Some(ImportItem::Module { ty, .. }) => Ok(ty),
            Some(
                ImportItem::Function { .. }
                | ImportItem::Instance(_)
                | ImportItem::Resource { .. }
                | ImportItem::Type
                | ImportItem::Component { .. }
                | ImportItem::Value { .. },
            )
            | None => damaged(format!("{leaf:?} is no core module")),
        }
    }

    fn resource(&self, index: ResourceIndex) -> Result<(), Error> {
        check(self.plan.resources.is_valid(index), || format!("there is no {index:?}"))
    }

    fn leaf(&self, index: ImportIndex) -> Result<(), Error> {
        check(self.plan.import_leaves.is_valid(index), || format!("there is no {index:?}"))
    }

    fn component_instance(&self, index: ComponentInstanceIndex) -> Result<(), Error> {
        check(self.plan.component_instances.is_valid(index), || format!("there is no {index:?}"))
    }
}

fn at(name: &str, error: Error) -> Error {
    match error {
        Error::Plan(message) => Error::Plan(format!("`{name}`: {message}")),
        Error::Invalid { .. } | Error::Unsupported { .. } | Error::Limit(_) | Error::Bug(_) => error,
    }
}

/// Whether an item of type `found` may be given where `expected` is imported (core specification, "Import matching").
/// Limits are compared as types; that a memory is as large as declared is checked when it is instantiated.
fn fits(found: &ExternType, expected: &ExternType) -> bool {
    match (found, expected) {
        (ExternType::Func(found), ExternType::Func(expected)) => found == expected,
        (ExternType::Global(found), ExternType::Global(expected)) => found == expected,
        (ExternType::Tag(found), ExternType::Tag(expected)) => found == expected,
        (ExternType::Table(found), ExternType::Table(expected)) => {
            found.element == expected.element && found.table64 == expected.table64
        }
        (ExternType::Memory(found), ExternType::Memory(expected)) => {
            found.memory64 == expected.memory64 && found.shared == expected.shared
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
