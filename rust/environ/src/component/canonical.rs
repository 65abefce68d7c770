//! The definitions that leave something to do at run time: core instances, resources, and `canon` definitions.

use std::collections::HashMap;
use std::rc::Rc;

use indexmap::IndexMap;
use wasmparser::ExternalKind;
use wasmparser::component_types::{ComponentFuncTypeId, ResourceId};

use super::decode::LocalOptions;
use super::definition::{CoreInstance, Function};
use super::inline::{FrameIndex, Inliner, entry};
use super::plan::{
    CanonicalOptions, ComponentInstanceIndex, CoreItem, FunctionTypeIndex, LiftedFunction, ModuleSource, OptionsIndex,
    Resource, Step, Trampoline,
};
use super::types::Place;
use crate::Error;
use dovetail_abi::{PointerType, ResourceIndex};

impl Inliner<'_, '_> {
    /// `core instance (instantiate ...)`: a step, with an argument for each of the module's imports.
    pub(super) fn core_instantiate(
        &mut self,
        frame: FrameIndex,
        module: u32,
        arguments: &[wasmparser::InstantiationArg<'_>],
    ) -> Result<(), Error> {
        let decoded = self.decoded;
        let source = *entry(&self.frames[frame].modules, module)?;
        let imports: Vec<(String, String)> = match source {
            ModuleSource::Static(index) => {
                let imports = &decoded.modules.descriptions[index].imports;
                imports.iter().map(|import| (import.module.clone(), import.name.clone())).collect()
            }
            ModuleSource::Import(index) => {
                let imports = self.module_types.get(&index).map(|ty| ty.imports.as_slice()).unwrap_or_default();
                imports.iter().map(|(module, name, _)| (module.clone(), name.clone())).collect()
            }
        };
        self.charge(imports.len().saturating_add(arguments.len()))?;
        let by_name: HashMap<&str, u32> = arguments.iter().map(|argument| (argument.name, argument.index)).collect();
        let mut given: IndexMap<String, IndexMap<String, CoreItem>> = IndexMap::new();
        for (namespace, name) in imports {
            let instance = by_name.get(namespace.as_str()).copied();
            let instance =
                instance.ok_or_else(|| Error::Bug(format!("no argument `{namespace}` for a core module")))?;
            let item = self.core_export(frame, instance, &name)?;
            given.entry(namespace).or_default().insert(name, item);
        }
        let instance = self.core_instances.push(());
        let component = self.frames[frame].instance;
        self.out.steps.push(Step::InstantiateModule { module: source, instance, component, arguments: given });
        self.frames[frame].core_instances.push(CoreInstance::Made(instance));
        Ok(())
    }

    /// `core instance (export ...)*`: names for items that exist.
    pub(super) fn core_from_exports(
        &mut self,
        frame: FrameIndex,
        exports: &[wasmparser::Export<'_>],
    ) -> Result<(), Error> {
        self.charge(exports.len())?;
        let spaces = &mut self.frames[frame];
        let mut names = IndexMap::with_capacity(exports.len());
        for export in exports {
            let space = match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => &spaces.core_functions,
                ExternalKind::Table => &spaces.core_tables,
                ExternalKind::Memory => &spaces.core_memories,
                ExternalKind::Global => &spaces.core_globals,
                ExternalKind::Tag => &spaces.core_tags,
            };
            names.insert(export.name.to_string(), entry(space, export.index)?.clone());
        }
        spaces.core_instances.push(CoreInstance::Named(Rc::new(names)));
        Ok(())
    }

    /// `alias core export`.
    pub(super) fn core_alias(
        &mut self,
        frame: FrameIndex,
        kind: ExternalKind,
        instance: u32,
        name: &str,
    ) -> Result<(), Error> {
        let item = self.core_export(frame, instance, name)?;
        let spaces = &mut self.frames[frame];
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => spaces.core_functions.push(item),
            ExternalKind::Table => spaces.core_tables.push(item),
            ExternalKind::Memory => spaces.core_memories.push(item),
            ExternalKind::Global => spaces.core_globals.push(item),
            ExternalKind::Tag => spaces.core_tags.push(item),
        }
        Ok(())
    }

    fn core_export(&self, frame: FrameIndex, instance: u32, name: &str) -> Result<CoreItem, Error> {
        match entry(&self.frames[frame].core_instances, instance)? {
            CoreInstance::Made(instance) => Ok(CoreItem::Export { instance: *instance, name: name.to_string() }),
            CoreInstance::Named(items) => {
                items.get(name).cloned().ok_or_else(|| Error::Bug(format!("a core instance lacks the export `{name}`")))
            }
        }
    }

    /// A new resource type: another one each time that the component is instantiated.
    pub(super) fn resource(
        &mut self,
        frame: FrameIndex,
        id: ResourceId,
        representation: PointerType,
        destructor: Option<u32>,
    ) -> Result<(), Error> {
        let spaces = &mut self.frames[frame];
        let destructor = destructor.map(|index| entry(&spaces.core_functions, index).cloned()).transpose()?;
        let resource =
            self.out.resources.push(Resource::Defined { instance: spaces.instance, representation, destructor });
        spaces.scope.register(id, resource);
        self.out.steps.push(Step::DefineResource(resource));
        Ok(())
    }

    /// `canon resource.new`, `resource.rep` and `resource.drop`.
    pub(super) fn resource_built_in(
        &mut self,
        frame: FrameIndex,
        id: ResourceId,
        make: impl FnOnce(ResourceIndex, ComponentInstanceIndex) -> Trampoline,
    ) -> Result<(), Error> {
        let resource = self.frames[frame].scope.known_resource(id)?;
        let trampoline = make(resource, self.frames[frame].instance);
        self.push_trampoline(frame, trampoline);
        Ok(())
    }

    fn push_trampoline(&mut self, frame: FrameIndex, trampoline: Trampoline) {
        let index = self.out.trampolines.push(trampoline);
        self.frames[frame].core_functions.push(CoreItem::Trampoline(index));
    }

    /// `canon lift`.
    pub(super) fn lift(
        &mut self,
        frame: FrameIndex,
        function: u32,
        ty: ComponentFuncTypeId,
        options: &LocalOptions,
    ) -> Result<(), Error> {
        let core = entry(&self.frames[frame].core_functions, function)?.clone();
        // Toolchains name the core function after the export.
        let path = match &core {
            CoreItem::Export { name, .. } => name.clone(),
            CoreItem::Trampoline(_) => "canon lift".to_string(),
        };
        let options = self.options(frame, &path, options)?;
        let ty = self.function_type(frame, &path, ty)?;
        let lifted = LiftedFunction { ty, core, options };
        self.frames[frame].functions.push(Function::Lifted(Rc::new(lifted)));
        Ok(())
    }

    /// `canon lower`: of an import a call to the host, of a lifted function one from component to component.
    pub(super) fn lower(
        &mut self,
        frame: FrameIndex,
        function: u32,
        ty: ComponentFuncTypeId,
        options: &LocalOptions,
    ) -> Result<(), Error> {
        let function = entry(&self.frames[frame].functions, function)?.clone();
        let path = match &function {
            Function::Imported { import, .. } => self.out.import_leaves[*import].to_string(),
            Function::Lifted(lifted) => match &lifted.core {
                CoreItem::Export { name, .. } => name.clone(),
                CoreItem::Trampoline(_) => "canon lower".to_string(),
            },
        };
        let options = self.options(frame, &path, options)?;
        let ty = self.function_type(frame, &path, ty)?;
        let trampoline = match function {
            Function::Imported { import, .. } => Trampoline::LowerImport { import, ty, options },
            Function::Lifted(callee) => {
                Trampoline::LowerLifted { callee: LiftedFunction::clone(&callee), lower_ty: ty, options }
            }
        };
        self.push_trampoline(frame, trampoline);
        Ok(())
    }

    pub(super) fn function_type(
        &mut self,
        frame: FrameIndex,
        path: &str,
        ty: ComponentFuncTypeId,
    ) -> Result<FunctionTypeIndex, Error> {
        let types = self.types_of(frame);
        self.out.types.function(&mut self.frames[frame].scope, Place { types, path }, ty)
    }

    fn options(&mut self, frame: FrameIndex, path: &str, options: &LocalOptions) -> Result<OptionsIndex, Error> {
        if let Some(feature) = options.unsupported {
            return Err(Error::Unsupported { path: path.to_string(), feature: feature.to_string() });
        }
        let pointers = match options.memory {
            Some(index) if self.types_of(frame).memory_at(index).memory64 => PointerType::I64,
            Some(_) | None => PointerType::I32,
        };
        let spaces = &self.frames[frame];
        let function =
            |index: Option<u32>| index.map(|index| entry(&spaces.core_functions, index).cloned()).transpose();
        let options = CanonicalOptions {
            instance: spaces.instance,
            string_encoding: options.string_encoding,
            memory: options.memory.map(|index| entry(&spaces.core_memories, index).cloned()).transpose()?,
            pointers,
            realloc: function(options.realloc)?,
            post_return: function(options.post_return)?,
        };
        if let Some(index) = self.option_indices.get(&options) {
            return Ok(*index);
        }
        let index = self.out.options.push(options.clone());
        self.option_indices.insert(options, index);
        Ok(index)
    }
}
