//! A component: its plan and its compiled core modules, ready to be instantiated any number of times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::adapters::{Adapters, LinkAdapters};
use super::artifact::Parts;
use super::instantiate::missing;
use crate::abi::Types;
use crate::engine::Engine;
use crate::environ::Progress;
use crate::environ::component::{ComponentIndex, ComponentPlan, CoreModuleIndex, ImportIndex, translate_component};
use crate::error::{Error, Result};
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
        let translation = translate_component(bytes, engine.config().features)?;
        let modules = translation
            .modules
            .values()
            .map(|bytes| Module::new_with_progress(engine, bytes, progress))
            .collect::<Result<_>>()?;
        Component::from_plan(engine, translation.plan, modules)
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
            return Err(Error::Compile(crate::environ::Error::Plan(message)));
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
                captured,
                nested: Mutex::default(),
            }),
        })
    }

    /// Loads a component from a plan that was read from disk, and the bytes of its core modules: checks each module's
    /// hash before it is compiled, then every index of the plan and that the modules' functions have the types that the
    /// canonical ABI gives them.
    pub fn load(
        engine: &Engine,
        plan: ComponentPlan,
        module_bytes: &mut dyn FnMut(CoreModuleIndex) -> std::io::Result<Vec<u8>>,
        progress: Progress<'_>,
    ) -> Result<Component> {
        let mut modules = Vec::with_capacity(plan.modules.len());
        for (index, expected) in plan.modules.iter() {
            let bytes = module_bytes(index)?;
            let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            if found != expected.sha256 {
                let name = expected.name.as_deref().unwrap_or("without a name");
                let message = format!(
                    "core module {} ({name}) has the hash {found}, the plan says {}",
                    index.as_u32(),
                    expected.sha256
                );
                return Err(Error::Compile(crate::environ::Error::Plan(message)));
            }
            modules.push(Module::new_with_progress(engine, &bytes, progress)?);
        }
        plan.verify(&|index| modules[index.as_u32() as usize].description())?;
        Component::from_plan(engine, plan, modules)
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
