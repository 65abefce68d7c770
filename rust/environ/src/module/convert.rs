//! wasmparser's core types and constant expressions as this crate's own.

use wasmparser::{AbstractHeapType, HeapType, Operator};

use crate::Error;
use crate::module::{
    ConstExpr, ConstOp, FuncIndex, GlobalIndex, GlobalType, Limits, MemoryType, RefType, Signature, TableType, ValType,
};

/// An [`Error::Invalid`].
pub(crate) fn invalid(message: impl Into<String>, offset: u64) -> Error {
    Error::Invalid { message: message.into(), offset: usize::try_from(offset).unwrap_or(usize::MAX) }
}

fn unsupported(feature: impl Into<String>, offset: u64) -> Error {
    Error::Unsupported { path: format!("the module at offset {offset:#x}"), feature: feature.into() }
}

pub(crate) fn val_type(ty: wasmparser::ValType, offset: u64) -> Result<ValType, Error> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => match ref_type(ty, offset)? {
            RefType::Func => ValType::FuncRef,
            RefType::Extern => ValType::ExternRef,
            RefType::Exn => ValType::ExnRef,
        },
    })
}

pub(crate) fn ref_type(ty: wasmparser::RefType, offset: u64) -> Result<RefType, Error> {
    if ty.is_nullable() && ty.is_func_ref() {
        Ok(RefType::Func)
    } else if ty.is_nullable() && ty.is_extern_ref() {
        Ok(RefType::Extern)
    } else if ty == wasmparser::RefType::EXNREF {
        Ok(RefType::Exn)
    } else {
        Err(unsupported(format!("the reference type `{ty}`"), offset))
    }
}

pub(crate) fn signature(ty: &wasmparser::FuncType, offset: u64) -> Result<Signature, Error> {
    let convert =
        |types: &[wasmparser::ValType]| types.iter().map(|ty| val_type(*ty, offset)).collect::<Result<_, _>>();
    Ok(Signature { params: convert(ty.params())?, results: convert(ty.results())? })
}

pub(crate) fn memory_type(ty: &wasmparser::MemoryType, offset: u64) -> Result<MemoryType, Error> {
    if ty.page_size_log2.is_some() {
        return Err(unsupported("a custom page size", offset));
    }
    let limits = Limits { minimum: ty.initial, maximum: ty.maximum };
    Ok(MemoryType { limits, memory64: ty.memory64, shared: ty.shared })
}

pub(crate) fn table_type(ty: &wasmparser::TableType, offset: u64) -> Result<TableType, Error> {
    if ty.shared {
        return Err(unsupported("a shared table", offset));
    }
    let limits = Limits { minimum: ty.initial, maximum: ty.maximum };
    Ok(TableType { element: ref_type(ty.element_type, offset)?, limits, table64: ty.table64 })
}

pub(crate) fn global_type(ty: &wasmparser::GlobalType, offset: u64) -> Result<GlobalType, Error> {
    if ty.shared {
        return Err(unsupported("a shared global", offset));
    }
    Ok(GlobalType { ty: val_type(ty.content_type, offset)?, mutable: ty.mutable })
}

/// A validated constant expression, without its final `end`.
pub(super) fn const_expr(expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, Error> {
    let mut operations = Vec::new();
    let mut reader = expr.get_operators_reader();
    while !reader.eof() {
        let offset = reader.original_position();
        operations.push(match reader.read()? {
            Operator::I32Const { value } => ConstOp::I32(value),
            Operator::I64Const { value } => ConstOp::I64(value),
            Operator::F32Const { value } => ConstOp::F32(value.bits()),
            Operator::F64Const { value } => ConstOp::F64(value.bits()),
            Operator::V128Const { value } => ConstOp::V128(u128::from_le_bytes(*value.bytes())),
            Operator::GlobalGet { global_index } => ConstOp::GlobalGet(GlobalIndex::from_u32(global_index)),
            Operator::RefNull {
                hty:
                    HeapType::Abstract {
                        ty: AbstractHeapType::Func | AbstractHeapType::Extern | AbstractHeapType::Exn,
                        shared: false,
                    },
            } => ConstOp::RefNull,
            Operator::RefFunc { function_index } => ConstOp::RefFunc(FuncIndex::from_u32(function_index)),
            Operator::I32Add => ConstOp::I32Add,
            Operator::I32Sub => ConstOp::I32Sub,
            Operator::I32Mul => ConstOp::I32Mul,
            Operator::I64Add => ConstOp::I64Add,
            Operator::I64Sub => ConstOp::I64Sub,
            Operator::I64Mul => ConstOp::I64Mul,
            Operator::End => continue,
            // Of several hundred operators, validation lets only those of the enabled proposals pass.
            other => return Err(unsupported(format!("the constant operator {other:?}"), offset)),
        });
    }
    Ok(operations)
}
