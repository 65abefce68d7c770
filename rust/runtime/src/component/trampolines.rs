//! Core functions that the host makes from canonical definitions: lowered functions and the resource built-ins.

use super::handles::{Handle, HandleKind};
use super::host::call_host;
use super::host_handles::destroy;
use super::imports::ImportValue;
use super::instantiate::{Instantiation, missing, pointer_type};
use super::state::InstanceId;
use super::transit::call_between;
use crate::abi::{Direction, ResourceIndex};
use crate::environ::TrapCode;
use crate::environ::component::{
    ComponentInstanceIndex, FunctionTypeIndex, ImportIndex, LiftedFunction, OptionsIndex, Resource, Trampoline,
    TrampolineIndex,
};
use crate::environ::module::{Signature as CoreSignature, ValType};
use crate::error::{Error, Result};
use crate::func::Func;
use crate::store::Store;
use crate::value::ValRaw;

impl Instantiation<'_> {
    /// The core function of a trampoline; made when it is first used, when all that it needs exists.
    pub(super) fn trampoline(&mut self, index: TrampolineIndex) -> Result<Func> {
        if let Some(function) = self.trampolines[index] {
            return Ok(function);
        }
        let component = self.component;
        let trampoline = component.plan().trampolines.get(index).ok_or_else(|| missing(&index))?;
        let function = match trampoline {
            Trampoline::LowerImport { import, ty, options } => match self.import(*import)? {
                ImportValue::Exported(_) => match self.link_adapter(index)? {
                    Some(function) => function,
                    None => self.lower_import(*import, *ty, *options)?,
                },
                ImportValue::Host(..)
                | ImportValue::Trap(_)
                | ImportValue::Resource
                | ImportValue::Module(_)
                | ImportValue::Component(_)
                | ImportValue::Value(_) => self.lower_import(*import, *ty, *options)?,
            },
            Trampoline::LowerLifted { callee, lower_ty, options } => match self.adapter(index)? {
                Some(function) => function,
                None => self.lower_lifted(callee, *lower_ty, *options)?,
            },
            Trampoline::ResourceNew { resource, instance } => self.resource_new(*resource, *instance)?,
            Trampoline::ResourceRep { resource, instance } => self.resource_rep(*resource, *instance)?,
            Trampoline::ResourceDrop { resource, instance } => self.resource_drop(*resource, *instance)?,
        };
        self.trampolines[index] = Some(function);
        Ok(function)
    }

    fn lower_import(&mut self, import: ImportIndex, ty: FunctionTypeIndex, options: OptionsIndex) -> Result<Func> {
        let options = self.options(options)?;
        let signature = self.signature(ty, options.pointers)?;
        let core = signature.core(Direction::Lower).clone();
        match self.import(import)? {
            ImportValue::Host(function, bound) => {
                let (function, bound) = (function.clone(), bound.0.with_pointers(options.pointers));
                Ok(Func::new_raw(self.store, core, move |store, _, values| {
                    call_host(store, &options, &bound, &*function, values)
                }))
            }
            ImportValue::Exported(callee) => {
                let callee = callee.clone();
                Ok(Func::new_raw(self.store, core, move |store, _, values| {
                    call_between(store, &options, &signature, callee.lifted(), values)
                }))
            }
            ImportValue::Trap(path) => {
                let detail = format!("`{path}`");
                Ok(Func::new_raw(self.store, core, move |_, _, _| {
                    options.check_may_leave()?;
                    Err(Error::trap(TrapCode::UnknownImport, detail.clone()))
                }))
            }
            ImportValue::Resource | ImportValue::Module(_) | ImportValue::Component(_) | ImportValue::Value(_) => {
                Err(missing(&import))
            }
        }
    }

    fn lower_lifted(
        &mut self,
        callee: &LiftedFunction,
        lower_ty: FunctionTypeIndex,
        options: OptionsIndex,
    ) -> Result<Func> {
        let callee = self.lift(callee)?;
        let options = self.options(options)?;
        let signature = self.signature(lower_ty, options.pointers)?;
        let core = signature.core(Direction::Lower).clone();
        Ok(Func::new_raw(self.store, core, move |store, _, values| {
            call_between(store, &options, &signature, &callee, values)
        }))
    }

    fn builtin(&self, resource: ResourceIndex, instance: ComponentInstanceIndex) -> Result<(u32, InstanceId)> {
        let ty = self.resources.get(resource.as_u32() as usize).ok_or_else(|| missing(&resource))?;
        Ok((ty.number, self.instance(instance)?))
    }

    /// The core type that represents a resource (🐘: it may be an `i64`).
    fn representation(&self, resource: ResourceIndex) -> ValType {
        match self.component.plan().resources.get(resource) {
            Some(Resource::Defined { representation, .. }) => pointer_type(*representation),
            Some(Resource::Imported(_)) | None => ValType::I32,
        }
    }

    fn resource_new(&mut self, resource: ResourceIndex, instance: ComponentInstanceIndex) -> Result<Func> {
        let (ty, instance) = self.builtin(resource, instance)?;
        let representation = self.representation(resource);
        let wide = representation == ValType::I64;
        let core = CoreSignature { params: vec![representation], results: vec![ValType::I32] };
        Ok(Func::new_raw(self.store, core, move |store, _, values| {
            store.component().check_may_leave(instance)?;
            let value = first(values)?;
            let handle = Handle { ty, rep: value.index(wide), kind: HandleKind::Own, lends: 0 };
            *value = ValRaw::from_u32(store.add_handle(instance, handle)?);
            Ok(())
        }))
    }

    fn resource_rep(&mut self, resource: ResourceIndex, instance: ComponentInstanceIndex) -> Result<Func> {
        let (ty, instance) = self.builtin(resource, instance)?;
        let core = CoreSignature { params: vec![ValType::I32], results: vec![self.representation(resource)] };
        Ok(Func::new_raw(self.store, core, move |store, _, values| {
            let value = first(values)?;
            let handle = store.component_mut().handle(instance, value.u32(), ty)?;
            *value = ValRaw::from_u64(handle.rep);
            Ok(())
        }))
    }

    fn resource_drop(&mut self, resource: ResourceIndex, instance: ComponentInstanceIndex) -> Result<Func> {
        let (ty, instance) = self.builtin(resource, instance)?;
        let core = CoreSignature { params: vec![ValType::I32], results: Vec::new() };
        Ok(Func::new_raw(self.store, core, move |store, _, values| {
            store.component().check_may_leave(instance)?;
            drop_handle(store, instance, ty, first(values)?.u32())
        }))
    }
}

/// `canon_resource_drop`.
fn drop_handle(store: &mut Store, instance: InstanceId, ty: u32, index: u32) -> Result<()> {
    let state = store.component_mut();
    let handle = state.remove_handle(instance, index, ty)?;
    match handle.kind {
        HandleKind::Own => destroy(store, ty, handle.rep, Some(instance)),
        HandleKind::Borrow(scope) => {
            if let Some(count) = state.borrows(scope) {
                *count = count.saturating_sub(1);
            }
            Ok(())
        }
    }
}

fn first(values: &mut [ValRaw]) -> Result<&mut ValRaw> {
    values.first_mut().ok_or_else(|| Error::bug("a resource built-in was called without a value"))
}
