//! Components as values, instances of imported components, and start functions: what only the linker can complete.
//!
//! A component of the file that is exported, or given to a component that the host supplies, becomes a plan of its own,
//! inside of this one: the same interpretation, begun at that component. Its outer aliases can lead to core modules and
//! components only (validation lets no resource type through): the frames around it are copied with those, and what among
//! them is imported is *captured*, a leaf that the surrounding instantiation supplies.

use std::collections::HashMap;

use indexmap::IndexMap;
use wasmparser::component_types::{ComponentFuncTypeId, ComponentInstanceTypeId};

use super::definition::{Closure, Component, Function, Instance, Item, Value};
use super::inline::{Frame, FrameIndex, Inliner, MAX_INSTANCE_DEPTH, entry};
use super::plan::{
    Capture, ComponentFunction, ComponentIndex, ComponentInstanceIndex, ImportIndex, ImportItem, ImportPath,
    LeafOrigin, LiftedFunction, ModuleSource, Step, ValueSource,
};
use super::translate::plan_of;
use crate::Error;

impl<'d, 'a> Inliner<'d, 'a> {
    /// Leaves the instantiation of an imported component to a step; its exports are leaves.
    pub(super) fn instantiate_imported(
        &mut self,
        frame: FrameIndex,
        component: ImportIndex,
        arguments: &IndexMap<String, Item>,
        ty: ComponentInstanceTypeId,
    ) -> Result<(), Error> {
        let arguments = self.host_exports(&mut Vec::new(), arguments)?;
        let instance = self.nested_instances.push(());
        let parent = self.frames[frame].instance;
        let types = self.types_of(frame);
        let mut items = IndexMap::new();
        let mut exports = IndexMap::new();
        for (name, export) in &types[ty].exports {
            let origin = LeafOrigin::Instance(instance);
            let mut path = ImportPath { origin, name: name.clone(), exports: Vec::new() };
            let (item, import) = self.host_item(frame, &mut path, export.ty)?;
            items.insert(name.clone(), item);
            exports.insert(name.clone(), import);
        }
        self.out.steps.push(Step::InstantiateComponent { component, instance, parent, arguments, exports });
        self.add_instance(frame, Instance::new(items), ty)
    }

    /// `start`: a step that calls the function; what it returns are values.
    pub(super) fn start(
        &mut self,
        frame: FrameIndex,
        function: u32,
        ty: ComponentFuncTypeId,
        arguments: &[u32],
        results: u32,
    ) -> Result<(), Error> {
        self.charge(arguments.len())?;
        let ty = self.function_type(frame, "start", ty)?;
        let spaces = &self.frames[frame];
        let given = arguments.iter().map(|index| entry(&spaces.values, *index).map(|value| value.source));
        let given = given.collect::<Result<_, Error>>()?;
        let function = match entry(&spaces.functions, function)? {
            Function::Lifted(lifted) => ComponentFunction::Lifted(LiftedFunction::clone(lifted)),
            Function::Imported { import, .. } => ComponentFunction::Imported { ty, import: *import },
        };
        let result = match (self.out.types.functions[ty].result, results) {
            (Some(ty), 1) => {
                let index = self.values.push(());
                self.frames[frame].values.push(Value { ty, source: ValueSource::Result(index) });
                Some(index)
            }
            (None, 0) => None,
            (Some(_) | None, _) => return Err(Error::Bug("a start function returns another number of values".into())),
        };
        self.out.steps.push(Step::Start { function, arguments: given, result });
        Ok(())
    }

    /// The plan of a component that is a value.
    pub(super) fn plan_of(&mut self, closure: Closure) -> Result<ComponentIndex, Error> {
        if let Some(index) = self.plans.get(&closure) {
            return Ok(*index);
        }
        if self.depth >= MAX_INSTANCE_DEPTH {
            return Err(Error::Limit(format!("components are nested deeper than {MAX_INSTANCE_DEPTH}")));
        }
        self.charge(self.decoded.modules.entries.len().saturating_add(16))?;
        let mut inner = Inliner::new(self.decoded, self.depth + 1, self.work);
        let outer = match closure.outer {
            Some(frame) => Some(inner.copy_frames(self, frame)?),
            None => None,
        };
        inner.run(Closure { component: closure.component, outer })?;
        self.work = inner.work;
        let plan = plan_of(inner.out, &self.decoded.modules.entries)?;
        let index = self.out.components.push(plan);
        self.plans.insert(closure, index);
        Ok(index)
    }

    /// Copies a frame of another interpretation, and all that its entries lead to, as far as outer aliases can ask for it.
    fn copy_frames(&mut self, from: &Inliner<'d, 'a>, frame: FrameIndex) -> Result<FrameIndex, Error> {
        let mut copies: HashMap<FrameIndex, FrameIndex> = HashMap::new();
        let mut leaves: HashMap<ImportIndex, ImportIndex> = HashMap::new();
        let mut queue = Vec::new();
        let first = self.copy_of(from, frame, &mut copies, &mut queue);
        while let Some(frame) = queue.pop() {
            let original = &from.frames[frame];
            self.charge(original.modules.len().saturating_add(original.components.len()).saturating_add(1))?;
            let mut modules = Vec::with_capacity(original.modules.len());
            for module in &original.modules {
                modules.push(match module {
                    ModuleSource::Static(index) => ModuleSource::Static(*index),
                    ModuleSource::Import(leaf) => ModuleSource::Import(self.capture(from, *leaf, &mut leaves)?),
                });
            }
            let mut components = Vec::with_capacity(original.components.len());
            for component in &original.components {
                components.push(match component {
                    Component::Imported(leaf) => Component::Imported(self.capture(from, *leaf, &mut leaves)?),
                    Component::Closure(Closure { component, outer }) => Component::Closure(Closure {
                        component: *component,
                        outer: outer.map(|frame| self.copy_of(from, frame, &mut copies, &mut queue)),
                    }),
                });
            }
            let outer = original.outer.map(|frame| self.copy_of(from, frame, &mut copies, &mut queue));
            let copy = &mut self.frames[copies[&frame]];
            (copy.modules, copy.components, copy.outer) = (modules, components, outer);
        }
        Ok(first)
    }

    /// The copy of a frame, to be filled in from the queue.
    fn copy_of(
        &mut self,
        from: &Inliner<'d, 'a>,
        frame: FrameIndex,
        copies: &mut HashMap<FrameIndex, FrameIndex>,
        queue: &mut Vec<FrameIndex>,
    ) -> FrameIndex {
        if let Some(copy) = copies.get(&frame) {
            return *copy;
        }
        let closure = Closure { component: from.frames[frame].component, outer: None };
        // Nothing is ever run in it, so it needs no component instance.
        let copy = self.frames.push(Frame::new(closure, ComponentInstanceIndex::from_u32(0)));
        copies.insert(frame, copy);
        queue.push(frame);
        copy
    }

    /// A leaf for something that is imported outside.
    fn capture(
        &mut self,
        from: &Inliner<'d, 'a>,
        outer: ImportIndex,
        leaves: &mut HashMap<ImportIndex, ImportIndex>,
    ) -> Result<ImportIndex, Error> {
        if let Some(leaf) = leaves.get(&outer) {
            return Ok(*leaf);
        }
        let path = ImportPath { origin: LeafOrigin::Outer, ..from.out.import_leaves[outer].clone() };
        let leaf = self.out.import_leaves.push(path);
        let item = if let Some(ty) = from.module_types.get(&outer) {
            self.module_types.insert(leaf, ty.clone());
            ImportItem::Module { ty: ty.clone(), leaf }
        } else if let Some(ty) = from.component_types.get(&outer) {
            self.component_types.insert(leaf, ty.clone());
            ImportItem::Component { ty: ty.clone(), leaf }
        } else {
            return Err(Error::Bug("a leaf that is neither a module nor a component is captured".into()));
        };
        self.out.captures.push(Capture { outer, item });
        leaves.insert(outer, leaf);
        Ok(leaf)
    }
}
