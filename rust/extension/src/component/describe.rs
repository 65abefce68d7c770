//! A component's types, imports and exports as plain Python data, of which `dovetail.component` makes its type objects.
//!
//! Types are one table, referred to by number: a guest's table may share operands so that a few entries stand for a tree
//! without end.

use dovetail_runtime::abi::{DefinedType, FunctionType, TypeIndex, Types, ValueType};
use dovetail_runtime::component::Component;
use dovetail_runtime::plan::{ComponentSource, ExportItem, ImportItem, ItemKind, ModuleSource};
use indexmap::IndexMap;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyTuple};

use crate::core::extern_type_object;
use crate::errors::bug;

type Object<'py> = Bound<'py, PyAny>;
/// The table of types, the imports by name, the exports by name.
pub type Description<'py> = (Vec<Object<'py>>, Bound<'py, PyDict>, Bound<'py, PyDict>);

/// Describes a component.
pub fn describe<'py>(py: Python<'py>, component: &Component) -> PyResult<Description<'py>> {
    let describer = Describer { py, component };
    let types: &Types = component.types();
    let table = (0..types.len() as u32).map(|index| describer.defined(types.kind(TypeIndex::from_u32(index))));
    let plan = component.plan();
    Ok((table.collect::<PyResult<_>>()?, describer.imports(&plan.imports)?, describer.exports(&plan.exports)?))
}

struct Describer<'a, 'py> {
    py: Python<'py>,
    component: &'a Component,
}

impl<'py> Describer<'_, 'py> {
    /// The name of a primitive type, or the number of a defined one.
    fn value(&self, ty: ValueType) -> PyResult<Object<'py>> {
        let name = match ty {
            ValueType::Bool => "bool",
            ValueType::S8 => "s8",
            ValueType::U8 => "u8",
            ValueType::S16 => "s16",
            ValueType::U16 => "u16",
            ValueType::S32 => "s32",
            ValueType::U32 => "u32",
            ValueType::S64 => "s64",
            ValueType::U64 => "u64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
            ValueType::Char => "char",
            ValueType::String => "string",
            ValueType::Defined(index) => return index.as_u32().into_bound_py_any(self.py),
        };
        name.into_bound_py_any(self.py)
    }

    fn optional(&self, ty: Option<ValueType>) -> PyResult<Option<Object<'py>>> {
        ty.map(|ty| self.value(ty)).transpose()
    }

    fn named<'a>(&self, types: impl Iterator<Item = (&'a String, Option<ValueType>)>) -> PyResult<Object<'py>> {
        let pairs = types.map(|(name, ty)| (name, self.optional(ty)?).into_bound_py_any(self.py));
        Ok(PyTuple::new(self.py, pairs.collect::<PyResult<Vec<_>>>()?)?.into_any())
    }

    /// The kind of a type and its operands.
    fn defined(&self, ty: &DefinedType) -> PyResult<Object<'py>> {
        let py = self.py;
        match ty {
            DefinedType::Record(fields) => {
                ("record", self.named(fields.iter().map(|field| (&field.name, Some(field.ty))))?).into_bound_py_any(py)
            }
            DefinedType::Tuple(items) => {
                let items = items.iter().map(|item| self.value(*item)).collect::<PyResult<Vec<_>>>()?;
                ("tuple", PyTuple::new(py, items)?).into_bound_py_any(py)
            }
            DefinedType::Variant(cases) => {
                ("variant", self.named(cases.iter().map(|case| (&case.name, case.ty)))?).into_bound_py_any(py)
            }
            DefinedType::Enum(names) => ("enum", PyTuple::new(py, names)?).into_bound_py_any(py),
            DefinedType::Flags(names) => ("flags", PyTuple::new(py, names)?).into_bound_py_any(py),
            DefinedType::Option(payload) => ("option", self.value(*payload)?).into_bound_py_any(py),
            DefinedType::Result { ok, err } => {
                ("result", self.optional(*ok)?, self.optional(*err)?).into_bound_py_any(py)
            }
            DefinedType::List(element) => ("list", self.value(*element)?).into_bound_py_any(py),
            DefinedType::FixedLengthList(element, length) => {
                ("fixed-length-list", self.value(*element)?, length).into_bound_py_any(py)
            }
            DefinedType::Map(key, value) => ("map", self.value(*key)?, self.value(*value)?).into_bound_py_any(py),
            DefinedType::Own(resource) => ("own", resource.as_u32()).into_bound_py_any(py),
            DefinedType::Borrow(resource) => ("borrow", resource.as_u32()).into_bound_py_any(py),
        }
    }

    fn function(&self, ty: Option<&FunctionType>) -> PyResult<Object<'py>> {
        let ty = ty.ok_or_else(|| bug(self.py, "a plan without a function's type"))?;
        let params = self.named(ty.params.iter().map(|param| (&param.name, Some(param.ty))))?;
        ("function", params, self.optional(ty.result)?).into_bound_py_any(self.py)
    }

    fn imports(&self, items: &IndexMap<String, ImportItem>) -> PyResult<Bound<'py, PyDict>> {
        let described = PyDict::new(self.py);
        for (name, item) in items {
            described.set_item(name, self.import(item)?)?;
        }
        Ok(described)
    }

    fn import(&self, item: &ImportItem) -> PyResult<Object<'py>> {
        match item {
            ImportItem::Function { ty, .. } => self.function(self.component.plan().functions.get(*ty)),
            ImportItem::Instance(items) => ("instance", self.imports(items)?).into_bound_py_any(self.py),
            ImportItem::Resource { resource, .. } => ("resource", resource.as_u32()).into_bound_py_any(self.py),
            ImportItem::Type => ("type",).into_bound_py_any(self.py),
            ImportItem::Component { ty, .. } => {
                let kinds = |items: &IndexMap<String, ItemKind>| -> Vec<(String, &'static str)> {
                    items.iter().map(|(name, kind)| (name.clone(), kind.name())).collect()
                };
                self.nested(kinds(&ty.imports), kinds(&ty.exports))
            }
            ImportItem::Value { ty, .. } => ("value", self.value(*ty)?).into_bound_py_any(self.py),
            ImportItem::Module { ty, .. } => {
                let imports = ty.imports.iter().map(|(module, name, ty)| {
                    (module, name, extern_type_object(self.py, ty)?).into_bound_py_any(self.py)
                });
                let exports = ty
                    .exports
                    .iter()
                    .map(|(name, ty)| (name, extern_type_object(self.py, ty)?).into_bound_py_any(self.py));
                let (imports, exports) =
                    (imports.collect::<PyResult<Vec<_>>>()?, exports.collect::<PyResult<Vec<_>>>()?);
                ("module", imports, exports).into_bound_py_any(self.py)
            }
        }
    }

    fn exports(&self, items: &IndexMap<String, ExportItem>) -> PyResult<Bound<'py, PyDict>> {
        let described = PyDict::new(self.py);
        for (name, item) in items {
            described.set_item(name, self.export(item)?)?;
        }
        Ok(described)
    }

    fn export(&self, item: &ExportItem) -> PyResult<Object<'py>> {
        let plan = self.component.plan();
        match item {
            ExportItem::Function(function) => self.function(plan.functions.get(function.ty)),
            ExportItem::ImportedFunction { ty, .. } => self.function(plan.functions.get(*ty)),
            ExportItem::Instance(items) => ("instance", self.exports(items)?).into_bound_py_any(self.py),
            ExportItem::Resource(resource) => ("resource", resource.as_u32()).into_bound_py_any(self.py),
            ExportItem::Type => ("type",).into_bound_py_any(self.py),
            ExportItem::Module(ModuleSource::Static(index)) => {
                let module =
                    self.component.module(*index).ok_or_else(|| bug(self.py, "a plan names an unknown module"))?;
                let imports = module.imports().map(|(module, name, ty)| {
                    (module, name, extern_type_object(self.py, &ty)?).into_bound_py_any(self.py)
                });
                let exports = module
                    .exports()
                    .map(|(name, ty)| (name, extern_type_object(self.py, &ty)?).into_bound_py_any(self.py));
                let (imports, exports) =
                    (imports.collect::<PyResult<Vec<_>>>()?, exports.collect::<PyResult<Vec<_>>>()?);
                ("module", imports, exports).into_bound_py_any(self.py)
            }
            ExportItem::Module(ModuleSource::Import(leaf)) | ExportItem::Component(ComponentSource::Import(leaf)) => {
                self.import(plan.leaf(*leaf).ok_or_else(|| bug(self.py, "a plan names an unknown import"))?)
            }
            ExportItem::Component(ComponentSource::Static(index)) => {
                let nested = plan.components.get(*index);
                let nested = nested.ok_or_else(|| bug(self.py, "a plan names an unknown component"))?;
                self.nested(
                    nested.imports.iter().map(|(name, item)| (name.clone(), item.kind().name())).collect(),
                    nested.exports.iter().map(|(name, item)| (name.clone(), item.kind().name())).collect(),
                )
            }
            ExportItem::Value { ty, .. } => ("value", self.value(*ty)?).into_bound_py_any(self.py),
        }
    }

    /// A component by the names and kinds of its imports and exports.
    fn nested(
        &self,
        imports: Vec<(String, &'static str)>,
        exports: Vec<(String, &'static str)>,
    ) -> PyResult<Object<'py>> {
        ("component", imports.into_py_dict(self.py)?, exports.into_py_dict(self.py)?).into_bound_py_any(self.py)
    }
}
