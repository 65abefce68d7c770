//! The bodies of the functions that adapters share.

use dovetail_abi::{DefinedType, FlatType, TypeIndex, ValueType};

use super::copy::Sides;
use super::emit::Emitter;
use super::intrinsic::Failure;
use super::module::{Generator, Task};
use super::place::{Local, Place};
use crate::Error;

/// Writes a shared function.
pub(super) fn body(
    generator: &mut Generator<'_>,
    task: Task,
    params: &[FlatType],
    results: &[FlatType],
) -> Result<Vec<u8>, Error> {
    let (mut emitter, locals) = Emitter::new(generator, params);
    match task {
        Task::Check { side, ty, flat } => {
            let place = emitter.parameter(side, &locals, flat)?;
            emitter.check_body(side, ty, place)?;
        }
        Task::Copy { from, to, ty, flat } => {
            let source = emitter.parameter(from, &locals, flat)?;
            if flat {
                let target = emitter.take_all(results);
                emitter.copy_body(Sides { from, to }, ty, source, Place::Flat(&target))?;
                for local in target {
                    emitter.ins().local_get(local.index);
                }
            } else {
                let last = locals.get(locals.len().saturating_sub(1)..).unwrap_or(&[]);
                let target = emitter.parameter(to, last, false)?;
                emitter.copy_body(Sides { from, to }, ty, source, target)?;
            }
        }
        Task::CopyString { from, to } => emitter.copy_string_body(Sides { from, to }, &locals)?,
        Task::CheckList { side } => emitter.check_list_body(side, &locals)?,
        Task::Allocate { side, failure } => emitter.allocate_body(side, failure, &locals)?,
    }
    Ok(emitter.finish())
}

impl Emitter<'_, '_> {
    /// The place of a value that is passed to a shared function.
    fn parameter<'p>(&self, side: u32, locals: &'p [Local], flat: bool) -> Result<Place<'p>, Error> {
        if flat {
            return Ok(Place::Flat(locals));
        }
        match locals.first() {
            Some(address) => Ok(Place::Memory { memory: self.generator.memory(side)?, address: *address, offset: 0 }),
            None => Err(Error::Bug("a function for a value in memory has no address".into())),
        }
    }

    /// The parts of a record or tuple.
    pub(super) fn parts<'p>(&self, side: u32, index: TypeIndex, place: Place<'p>) -> Vec<(ValueType, Place<'p>)> {
        let shapes = self.shapes(side);
        let types: Vec<ValueType> = match self.generator.types.kind(index) {
            DefinedType::Record(fields) => fields.iter().map(|field| field.ty).collect(),
            DefinedType::Tuple(items) => items.clone(),
            DefinedType::Variant(_)
            | DefinedType::Enum(_)
            | DefinedType::Flags(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::List(_)
            | DefinedType::FixedLengthList(..)
            | DefinedType::Map(..)
            | DefinedType::Own(_)
            | DefinedType::Borrow(_) => Vec::new(),
        };
        self.sequence(side, &types, &shapes.layout(index).offsets, place)
    }

    /// Values one after the other.
    pub(super) fn sequence<'p>(
        &self,
        side: u32,
        types: &[ValueType],
        offsets: &[u32],
        place: Place<'p>,
    ) -> Vec<(ValueType, Place<'p>)> {
        let shapes = self.shapes(side);
        let mut position = 0;
        let mut parts = Vec::with_capacity(types.len());
        for (ty, offset) in types.iter().zip(offsets) {
            parts.push((*ty, place.part(*offset, position)));
            position += shapes.flat(*ty).map_or(0, <[_]>::len);
        }
        parts
    }

    /// The body of [`Task::Allocate`]: `cx.allocate` with the checks that follow it everywhere.
    fn allocate_body(&mut self, side: u32, failure: i32, params: &[Local]) -> Result<(), Error> {
        let [size, align] = params else {
            return Err(Error::Bug("an allocation has two parameters".into()));
        };
        let memory = self.generator.memory(side)?;
        let Some(realloc) = self.generator.side(side)?.realloc else {
            return Err(Error::Plan("a function that needs `realloc` has none".into()));
        };
        let flag = self.generator.may_leave(self.generator.side(side)?.instance);
        let realloc = self.generator.imported(realloc);
        let (pointer, length) = (self.take(size.ty), self.take(FlatType::I64));
        self.ins().i32_const(0).global_set(flag);
        self.integer(size.ty, 0);
        self.integer(size.ty, 0);
        self.ins().local_get(align.index).local_get(size.index).call(realloc).local_set(pointer.index);
        self.ins().i32_const(1).global_set(flag).local_get(size.index);
        self.convert(size.ty, FlatType::I64);
        self.ins().local_set(length.index);
        self.misaligned(pointer, *align);
        self.fail_if(Failure::UnalignedAllocation, None, 0);
        self.outside(memory, pointer, length);
        if let Some(failure) = Failure::from_number(failure) {
            self.fail_if(failure, None, 0);
        }
        self.ins().local_get(pointer.index);
        Ok(())
    }
}
