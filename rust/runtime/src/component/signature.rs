//! A component function's type, prepared for the walker: made once per binding, used by each call.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::resource::ResourceType;
use crate::abi::{
    DefinedType, Direction, Field, FlatSignature, FlatType, FunctionType, Layout, Mismatch, PointerType, ResourceIndex,
    Types, ValueType, same_function,
};
use crate::environ::module::{Signature as CoreSignature, ValType};

/// What a walk over a function's parameters and result needs to know.
#[derive(Debug)]
pub(crate) struct Signature {
    shape: Arc<Shape>,
    /// The resource types of `types`, by index.
    pub(crate) resources: Arc<[ResourceType]>,
}

impl Deref for Signature {
    type Target = Shape;

    fn deref(&self) -> &Shape {
        &self.shape
    }
}

/// The part of a signature that is the same in all stores.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) types: Arc<Types>,
    pub(crate) ty: FunctionType,
    /// Of the memory in the canonical options that the function is called with: layouts and shapes are for these.
    pub(crate) pointers: PointerType,
    pub(crate) params_layout: Layout,
    pub(crate) params_in_memory: bool,
    /// The result as a sequence of none or one.
    pub(crate) result: Vec<Field>,
    pub(crate) result_layout: Layout,
    pub(crate) result_in_memory: bool,
    /// How many flat parameters and results a lowered function has.
    pub(crate) lowered: (usize, usize),
    /// How many flat parameters and results a lifted function has.
    pub(crate) lifted: (usize, usize),
    lowered_core: CoreSignature,
    lifted_core: CoreSignature,
}

impl Shape {
    /// Whether the result has handles among its parts.
    #[cold]
    pub(crate) fn result_has_handles(&self) -> bool {
        let is_handle =
            |ty| matches!(ty, ValueType::Defined(index) if matches!(self.types.kind(index), DefinedType::Own(_)));
        self.result.iter().any(|field| self.types.has_handle(field.ty) && !is_handle(field.ty))
    }

    pub(crate) fn new(types: Arc<Types>, ty: FunctionType, pointers: PointerType) -> Shape {
        let lifted = types.flat_signature(&ty, Direction::Lift, pointers);
        let lowered = types.flat_signature(&ty, Direction::Lower, pointers);
        let result: Vec<Field> = ty.result.iter().map(|ty| Field { name: "result".to_string(), ty: *ty }).collect();
        Shape {
            params_layout: types.sequence_layout(ty.params.iter().map(|param| param.ty), pointers),
            params_in_memory: lifted.params_in_memory,
            result_layout: types.sequence_layout(result.iter().map(|field| field.ty), pointers),
            result_in_memory: lifted.result_in_memory,
            lowered: (lowered.params.len(), lowered.results.len()),
            lifted: (lifted.params.len(), lifted.results.len()),
            lowered_core: core_signature(&lowered),
            lifted_core: core_signature(&lifted),
            result,
            types,
            ty,
            pointers,
        }
    }

    /// The core signature of the function when it is lifted or lowered.
    pub(crate) fn core(&self, direction: Direction) -> &CoreSignature {
        match direction {
            Direction::Lift => &self.lifted_core,
            Direction::Lower => &self.lowered_core,
        }
    }
}

impl Signature {
    pub(crate) fn new(shape: Arc<Shape>, resources: Arc<[ResourceType]>) -> Signature {
        Signature { shape, resources }
    }

    /// The same function over a memory with these pointers.
    pub(crate) fn with_pointers(self: &Arc<Self>, pointers: PointerType) -> Arc<Signature> {
        if self.pointers == pointers {
            return self.clone();
        }
        let shape = Shape::new(self.types.clone(), self.ty.clone(), pointers);
        Arc::new(Signature::new(Arc::new(shape), self.resources.clone()))
    }

    /// The signature for a host's own table of types, once it is found equal to this one. `pairs` decides whether a
    /// resource of the host's table is the given one; each must stand for a single type.
    pub(crate) fn rebind(
        &self,
        host: &HostSignature,
        pairs: &mut dyn FnMut(ResourceIndex, ResourceType) -> bool,
    ) -> Result<Signature, Mismatch> {
        let mut found: HashMap<ResourceIndex, ResourceType> = HashMap::new();
        same_function((&host.types, &host.ty), (&self.types, &self.ty), &mut |left, right| {
            let Some(right) = self.resources.get(right.as_u32() as usize) else { return false };
            pairs(left, *right) && *found.entry(left).or_insert(*right) == *right
        })?;
        let length = found.keys().map(|index| index.as_u32() as usize + 1).max().unwrap_or(0);
        // Resources that the function does not mention are never looked up: any type does for them.
        let filler = found.values().next().copied();
        let resources = (0..length)
            .filter_map(|index| found.get(&ResourceIndex::from_u32(index as u32)).copied().or(filler))
            .collect();
        Ok(Signature::new(host.shape(self.pointers), resources))
    }
}

/// A function's type over a host's own table of types: prepared once, for any number of instances and stores.
#[derive(Debug)]
pub struct HostSignature {
    types: Arc<Types>,
    ty: FunctionType,
    narrow: OnceLock<Arc<Shape>>,
    wide: OnceLock<Arc<Shape>>,
}

impl HostSignature {
    pub fn new(types: Arc<Types>, ty: FunctionType) -> HostSignature {
        HostSignature { types, ty, narrow: OnceLock::new(), wide: OnceLock::new() }
    }

    fn shape(&self, pointers: PointerType) -> Arc<Shape> {
        let shape = match pointers {
            PointerType::I32 => &self.narrow,
            PointerType::I64 => &self.wide,
        };
        shape.get_or_init(|| Arc::new(Shape::new(self.types.clone(), self.ty.clone(), pointers))).clone()
    }
}

/// A flat signature as the type of a core function.
fn core_signature(flat: &FlatSignature) -> CoreSignature {
    CoreSignature { params: core_types(&flat.params), results: core_types(&flat.results) }
}

fn core_types(flat: &[FlatType]) -> Vec<ValType> {
    flat.iter().map(|ty| core_type(*ty)).collect()
}

pub(super) fn core_type(flat: FlatType) -> ValType {
    match flat {
        FlatType::I32 => ValType::I32,
        FlatType::I64 => ValType::I64,
        FlatType::F32 => ValType::F32,
        FlatType::F64 => ValType::F64,
    }
}
