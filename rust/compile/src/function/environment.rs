//! What all functions of a module share while they are compiled.

use cranelift_codegen::ir::{self, GlobalValueData, MemFlagsData};
use cranelift_codegen::isa::TargetIsa;
use cranelift_entity::PrimaryMap;
use dovetail_environ::module::{FuncIndex, Module, ModuleTranslation, SignatureIndex};
use dovetail_environ::vmctx::{VmLayout, instance, store_context};
use dovetail_environ::{CodeOptions, Error};
use wasmparser::BlockType;

use super::operands::operand_type;
use crate::access;
use crate::signature::{POINTER, value_type, wasm_signature};

/// A module as the translation of its functions sees it.
pub(crate) struct ModuleEnvironment<'a> {
    pub isa: &'a dyn TargetIsa,
    pub options: CodeOptions,
    pub module: &'a Module,
    /// From type indices to signatures.
    pub types: &'a [SignatureIndex],
    pub layout: VmLayout,
    /// The module's signatures in Cranelift's terms.
    pub signatures: PrimaryMap<SignatureIndex, ir::Signature>,
}

impl<'a> ModuleEnvironment<'a> {
    /// Refuses what validation ought to have refused: compiled code relies on memories that no other thread changes.
    pub(crate) fn new(
        isa: &'a dyn TargetIsa,
        options: CodeOptions,
        translation: &'a ModuleTranslation<'_>,
    ) -> Result<Self, Error> {
        let module = &translation.module;
        if let Some((index, _)) = module.memories.iter().find(|(_, memory)| memory.shared) {
            let feature = "sharing between threads".into();
            return Err(Error::Unsupported { path: format!("memory {}", index.as_u32()), feature });
        }
        Ok(Self {
            isa,
            options,
            module,
            types: &translation.types,
            layout: VmLayout::new(module),
            signatures: module.signatures.values().map(wasm_signature).collect(),
        })
    }

    pub(crate) fn signature_of(&self, function: FuncIndex) -> SignatureIndex {
        self.module.functions[function]
    }

    pub(crate) fn signature_of_type(&self, type_index: u32) -> SignatureIndex {
        self.types[type_index as usize]
    }

    /// How many parameters a block has, and the types of its results.
    pub(crate) fn block_type(&self, ty: BlockType) -> (usize, Vec<ir::Type>) {
        match ty {
            BlockType::Empty => (0, Vec::new()),
            BlockType::Type(ty) => (0, vec![operand_type(ty)]),
            BlockType::FuncType(index) => {
                let signature = &self.module.signatures[self.signature_of_type(index)];
                (signature.params.len(), signature.results.iter().copied().map(value_type).collect())
            }
        }
    }

    /// Makes the prologue compare the stack pointer with the store's limit.
    pub(crate) fn set_stack_limit(&self, func: &mut ir::Function) {
        let load = |func: &mut ir::Function, base, offset: u32, flags: MemFlagsData| {
            let flags = func.dfg.mem_flags.insert_unchecked(flags);
            func.create_global_value(GlobalValueData::Load {
                base,
                offset: (offset as i32).into(),
                global_type: POINTER,
                flags,
            })
        };
        let vmctx = func.create_global_value(GlobalValueData::VMContext);
        let store = load(func, vmctx, instance::STORE_CONTEXT, access::HOST_CONSTANT);
        func.stack_limit = Some(load(func, store, store_context::STACK_LIMIT, access::HOST));
    }
}
