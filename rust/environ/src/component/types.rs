//! wasmparser's component types as entries of the plan's type table.
//!
//! The table is structural: equal types have equal indices. Value types mean the same everywhere; resource types do not.
//! Inside a component a resource is a wasmparser identifier, and what that stands for depends on the instantiation: an
//! imported resource is the argument, a defined one is new each time. So conversion happens in a [`Scope`], one for each
//! instantiated component, that says which resource of the plan each identifier is.

use std::collections::HashMap;

use cranelift_entity::PrimaryMap;
use wasmparser::component_types::{
    ComponentCoreModuleTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentFuncTypeId, ComponentValType,
    ResourceId,
};
use wasmparser::types::{CoreTypeId, EntityType, TypesRef};
use wasmparser::{CompositeInnerType, PrimitiveValType};

use super::plan::{FunctionTypeIndex, ModuleType};
use crate::Error;
use crate::module::ExternType;
use crate::module::convert::{global_type, memory_type, signature, table_type};
use dovetail_abi::{
    Case, DefinedType, Field, FunctionType, MAX_FLAGS, MAX_TYPE_DEPTH, MAX_TYPE_TEXT, ResourceIndex, TypeIndex, Types,
    ValueType,
};

/// What wasmparser's identifiers stand for in one instantiated component.
#[derive(Default)]
pub(super) struct Scope {
    resources: HashMap<ResourceId, ResourceIndex>,
    /// Types converted already; valid because an identifier never changes its meaning in a scope.
    values: HashMap<ComponentDefinedTypeId, ValueType>,
}

impl Scope {
    /// Records a resource, where it is not known yet.
    pub(super) fn register(&mut self, id: ResourceId, resource: ResourceIndex) {
        self.resources.entry(id).or_insert(resource);
    }

    pub(super) fn resource(&self, id: ResourceId) -> Option<ResourceIndex> {
        self.resources.get(&id).copied()
    }

    /// The resource, which whatever brought the identifier into the scope has registered.
    pub(super) fn known_resource(&self, id: ResourceId) -> Result<ResourceIndex, Error> {
        self.resource(id).ok_or_else(|| Error::Bug("a resource type entered a component unseen".into()))
    }
}

/// The plan's types while they are being collected.
#[derive(Default)]
pub(super) struct TypeBuilder {
    pub(super) types: Types,
    pub(super) functions: PrimaryMap<FunctionTypeIndex, FunctionType>,
    defined_indices: HashMap<DefinedType, TypeIndex>,
    function_indices: HashMap<FunctionType, FunctionTypeIndex>,
}

/// Where a conversion takes place: the component's identifiers and the path to name in errors.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) types: TypesRef<'a>,
    pub(super) path: &'a str,
}

impl Place<'_> {
    fn unsupported(&self, feature: &str) -> Error {
        Error::Unsupported { path: self.path.to_string(), feature: feature.to_string() }
    }

    fn too_large(&self) -> Error {
        Error::Limit(format!(
            "`{}` has a type that is nested deeper than {MAX_TYPE_DEPTH} or longer than {MAX_TYPE_TEXT} bytes of text",
            self.path
        ))
    }
}

impl TypeBuilder {
    /// Converts a function type.
    pub(super) fn function(
        &mut self,
        scope: &mut Scope,
        place: Place<'_>,
        id: ComponentFuncTypeId,
    ) -> Result<FunctionTypeIndex, Error> {
        let ty = &place.types[id];
        if ty.async_ {
            return Err(place.unsupported("an `async` function type"));
        }
        let mut params = Vec::with_capacity(ty.params.len());
        for (name, param) in &ty.params {
            params.push(Field { name: name.to_string(), ty: self.value(scope, place, *param, 0)? });
        }
        let result = self.optional(scope, place, ty.result, 0)?;
        let function = FunctionType { params, result };
        if let Some(index) = self.function_indices.get(&function) {
            return Ok(*index);
        }
        let index = self.functions.push(function.clone());
        self.function_indices.insert(function, index);
        Ok(index)
    }

    /// Converts the type of a value import or export.
    pub(super) fn value_type(
        &mut self,
        scope: &mut Scope,
        place: Place<'_>,
        ty: ComponentValType,
    ) -> Result<ValueType, Error> {
        self.value(scope, place, ty, 0)
    }

    fn intern(&mut self, kind: DefinedType) -> TypeIndex {
        if let Some(index) = self.defined_indices.get(&kind) {
            return *index;
        }
        let index = self.types.push(kind.clone());
        self.defined_indices.insert(kind, index);
        index
    }

    fn optional(
        &mut self,
        scope: &mut Scope,
        place: Place<'_>,
        ty: Option<ComponentValType>,
        depth: u32,
    ) -> Result<Option<ValueType>, Error> {
        ty.map(|ty| self.value(scope, place, ty, depth)).transpose()
    }

    /// `depth` counts the types around this one: the recursion must end before the stack does.
    fn value(
        &mut self,
        scope: &mut Scope,
        place: Place<'_>,
        ty: ComponentValType,
        depth: u32,
    ) -> Result<ValueType, Error> {
        let id = match ty {
            ComponentValType::Primitive(ty) => return primitive(place, ty),
            ComponentValType::Type(id) => id,
        };
        if let Some(ty) = scope.values.get(&id) {
            return Ok(*ty);
        }
        if depth >= MAX_TYPE_DEPTH {
            return Err(place.too_large());
        }
        let ty = match &place.types[id] {
            ComponentDefinedType::Primitive(ty) => primitive(place, *ty)?,
            other => {
                let kind = self.defined(scope, place, other, depth + 1)?;
                let ty = ValueType::Defined(self.intern(kind));
                // With operands from the cache a type is deeper than the recursion shows.
                if self.types.depth(ty) > MAX_TYPE_DEPTH || self.types.text_length(ty) > MAX_TYPE_TEXT {
                    return Err(place.too_large());
                }
                ty
            }
        };
        scope.values.insert(id, ty);
        Ok(ty)
    }

    fn defined(
        &mut self,
        scope: &mut Scope,
        place: Place<'_>,
        ty: &ComponentDefinedType,
        depth: u32,
    ) -> Result<DefinedType, Error> {
        Ok(match ty {
            ComponentDefinedType::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for (name, ty) in &record.fields {
                    fields.push(Field { name: name.to_string(), ty: self.value(scope, place, *ty, depth)? });
                }
                DefinedType::Record(fields)
            }
            ComponentDefinedType::Variant(variant) => {
                let mut cases = Vec::with_capacity(variant.cases.len());
                for (name, case) in &variant.cases {
                    let ty = self.optional(scope, place, case.ty, depth)?;
                    cases.push(Case { name: name.to_string(), ty });
                }
                DefinedType::Variant(cases)
            }
            ComponentDefinedType::Tuple(tuple) => {
                let mut items = Vec::with_capacity(tuple.types.len());
                for ty in &tuple.types {
                    items.push(self.value(scope, place, *ty, depth)?);
                }
                DefinedType::Tuple(items)
            }
            ComponentDefinedType::List { element, .. } => DefinedType::List(self.value(scope, place, *element, depth)?),
            ComponentDefinedType::FixedLengthList { element, length, .. } => {
                DefinedType::FixedLengthList(self.value(scope, place, *element, depth)?, *length)
            }
            ComponentDefinedType::Map { key, value, .. } => {
                let key = self.value(scope, place, *key, depth)?;
                DefinedType::Map(key, self.value(scope, place, *value, depth)?)
            }
            ComponentDefinedType::Flags(names) if names.len() > MAX_FLAGS => {
                return Err(place.unsupported("a flags type of more than 32 labels"));
            }
            ComponentDefinedType::Flags(names) => DefinedType::Flags(names.iter().map(|n| n.to_string()).collect()),
            ComponentDefinedType::Enum(names) => DefinedType::Enum(names.iter().map(|n| n.to_string()).collect()),
            ComponentDefinedType::Option { ty, .. } => DefinedType::Option(self.value(scope, place, *ty, depth)?),
            ComponentDefinedType::Result { ok, err, .. } => {
                let ok = self.optional(scope, place, *ok, depth)?;
                DefinedType::Result { ok, err: self.optional(scope, place, *err, depth)? }
            }
            ComponentDefinedType::Own(id) => DefinedType::Own(scope.known_resource(id.resource())?),
            ComponentDefinedType::Borrow(id) => DefinedType::Borrow(scope.known_resource(id.resource())?),
            ComponentDefinedType::Future { .. } => return Err(place.unsupported("the type `future`")),
            ComponentDefinedType::Stream { .. } => return Err(place.unsupported("the type `stream`")),
            // Handled by the caller, which needs no entry for it.
            ComponentDefinedType::Primitive(_) => return Err(Error::Bug("a primitive type with an entry".into())),
        })
    }

    /// The plan's face of an imported core module's type.
    pub(super) fn module(&self, place: Place<'_>, id: ComponentCoreModuleTypeId) -> Result<ModuleType, Error> {
        let ty = &place.types[id];
        let mut module = ModuleType { imports: Vec::new(), exports: Default::default() };
        for ((namespace, name), ty) in &ty.imports {
            module.imports.push((namespace.clone(), name.clone(), extern_type(place, ty)?));
        }
        for (name, ty) in &ty.exports {
            module.exports.insert(name.clone(), extern_type(place, ty)?);
        }
        Ok(module)
    }
}

fn extern_type(place: Place<'_>, ty: &EntityType) -> Result<ExternType, Error> {
    Ok(match ty {
        EntityType::Func(id) | EntityType::FuncExact(id) => ExternType::Func(core_function(place, *id)?),
        EntityType::Table(ty) => ExternType::Table(table_type(ty, 0)?),
        EntityType::Memory(ty) => ExternType::Memory(memory_type(ty, 0)?),
        EntityType::Global(ty) => ExternType::Global(global_type(ty, 0)?),
        EntityType::Tag(id) => ExternType::Tag(core_function(place, *id)?),
    })
}

fn core_function(place: Place<'_>, id: CoreTypeId) -> Result<crate::module::Signature, Error> {
    match &place.types[id].composite_type.inner {
        CompositeInnerType::Func(ty) => signature(ty, 0),
        CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) | CompositeInnerType::Cont(_) => {
            Err(place.unsupported("garbage collection"))
        }
    }
}

fn primitive(place: Place<'_>, ty: PrimitiveValType) -> Result<ValueType, Error> {
    Ok(match ty {
        PrimitiveValType::Bool => ValueType::Bool,
        PrimitiveValType::S8 => ValueType::S8,
        PrimitiveValType::U8 => ValueType::U8,
        PrimitiveValType::S16 => ValueType::S16,
        PrimitiveValType::U16 => ValueType::U16,
        PrimitiveValType::S32 => ValueType::S32,
        PrimitiveValType::U32 => ValueType::U32,
        PrimitiveValType::S64 => ValueType::S64,
        PrimitiveValType::U64 => ValueType::U64,
        PrimitiveValType::F32 => ValueType::F32,
        PrimitiveValType::F64 => ValueType::F64,
        PrimitiveValType::Char => ValueType::Char,
        PrimitiveValType::String => ValueType::String,
        PrimitiveValType::ErrorContext => return Err(place.unsupported("the type `error-context`")),
    })
}
