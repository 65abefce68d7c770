//! Reads value types from a `wit_parser::Resolve` into a [`Types`] table.
//!
//! Types that have a name and a shape of their own (record, variant, enum, flags) are entered once for each definition,
//! so that a caller can attach one class to each; all other types are entered once for each structure.

use std::collections::HashMap;

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind, TypeId};

use crate::types::{Case, DefinedType, Field, FunctionType, MAX_FLAGS, ResourceIndex, TypeIndex, Types, ValueType};

/// A type that the canonical ABI in this crate does not cover.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{feature} is not supported")]
pub struct Unsupported {
    /// The feature, ready to stand in a sentence: `a stream`, `a flags type with 40 labels`.
    pub feature: String,
}

impl Unsupported {
    fn new(feature: impl Into<String>) -> Self {
        Self { feature: feature.into() }
    }
}

/// What a reader must be told about a resolve's type definitions.
pub trait Definitions {
    /// The definition that stands for `id`: the same for every name under which one type is used.
    fn definition(&self, id: TypeId) -> TypeId;

    /// The number of a resource, given its definition.
    fn resource(&self, definition: TypeId) -> Option<ResourceIndex>;
}

/// Fills a [`Types`] table from a resolve.
pub struct Reader<'a> {
    resolve: &'a Resolve,
    definitions: &'a dyn Definitions,
    types: Types,
    nominal: HashMap<TypeId, TypeIndex>,
    structural: HashMap<DefinedType, TypeIndex>,
    order: Vec<(TypeId, TypeIndex)>,
}

impl<'a> Reader<'a> {
    pub fn new(resolve: &'a Resolve, definitions: &'a dyn Definitions) -> Self {
        Self {
            resolve,
            definitions,
            types: Types::new(),
            nominal: HashMap::new(),
            structural: HashMap::new(),
            order: Vec::new(),
        }
    }

    /// The table, and which entry stands for which named definition, in the order of entry.
    pub fn finish(self) -> (Types, Vec<(TypeId, TypeIndex)>) {
        (self.types, self.order)
    }

    /// A function's type. A method's first parameter is its `borrow<self>`, as in WIT's own tables.
    pub fn function(&mut self, function: &Function) -> Result<FunctionType, Unsupported> {
        let params = function
            .params
            .iter()
            .map(|param| Ok(Field { name: param.name.clone(), ty: self.value_type(param.ty)? }))
            .collect::<Result<_, _>>()?;
        let result = self.optional(function.result)?;
        Ok(FunctionType { params, result })
    }

    fn optional(&mut self, ty: Option<Type>) -> Result<Option<ValueType>, Unsupported> {
        ty.map(|ty| self.value_type(ty)).transpose()
    }

    /// The table's value type for one of the resolve.
    pub fn value_type(&mut self, ty: Type) -> Result<ValueType, Unsupported> {
        Ok(match ty {
            Type::Bool => ValueType::Bool,
            Type::S8 => ValueType::S8,
            Type::U8 => ValueType::U8,
            Type::S16 => ValueType::S16,
            Type::U16 => ValueType::U16,
            Type::S32 => ValueType::S32,
            Type::U32 => ValueType::U32,
            Type::S64 => ValueType::S64,
            Type::U64 => ValueType::U64,
            Type::F32 => ValueType::F32,
            Type::F64 => ValueType::F64,
            Type::Char => ValueType::Char,
            Type::String => ValueType::String,
            Type::ErrorContext => return Err(Unsupported::new("an error-context")),
            Type::Id(id) => return self.defined(id),
        })
    }

    fn defined(&mut self, id: TypeId) -> Result<ValueType, Unsupported> {
        let id = self.definitions.definition(id);
        if let Some(index) = self.nominal.get(&id) {
            return Ok(ValueType::Defined(*index));
        }
        let resolve = self.resolve;
        let kind = match &resolve.types[id].kind {
            TypeDefKind::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for field in &record.fields {
                    fields.push(Field { name: field.name.clone(), ty: self.value_type(field.ty)? });
                }
                return Ok(self.enter_nominal(id, DefinedType::Record(fields)));
            }
            TypeDefKind::Variant(variant) => {
                let mut cases = Vec::with_capacity(variant.cases.len());
                for case in &variant.cases {
                    cases.push(Case { name: case.name.clone(), ty: self.optional(case.ty)? });
                }
                return Ok(self.enter_nominal(id, DefinedType::Variant(cases)));
            }
            TypeDefKind::Enum(cases) => {
                let names = cases.cases.iter().map(|case| case.name.clone()).collect();
                return Ok(self.enter_nominal(id, DefinedType::Enum(names)));
            }
            TypeDefKind::Flags(flags) if (1..=MAX_FLAGS).contains(&flags.flags.len()) => {
                let names = flags.flags.iter().map(|flag| flag.name.clone()).collect();
                return Ok(self.enter_nominal(id, DefinedType::Flags(names)));
            }
            TypeDefKind::Flags(flags) => {
                return Err(Unsupported::new(format!("a flags type with {} labels", flags.flags.len())));
            }
            TypeDefKind::Type(ty) => return self.value_type(*ty),
            TypeDefKind::Tuple(tuple) => {
                let items = tuple.types.iter().map(|ty| self.value_type(*ty)).collect::<Result<_, _>>()?;
                DefinedType::Tuple(items)
            }
            TypeDefKind::Option(ty) => DefinedType::Option(self.value_type(*ty)?),
            TypeDefKind::Result(result) => {
                DefinedType::Result { ok: self.optional(result.ok)?, err: self.optional(result.err)? }
            }
            TypeDefKind::List(ty) => DefinedType::List(self.value_type(*ty)?),
            TypeDefKind::FixedLengthList(ty, length) => DefinedType::FixedLengthList(self.value_type(*ty)?, *length),
            TypeDefKind::Map(key, value) => DefinedType::Map(self.value_type(*key)?, self.value_type(*value)?),
            TypeDefKind::Handle(Handle::Own(resource)) => DefinedType::Own(self.resource(*resource)?),
            TypeDefKind::Handle(Handle::Borrow(resource)) => DefinedType::Borrow(self.resource(*resource)?),
            TypeDefKind::Resource => DefinedType::Own(self.resource(id)?),
            TypeDefKind::Future(_) => return Err(Unsupported::new("a future")),
            TypeDefKind::Stream(_) => return Err(Unsupported::new("a stream")),
            TypeDefKind::Unknown => return Err(Unsupported::new("an unresolved type")),
        };
        let index = match self.structural.get(&kind) {
            Some(index) => *index,
            None => {
                let index = self.types.push(kind.clone());
                self.structural.insert(kind, index);
                index
            }
        };
        Ok(ValueType::Defined(index))
    }

    fn enter_nominal(&mut self, id: TypeId, kind: DefinedType) -> ValueType {
        let index = self.types.push(kind);
        self.nominal.insert(id, index);
        self.order.push((id, index));
        ValueType::Defined(index)
    }

    fn resource(&self, id: TypeId) -> Result<ResourceIndex, Unsupported> {
        let mut definition = self.definitions.definition(id);
        while let TypeDefKind::Type(Type::Id(target)) = self.resolve.types[definition].kind {
            definition = self.definitions.definition(target);
        }
        self.definitions
            .resource(definition)
            .ok_or_else(|| Unsupported::new("a handle to something else than a resource"))
    }
}
