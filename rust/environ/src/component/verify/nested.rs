//! What only the linker can complete: components as values, instances of imported components, start functions and values.

use indexmap::IndexMap;

use super::{MAX_INSTANCE_DEPTH, Verifier, check, damaged};
use crate::Error;
use crate::component::plan::{
    Capture, ComponentFunction, ComponentPlan, ExportItem, FunctionTypeIndex, ImportIndex, ImportItem, LeafOrigin,
    LiftedFunction, NestedInstanceIndex, ValueIndex, ValueSource,
};
use dovetail_abi::ValueType;

impl<'a> Verifier<'a> {
    /// Captures are modules and components, with leaves that say so.
    pub(super) fn captures(&mut self) -> Result<(), Error> {
        for Capture { item, .. } in &self.plan.captures {
            let (ImportItem::Module { leaf, .. } | ImportItem::Component { leaf, .. }) = item else {
                return damaged(format!("{} is captured", item.kind().name()));
            };
            self.leaf(*leaf)?;
            let origin = self.plan.import_leaves[*leaf].origin;
            check(origin == LeafOrigin::Outer, || format!("{leaf:?} is no capture"))?;
            check(self.imported.insert(*leaf, item).is_none(), || format!("{leaf:?} is captured twice"))?;
        }
        Ok(())
    }

    /// A component that is a value: it has the same core modules, and captures what this plan has.
    pub(super) fn component(&self, component: &ComponentPlan) -> Result<(), Error> {
        let same = component.modules.len() == self.plan.modules.len()
            && component.modules.values().zip(self.plan.modules.values()).all(|(a, b)| a.sha256 == b.sha256);
        check(same, || "a nested component has other core modules".to_string())?;
        for Capture { outer, item } in &component.captures {
            let fits = match (self.imported.get(outer), item) {
                (Some(ImportItem::Module { ty: found, .. }), ImportItem::Module { ty, .. }) => found == ty,
                (Some(ImportItem::Component { ty: found, .. }), ImportItem::Component { ty, .. }) => found == ty,
                (Some(_) | None, _) => false,
            };
            check(fits, || format!("a nested component captures {outer:?}, which is something else"))?;
        }
        Ok(())
    }

    /// The instantiation of an imported component: its arguments are there, its exports are leaves from now on.
    pub(super) fn instantiate_component(
        &mut self,
        component: ImportIndex,
        instance: NestedInstanceIndex,
        arguments: &IndexMap<String, ExportItem>,
        exports: &'a IndexMap<String, ImportItem>,
    ) -> Result<(), Error> {
        let number = instance.as_u32() as usize;
        check(number == self.nested_instances, || format!("{instance:?} is made out of order"))?;
        let fits = matches!(self.imported.get(&component), Some(ImportItem::Component { .. }));
        check(fits, || format!("{component:?} is no component"))?;
        self.prepare_exports(arguments, 0)?;
        self.exports(arguments, 0)?;
        self.nested_instances += 1;
        self.imports(exports, LeafOrigin::Instance(instance))
    }

    /// Checks the trampolines that exports use.
    fn prepare_exports(&mut self, items: &IndexMap<String, ExportItem>, depth: u32) -> Result<(), Error> {
        check(depth <= MAX_INSTANCE_DEPTH, || "the arguments are nested too deeply".to_string())?;
        for item in items.values() {
            match item {
                ExportItem::Function(lifted) => self.prepare_lifted(lifted)?,
                ExportItem::Instance(items) => self.prepare_exports(items, depth + 1)?,
                ExportItem::Resource(_)
                | ExportItem::Type
                | ExportItem::Module(_)
                | ExportItem::ImportedFunction { .. }
                | ExportItem::Component(_)
                | ExportItem::Value { .. } => {}
            }
        }
        Ok(())
    }

    /// Checks the trampolines that a lifted function uses.
    fn prepare_lifted(&mut self, lifted: &LiftedFunction) -> Result<(), Error> {
        self.prepare(&lifted.core)?;
        if let Some(options) = self.plan.options.get(lifted.options) {
            for item in [&options.memory, &options.realloc, &options.post_return].into_iter().flatten() {
                self.prepare(item)?;
            }
        }
        Ok(())
    }

    /// A call of a start function: its arguments have the types of its parameters.
    pub(super) fn start(
        &mut self,
        function: &ComponentFunction,
        arguments: &[ValueSource],
        result: Option<ValueIndex>,
    ) -> Result<(), Error> {
        let ty = match function {
            ComponentFunction::Lifted(lifted) => {
                self.prepare_lifted(lifted)?;
                self.lifted(lifted)?;
                lifted.ty
            }
            ComponentFunction::Imported { ty, import } => {
                self.imported_function("start", *ty, *import)?;
                *ty
            }
        };
        let ty = self.function(ty)?;
        check(ty.params.len() == arguments.len(), || "the start function has other parameters".to_string())?;
        for (param, argument) in ty.params.iter().zip(arguments) {
            self.value(param.ty, *argument)?;
        }
        match (ty.result, result) {
            (None, None) => Ok(()),
            (Some(ty), Some(result)) if result.as_u32() as usize == self.results.len() => {
                self.results.push(ty);
                Ok(())
            }
            (Some(_) | None, _) => damaged("the start function has another result"),
        }
    }

    /// A value that is there, of this type.
    pub(super) fn value(&self, ty: ValueType, source: ValueSource) -> Result<(), Error> {
        let found = match source {
            ValueSource::Import(leaf) => match self.imported.get(&leaf) {
                Some(ImportItem::Value { ty, .. }) => Some(*ty),
                Some(_) | None => None,
            },
            ValueSource::Result(index) => self.results.get(index.as_u32() as usize).copied(),
        };
        let Some(found) = found else { return damaged(format!("{source:?} is no value")) };
        self.value_type(ty)?;
        let types = &self.plan.types;
        dovetail_abi::same_type((types, ty), (types, found), &mut |a, b| a == b)
            .map_err(|error| Error::Plan(format!("{source:?} has another type: {error}")))
    }

    pub(super) fn value_type(&self, ty: ValueType) -> Result<(), Error> {
        if let ValueType::Defined(index) = ty {
            check((index.as_u32() as usize) < self.plan.types.len(), || format!("there is no {index:?}"))?;
        }
        Ok(())
    }

    pub(super) fn imported_function(
        &self,
        name: &str,
        ty: FunctionTypeIndex,
        import: ImportIndex,
    ) -> Result<(), Error> {
        let Some(ImportItem::Function { ty: imported, .. }) = self.imported.get(&import) else {
            return damaged(format!("`{name}` is {import:?}, which is no function"));
        };
        self.same_function(&format!("`{name}`"), ty, *imported)
    }
}
