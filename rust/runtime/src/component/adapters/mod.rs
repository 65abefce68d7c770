//! Calls from one component instance to another without the host: adapters, which `environ` writes as core modules, are
//! compiled with the component and instantiated in the place of trampolines.
//!
//! Where there is no adapter (an engine without a compiler, a component whose adapters would be too large, a call within
//! one component instance) the walker carries the values (`transit`).

mod instantiate;
mod intrinsics;
mod link;

use std::collections::HashMap;

use super::violation::violation;
use crate::abi::Types;
use crate::engine::Engine;
use crate::environ::component::adapter::{AdapterGroup, AdapterModule, BuiltAdapters, plan_adapters};
use crate::environ::component::{ComponentInstanceIndex, ComponentPlan, CoreItem, TrampolineIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::module::Module;

pub(super) use link::LinkAdapters;

/// The most code that the adapters of one component may have, in bytes of WebAssembly: this much and so many times what
/// its own core modules have. More than any component needs that is not made to exhaust the compiler.
const CODE_LIMIT: usize = 512 << 10;
const CODE_FACTOR: u64 = 4;

/// The compiled adapters of a component.
#[derive(Debug, Default)]
pub(super) struct Adapters {
    groups: Vec<Group>,
    /// The group of each trampoline that has an adapter.
    places: HashMap<TrampolineIndex, usize>,
}

/// Adapters that are one module, and are instantiated together.
#[derive(Debug)]
struct Group {
    trampolines: Vec<TrampolineIndex>,
    built: BuiltAdapters<CoreItem, CoreItem, ComponentInstanceIndex>,
    /// `None` where it would be too large.
    module: Option<Module>,
}

impl Adapters {
    /// Writes and compiles the adapters for the calls inside of a component.
    pub(super) fn compile(engine: &Engine, plan: &ComponentPlan) -> Result<Adapters> {
        let mut adapters = Adapters::default();
        if !enabled(engine) {
            return Ok(adapters);
        }
        let mut budget = budget(plan);
        for group in plan_adapters(plan)? {
            let module = compile(engine, &group.built.module, &plan.types, &mut budget)?;
            adapters.push(group, module);
        }
        Ok(adapters)
    }

    /// Takes adapters that were compiled with a component, as [`Adapters::modules`] gave them. Where that engine made none,
    /// this one does.
    pub(super) fn load(engine: &Engine, plan: &ComponentPlan, modules: Vec<Option<Module>>) -> Result<Adapters> {
        if modules.is_empty() || !engine.config().adapters {
            return Adapters::compile(engine, plan);
        }
        let groups = plan_adapters(plan)?;
        if groups.len() != modules.len() {
            let message = format!("it has {} modules of adapters, expected {}", modules.len(), groups.len());
            return Err(crate::environ::Error::Plan(message).into());
        }
        let mut adapters = Adapters::default();
        for (group, module) in groups.into_iter().zip(modules) {
            adapters.push(group, module);
        }
        Ok(adapters)
    }

    fn push(&mut self, group: AdapterGroup, module: Option<Module>) {
        let AdapterGroup { trampolines, built } = group;
        if module.is_some() {
            let group = self.groups.len();
            self.places.extend(trampolines.iter().map(|trampoline| (*trampoline, group)));
        }
        self.groups.push(Group { trampolines, built, module });
    }

    /// The compiled modules; `None` for one that would be too large.
    pub(super) fn modules(&self) -> impl ExactSizeIterator<Item = Option<&Module>> {
        self.groups.iter().map(|group| group.module.as_ref())
    }
}

/// Whether this engine makes adapters.
fn enabled(engine: &Engine) -> bool {
    engine.config().adapters && engine.config().compiler.is_some()
}

/// How much code the adapters of a component may have.
fn budget(plan: &ComponentPlan) -> usize {
    let size = plan.modules.values().map(|module| module.size).fold(0, u64::saturating_add);
    CODE_LIMIT.saturating_add(usize::try_from(size.saturating_mul(CODE_FACTOR)).unwrap_or(usize::MAX))
}

/// Compiles one module of adapters, or takes its code from the cache; `None` where it exceeds the budget.
fn compile(engine: &Engine, adapters: &AdapterModule, types: &Types, budget: &mut usize) -> Result<Option<Module>> {
    let bytes = match adapters.encode(types, *budget) {
        Ok(bytes) => bytes,
        Err(crate::environ::Error::Limit(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    *budget = budget.saturating_sub(bytes.len());
    match Module::generated(engine, &bytes).map_err(Error::into_kind) {
        Ok(module) => Ok(Some(module)),
        // What this crate wrote itself must be valid.
        Err(ErrorKind::Compile(error)) => Err(Error::bug(format!("an adapter between components is invalid: {error}"))),
        Err(error) => Err(error.into()),
    }
}
