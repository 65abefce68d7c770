//! Interprets the definitions of components as instantiating them would, and writes down the steps that remain.
//!
//! Each instantiation of a component is a [`Frame`]: its index spaces, filled by running its definitions in order. What
//! a definition refers to is known at once (an import is the argument, an alias the aliased item), so that only what
//! happens at run time is left: core modules are instantiated, resources come into being, and canonical definitions
//! become trampolines. Frames stay until the end, because components that are defined in one refer to it by outer
//! aliases.
//!
//! Whenever an item enters a frame together with a type (an import, the result of an instantiation, an export), type
//! and item are walked in parallel, and each resource type's identifier is recorded in the frame's scope.

use std::collections::HashMap;
use std::rc::Rc;

use cranelift_entity::{PrimaryMap, entity_impl};
use indexmap::IndexMap;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId};
use wasmparser::types::TypesRef;
use wasmparser::{ComponentExternName, ComponentExternalKind};

use super::decode::{Decoded, Definition, ItemReference, StaticComponentIndex};
use super::definition::{Closure, Component, CoreInstance, Function, Instance, Item, Value};
use super::plan::{
    CanonicalOptions, Capture, ComponentIndex, ComponentInstance, ComponentInstanceIndex, ComponentPlan, ComponentType,
    CoreInstanceIndex, CoreItem, ExportItem, ImportIndex, ImportItem, ImportPath, ModuleSource, ModuleType,
    NameAnnotation, NestedInstanceIndex, OptionsIndex, Resource, Step, Trampoline, TrampolineIndex, ValueIndex,
};
use super::types::{Scope, TypeBuilder};
use crate::Error;
use dovetail_abi::ResourceIndex;

/// An instantiation of a component.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FrameIndex(u32);
entity_impl!(FrameIndex, "frame");

/// How deep instances may be nested in each other.
pub(super) const MAX_INSTANCE_DEPTH: u32 = 100;
/// How much work a component may ask for, counted in definitions, arguments and types: a small file can instantiate
/// components that instantiate components, twice each time. (A component of 14 modules from componentize-py takes 6,000.)
const MAX_WORK: u64 = 1_000_000;

pub(super) struct Frame {
    pub(super) component: StaticComponentIndex,
    pub(super) instance: ComponentInstanceIndex,
    /// The frame in which the component was defined.
    pub(super) outer: Option<FrameIndex>,
    /// The number of definitions that have been run.
    done: usize,
    /// `None` for the component itself, whose imports the host supplies.
    arguments: Option<HashMap<String, Item>>,
    pub(super) scope: Scope,
    pub(super) core_functions: Vec<CoreItem>,
    pub(super) core_memories: Vec<CoreItem>,
    pub(super) core_tables: Vec<CoreItem>,
    pub(super) core_globals: Vec<CoreItem>,
    pub(super) core_tags: Vec<CoreItem>,
    pub(super) core_instances: Vec<CoreInstance>,
    pub(super) modules: Vec<ModuleSource>,
    pub(super) functions: Vec<Function>,
    instances: Vec<Rc<Instance>>,
    pub(super) components: Vec<Component>,
    pub(super) values: Vec<Value>,
    exports: IndexMap<String, Item>,
}

/// What the interpretation yields; the rest of the plan follows from the decoded file.
#[derive(Default)]
pub(super) struct Inlined {
    pub(super) types: TypeBuilder,
    pub(super) resources: PrimaryMap<ResourceIndex, Resource>,
    pub(super) component_instances: PrimaryMap<ComponentInstanceIndex, ComponentInstance>,
    pub(super) imports: IndexMap<String, ImportItem>,
    pub(super) import_leaves: PrimaryMap<ImportIndex, ImportPath>,
    pub(super) options: PrimaryMap<OptionsIndex, CanonicalOptions>,
    pub(super) trampolines: PrimaryMap<TrampolineIndex, Trampoline>,
    pub(super) steps: Vec<Step>,
    pub(super) exports: IndexMap<String, ExportItem>,
    pub(super) import_annotations: IndexMap<String, NameAnnotation>,
    pub(super) export_annotations: IndexMap<String, NameAnnotation>,
    pub(super) components: PrimaryMap<ComponentIndex, ComponentPlan>,
    pub(super) captures: Vec<Capture>,
}

pub(super) struct Inliner<'d, 'a> {
    pub(super) decoded: &'d Decoded<'a>,
    pub(super) frames: PrimaryMap<FrameIndex, Frame>,
    pub(super) out: Inlined,
    pub(super) option_indices: HashMap<CanonicalOptions, OptionsIndex>,
    pub(super) core_instances: PrimaryMap<CoreInstanceIndex, ()>,
    pub(super) nested_instances: PrimaryMap<NestedInstanceIndex, ()>,
    pub(super) values: PrimaryMap<ValueIndex, ()>,
    /// The types of imported core modules and components.
    pub(super) module_types: HashMap<ImportIndex, ModuleType>,
    pub(super) component_types: HashMap<ImportIndex, ComponentType>,
    /// The components that became plans of their own.
    pub(super) plans: HashMap<Closure, ComponentIndex>,
    /// How many plans this one is part of.
    pub(super) depth: u32,
    pub(super) work: u64,
}

/// An instantiation that has begun: the frame, and the type that the instance has in the frame that asked for it.
struct Call {
    frame: FrameIndex,
    ty: Option<ComponentInstanceTypeId>,
}

/// Inlines the whole graph.
pub(super) fn inline(decoded: &Decoded<'_>) -> Result<Inlined, Error> {
    let mut inliner = Inliner::new(decoded, 0, 0);
    inliner.run(Closure { component: decoded.root, outer: None })?;
    Ok(inliner.out)
}

/// An entry of an index space, whose index validation has checked.
pub(super) fn entry<T>(space: &[T], index: u32) -> Result<&T, Error> {
    space.get(index as usize).ok_or_else(|| Error::Bug(format!("index {index} is beyond its index space")))
}

/// Keeps what a name says beyond the plain name.
fn annotate(annotations: &mut IndexMap<String, NameAnnotation>, name: &ComponentExternName<'_>) {
    let text = |part: Option<&str>| part.map(str::to_string);
    let annotation = NameAnnotation {
        implements: text(name.implements),
        external_id: text(name.external_id),
        version_suffix: text(name.version_suffix),
    };
    if !annotation.is_empty() {
        annotations.insert(name.name.to_string(), annotation);
    }
}

impl Frame {
    /// Whether it is the component itself.
    fn is_root(&self) -> bool {
        self.arguments.is_none()
    }

    /// A frame with nothing in it.
    pub(super) fn new(closure: Closure, instance: ComponentInstanceIndex) -> Self {
        Frame {
            component: closure.component,
            instance,
            outer: closure.outer,
            done: 0,
            arguments: None,
            scope: Scope::default(),
            core_functions: Vec::new(),
            core_memories: Vec::new(),
            core_tables: Vec::new(),
            core_globals: Vec::new(),
            core_tags: Vec::new(),
            core_instances: Vec::new(),
            modules: Vec::new(),
            functions: Vec::new(),
            instances: Vec::new(),
            components: Vec::new(),
            values: Vec::new(),
            exports: IndexMap::new(),
        }
    }
}

impl<'d, 'a> Inliner<'d, 'a> {
    pub(super) fn new(decoded: &'d Decoded<'a>, depth: u32, work: u64) -> Self {
        Inliner {
            decoded,
            frames: PrimaryMap::new(),
            out: Inlined::default(),
            option_indices: HashMap::new(),
            core_instances: PrimaryMap::new(),
            nested_instances: PrimaryMap::new(),
            values: PrimaryMap::new(),
            module_types: HashMap::new(),
            component_types: HashMap::new(),
            plans: HashMap::new(),
            depth,
            work,
        }
    }

    /// Instantiates a component whose imports the host supplies.
    pub(super) fn run(&mut self, root: Closure) -> Result<(), Error> {
        let decoded = self.decoded;
        let root = self.push_frame(root, None, None);
        // A stack of our own: how deep components instantiate each other is the file's choice.
        let mut calls = vec![Call { frame: root, ty: None }];
        while let Some(Call { frame, ty }) = calls.last() {
            let (frame, ty) = (*frame, *ty);
            let Frame { component, done, .. } = self.frames[frame];
            if let Some(definition) = decoded.components[component].definitions.get(done) {
                self.frames[frame].done += 1;
                if let Some(call) = self.definition(frame, definition)? {
                    calls.push(call);
                }
                continue;
            }
            calls.pop();
            let exports = std::mem::take(&mut self.frames[frame].exports);
            match (calls.last(), ty) {
                (Some(caller), Some(ty)) => self.add_instance(caller.frame, Instance::new(exports), ty)?,
                _ => self.export_to_host(&exports)?,
            }
        }
        Ok(())
    }

    fn push_frame(
        &mut self,
        closure: Closure,
        parent: Option<ComponentInstanceIndex>,
        arguments: Option<HashMap<String, Item>>,
    ) -> FrameIndex {
        let instance = self.out.component_instances.push(ComponentInstance { parent });
        self.frames.push(Frame { arguments, ..Frame::new(closure, instance) })
    }

    /// Counts work, see [`MAX_WORK`].
    pub(super) fn charge(&mut self, work: usize) -> Result<(), Error> {
        self.work = self.work.saturating_add(work as u64);
        if self.work > MAX_WORK {
            return Err(Error::Limit("the component's instantiation graph is too large".into()));
        }
        Ok(())
    }

    /// The types that the identifiers in a frame's definitions belong to.
    pub(super) fn types_of(&self, frame: FrameIndex) -> TypesRef<'d> {
        self.decoded.components[self.frames[frame].component].types.as_ref()
    }

    /// Runs one definition.
    fn definition(&mut self, frame: FrameIndex, definition: &Definition<'_>) -> Result<Option<Call>, Error> {
        self.charge(1)?;
        match definition {
            Definition::Import { name, ty } => self.import(frame, name, *ty)?,
            Definition::Module(index) => self.frames[frame].modules.push(ModuleSource::Static(*index)),
            Definition::Component(index) => {
                let closure = Closure { component: *index, outer: Some(frame) };
                self.frames[frame].components.push(Component::Closure(closure));
            }
            Definition::CoreInstantiate { module, arguments } => self.core_instantiate(frame, *module, arguments)?,
            Definition::CoreFromExports(exports) => self.core_from_exports(frame, exports)?,
            Definition::CoreAlias { kind, instance, name } => self.core_alias(frame, *kind, *instance, name)?,
            Definition::Instantiate { component, arguments, ty } => {
                return self.instantiate(frame, *component, arguments, *ty);
            }
            Definition::FromExports { exports, ty } => {
                self.charge(exports.len())?;
                let mut items = IndexMap::with_capacity(exports.len());
                for (name, reference) in exports {
                    items.insert(name.to_string(), self.item(frame, *reference)?);
                }
                self.add_instance(frame, Instance::new(items), *ty)?;
            }
            Definition::Alias { kind, instance, name } => self.alias(frame, *kind, *instance, name)?,
            Definition::OuterModule { count, index } => {
                let outer = self.outer(frame, *count)?;
                let module = *entry(&self.frames[outer].modules, *index)?;
                self.frames[frame].modules.push(module);
            }
            Definition::OuterComponent { count, index } => {
                let outer = self.outer(frame, *count)?;
                let component = *entry(&self.frames[outer].components, *index)?;
                self.frames[frame].components.push(component);
            }
            Definition::Resource { id, representation, destructor } => {
                self.resource(frame, *id, *representation, *destructor)?;
            }
            Definition::Lift { function, ty, options } => self.lift(frame, *function, *ty, options)?,
            Definition::Lower { function, ty, options } => self.lower(frame, *function, *ty, options)?,
            Definition::ResourceNew(id) => {
                self.resource_built_in(frame, *id, |resource, instance| Trampoline::ResourceNew {
                    resource,
                    instance,
                })?;
            }
            Definition::ResourceRep(id) => {
                self.resource_built_in(frame, *id, |resource, instance| Trampoline::ResourceRep {
                    resource,
                    instance,
                })?;
            }
            Definition::ResourceDrop(id) => {
                self.resource_built_in(frame, *id, |resource, instance| Trampoline::ResourceDrop {
                    resource,
                    instance,
                })?;
            }
            Definition::Export { name, item, ty } => {
                let item = self.item(frame, *item)?;
                // An export makes a new entry in the index space, whose type may have identifiers of its own.
                self.enter(frame, *ty, &item)?;
                self.push_item(frame, item.clone());
                if self.frames[frame].is_root() {
                    annotate(&mut self.out.export_annotations, name);
                }
                self.frames[frame].exports.insert(name.name.to_string(), item);
            }
            Definition::Start { function, ty, arguments, results } => {
                self.start(frame, *function, *ty, arguments, *results)?;
            }
        }
        Ok(None)
    }

    fn import(
        &mut self,
        frame: FrameIndex,
        name: &ComponentExternName<'_>,
        ty: ComponentEntityType,
    ) -> Result<(), Error> {
        if self.frames[frame].is_root() {
            annotate(&mut self.out.import_annotations, name);
        }
        let name = name.name;
        let item = match &self.frames[frame].arguments {
            None => self.import_from_host(frame, name, ty)?,
            Some(arguments) => {
                let item = arguments.get(name).cloned();
                let item = item.ok_or_else(|| Error::Bug(format!("no argument for the import `{name}`")))?;
                self.enter(frame, ty, &item)?;
                item
            }
        };
        self.push_item(frame, item);
        Ok(())
    }

    fn instantiate(
        &mut self,
        frame: FrameIndex,
        component: u32,
        arguments: &[(&str, ItemReference)],
        ty: ComponentInstanceTypeId,
    ) -> Result<Option<Call>, Error> {
        self.charge(arguments.len().saturating_add(16))?;
        let component = *entry(&self.frames[frame].components, component)?;
        let mut items = HashMap::with_capacity(arguments.len());
        for (name, reference) in arguments {
            items.insert(name.to_string(), self.item(frame, *reference)?);
        }
        match component {
            Component::Closure(closure) => {
                let parent = self.frames[frame].instance;
                Ok(Some(Call { frame: self.push_frame(closure, Some(parent), Some(items)), ty: Some(ty) }))
            }
            Component::Imported(import) => {
                // In the order of the file, not of the hashes.
                let ordered = arguments.iter().filter_map(|(name, _)| Some((name.to_string(), items.remove(*name)?)));
                let ordered = ordered.collect();
                self.instantiate_imported(frame, import, &ordered, ty)?;
                Ok(None)
            }
        }
    }

    pub(super) fn add_instance(
        &mut self,
        frame: FrameIndex,
        instance: Rc<Instance>,
        ty: ComponentInstanceTypeId,
    ) -> Result<(), Error> {
        if instance.depth() > MAX_INSTANCE_DEPTH {
            return Err(Error::Limit(format!("instances are nested deeper than {MAX_INSTANCE_DEPTH}")));
        }
        let item = Item::Instance(instance);
        self.enter(frame, ComponentEntityType::Instance(ty), &item)?;
        self.push_item(frame, item);
        Ok(())
    }

    fn alias(
        &mut self,
        frame: FrameIndex,
        kind: ComponentExternalKind,
        instance: u32,
        name: &str,
    ) -> Result<(), Error> {
        if kind == ComponentExternalKind::Type {
            // The type's identifiers came into the frame with the instance.
            return Ok(());
        }
        let instance = entry(&self.frames[frame].instances, instance)?;
        let item = instance.exports.get(name).cloned();
        let item = item.ok_or_else(|| Error::Bug(format!("an instance lacks the export `{name}`")))?;
        self.push_item(frame, item);
        Ok(())
    }

    /// The frame `count` components further out.
    fn outer(&self, frame: FrameIndex, count: u32) -> Result<FrameIndex, Error> {
        let mut frame = frame;
        for _ in 0..count {
            frame = self.frames[frame].outer.ok_or_else(|| Error::Bug("an outer alias leads outside".into()))?;
        }
        Ok(frame)
    }

    fn item(&self, frame: FrameIndex, reference: ItemReference) -> Result<Item, Error> {
        let frame = &self.frames[frame];
        Ok(match reference {
            ItemReference::Function(index) => Item::Function(entry(&frame.functions, index)?.clone()),
            ItemReference::Module(index) => Item::Module(*entry(&frame.modules, index)?),
            ItemReference::Instance(index) => Item::Instance(entry(&frame.instances, index)?.clone()),
            ItemReference::Component(index) => Item::Component(*entry(&frame.components, index)?),
            ItemReference::Value(index) => Item::Value(*entry(&frame.values, index)?),
            ItemReference::Type(ComponentAnyTypeId::Resource(id)) => {
                Item::Resource(frame.scope.known_resource(id.resource())?)
            }
            ItemReference::Type(
                ComponentAnyTypeId::Defined(_)
                | ComponentAnyTypeId::Func(_)
                | ComponentAnyTypeId::Instance(_)
                | ComponentAnyTypeId::Component(_),
            ) => Item::Type,
        })
    }

    fn push_item(&mut self, frame: FrameIndex, item: Item) {
        let frame = &mut self.frames[frame];
        match item {
            Item::Function(function) => frame.functions.push(function),
            Item::Module(module) => frame.modules.push(module),
            Item::Component(component) => frame.components.push(component),
            Item::Value(value) => frame.values.push(value),
            Item::Instance(instance) => frame.instances.push(instance),
            // Type indices are the validator's business.
            Item::Resource(_) | Item::Type => {}
        }
    }

    /// Records the resources of an item that enters the frame with the type `ty`.
    fn enter(&mut self, frame: FrameIndex, ty: ComponentEntityType, item: &Item) -> Result<(), Error> {
        self.charge(1)?;
        match (ty, item) {
            (ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. }, Item::Resource(resource)) => {
                self.frames[frame].scope.register(id.resource(), *resource);
            }
            (ComponentEntityType::Instance(id), Item::Instance(instance)) => {
                for (name, export) in &self.types_of(frame)[id].exports {
                    let item = instance.exports.get(name);
                    let item = item.ok_or_else(|| Error::Bug(format!("an instance lacks the export `{name}`")))?;
                    self.enter(frame, export.ty, item)?;
                }
            }
            (ComponentEntityType::Type { .. }, Item::Type | Item::Resource(_))
            | (ComponentEntityType::Func(_), Item::Function(_))
            | (ComponentEntityType::Module(_), Item::Module(_))
            | (ComponentEntityType::Component(_), Item::Component(_))
            | (ComponentEntityType::Value(_), Item::Value(_)) => {}
            (
                ComponentEntityType::Type { .. }
                | ComponentEntityType::Func(_)
                | ComponentEntityType::Module(_)
                | ComponentEntityType::Component(_)
                | ComponentEntityType::Instance(_)
                | ComponentEntityType::Value(_),
                _,
            ) => return Err(Error::Bug("an item is not of its type's kind".into())),
        }
        Ok(())
    }
}
