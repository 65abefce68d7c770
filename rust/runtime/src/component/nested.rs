//! The steps that only the linker can complete: instances of imported components, components as values, start functions.

use indexmap::IndexMap;

use super::component::{Captured, Component};
use super::func::Func;
use super::imports::{ImportValue, Imports, resolve};
use super::instantiate::{Instantiation, instantiate, missing};
use super::linker::Definitions;
use super::value::Value;
use crate::environ::component::{
    ComponentFunction, ComponentInstanceIndex, ComponentSource, ExportItem, ImportIndex, ImportItem, ValueSource,
};
use crate::error::{Error, LinkError, Result};

/// What a component that is a value brings along.
pub(super) fn captured_imports(component: &Component) -> Imports {
    let captured = component.captured().iter();
    let captured = captured.map(|(leaf, captured)| match captured {
        Captured::Module(module) => (*leaf, ImportValue::Module(module.clone())),
        Captured::Component(component) => (*leaf, ImportValue::Component(component.clone())),
    });
    captured.collect()
}

impl Instantiation<'_> {
    /// Instantiates an imported component with arguments of this one; what it exports are imports from here on.
    pub(super) fn instantiate_component(
        &mut self,
        component: ImportIndex,
        parent: ComponentInstanceIndex,
        arguments: &IndexMap<String, ExportItem>,
        exports: &IndexMap<String, ImportItem>,
    ) -> Result<()> {
        let component = self.imported_component(component)?;
        if !component.engine().same(self.store.engine()) {
            let message = "an imported component belongs to another engine than the store".to_owned();
            return Err(LinkError::Other { message }.into());
        }
        let arguments = Definitions::of_items(&self.exports(arguments)?)?;
        let parent = self.instance(parent)?;
        let instance = instantiate(self.store, &component, &arguments, Some(parent))?;
        let offered = Definitions::of_items(instance.exports())?;
        self.resources = resolve(self.store, self.component, exports, &offered, &mut self.found, &mut self.imports)?;
        // What was prepared before did not know of these.
        self.forget_signatures();
        self.link_groups = None;
        Ok(())
    }

    fn imported_component(&self, import: ImportIndex) -> Result<Component> {
        match self.import(import)? {
            ImportValue::Component(component) => Ok(component.clone()),
            ImportValue::Host(..)
            | ImportValue::Exported(_)
            | ImportValue::Trap(_)
            | ImportValue::Resource
            | ImportValue::Module(_)
            | ImportValue::Value(_) => Err(missing(&import)),
        }
    }

    /// A component as a value, with what it takes from this instance.
    pub(super) fn component_value(&self, source: ComponentSource) -> Result<Component> {
        let index = match source {
            ComponentSource::Import(import) => return self.imported_component(import),
            ComponentSource::Static(index) => index,
        };
        let plan = self.component.plan().components.get(index).ok_or_else(|| missing(&index))?;
        let mut captured = Vec::with_capacity(plan.captures.len());
        for capture in &plan.captures {
            let leaf = match &capture.item {
                ImportItem::Module { leaf, .. } | ImportItem::Component { leaf, .. } => *leaf,
                ImportItem::Function { .. }
                | ImportItem::Instance(_)
                | ImportItem::Resource { .. }
                | ImportItem::Type
                | ImportItem::Value { .. } => return Err(missing(&capture.outer)),
            };
            let value = match self.import(capture.outer)? {
                ImportValue::Module(module) => Captured::Module(module.clone()),
                ImportValue::Component(component) => Captured::Component(component.clone()),
                ImportValue::Host(..)
                | ImportValue::Exported(_)
                | ImportValue::Trap(_)
                | ImportValue::Resource
                | ImportValue::Value(_) => return Err(missing(&capture.outer)),
            };
            captured.push((leaf, value));
        }
        self.component.nested(index, captured)
    }

    /// Calls a start function; its result becomes a value.
    pub(super) fn start(
        &mut self,
        function: &ComponentFunction,
        arguments: &[ValueSource],
        has_result: bool,
    ) -> Result<()> {
        let function = match function {
            ComponentFunction::Lifted(lifted) => {
                let lifted = self.lift(lifted)?;
                Func::new(self.store.id(), lifted)
            }
            ComponentFunction::Imported { ty, import } => self.imported_function(*ty, *import)?,
        };
        let arguments = arguments.iter().map(|source| self.value(*source)).collect::<Result<Vec<_>>>()?;
        match (function.call(self.store, &arguments)?, has_result) {
            (Some(value), true) => {
                self.results.push(value);
                Ok(())
            }
            (None, false) => Ok(()),
            (Some(_) | None, _) => Err(Error::bug("a start function returned another number of values")),
        }
    }

    pub(super) fn value(&self, source: ValueSource) -> Result<Value> {
        match source {
            ValueSource::Result(index) => {
                self.results.get(index.as_u32() as usize).cloned().ok_or_else(|| missing(&index))
            }
            ValueSource::Import(import) => match self.import(import)? {
                ImportValue::Value(value) => Ok(value.clone()),
                ImportValue::Host(..)
                | ImportValue::Exported(_)
                | ImportValue::Trap(_)
                | ImportValue::Resource
                | ImportValue::Module(_)
                | ImportValue::Component(_) => Err(missing(&import)),
            },
        }
    }
}
