//! Adapters between components that a linker joins: one component's export that serves as another's import. What is on
//! the other side is known at instantiation only; so they are made then, and kept by their shape.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::instantiate::Items;
use super::{budget, compile, enabled};
use crate::component::component::Component;
use crate::component::imports::ImportValue;
use crate::component::instantiate::{Instantiation, missing};
use crate::component::state::InstanceId;
use crate::component::walker::Options;
use crate::environ::component::adapter::{AdapterBuilder, AdapterModule, SideItems, group_trampolines};
use crate::environ::component::{Trampoline, TrampolineIndex};
use crate::error::Result;
use crate::func::Func;
use crate::memory::Memory;
use crate::module::Module;

/// The most modules of adapters that a component keeps for its imports. A component is linked in few ways.
const MAX_KEPT: usize = 64;

/// The compiled adapters for a component's imports, by their shape: canonical options and types.
#[derive(Debug, Default)]
pub(in crate::component) struct LinkAdapters(Mutex<HashMap<AdapterModule, Option<Module>>>);

impl LinkAdapters {
    /// The module for a shape; `None` where it would be too large.
    fn module(&self, component: &Component, shape: &AdapterModule) -> Result<Option<Module>> {
        let kept = |map: &HashMap<_, Option<Module>>| map.get(shape).cloned();
        if let Some(module) = kept(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(module);
        }
        let mut budget = budget(component.plan());
        let module = compile(component.engine(), shape, component.types(), &mut budget)?;
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() < MAX_KEPT {
            map.insert(shape.clone(), module.clone());
        }
        Ok(module)
    }
}

fn side(options: &Options) -> SideItems<Memory, Func, InstanceId> {
    SideItems {
        encoding: options.encoding,
        memory: options.memory.map(|memory| (memory.memory(), options.pointers)),
        realloc: options.realloc.map(|realloc| realloc.func()),
        instance: options.instance,
    }
}

impl Instantiation<'_> {
    /// The adapter of an import that another component's export serves, if it can have one; with it those that are needed
    /// at the same time.
    pub(in crate::component) fn link_adapter(&mut self, index: TrampolineIndex) -> Result<Option<Func>> {
        let component = self.component;
        if !enabled(component.engine()) {
            return Ok(None);
        }
        if self.link_groups.is_none() {
            let imports = &self.imports;
            let linked = |trampoline: &Trampoline| match trampoline {
                Trampoline::LowerImport { import, .. } => matches!(imports.get(import), Some(ImportValue::Exported(_))),
                Trampoline::LowerLifted { .. }
                | Trampoline::ResourceNew { .. }
                | Trampoline::ResourceRep { .. }
                | Trampoline::ResourceDrop { .. } => false,
            };
            self.link_groups = Some(group_trampolines(component.plan(), &linked));
        }
        let groups = self.link_groups.as_deref().unwrap_or(&[]);
        let Some(group) = groups.iter().find(|group| group.contains(&index)).cloned() else { return Ok(None) };
        let (mut builder, mut members) = (AdapterBuilder::new(), Vec::new());
        for member in std::iter::once(index).chain(group.into_iter().filter(|member| *member != index)) {
            if builder.is_full() || self.trampolines[member].is_some() {
                continue;
            }
            if self.add_linked(&mut builder, member)? {
                members.push(member);
            }
        }
        if !members.contains(&index) {
            return Ok(None);
        }
        let built = builder.finish();
        let Some(module) = component.link_adapters().module(component, &built.module)? else { return Ok(None) };
        let items = Items { memories: built.memories, functions: built.functions, instances: built.instances };
        let functions = self.instantiate_adapters(&built.module, &module, items)?;
        members.into_iter().zip(functions).for_each(|(member, function)| self.trampolines[member] = Some(function));
        Ok(self.trampolines[index])
    }

    /// Adds the adapter of one import, unless caller and callee are one instance.
    fn add_linked(
        &mut self,
        builder: &mut AdapterBuilder<Memory, Func, InstanceId>,
        index: TrampolineIndex,
    ) -> Result<bool> {
        let component = self.component;
        let Some(Trampoline::LowerImport { import, ty, options }) = component.plan().trampolines.get(index) else {
            return Err(missing(&index));
        };
        let caller = self.options(*options)?;
        let ty = component.plan().functions.get(*ty).ok_or_else(|| missing(ty))?;
        let ImportValue::Exported(callee) = self.import(*import)? else { return Err(missing(import)) };
        let callee = callee.lifted();
        if callee.options.instance == caller.instance {
            return Ok(false);
        }
        let entering = self.store.component().entering_set(callee.options.instance, caller.instance).collect();
        let functions = (callee.core.func(), callee.post_return.map(|function| function.func()));
        builder.add(ty.clone(), side(&caller), side(&callee.options), functions, entering);
        Ok(true)
    }
}
