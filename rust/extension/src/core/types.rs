//! Between the runtime's types of core items and the plain classes of `dovetail._types`.

use dovetail_runtime::{ExternType, GlobalType, Limits, MemoryType, RefType, Signature, TableType, ValType};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};

use crate::python::{self, class_name, type_name};

pub fn name_of(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::FuncRef => "funcref",
        ValType::ExternRef => "externref",
        ValType::ExnRef => "exnref",
    }
}

/// The type of a reference type's values.
pub fn element_type(ty: RefType) -> ValType {
    match ty {
        RefType::Func => ValType::FuncRef,
        RefType::Extern => ValType::ExternRef,
        RefType::Exn => ValType::ExnRef,
    }
}

fn instance_of<'a, 'py>(
    what: &str,
    value: &'a Bound<'py, PyAny>,
    class: &Bound<'py, PyType>,
) -> PyResult<&'a Bound<'py, PyAny>> {
    if value.is_instance(class)? {
        return Ok(value);
    }
    Err(PyTypeError::new_err(format!("`{what}`: expected {}, got {}", class_name(class), type_name(value))))
}

fn val_type(value: &Bound<'_, PyAny>) -> PyResult<ValType> {
    let name = instance_of("type", value, python::val_type(value.py())?)?.getattr("_name")?.extract::<String>()?;
    const ALL: [ValType; 8] = [
        ValType::I32,
        ValType::I64,
        ValType::F32,
        ValType::F64,
        ValType::V128,
        ValType::FuncRef,
        ValType::ExternRef,
        ValType::ExnRef,
    ];
    let found = ALL.into_iter().find(|ty| name_of(*ty) == name);
    found.ok_or_else(|| PyValueError::new_err(format!("`{name}` is not a value type")))
}

fn val_types(value: &Bound<'_, PyAny>) -> PyResult<Vec<ValType>> {
    value.try_iter()?.map(|item| val_type(&item?)).collect()
}

/// From a `FuncType`.
pub fn signature(value: &Bound<'_, PyAny>) -> PyResult<Signature> {
    let value = instance_of("type", value, python::func_type(value.py())?)?;
    Ok(Signature { params: val_types(&value.getattr("params")?)?, results: val_types(&value.getattr("results")?)? })
}

fn limits(value: &Bound<'_, PyAny>) -> PyResult<Limits> {
    let value = instance_of("limits", value, python::limits(value.py())?)?;
    Ok(Limits { minimum: value.getattr("min")?.extract()?, maximum: value.getattr("max")?.extract()? })
}

/// From a `MemoryType`.
pub fn memory_type(value: &Bound<'_, PyAny>) -> PyResult<MemoryType> {
    let value = instance_of("type", value, python::memory_type(value.py())?)?;
    Ok(MemoryType {
        limits: limits(&value.getattr("limits")?)?,
        memory64: value.getattr("is_64")?.extract()?,
        shared: value.getattr("is_shared")?.extract()?,
    })
}

/// From a `TableType`.
pub fn table_type(value: &Bound<'_, PyAny>) -> PyResult<TableType> {
    let value = instance_of("type", value, python::table_type(value.py())?)?;
    let element = match val_type(&value.getattr("element")?)? {
        ValType::FuncRef => RefType::Func,
        ValType::ExternRef => RefType::Extern,
        ValType::ExnRef => RefType::Exn,
        other @ (ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 | ValType::V128) => {
            let message = format!("a table holds references, not `{}`", name_of(other));
            return Err(PyTypeError::new_err(message));
        }
    };
    let table64 = value.getattr("is_64")?.extract()?;
    Ok(TableType { element, limits: limits(&value.getattr("limits")?)?, table64 })
}

/// From a `GlobalType`.
pub fn global_type(value: &Bound<'_, PyAny>) -> PyResult<GlobalType> {
    let value = instance_of("type", value, python::global_type(value.py())?)?;
    Ok(GlobalType { ty: val_type(&value.getattr("content")?)?, mutable: value.getattr("mutable")?.extract()? })
}

/// From a `TagType`.
pub fn tag_type(value: &Bound<'_, PyAny>) -> PyResult<Signature> {
    let value = instance_of("type", value, python::tag_type(value.py())?)?;
    Ok(Signature { params: val_types(&value.getattr("params")?)?, results: Vec::new() })
}

fn val_type_object(py: Python<'_>, ty: ValType) -> PyResult<Bound<'_, PyAny>> {
    python::val_type(py)?.call1((name_of(ty),))
}

fn limits_object(py: Python<'_>, limits: Limits) -> PyResult<Bound<'_, PyAny>> {
    python::limits(py)?.call1((limits.minimum, limits.maximum))
}

/// The `FuncType` of a signature.
pub fn signature_object<'py>(py: Python<'py>, signature: &Signature) -> PyResult<Bound<'py, PyAny>> {
    let list = |types: &[ValType]| -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, types.iter().map(|ty| val_type_object(py, *ty)).collect::<PyResult<Vec<_>>>()?)
    };
    python::func_type(py)?.call1((list(&signature.params)?, list(&signature.results)?))
}

pub fn memory_type_object(py: Python<'_>, ty: MemoryType) -> PyResult<Bound<'_, PyAny>> {
    python::memory_type(py)?.call1((limits_object(py, ty.limits)?, ty.memory64, ty.shared))
}

pub fn table_type_object(py: Python<'_>, ty: TableType) -> PyResult<Bound<'_, PyAny>> {
    let element = val_type_object(py, element_type(ty.element))?;
    python::table_type(py)?.call1((element, limits_object(py, ty.limits)?, ty.table64))
}

pub fn global_type_object(py: Python<'_>, ty: GlobalType) -> PyResult<Bound<'_, PyAny>> {
    python::global_type(py)?.call1((val_type_object(py, ty.ty)?, ty.mutable))
}

/// The `TagType` of a tag's signature.
pub fn tag_type_object<'py>(py: Python<'py>, signature: &Signature) -> PyResult<Bound<'py, PyAny>> {
    let params = signature.params.iter().map(|ty| val_type_object(py, *ty)).collect::<PyResult<Vec<_>>>()?;
    python::tag_type(py)?.call1((PyList::new(py, params)?,))
}

/// The plain object for the type of an import or export.
pub fn extern_type_object<'py>(py: Python<'py>, ty: &ExternType) -> PyResult<Bound<'py, PyAny>> {
    match ty {
        ExternType::Func(signature) => signature_object(py, signature),
        ExternType::Table(ty) => table_type_object(py, *ty),
        ExternType::Memory(ty) => memory_type_object(py, *ty),
        ExternType::Global(ty) => global_type_object(py, *ty),
        ExternType::Tag(signature) => tag_type_object(py, signature),
    }
}
