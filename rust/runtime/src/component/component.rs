//! A component: its plan and its compiled core modules, ready to be instantiated any number of times.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use super::adapters::{Adapters, LinkAdapters};
use super::artifact::Parts;
use super::cached::{self, Cached};
use super::instantiate::missing;
use super::signature::Shape;
use crate::abi::{PointerType, Types};
use crate::code::Key;
use crate::engine::Engine;
use crate::environ::Progress;
use crate::environ::component::{
    ComponentIndex, ComponentPlan, CoreModuleIndex, FunctionTypeIndex, ImportIndex, translate_component,
};
use crate::error::Result;
use crate::module::Module;

/// A compiled component; a cheap handle.
#[derive(Clone, Debug)]
pub struct Component {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    plan: ComponentPlan,
    types: Arc<Types>,
    modules: Vec<Module>,
    adapters: Adapters,
    link_adapters: LinkAdapters,
    /// For each function type, once it is asked for, with 32-bit and with 64-bit pointers.
    shapes: Box<[[OnceLock<Arc<Shape>>; 2]]>,
    /// What a component that was a value of another one took from there.
    captured: Vec<(ImportIndex, Captured)>,
    /// The components that are values and capture nothing, once they were asked for.
    nested: Mutex<HashMap<ComponentIndex, Component>>,
}

/// A core module or component from around a component that is a value.
#[derive(Clone, Debug)]
pub(super) enum Captured {
    Module(Module),
    Component(Component),
}

impl Component {
    /// Validates a component in the binary format, and compiles its core modules or takes their code from the cache.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Component> {
        Component::new_with_progress(engine, bytes, &|_, _| {})
    }

    /// As [`Component::new`]; tells for one module after the other how many of its functions are done.
    pub fn new_with_progress(engine: &Engine, bytes: &[u8], progress: Progress<'_>) -> Result<Component> {
        let key = cached::key_of_bytes(engine, bytes);
        if let Some(found) = key.and_then(|key| cached::load(engine, &key))
            && let Some(plan) = found.plan()
            && let Ok(component) = Component::from_cache(engine, plan, found)
        {
            return Ok(component);
        }
        let translation = translate_component(bytes, engine.config().features)?;
        let modules = translation
            .modules
            .values()
            .map(|bytes| Module::new_with_progress(engine, bytes, progress))
            .collect::<Result<_>>()?;
        let component = Component::from_plan(engine, translation.plan, modules)?;
        component.keep(key);
        Ok(component)
    }

    fn from_cache(engine: &Engine, plan: ComponentPlan, found: Cached) -> Result<Component> {
        Component::from_parts(engine, plan, found.modules, |engine, plan| Adapters::load(engine, plan, found.adapters))
    }

    /// Tells the code cache what the component consists of.
    fn keep(&self, key: Option<Key>) {
        let Inner { engine, plan, modules, adapters, .. } = &*self.inner;
        if let Some(key) = key {
            cached::store(engine, &key, plan, modules, adapters.modules());
        }
    }

    /// Puts a plan and its modules together. The modules must be those that the plan's hashes name.
    pub fn from_plan(engine: &Engine, plan: ComponentPlan, modules: Vec<Module>) -> Result<Component> {
        Component::from_parts(engine, plan, modules, Adapters::compile)
    }

    fn from_parts(
        engine: &Engine,
        plan: ComponentPlan,
        modules: Vec<Module>,
        adapters: impl FnOnce(&Engine, &ComponentPlan) -> Result<Adapters>,
    ) -> Result<Component> {
        if modules.len() != plan.modules.len() {
            let message = format!("expected {} core modules, got {}", plan.modules.len(), modules.len());
            return Err(crate::environ::Error::Plan(message).into());
        }
        let adapters = adapters(engine, &plan)?;
        Component::assemble(engine, plan, modules, adapters, Vec::new())
    }

    fn assemble(
        engine: &Engine,
        plan: ComponentPlan,
        modules: Vec<Module>,
        adapters: Adapters,
        captured: Vec<(ImportIndex, Captured)>,
    ) -> Result<Component> {
        let types = Arc::new(plan.types.clone());
        let shapes = plan.functions.values().map(|_| Default::default()).collect();
        let link_adapters = LinkAdapters::default();
        let engine = engine.clone();
        Ok(Component {
            inner: Arc::new(Inner {
                engine,
                plan,
                types,
                modules,
                adapters,
                link_adapters,
                shapes,
                captured,
                nested: Mutex::default(),
            }),
        })
    }

    /// Loads a component from a plan that was read from disk, and the bytes of its core modules: checks each module's
    /// hash before it is compiled, then every index of the plan and that the modules' functions have the types that the
    /// canonical ABI gives them; unless the code cache says that this was done before with the same plan and modules.
    pub fn load<'m>(
        engine: &Engine,
        plan: ComponentPlan,
        module_bytes: &mut dyn FnMut(CoreModuleIndex) -> std::io::Result<Cow<'m, [u8]>>,
        progress: Progress<'_>,
    ) -> Result<Component> {
        let bytes = plan.modules.keys().map(module_bytes).collect::<std::io::Result<Vec<_>>>()?;
        let key = cached::key_of_plan(engine, &plan, &bytes);
        let plan = match key.and_then(|key| cached::load(engine, &key)) {
            None => plan,
            Some(found) => match Component::from_cache(engine, plan.clone(), found) {
                Ok(component) => return Ok(component),
                Err(_) => plan,
            },
        };
        let mut modules = Vec::with_capacity(bytes.len());
        for ((index, expected), bytes) in plan.modules.iter().zip(&bytes) {
            let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            if found != expected.sha256 {
                let name = expected.name.as_deref().unwrap_or("without a name");
                let message = format!(
                    "core module {} ({name}) has the hash {found}, the plan says {}",
                    index.as_u32(),
                    expected.sha256
                );
                return Err(crate::environ::Error::Plan(message).into());
            }
            modules.push(Module::new_with_progress(engine, bytes, progress)?);
        }
        plan.verify(&|index| modules[index.as_u32() as usize].description())?;
        let component = Component::from_plan(engine, plan, modules)?;
        component.keep(key);
        Ok(component)
    }

    /// The compiled component as bytes.
    pub fn serialize(&self) -> Result<Vec<u8>> {
        super::artifact::encode(&self.inner.plan, &self.inner.modules, self.inner.adapters.modules())
    }

    /// Loads what [`Component::serialize`] gave. Refused unless engine version, compiler and features are the same; the plan
    /// is checked as in [`Component::load`].
    ///
    /// # Safety
    /// The bytes contain machine code, which is run as it is: they must come unchanged from [`Component::serialize`].
    pub unsafe fn deserialize(engine: &Engine, bytes: &[u8]) -> Result<Component> {
        // SAFETY: the caller's promise.
        let Parts { plan, modules, adapters } = unsafe { super::artifact::decode(engine, bytes) }?;
        if modules.len() == plan.modules.len() {
            plan.verify(&|index| modules[index.as_u32() as usize].description())?;
        }
        Component::from_parts(engine, plan, modules, |engine, plan| Adapters::load(engine, plan, adapters))
    }

    /// One of the plan's components that are values, with what it captures.
    pub(super) fn nested(&self, index: ComponentIndex, captured: Vec<(ImportIndex, Captured)>) -> Result<Component> {
        let Inner { engine, plan, modules, nested, .. } = &*self.inner;
        let plan = plan.components.get(index).ok_or_else(|| missing(&index))?.clone();
        if !captured.is_empty() {
            let adapters = Adapters::compile(engine, &plan)?;
            return Component::assemble(engine, plan, modules.clone(), adapters, captured);
        }
        let known = nested.lock().unwrap_or_else(PoisonError::into_inner).get(&index).cloned();
        if let Some(component) = known {
            return Ok(component);
        }
        let adapters = Adapters::compile(engine, &plan)?;
        let component = Component::assemble(engine, plan, modules.clone(), adapters, captured)?;
        nested.lock().unwrap_or_else(PoisonError::into_inner).insert(index, component.clone());
        Ok(component)
    }

    pub(super) fn captured(&self) -> &[(ImportIndex, Captured)] {
        &self.inner.captured
    }

    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub fn plan(&self) -> &ComponentPlan {
        &self.inner.plan
    }

    /// The plan's types, for walking calls with.
    pub fn types(&self) -> &Arc<Types> {
        &self.inner.types
    }

    /// A function type of the plan, prepared for the walker.
    pub(super) fn shape(&self, index: FunctionTypeIndex, pointers: PointerType) -> Result<Arc<Shape>> {
        let Inner { plan, types, shapes, .. } = &*self.inner;
        let (Some(ty), Some([narrow, wide])) = (plan.functions.get(index), shapes.get(index.as_u32() as usize)) else {
            return Err(missing(&index));
        };
        let shape = match pointers {
            PointerType::I32 => narrow,
            PointerType::I64 => wide,
        };
        Ok(shape.get_or_init(|| Arc::new(Shape::new(types.clone(), ty.clone(), pointers))).clone())
    }

    /// A core module of the component, compiled.
    pub fn module(&self, index: CoreModuleIndex) -> Option<&Module> {
        self.inner.modules.get(index.as_u32() as usize)
    }

    /// The adapters for the calls between the component's instances.
    pub(super) fn adapters(&self) -> &Adapters {
        &self.inner.adapters
    }

    /// The adapters for the component's imports that other components served so far.
    pub(super) fn link_adapters(&self) -> &LinkAdapters {
        &self.inner.link_adapters
    }
}
