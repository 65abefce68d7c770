//! Performing a component's plan in a store, step by step.

use std::collections::HashMap;
use std::sync::Arc;

use cranelift_entity::SecondaryMap;
use indexmap::IndexMap;

use super::call::Lifted;
use super::component::Component;
use super::func::Func;
use super::imports::{ImportValue, Imports, resolve};
use super::instance::{ExportedItem, Instance, InstanceInner};
use super::linker::Definitions;
use super::nested::captured_imports;
use super::reexport::{Target, lift_host};
use super::resource::ResourceType;
use super::signature::Signature;
use super::state::{Implementation, InstanceId};
use super::value::Value;
use super::walker::Options;
use crate::abi::{Direction, PointerType, ResourceIndex};
use crate::environ::component::{
    ComponentInstanceIndex, ComponentPlan, CoreInstanceIndex, CoreItem, ExportItem, FunctionTypeIndex, ImportIndex,
    LiftedFunction, ModuleSource, OptionsIndex, Resource, Step, TrampolineIndex,
};
use crate::environ::module::{Import, Signature as CoreSignature, ValType};
use crate::error::{Error, LinkError, Result};
use crate::module::Module;
use crate::store::Store;
use crate::value::Extern;

/// An instantiation under way.
pub(super) struct Instantiation<'a> {
    pub(super) store: &'a mut Store,
    pub(super) component: &'a Component,
    pub(super) resources: Arc<[ResourceType]>,
    pub(super) imports: Imports,
    instances: Vec<InstanceId>,
    core_instances: SecondaryMap<CoreInstanceIndex, Option<crate::instance::Instance>>,
    pub(super) trampolines: SecondaryMap<TrampolineIndex, Option<crate::func::Func>>,
    /// For memories with 32-bit and with 64-bit pointers.
    signatures: SecondaryMap<FunctionTypeIndex, [Option<Arc<Signature>>; 2]>,
    options: SecondaryMap<OptionsIndex, Option<Options>>,
    /// Which imports that other components serve get their adapters together; found out when it is first asked for.
    pub(super) link_groups: Option<Vec<Vec<TrampolineIndex>>>,
    /// The resource types that are known.
    pub(super) found: HashMap<ResourceIndex, ResourceType>,
    /// What start functions have returned.
    pub(super) results: Vec<Value>,
}

/// Checks the imports, then performs the steps, then collects the exports. `parent` is the instance whose component asked
/// for it.
pub(super) fn instantiate(
    store: &mut Store,
    component: &Component,
    definitions: &Definitions,
    parent: Option<InstanceId>,
) -> Result<Instance> {
    let plan = component.plan();
    let instances = add_instances(store, plan, parent);
    let mut found = define_resources(store, plan, &instances)?;
    let mut imports = captured_imports(component);
    let resources = resolve(store, component, &plan.imports, definitions, &mut found, &mut imports)?;
    let mut instantiation = Instantiation {
        store,
        component,
        resources,
        imports,
        instances,
        core_instances: SecondaryMap::new(),
        trampolines: SecondaryMap::with_capacity(plan.trampolines.len()),
        signatures: SecondaryMap::new(),
        options: SecondaryMap::with_capacity(plan.options.len()),
        link_groups: None,
        found,
        results: Vec::new(),
    };
    for step in &plan.steps {
        instantiation.perform(step)?;
    }
    let exports = instantiation.exports(&plan.exports)?;
    let inner = InstanceInner {
        store: instantiation.store.id(),
        component: component.clone(),
        resources: instantiation.resources,
        exports,
    };
    Ok(Instance(Arc::new(inner)))
}

fn add_instances(store: &mut Store, plan: &ComponentPlan, outer: Option<InstanceId>) -> Vec<InstanceId> {
    let mut instances: Vec<InstanceId> = Vec::with_capacity(plan.component_instances.len());
    for instance in plan.component_instances.values() {
        let parent = instance.parent.and_then(|parent| instances.get(parent.as_u32() as usize).copied());
        instances.push(store.add_component_instance(parent.or(outer)));
    }
    instances
}

/// The resource types that the component defines; their destructors come with steps.
fn define_resources(
    store: &mut Store,
    plan: &ComponentPlan,
    instances: &[InstanceId],
) -> Result<HashMap<ResourceIndex, ResourceType>> {
    let mut defined = HashMap::new();
    for (index, resource) in plan.resources.iter() {
        match resource {
            Resource::Imported(_) => {}
            Resource::Defined { instance, .. } => {
                let instance = instance_id(instances, *instance)?;
                let implementation = Implementation::Guest { instance, destructor: None };
                let number = store.component_mut().add_resource(implementation);
                defined.insert(index, ResourceType { store: store.id(), number });
            }
        }
    }
    Ok(defined)
}

fn instance_id(instances: &[InstanceId], index: ComponentInstanceIndex) -> Result<InstanceId> {
    instances.get(index.as_u32() as usize).copied().ok_or_else(|| missing(&index))
}

pub(super) fn missing(what: &dyn std::fmt::Debug) -> Error {
    Error::bug(format!("the plan refers to {what:?}, which is not there"))
}

impl Instantiation<'_> {
    fn perform(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::InstantiateModule { module, instance, component, arguments } => {
                let id = self.instance(*component)?;
                let made = self.instantiate_module(*module, id, arguments)?;
                self.core_instances[*instance] = Some(made);
                Ok(())
            }
            Step::DefineResource(resource) => self.set_destructor(*resource),
            Step::InstantiateComponent { component, instance: _, parent, arguments, exports } => {
                self.instantiate_component(*component, *parent, arguments, exports)
            }
            Step::Start { function, arguments, result } => self.start(function, arguments, result.is_some()),
        }
    }

    pub(super) fn instance(&self, index: ComponentInstanceIndex) -> Result<InstanceId> {
        instance_id(&self.instances, index)
    }

    fn instantiate_module(
        &mut self,
        source: ModuleSource,
        component: InstanceId,
        arguments: &IndexMap<String, IndexMap<String, CoreItem>>,
    ) -> Result<crate::instance::Instance> {
        let module = self.module(source)?;
        let mut externs = Vec::new();
        for Import { module: from, name, .. } in &module.description().imports {
            let item = arguments.get(from).and_then(|items| items.get(name));
            let item = item.ok_or_else(|| LinkError::Unknown { import: format!("{from}.{name}") })?;
            externs.push(self.core_item(item)?);
        }
        // The start function runs inside of the instance.
        let lineage = self.store.component().lineage(component);
        let entry = self.store.component_mut().enter(&lineage)?;
        let made = crate::instance::Instance::new(self.store, &module, &externs);
        match &made {
            Ok(_) => self.store.component_mut().leave(entry),
            Err(_) => self.store.component_mut().close(entry),
        }
        made
    }

    fn module(&self, source: ModuleSource) -> Result<Module> {
        match source {
            ModuleSource::Static(index) => self.component.module(index).cloned().ok_or_else(|| missing(&index)),
            ModuleSource::Import(index) => match self.import(index)? {
                ImportValue::Module(module) => Ok(module.clone()),
                ImportValue::Host(..)
                | ImportValue::Exported(_)
                | ImportValue::Trap(_)
                | ImportValue::Resource
                | ImportValue::Component(_)
                | ImportValue::Value(_) => Err(missing(&index)),
            },
        }
    }

    pub(super) fn import(&self, index: ImportIndex) -> Result<&ImportValue> {
        self.imports.get(&index).ok_or_else(|| missing(&index))
    }

    pub(super) fn core_item(&mut self, item: &CoreItem) -> Result<Extern> {
        match item {
            CoreItem::Export { instance, name } => {
                let instance = self.core_instances[*instance].ok_or_else(|| missing(instance))?;
                instance.get_export(self.store, name)?.ok_or_else(|| {
                    LinkError::Other { message: format!("a core instance has no export `{name}`") }.into()
                })
            }
            CoreItem::Trampoline(index) => Ok(Extern::Func(self.trampoline(*index)?)),
        }
    }

    /// A core function, whose type must be exactly this: calls rely on it.
    fn core_function(&mut self, item: &CoreItem, expected: &CoreSignature) -> Result<crate::func::Func> {
        let Some(function) = self.core_item(item)?.into_func() else {
            return Err(wrong_item(item, "a function"));
        };
        let found = function.signature(self.store)?;
        if found != expected {
            return Err(wrong_item(item, &format!("a function of type {expected:?}, found {found:?}")));
        }
        Ok(function)
    }

    fn set_destructor(&mut self, index: ResourceIndex) -> Result<()> {
        let resource = self.component.plan().resources.get(index).ok_or_else(|| missing(&index))?;
        let Resource::Defined { destructor: Some(item), representation, .. } = resource else { return Ok(()) };
        let signature = CoreSignature { params: vec![pointer_type(*representation)], results: Vec::new() };
        let destructor = self.core_function(item, &signature)?;
        let ty = *self.resources.get(index.as_u32() as usize).ok_or_else(|| missing(&index))?;
        self.store.component_mut().set_destructor(ty.number, destructor);
        Ok(())
    }

    pub(super) fn options(&mut self, index: OptionsIndex) -> Result<Options> {
        if let Some(options) = self.options[index] {
            return Ok(options);
        }
        let component = self.component;
        let options = component.plan().options.get(index).ok_or_else(|| missing(&index))?;
        let memory = match &options.memory {
            None => None,
            Some(item) => match self.core_item(item)?.into_memory() {
                Some(memory) => Some(memory.placed(self.store)?),
                None => return Err(wrong_item(item, "a memory")),
            },
        };
        let realloc = match &options.realloc {
            None => None,
            Some(item) => {
                let pointer = pointer_type(options.pointers);
                let signature = CoreSignature { params: vec![pointer; 4], results: vec![pointer] };
                Some(self.core_function(item, &signature)?.callable(self.store)?)
            }
        };
        let instance = self.instance(options.instance)?;
        let (encoding, pointers) = (options.string_encoding, options.pointers);
        let may_leave = self.store.component().flags(instance).may_leave;
        let options = Options { instance, may_leave, encoding, memory, pointers, realloc };
        self.options[index] = Some(options);
        Ok(options)
    }

    pub(super) fn signature(&mut self, index: FunctionTypeIndex, pointers: PointerType) -> Result<Arc<Signature>> {
        let wide = usize::from(pointers == PointerType::I64);
        if let Some(signature) = &self.signatures[index][wide] {
            return Ok(signature.clone());
        }
        let shape = self.component.shape(index, pointers)?;
        let signature = Arc::new(Signature::new(shape, self.resources.clone()));
        self.signatures[index][wide] = Some(signature.clone());
        Ok(signature)
    }

    /// `canon lift`, with the checks that calls rely on.
    pub(super) fn lift(&mut self, function: &LiftedFunction) -> Result<Lifted> {
        let options = self.options(function.options)?;
        let signature = self.signature(function.ty, options.pointers)?;
        let expected = signature.core(Direction::Lift);
        let core = self.core_function(&function.core, expected)?.callable(self.store)?;
        let component = self.component;
        let canonical = component.plan().options.get(function.options).ok_or_else(|| missing(&function.options))?;
        let post_return = match &canonical.post_return {
            None => None,
            Some(item) => {
                let signature = CoreSignature { params: expected.results.clone(), results: Vec::new() };
                Some(self.core_function(item, &signature)?.callable(self.store)?)
            }
        };
        let lineage = self.store.component().lineage(options.instance);
        Ok(Lifted { core, post_return, options, lineage, signature, scratch: None })
    }

    pub(super) fn exports(&mut self, items: &IndexMap<String, ExportItem>) -> Result<IndexMap<String, ExportedItem>> {
        let mut exports = IndexMap::with_capacity(items.len());
        for (name, item) in items {
            exports.insert(name.clone(), self.export(item)?);
        }
        Ok(exports)
    }

    fn export(&mut self, item: &ExportItem) -> Result<ExportedItem> {
        Ok(match item {
            ExportItem::Function(function) => {
                let lifted = self.lift(function)?;
                ExportedItem::Func(Func::new(self.store.id(), lifted))
            }
            ExportItem::Instance(items) => ExportedItem::Instance(self.exports(items)?),
            ExportItem::Resource(index) => {
                let ty = self.resources.get(index.as_u32() as usize).ok_or_else(|| missing(index))?;
                ExportedItem::Resource(*ty)
            }
            ExportItem::Type => ExportedItem::Type,
            ExportItem::Module(source) => ExportedItem::Module(self.module(*source)?),
            ExportItem::ImportedFunction { ty, import } => ExportedItem::Func(self.imported_function(*ty, *import)?),
            ExportItem::Component(source) => ExportedItem::Component(self.component_value(*source)?),
            ExportItem::Value { ty: _, source } => ExportedItem::Value(self.value(*source)?),
        })
    }

    /// An imported function as one that the host can call.
    pub(super) fn imported_function(&mut self, ty: FunctionTypeIndex, import: ImportIndex) -> Result<Func> {
        let target = match self.import(import)? {
            ImportValue::Exported(func) => return Ok(func.clone()),
            ImportValue::Host(function, bound) => Target::Host(function.clone(), bound.clone()),
            ImportValue::Trap(path) => Target::Trap(path.clone()),
            ImportValue::Module(_) | ImportValue::Resource | ImportValue::Component(_) | ImportValue::Value(_) => {
                return Err(missing(&import));
            }
        };
        let signature = self.signature(ty, PointerType::I32)?;
        let lifted = lift_host(self.store, signature, target)?;
        Ok(Func::new(self.store.id(), lifted))
    }

    /// Lets functions that are made from here on see the resource types of now.
    pub(super) fn forget_signatures(&mut self) {
        self.signatures.clear();
    }
}

/// The core type of a pointer, or of a representation.
pub(super) fn pointer_type(pointers: PointerType) -> ValType {
    match pointers {
        PointerType::I32 => ValType::I32,
        PointerType::I64 => ValType::I64,
    }
}

fn wrong_item(item: &CoreItem, expected: &str) -> Error {
    let message = match item {
        CoreItem::Export { name, .. } => format!("the core export `{name}` must be {expected}"),
        CoreItem::Trampoline(index) => format!("{index:?} must be {expected}"),
    };
    crate::environ::Error::Plan(message).into()
}
