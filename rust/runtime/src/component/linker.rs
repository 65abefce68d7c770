//! What the host offers to components: functions, resources and whole instances by import name.

use std::collections::BTreeSet;
use std::sync::Arc;

use dovetail_abi::ResourceIndex;
use indexmap::IndexMap;

use super::component::Component;
use super::func::Func;
use super::host::{HostContext, HostFunction};
use super::host_function::{HostParams, HostResult, RefusingFunction, TypedFunction};
use super::instance::{ExportedItem, Instance};
use super::names::compatible;
use super::resource::{HostResource, ResourceType};
use super::resource_table::Resource;
use super::state::HostDestructor;
use super::value::Value;
use crate::engine::Engine;
use crate::environ::component::ImportItem;
use crate::error::{Error, LinkError, Result};
use crate::module::Module;
use crate::store::Store;

/// Something that an import may be given.
#[derive(Clone)]
pub(super) enum Definition {
    Function(Arc<dyn HostFunction>),
    /// A function that another component of the same store exports.
    Exported(Func),
    Resource(HostResource, Option<HostDestructor>),
    /// A resource type of the same store that another component exports.
    ExportedResource(ResourceType),
    Instance(Definitions),
    Module(Module),
    Component(Component),
    Value(Value),
    /// An import that nothing serves: calling it traps.
    Trap,
}

impl Definition {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Definition::Function(_) | Definition::Exported(_) | Definition::Trap => "a function",
            Definition::Resource(..) | Definition::ExportedResource(_) => "a resource",
            Definition::Instance(_) => "an instance",
            Definition::Module(_) => "a core module",
            Definition::Component(_) => "a component",
            Definition::Value(_) => "a value",
        }
    }
}

/// Definitions by name. A copy shares them until it is changed: a linker with all of WASI is copied for each instance that
/// has its own host beside it.
#[derive(Clone, Default)]
pub(super) struct Definitions {
    items: Arc<IndexMap<String, Definition>>,
}

impl Definitions {
    fn items_mut(&mut self) -> &mut IndexMap<String, Definition> {
        Arc::make_mut(&mut self.items)
    }

    /// What a component instance offers to another one.
    pub(super) fn of_items(items: &IndexMap<String, ExportedItem>) -> Result<Definitions> {
        let mut definitions = Definitions::default();
        LinkerInstance { path: String::new(), definitions: &mut definitions, shadowing: false }
            .exported_items(items)?;
        Ok(definitions)
    }

    /// What serves an import of this name: the same name, or else the same interface in the highest compatible version.
    pub(super) fn find(&self, name: &str) -> Option<&Definition> {
        self.items.get(self.key(name)?)
    }

    fn key(&self, name: &str) -> Option<&str> {
        if let Some((key, _)) = self.items.get_key_value(name) {
            return Some(key);
        }
        compatible(name, self.items.keys().map(String::as_str))
    }

    fn find_mut(&mut self, name: &str) -> Option<&mut Definition> {
        let key = self.key(name)?.to_owned();
        self.items_mut().get_mut(&key)
    }
}

/// Offers definitions to components and instantiates them.
#[derive(Clone)]
pub struct Linker {
    engine: Engine,
    root: Definitions,
    shadowing: bool,
}

/// One level of a linker's names: its root, or an instance in it.
pub struct LinkerInstance<'a> {
    path: String,
    definitions: &'a mut Definitions,
    shadowing: bool,
}

impl Linker {
    pub fn new(engine: &Engine) -> Linker {
        Linker { engine: engine.clone(), root: Definitions::default(), shadowing: false }
    }

    /// Whether a later definition may take the place of an earlier one of the same name.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.shadowing = allow;
        self
    }

    /// The world's own level.
    pub fn root(&mut self) -> LinkerInstance<'_> {
        LinkerInstance { path: String::new(), definitions: &mut self.root, shadowing: self.shadowing }
    }

    /// The instance with this import name (`wasi:cli/stdout@0.2.0`), made if it is new.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_>> {
        self.root().into_instance(name)
    }

    /// The instance that an import of this name would be given, which may have a compatible version; made if there is none.
    pub fn serving(&mut self, import: &str) -> Result<LinkerInstance<'_>> {
        let name = self.root.key(import).unwrap_or(import).to_owned();
        self.instance(&name)
    }

    /// Whether an import of this name would find a definition.
    pub fn is_defined(&self, name: &str) -> bool {
        self.root.find(name).is_some()
    }

    /// Defines each import of the component that is not defined yet: functions so that calling them traps and names
    /// them, resources as new types.
    pub fn define_unknown_imports_as_traps(&mut self, component: &Component) -> Result<()> {
        define_missing(&mut self.root, &component.plan().imports, &mut BTreeSet::new())
    }

    /// The functions, core modules, components and values among the component's imports that nothing is defined for: paths of names, the name of the
    /// instance alone where there is none to look in.
    pub fn undefined(&self, component: &Component) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        collect_undefined(&self.root, &component.plan().imports, &[], &mut paths);
        paths
    }

    /// Checks the component's imports and performs its plan.
    pub fn instantiate(&self, store: &mut Store, component: &Component) -> Result<Instance> {
        if !self.engine.same(component.engine()) || !self.engine.same(store.engine()) {
            let message = "linker, component and store belong to different engines".to_string();
            return Err(LinkError::Other { message }.into());
        }
        super::instantiate::instantiate(store, component, &self.root, None)
    }
}

/// `instances` are the names that lead to `imports`.
fn collect_undefined(
    definitions: &Definitions,
    imports: &IndexMap<String, ImportItem>,
    instances: &[&str],
    found: &mut Vec<Vec<String>>,
) {
    for (name, item) in imports {
        let path = || instances.iter().copied().chain([name.as_str()]);
        match (item, definitions.find(name)) {
            (ImportItem::Instance(items), Some(Definition::Instance(inner))) => {
                collect_undefined(inner, items, &path().collect::<Vec<_>>(), found);
            }
            (item, None) if needs_definition(item) => found.push(path().map(str::to_owned).collect()),
            // What is defined as something else is reported when linking.
            (_, Some(_) | None) => {}
        }
    }
}

/// Whether an import always needs a definition: types do not, and a resource type may be one that was imported before.
fn needs_definition(item: &ImportItem) -> bool {
    match item {
        ImportItem::Function { .. }
        | ImportItem::Module { .. }
        | ImportItem::Component { .. }
        | ImportItem::Value { .. } => true,
        ImportItem::Instance(items) => items.values().any(needs_definition),
        ImportItem::Resource { .. } | ImportItem::Type => false,
    }
}

/// `resources` are those met so far: a resource type that another interface uses must not be defined a second time.
fn define_missing(
    definitions: &mut Definitions,
    imports: &IndexMap<String, ImportItem>,
    resources: &mut BTreeSet<ResourceIndex>,
) -> Result<()> {
    for (name, item) in imports {
        match item {
            ImportItem::Instance(items) => {
                if definitions.find(name).is_none() {
                    definitions.items_mut().insert(name.clone(), Definition::Instance(Definitions::default()));
                }
                // Something else than an instance is reported when linking.
                if let Some(Definition::Instance(inner)) = definitions.find_mut(name) {
                    define_missing(inner, items, resources)?;
                }
            }
            ImportItem::Function { .. } => {
                if definitions.find(name).is_none() {
                    definitions.items_mut().insert(name.clone(), Definition::Trap);
                }
            }
            ImportItem::Resource { resource, .. } => {
                if resources.insert(*resource) && definitions.find(name).is_none() {
                    let definition = Definition::Resource(HostResource::new(), None);
                    definitions.items_mut().insert(name.clone(), definition);
                }
            }
            ImportItem::Module { .. } | ImportItem::Component { .. } | ImportItem::Value { .. }
                if definitions.find(name).is_none() =>
            {
                return Err(LinkError::Unknown { import: name.clone() }.into());
            }
            ImportItem::Module { .. } | ImportItem::Component { .. } | ImportItem::Value { .. } | ImportItem::Type => {}
        }
    }
    Ok(())
}

impl<'a> LinkerInstance<'a> {
    fn define(&mut self, name: &str, definition: Definition) -> Result<()> {
        if !self.shadowing && self.definitions.items.contains_key(name) {
            return Err(LinkError::Duplicate { name: self.full_name(name) }.into());
        }
        self.definitions.items_mut().insert(name.to_owned(), definition);
        Ok(())
    }

    fn full_name(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}#{name}", self.path) }
    }

    /// The instance of this name on this level, made if it is new.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_>> {
        let level =
            LinkerInstance { path: self.path.clone(), definitions: self.definitions, shadowing: self.shadowing };
        level.into_instance(name)
    }

    /// As [`LinkerInstance::instance`], for the borrow's whole lifetime.
    pub fn into_instance(self, name: &str) -> Result<LinkerInstance<'a>> {
        let path = self.full_name(name);
        let definition = self
            .definitions
            .items_mut()
            .entry(name.to_owned())
            .or_insert_with(|| Definition::Instance(Definitions::default()));
        match definition {
            Definition::Instance(definitions) => Ok(LinkerInstance { path, definitions, shadowing: self.shadowing }),
            Definition::Function(_)
            | Definition::Exported(_)
            | Definition::Resource(..)
            | Definition::ExportedResource(_)
            | Definition::Module(_)
            | Definition::Component(_)
            | Definition::Value(_)
            | Definition::Trap => Err(LinkError::Duplicate { name: path }.into()),
        }
    }

    /// A typed function: `|cx, (a, b): (u32, String)| Ok(..)`. Its types are compared when a component is linked.
    pub fn func<P, R, F>(&mut self, name: &str, function: F) -> Result<()>
    where
        F: Fn(&mut HostContext<'_>, P) -> Result<R> + Send + Sync + 'static,
        P: HostParams + 'static,
        R: HostResult + 'static,
    {
        self.func_dynamic(name, Arc::new(TypedFunction::new(function)))
    }

    /// A typed function that is not to be called: each call fails with this error, whatever its parameters are.
    pub fn func_refusing<P, R>(&mut self, name: &str, error: impl Fn() -> Error + Send + Sync + 'static) -> Result<()>
    where
        P: HostParams + 'static,
        R: HostResult + 'static,
    {
        self.func_dynamic(name, Arc::new(RefusingFunction::<_, P, R>::new(error)))
    }

    /// A function that checks and converts for itself.
    pub fn func_dynamic(&mut self, name: &str, function: Arc<dyn HostFunction>) -> Result<()> {
        self.define(name, Definition::Function(function))
    }

    /// A function that another component instance exports; linked natively, in the same store only.
    pub fn func_exported(&mut self, name: &str, function: Func) -> Result<()> {
        self.define(name, Definition::Exported(function))
    }

    /// A function that traps and names itself when called.
    pub fn func_trap(&mut self, name: &str) -> Result<()> {
        self.define(name, Definition::Trap)
    }

    /// A resource whose objects are `T`s in the store's resource table. When a guest drops its own handle, the object is
    /// deleted from the table.
    pub fn resource<T: Send + 'static>(&mut self, name: &str) -> Result<()> {
        self.resource_with::<T>(name, |cx, resource| {
            // An object that still has children stays until they are gone; the store frees it at the latest.
            cx.table().delete(resource).map(drop)
        })
    }

    /// As [`LinkerInstance::resource`], with a destructor of the host's own.
    pub fn resource_with<T: Send + 'static>(
        &mut self,
        name: &str,
        destructor: impl Fn(&mut HostContext<'_>, Resource<T>) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        let destructor: HostDestructor =
            Arc::new(move |store, rep| destructor(&mut HostContext::new(store), Resource::from_rep(rep)));
        self.resource_dynamic(name, HostResource::of::<T>(), destructor)
    }

    /// A resource whose representations the host hands out itself.
    pub fn resource_dynamic(&mut self, name: &str, ty: HostResource, destructor: HostDestructor) -> Result<()> {
        self.define(name, Definition::Resource(ty, Some(destructor)))
    }

    /// A resource type that another component instance of the same store exports.
    pub fn resource_exported(&mut self, name: &str, ty: ResourceType) -> Result<()> {
        self.define(name, Definition::ExportedResource(ty))
    }

    /// A core module, for components that import one.
    pub fn module(&mut self, name: &str, module: &Module) -> Result<()> {
        self.define(name, Definition::Module(module.clone()))
    }

    /// A component, for components that import one and instantiate it themselves.
    pub fn component(&mut self, name: &str, component: &Component) -> Result<()> {
        self.define(name, Definition::Component(component.clone()))
    }

    /// A value, for components that import one.
    pub fn value(&mut self, name: &str, value: Value) -> Result<()> {
        self.define(name, Definition::Value(value))
    }

    /// Everything that an exported instance of another component has, under the same names: that component then serves
    /// the import. An empty `path` means the component's own exports.
    pub fn exports_of(&mut self, instance: &Instance, path: &[&str]) -> Result<()> {
        let Some(items) = instance.items(path) else {
            let message = format!("the component exports no instance `{}`", path.join("#"));
            return Err(LinkError::Other { message }.into());
        };
        self.exported_items(items)
    }

    fn exported_items(&mut self, items: &IndexMap<String, ExportedItem>) -> Result<()> {
        for (name, item) in items {
            match item {
                ExportedItem::Func(func) => self.func_exported(name, func.clone())?,
                ExportedItem::Resource(ty) => self.resource_exported(name, *ty)?,
                ExportedItem::Module(module) => self.module(name, module)?,
                ExportedItem::Instance(items) => self.instance(name)?.exported_items(items)?,
                ExportedItem::Component(component) => self.component(name, component)?,
                ExportedItem::Value(value) => self.value(name, value.clone())?,
                ExportedItem::Type => {}
            }
        }
        Ok(())
    }
}
