//! The first pass over values: everything of lifting that can fail, in the order in which the walker does it.

use dovetail_abi::{DefinedType, FlatType, MAX_BYTE_LENGTH, TypeIndex, ValueType};
use wasm_encoder::BlockType;

use super::emit::{Emitter, runs};
use super::intrinsic::{Failure, Intrinsic};
use super::module::Task;
use super::place::{Leaf, Local, Place};
use crate::Error;

impl Emitter<'_, '_> {
    /// Checks a value.
    pub(super) fn check(&mut self, side: u32, ty: ValueType, place: Place<'_>) -> Result<(), Error> {
        if !self.generator.checked(ty) {
            return Ok(());
        }
        match ty {
            ValueType::Char => self.check_char(place),
            ValueType::String => {
                let pair = self.load_pair(side, place);
                self.ins().i32_const(side as i32);
                for local in pair {
                    self.ins().local_get(local.index);
                    self.convert(local.ty, FlatType::I64);
                }
                self.intrinsic(Intrinsic::CheckString);
                self.give_back_all(&pair);
            }
            ValueType::Defined(index) => return self.check_defined(side, index, place),
            ValueType::Bool
            | ValueType::S8
            | ValueType::U8
            | ValueType::S16
            | ValueType::U16
            | ValueType::S32
            | ValueType::U32
            | ValueType::S64
            | ValueType::U64
            | ValueType::F32
            | ValueType::F64 => {}
        }
        Ok(())
    }

    /// `convert_i32_to_char`.
    fn check_char(&mut self, place: Place<'_>) {
        let code = self.take(FlatType::I32);
        self.load(Leaf::I32, place);
        let mut ins = self.ins();
        ins.local_tee(code.index).i32_const(0x11_0000).i32_ge_u();
        ins.local_get(code.index).i32_const(!0x7ff).i32_and().i32_const(0xd800).i32_eq().i32_or();
        self.fail_if(Failure::InvalidChar, Some(code), 0);
        self.give_back(code);
    }

    fn check_defined(&mut self, side: u32, index: TypeIndex, place: Place<'_>) -> Result<(), Error> {
        let types = self.generator.types;
        match types.kind(index) {
            DefinedType::Enum(names) => {
                let case = self.check_discriminant(side, index, names.len(), place);
                self.give_back(case);
            }
            DefinedType::Own(resource) | DefinedType::Borrow(resource) => {
                let own = matches!(types.kind(index), DefinedType::Own(_));
                self.ins().i32_const(side as i32).i32_const(resource.as_u32() as i32);
                self.load(Leaf::I32, place);
                self.intrinsic(if own { Intrinsic::LiftOwn } else { Intrinsic::LiftBorrow });
            }
            DefinedType::Record(_)
            | DefinedType::Tuple(_)
            | DefinedType::Variant(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::List(_)
            | DefinedType::FixedLengthList(..)
            | DefinedType::Map(..)
            | DefinedType::Flags(_) => {
                self.arguments(side, index, place);
                self.call(Task::Check { side, ty: index, flat: place.is_flat() });
            }
        }
        Ok(())
    }

    /// Loads a discriminant into a local, and checks it.
    fn check_discriminant(&mut self, side: u32, index: TypeIndex, cases: usize, place: Place<'_>) -> Local {
        let case = self.load_discriminant(side, index, place);
        self.ins().local_get(case.index).i32_const(cases as i32).i32_ge_u();
        self.fail_if(Failure::InvalidDiscriminant, Some(case), cases as u64);
        case
    }

    pub(super) fn load_discriminant(&mut self, side: u32, index: TypeIndex, place: Place<'_>) -> Local {
        let size = self.shapes(side).layout(index).discriminant;
        let case = self.take(FlatType::I32);
        self.load(Leaf::unsigned(size, place), place);
        self.ins().local_set(case.index);
        case
    }

    /// The body of [`Task::Check`].
    pub(super) fn check_body(&mut self, side: u32, index: TypeIndex, place: Place<'_>) -> Result<(), Error> {
        let types = self.generator.types;
        match types.kind(index) {
            DefinedType::Record(_) | DefinedType::Tuple(_) => {
                for (ty, part) in self.parts(side, index, place) {
                    self.check(side, ty, part)?;
                }
                Ok(())
            }
            DefinedType::Variant(cases) => {
                let payloads: Vec<_> = cases.iter().map(|case| case.ty).collect();
                self.check_variant(side, index, &payloads, place)
            }
            DefinedType::Option(ty) => self.check_variant(side, index, &[None, Some(*ty)], place),
            DefinedType::Result { ok, err } => self.check_variant(side, index, &[*ok, *err], place),
            DefinedType::List(element) => self.check_list(side, &[*element], place),
            DefinedType::Map(key, value) => self.check_list(side, &[*key, *value], place),
            DefinedType::FixedLengthList(element, length) => match place {
                Place::Flat(_) => {
                    let width = self.shapes(side).flat(*element).map_or(0, <[_]>::len);
                    for item in 0..*length as usize {
                        self.check(side, *element, place.part(0, item * width))?;
                    }
                    Ok(())
                }
                Place::Memory { address, offset, .. } => {
                    let count = self.take(address.ty);
                    self.integer(address.ty, u64::from(*length));
                    self.ins().local_set(count.index);
                    self.address(address, offset);
                    self.check_elements(side, &[*element], count)
                }
            },
            DefinedType::Enum(_) | DefinedType::Flags(_) | DefinedType::Own(_) | DefinedType::Borrow(_) => {
                self.check(side, ValueType::Defined(index), place)
            }
        }
    }

    fn check_variant(
        &mut self,
        side: u32,
        index: TypeIndex,
        payloads: &[Option<ValueType>],
        place: Place<'_>,
    ) -> Result<(), Error> {
        let case = self.check_discriminant(side, index, payloads.len(), place);
        let checked = payloads.iter().map(|ty| ty.filter(|ty| self.generator.checked(*ty))).collect::<Vec<_>>();
        let offset = self.shapes(side).layout(index).offsets.first().copied().unwrap_or(0);
        let payload = place.part(offset, 1);
        let mut outcome = Ok(());
        if checked.iter().any(Option::is_some) {
            self.switch(case, &runs(&checked), &mut |emitter, ty| {
                if let (Some(ty), Ok(())) = (ty, &outcome) {
                    outcome = emitter.check(side, ty, payload);
                }
            });
        }
        self.give_back(case);
        outcome
    }

    /// `load_list`: a list of elements, or of a map's entries.
    fn check_list(&mut self, side: u32, element: &[ValueType], place: Place<'_>) -> Result<(), Error> {
        let layout = self.shapes(side).sequence(element.iter().copied());
        let [pointer, length] = self.load_pair(side, place);
        // A type has a size; were it 0, a length without bounds must not pass all the same.
        let size = i64::from(layout.size.max(1));
        self.ins().local_get(pointer.index).local_get(length.index).i64_const(size);
        self.integer(pointer.ty, u64::from(layout.align));
        self.call(Task::CheckList { side });
        if element.iter().any(|ty| self.generator.checked(*ty)) {
            self.ins().local_get(pointer.index);
            self.check_elements(side, element, length)?;
        }
        Ok(())
    }

    /// Checks `count` elements from the address on the stack on.
    fn check_elements(&mut self, side: u32, element: &[ValueType], count: Local) -> Result<(), Error> {
        let layout = self.shapes(side).sequence(element.iter().copied());
        let memory = self.generator.memory(side)?;
        let cursor = self.take(count.ty);
        self.ins().local_set(cursor.index);
        let mut outcome = Ok(());
        self.repeat(count, |emitter| {
            for (ty, offset) in element.iter().zip(&layout.offsets) {
                let part = Place::Memory { memory, address: cursor, offset: *offset };
                if outcome.is_ok() {
                    outcome = emitter.check(side, *ty, part);
                }
            }
            emitter.advance(cursor, layout.size);
        });
        outcome
    }

    pub(super) fn advance(&mut self, cursor: Local, size: u32) {
        self.address(cursor, size);
        self.ins().local_set(cursor.index);
    }

    /// The body of [`Task::CheckList`].
    pub(super) fn check_list_body(&mut self, side: u32, params: &[Local]) -> Result<(), Error> {
        let [pointer, length, size, align] = params else {
            return Err(Error::Bug("the check of a list has four parameters".into()));
        };
        let memory = self.generator.memory(side)?;
        let wide = self.take(FlatType::I64);
        self.ins().local_get(length.index);
        self.convert(length.ty, FlatType::I64);
        let mut ins = self.ins();
        ins.local_tee(wide.index).i64_const(MAX_BYTE_LENGTH as i64).local_get(size.index).i64_div_u().i64_gt_u();
        self.fail_if(Failure::ListTooLong, Some(*length), 0);
        self.misaligned(*pointer, *align);
        self.fail_if(Failure::UnalignedList, None, 0);
        let mut ins = self.ins();
        ins.local_get(wide.index).local_get(size.index).i64_mul().local_set(wide.index);
        self.outside(memory, *pointer, wide);
        self.fail_if(Failure::ListOutOfBounds, None, 0);
        Ok(())
    }

    /// Pushes whether a pointer is no multiple of an alignment.
    pub(super) fn misaligned(&mut self, pointer: Local, align: Local) {
        self.ins().local_get(pointer.index).local_get(align.index);
        self.integer(align.ty, u64::MAX);
        self.add(align.ty);
        match pointer.ty {
            FlatType::I64 => self.ins().i64_and().i64_eqz().i32_eqz(),
            FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_and(),
        };
    }

    /// Pushes whether `length` bytes (64 bits) from a pointer on leave the memory.
    pub(super) fn outside(&mut self, memory: u32, pointer: Local, length: Local) {
        let (start, end) = (self.take(FlatType::I64), self.take(FlatType::I64));
        self.ins().local_get(pointer.index);
        self.convert(pointer.ty, FlatType::I64);
        self.ins().local_set(start.index).memory_size(memory);
        self.convert(pointer.ty, FlatType::I64);
        let mut ins = self.ins();
        ins.i64_const(16).i64_shl().local_tee(end.index).local_get(start.index).i64_lt_u();
        ins.local_get(end.index).local_get(start.index).i64_sub().local_get(length.index).i64_lt_u().i32_or();
        self.give_back_all(&[start, end]);
    }

    /// Checks the pointer to spilled values (`trap_if(ptr != align_to(..))`, and bounds).
    pub(super) fn check_range(&mut self, memory: u32, pointer: Local, align: u32, size: u32) {
        let (wanted, length) = (self.take(pointer.ty), self.take(FlatType::I64));
        self.integer(pointer.ty, u64::from(align));
        self.ins().local_set(wanted.index).i64_const(i64::from(size)).local_set(length.index);
        self.misaligned(pointer, wanted);
        self.fail_if(Failure::UnalignedPointer, None, 0);
        self.outside(memory, pointer, length);
        self.fail_if(Failure::PointerOutOfBounds, None, 0);
        self.give_back_all(&[wanted, length]);
    }

    /// Runs `then` where the condition on the stack holds.
    pub(super) fn when(&mut self, then: impl FnOnce(&mut Self)) {
        self.ins().if_(BlockType::Empty);
        then(self);
        self.ins().end();
    }
}
