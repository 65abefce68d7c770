//! Functions in a plan: trampolines, lifted functions and canonical options against the core functions behind them.

use super::{Verifier, check, damaged};
use crate::Error;
use crate::component::plan::{
    FunctionTypeIndex, ImportItem, LiftedFunction, OptionsIndex, Resource, Trampoline, TrampolineIndex,
};
use crate::module::{ExternType, Signature, ValType};
use dovetail_abi::{Direction, FlatSignature, FlatType, PointerType, ResourceIndex};

impl Verifier<'_> {
    /// Checks the first trampoline that has not been checked.
    pub(super) fn next_trampoline(&mut self) -> Result<(), Error> {
        let index = self.trampolines.next_key();
        let signature = self.trampoline(index)?;
        self.trampolines.push(signature);
        Ok(())
    }

    /// Checks a trampoline and yields its core type.
    fn trampoline(&self, index: TrampolineIndex) -> Result<Signature, Error> {
        let Some(trampoline) = self.plan.trampolines.get(index) else {
            return damaged(format!("there is no {index:?}"));
        };
        match trampoline {
            Trampoline::LowerImport { import, ty, options } => {
                let Some(ImportItem::Function { ty: imported, .. }) = self.imported.get(import) else {
                    return damaged(format!("{index:?} lowers {import:?}, which is no function"));
                };
                self.same_function(&format!("{index:?}"), *ty, *imported)?;
                self.lower(*ty, *options)
            }
            Trampoline::LowerLifted { callee, lower_ty, options } => {
                self.lifted(callee)?;
                self.same_function(&format!("{index:?}"), *lower_ty, callee.ty)?;
                self.lower(*lower_ty, *options)
            }
            Trampoline::ResourceNew { resource, instance } | Trampoline::ResourceRep { resource, instance } => {
                self.resource(*resource)?;
                let owned = matches!(
                    &self.plan.resources[*resource],
                    Resource::Defined { instance: owner, .. } if owner == instance
                );
                check(owned, || format!("{index:?} is used outside of the component instance of its resource"))?;
                let (representation, handle) = (vec![self.representation(*resource)], vec![ValType::I32]);
                let new = matches!(trampoline, Trampoline::ResourceNew { .. });
                let (params, results) = if new { (representation, handle) } else { (handle, representation) };
                Ok(Signature { params, results })
            }
            Trampoline::ResourceDrop { resource, instance } => {
                self.resource(*resource)?;
                self.component_instance(*instance)?;
                Ok(Signature { params: vec![ValType::I32], results: Vec::new() })
            }
        }
    }

    /// Whether the caller's and the callee's type of what `user` names are one.
    pub(super) fn same_function(
        &self,
        user: &str,
        caller: FunctionTypeIndex,
        callee: FunctionTypeIndex,
    ) -> Result<(), Error> {
        let same = caller == callee;
        let (caller, callee) = (self.function(caller)?, self.function(callee)?);
        if same {
            return Ok(());
        }
        let types = &self.plan.types;
        dovetail_abi::same_function((types, caller), (types, callee), &mut |a, b| a == b)
            .map_err(|error| Error::Plan(format!("{user} is used as a function of another type: {error}")))
    }

    /// Checks `canon lower` and yields the core function's type.
    fn lower(&self, ty: FunctionTypeIndex, options: OptionsIndex) -> Result<Signature, Error> {
        let function = self.function(ty)?;
        let flat = self.plan.types.flat_signature(function, Direction::Lower, self.pointers(options)?);
        let types = &self.plan.types;
        let stores_result = function.result.is_some_and(|ty| types.needs_realloc(ty));
        let loads = function.params.iter().any(|param| types.needs_realloc(param.ty));
        let memory = flat.params_in_memory || flat.result_in_memory || stores_result || loads;
        check(self.plan.options[options].post_return.is_none(), || "a lowered function has a post-return".into())?;
        self.options(options, memory, stores_result)?;
        Ok(core_signature(&flat))
    }

    /// Checks a lifted function: its core function has the flat type, and its options hold what the type needs.
    pub(super) fn lifted(&self, lifted: &LiftedFunction) -> Result<(), Error> {
        let function = self.function(lifted.ty)?;
        let flat = self.plan.types.flat_signature(function, Direction::Lift, self.pointers(lifted.options)?);
        let types = &self.plan.types;
        let stores = function.params.iter().any(|param| types.needs_realloc(param.ty)) || flat.params_in_memory;
        let loads = function.result.is_some_and(|ty| types.needs_realloc(ty));
        self.options(lifted.options, stores || loads || flat.result_in_memory, stores)?;
        let core = self.signature(&lifted.core)?;
        let expected = core_signature(&flat);
        check_signature(&core, &expected.params, &expected.results, "a lifted core function")?;
        self.owned(&lifted.core, self.plan.options[lifted.options].instance)?;
        if let Some(item) = &self.plan.options[lifted.options].post_return {
            check_signature(&self.signature(item)?, &expected.results, &[], "a post-return function")?;
        }
        Ok(())
    }

    /// The core type of a resource's representation.
    pub(super) fn representation(&self, resource: ResourceIndex) -> ValType {
        match self.plan.resources.get(resource) {
            Some(Resource::Defined { representation, .. }) => core_type(representation.flat()),
            Some(Resource::Imported(_)) | None => ValType::I32,
        }
    }

    fn pointers(&self, index: OptionsIndex) -> Result<PointerType, Error> {
        match self.plan.options.get(index) {
            Some(options) => Ok(options.pointers),
            None => damaged(format!("there is no {index:?}")),
        }
    }

    /// Checks canonical options: what is there has the right type, and what is needed is there.
    fn options(&self, index: OptionsIndex, needs_memory: bool, needs_realloc: bool) -> Result<(), Error> {
        let Some(options) = self.plan.options.get(index) else {
            return damaged(format!("there is no {index:?}"));
        };
        self.component_instance(options.instance)?;
        match &options.memory {
            Some(item) => {
                let wide = options.pointers == PointerType::I64;
                let fits = matches!(self.core_type(item)?, ExternType::Memory(ty) if ty.memory64 == wide && !ty.shared);
                check(fits, || format!("{index:?} has a memory whose pointers are not {:?}", options.pointers))?;
            }
            None => {
                check(!needs_memory, || format!("{index:?} needs a memory"))?;
                check(options.pointers == PointerType::I32, || format!("{index:?} has wide pointers and no memory"))?;
            }
        }
        match &options.realloc {
            Some(item) => {
                let pointer = core_type(options.pointers.flat());
                check_signature(&self.signature(item)?, &[pointer; 4], &[pointer], "a realloc function")?;
            }
            None => check(!needs_realloc, || format!("{index:?} needs a realloc function"))?,
        }
        let items = [&options.memory, &options.realloc, &options.post_return];
        items.into_iter().flatten().try_for_each(|item| self.owned(item, options.instance))
    }
}

fn core_signature(flat: &FlatSignature) -> Signature {
    let convert = |types: &[FlatType]| types.iter().map(|ty| core_type(*ty)).collect();
    Signature { params: convert(&flat.params), results: convert(&flat.results) }
}

fn core_type(flat: FlatType) -> ValType {
    match flat {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}

pub(super) fn check_signature(
    found: &Signature,
    params: &[ValType],
    results: &[ValType],
    what: &str,
) -> Result<(), Error> {
    check(found.params == params && found.results == results, || {
        format!("{what} has the type {:?} -> {:?} instead of {params:?} -> {results:?}", found.params, found.results)
    })
}
