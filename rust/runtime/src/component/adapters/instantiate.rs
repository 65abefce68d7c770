//! Instantiating adapters: what their module imports is found among the items of the component and the store.

use super::Group;
use super::intrinsics::{Sides, intrinsics};
use crate::component::instantiate::{Instantiation, missing};
use crate::component::state::InstanceId;
use crate::component::walker::Options;
use crate::environ::component::TrampolineIndex;
use crate::environ::component::adapter::{
    ACTIVATION, AdapterModule, ENTERED, FUNCTIONS, INTRINSICS, Intrinsic, MAY_LEAVE, MEMORIES,
};
use crate::error::{Error, Result};
use crate::func::Func;
use crate::instance::Instance;
use crate::memory::Memory;
use crate::module::Module;
use crate::value::Extern;

/// What adapters import, by the numbers of their module.
pub(super) struct Items {
    pub(super) memories: Vec<Memory>,
    pub(super) functions: Vec<Func>,
    pub(super) instances: Vec<InstanceId>,
}

impl Instantiation<'_> {
    /// The adapter of a trampoline, if it has one; with it all adapters of its group are made.
    pub(in crate::component) fn adapter(&mut self, index: TrampolineIndex) -> Result<Option<Func>> {
        let component = self.component;
        let adapters = component.adapters();
        let Some(Group { trampolines, built, module: Some(module) }) =
            adapters.places.get(&index).and_then(|group| adapters.groups.get(*group))
        else {
            return Ok(None);
        };
        let mut items = Items { memories: Vec::new(), functions: Vec::new(), instances: Vec::new() };
        for item in &built.memories {
            items.memories.push(self.core_item(item)?.into_memory().ok_or_else(|| missing(item))?);
        }
        for item in &built.functions {
            items.functions.push(self.core_item(item)?.into_func().ok_or_else(|| missing(item))?);
        }
        for instance in &built.instances {
            items.instances.push(self.instance(*instance)?);
        }
        let functions = self.instantiate_adapters(&built.module, module, items)?;
        trampolines.iter().zip(functions).for_each(|(index, function)| self.trampolines[*index] = Some(function));
        Ok(self.trampolines[index])
    }

    /// Instantiates a module of adapters and gives its functions.
    pub(super) fn instantiate_adapters(
        &mut self,
        adapters: &AdapterModule,
        module: &Module,
        items: Items,
    ) -> Result<Vec<Func>> {
        let sides = self.sides(adapters, &items)?;
        let intrinsics = intrinsics(self.store, sides);
        let mut imports = Vec::new();
        for (from, name, _) in module.imports() {
            let number = || name.parse::<usize>().map_err(|_| unknown(from, name));
            let item = match from {
                INTRINSICS => {
                    let position = Intrinsic::ALL.iter().position(|intrinsic| intrinsic.name() == name);
                    position.and_then(|position| intrinsics.get(position)).copied().map(Extern::Func)
                }
                MEMORIES => items.memories.get(number()?).copied().map(Extern::Memory),
                FUNCTIONS => items.functions.get(number()?).copied().map(Extern::Func),
                ENTERED | MAY_LEAVE => items.instances.get(number()?).map(|instance| {
                    let flags = self.store.component().flags(*instance);
                    Extern::Global(if from == ENTERED { flags.entered.global } else { flags.may_leave.global })
                }),
                ACTIVATION => self.store.component().activation().map(Extern::Global),
                _ => None,
            };
            imports.push(item.ok_or_else(|| unknown(from, name))?);
        }
        let instance = Instance::new(self.store, module, &imports)?;
        (0..adapters.adapters.len())
            .map(|number| {
                let function = instance.get_export(self.store, &number.to_string())?.and_then(Extern::into_func);
                function.ok_or_else(|| Error::bug(format!("a module of adapters has no function {number}")))
            })
            .collect()
    }

    /// The canonical options of each side, and who calls whom.
    fn sides(&mut self, adapters: &AdapterModule, items: &Items) -> Result<Sides> {
        let instance = |number: u32| items.instances.get(number as usize).copied().ok_or_else(|| missing(&number));
        let mut options = Vec::with_capacity(adapters.sides.len());
        for side in &adapters.sides {
            let memory = side.memory.and_then(|memory| items.memories.get(memory as usize)).copied();
            let memory = memory.map(|memory: Memory| memory.placed(self.store)).transpose()?;
            let realloc = side.realloc.and_then(|realloc| items.functions.get(realloc as usize)).copied();
            let pointers = side.memory.and_then(|memory| adapters.memories.get(memory as usize)).copied();
            let instance = instance(side.instance)?;
            options.push(Options {
                instance,
                may_leave: self.store.component().flags(instance).may_leave,
                encoding: side.encoding,
                memory,
                pointers: pointers.unwrap_or_default(),
                realloc: realloc.map(|realloc| realloc.callable(self.store)).transpose()?,
            });
        }
        let of_side = |side: u32| options.get(side as usize).map(|options| options.instance);
        let mut calls = Vec::with_capacity(adapters.adapters.len());
        for adapter in &adapters.adapters {
            match (of_side(adapter.caller), of_side(adapter.callee)) {
                (Some(caller), Some(callee)) => calls.push((caller, callee)),
                (None, _) | (_, None) => return Err(missing(&adapter.caller)),
            }
        }
        Ok(Sides { options, calls, types: self.component.types().clone(), resources: self.resources.clone() })
    }
}

fn unknown(from: &str, name: &str) -> Error {
    Error::bug(format!("a module of adapters imports `{from}.{name}`"))
}
