//! The second pass over values: what was checked on one side is stored on the other, in the order in which the walker
//! lowers it, so that each `realloc` comes at its time.

use dovetail_abi::{DefinedType, FlatType, MAX_BYTE_LENGTH, StringEncoding, TypeIndex, ValueType};

use super::emit::{Emitter, runs};
use super::intrinsic::{Failure, Intrinsic};
use super::module::{LIST, STRING, Task};
use super::place::{Kind, Leaf, Local, Place};
use crate::Error;

/// From which side to which values are copied.
#[derive(Clone, Copy)]
pub(super) struct Sides {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Emitter<'_, '_> {
    /// Copies a checked value.
    pub(super) fn copy(&mut self, sides: Sides, ty: ValueType, from: Place<'_>, to: Place<'_>) -> Result<(), Error> {
        match Kind::of(ty) {
            Kind::Leaf(leaf) => {
                self.copy_leaf(leaf, from, to);
                Ok(())
            }
            Kind::Defined(index) => self.copy_defined(sides, index, from, to),
            Kind::String => {
                let pair = self.load_pair(sides.from, from);
                self.ins().local_get(pair[0].index).local_get(pair[1].index);
                self.give_back_all(&pair);
                self.call(Task::CopyString { from: sides.from, to: sides.to });
                let pointer = self.shapes(sides.to).pointers.flat();
                let stored = [self.take(pointer), self.take(pointer)];
                self.ins().local_set(stored[1].index).local_set(stored[0].index);
                self.store_pair(sides.to, stored, to);
                self.give_back_all(&stored);
                Ok(())
            }
        }
    }

    fn copy_leaf(&mut self, leaf: Leaf, from: Place<'_>, to: Place<'_>) {
        self.begin_store(to);
        self.load(leaf, from);
        self.end_store(leaf, to);
    }

    fn store_pair(&mut self, side: u32, [pointer, length]: [Local; 2], place: Place<'_>) {
        let [first, second] = self.pair(side, place);
        self.store_local(pointer, first);
        self.store_local(length, second);
    }

    fn copy_defined(&mut self, sides: Sides, index: TypeIndex, from: Place<'_>, to: Place<'_>) -> Result<(), Error> {
        let types = self.generator.types;
        let layout = self.shapes(sides.from).layout(index);
        match types.kind(index) {
            DefinedType::Enum(_) => {
                self.begin_store(to);
                self.load(Leaf::unsigned(layout.discriminant, from), from);
                self.end_store(Leaf::unsigned(layout.discriminant, to), to);
            }
            DefinedType::Flags(labels) => {
                let mask = u32::MAX.checked_shr(32u32.saturating_sub(labels.len() as u32)).unwrap_or(0);
                self.begin_store(to);
                self.load(Leaf::unsigned(layout.size, from), from);
                self.ins().i32_const(mask as i32).i32_and();
                self.end_store(Leaf::unsigned(layout.size, to), to);
            }
            DefinedType::Own(resource) | DefinedType::Borrow(resource) => {
                let own = matches!(types.kind(index), DefinedType::Own(_));
                self.begin_store(to);
                self.ins().i32_const(sides.to as i32).i32_const(resource.as_u32() as i32);
                self.intrinsic(if own { Intrinsic::LowerOwn } else { Intrinsic::LowerBorrow });
                self.end_store(Leaf::I32, to);
            }
            DefinedType::Record(_)
            | DefinedType::Tuple(_)
            | DefinedType::Variant(_)
            | DefinedType::Option(_)
            | DefinedType::Result { .. }
            | DefinedType::List(_)
            | DefinedType::FixedLengthList(..)
            | DefinedType::Map(..) => {
                self.arguments(sides.from, index, from);
                if let Place::Memory { address, offset, .. } = to {
                    self.address(address, offset);
                }
                self.call(Task::Copy { from: sides.from, to: sides.to, ty: index, flat: from.is_flat() });
                if let Place::Flat(locals) = to {
                    let flat = self.shapes(sides.to).flat(ValueType::Defined(index)).unwrap_or(&[]);
                    for (local, ty) in locals.iter().zip(flat).rev() {
                        self.set(*local, *ty);
                    }
                }
            }
        }
        Ok(())
    }

    /// The body of [`Task::Copy`].
    pub(super) fn copy_body(
        &mut self,
        sides: Sides,
        index: TypeIndex,
        from: Place<'_>,
        to: Place<'_>,
    ) -> Result<(), Error> {
        let types = self.generator.types;
        match types.kind(index) {
            DefinedType::Record(_) | DefinedType::Tuple(_) => {
                let target = self.parts(sides.to, index, to);
                for ((ty, from), (_, to)) in self.parts(sides.from, index, from).into_iter().zip(target) {
                    self.copy(sides, ty, from, to)?;
                }
                Ok(())
            }
            DefinedType::Variant(cases) => {
                let payloads: Vec<_> = cases.iter().map(|case| case.ty).collect();
                self.copy_variant(sides, index, &payloads, from, to)
            }
            DefinedType::Option(ty) => self.copy_variant(sides, index, &[None, Some(*ty)], from, to),
            DefinedType::Result { ok, err } => self.copy_variant(sides, index, &[*ok, *err], from, to),
            DefinedType::List(element) => self.copy_list(sides, &[*element], from, to),
            DefinedType::Map(key, value) => self.copy_list(sides, &[*key, *value], from, to),
            DefinedType::FixedLengthList(element, length) => self.copy_fixed(sides, *element, *length, from, to),
            DefinedType::Enum(_) | DefinedType::Flags(_) | DefinedType::Own(_) | DefinedType::Borrow(_) => {
                self.copy_defined(sides, index, from, to)
            }
        }
    }

    fn copy_variant(
        &mut self,
        sides: Sides,
        index: TypeIndex,
        payloads: &[Option<ValueType>],
        from: Place<'_>,
        to: Place<'_>,
    ) -> Result<(), Error> {
        let case = self.load_discriminant(sides.from, index, from);
        let offset = |side: u32, emitter: &Self| emitter.shapes(side).layout(index).offsets.first().copied();
        let (source, target) = (offset(sides.from, self).unwrap_or(0), offset(sides.to, self).unwrap_or(0));
        let size = self.shapes(sides.to).layout(index).discriminant;
        self.begin_store(to);
        self.ins().local_get(case.index);
        self.end_store(Leaf::unsigned(size, to), to);
        let (source, target) = (from.part(source, 1), to.part(target, 1));
        if let Place::Flat(locals) = target {
            // The flat values that other cases have and this one lacks.
            let width = self.shapes(sides.to).flat(ValueType::Defined(index)).map_or(0, <[_]>::len);
            for local in locals.iter().take(width.saturating_sub(1)) {
                self.zero(*local);
            }
        }
        let mut outcome = Ok(());
        if payloads.iter().any(Option::is_some) {
            self.switch(case, &runs(payloads), &mut |emitter, ty| {
                if let (Some(ty), Ok(())) = (ty, &outcome) {
                    outcome = emitter.copy(sides, ty, source, target);
                }
            });
        }
        self.give_back(case);
        outcome
    }

    /// A list of elements, or of a map's entries: an allocation, then the elements, all at once where they are plain.
    fn copy_list(&mut self, sides: Sides, element: &[ValueType], from: Place<'_>, to: Place<'_>) -> Result<(), Error> {
        let [source, length] = self.load_pair(sides.from, from);
        let pointer = self.shapes(sides.to).pointers.flat();
        let (target, count) = (self.take(pointer), self.take(pointer));
        let layouts = [sides.from, sides.to].map(|side| self.shapes(side).sequence(element.iter().copied()));
        let [source_layout, target_layout] = &layouts;
        self.ins().local_get(length.index);
        self.convert(length.ty, pointer);
        self.ins().local_set(count.index);
        if target_layout.size > source_layout.size {
            // What fits on one side may be too long with the wider pointers of the other.
            self.ins().local_get(length.index);
            self.convert(length.ty, FlatType::I64);
            self.ins().i64_const((MAX_BYTE_LENGTH / u64::from(target_layout.size)) as i64).i64_gt_u();
            self.fail_if(Failure::ListTooLong, Some(length), 0);
        }
        self.bytes(count, target_layout.size);
        self.integer(pointer, u64::from(target_layout.align));
        self.call(Task::Allocate { side: sides.to, failure: LIST });
        self.ins().local_set(target.index);
        match element {
            [element] if element.is_number() || self.generator.plain(*element) => {
                self.move_bytes(sides, source, target, |emitter, ty| {
                    emitter.bytes(length, source_layout.size);
                    emitter.convert(length.ty, ty);
                })?;
            }
            _ => {
                let cursor = self.take(pointer);
                self.ins().local_get(target.index).local_set(cursor.index);
                self.copy_elements(sides, element, [source, cursor], length)?;
            }
        }
        // `store_list` stores them last: a `realloc` for the elements may look at, or give out, where they go.
        self.store_pair(sides.to, [target, count], to);
        Ok(())
    }

    /// Pushes `count` times `size`.
    fn bytes(&mut self, count: Local, size: u32) {
        self.ins().local_get(count.index);
        if size != 1 {
            self.integer(count.ty, u64::from(size));
            match count.ty {
                FlatType::I64 => self.ins().i64_mul(),
                FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_mul(),
            };
        }
    }

    /// One `memory.copy` from one memory to the other; `length` pushes the number of bytes as the given type.
    fn move_bytes(
        &mut self,
        sides: Sides,
        source: Local,
        target: Local,
        length: impl FnOnce(&mut Self, FlatType),
    ) -> Result<(), Error> {
        let (from, to) = (self.generator.memory(sides.from)?, self.generator.memory(sides.to)?);
        let narrow = if source.ty == target.ty { source.ty } else { FlatType::I32 };
        self.ins().local_get(target.index).local_get(source.index);
        length(self, narrow);
        self.ins().memory_copy(to, from);
        Ok(())
    }

    /// Copies `count` elements one after the other. Uses up all three locals.
    fn copy_elements(
        &mut self,
        sides: Sides,
        element: &[ValueType],
        [source, target]: [Local; 2],
        count: Local,
    ) -> Result<(), Error> {
        let memories = [self.generator.memory(sides.from)?, self.generator.memory(sides.to)?];
        let layouts = [sides.from, sides.to].map(|side| self.shapes(side).sequence(element.iter().copied()));
        let mut outcome = Ok(());
        self.repeat(count, |emitter| {
            for (position, ty) in element.iter().enumerate() {
                let place = |side: usize, address: Local| {
                    let offset = layouts[side].offsets.get(position).copied().unwrap_or(0);
                    Place::Memory { memory: memories[side], address, offset }
                };
                if outcome.is_ok() {
                    outcome = emitter.copy(sides, *ty, place(0, source), place(1, target));
                }
            }
            emitter.advance(source, layouts[0].size);
            emitter.advance(target, layouts[1].size);
        });
        outcome
    }

    /// A list of fixed length, whose elements lie in its own place.
    fn copy_fixed(
        &mut self,
        sides: Sides,
        element: ValueType,
        length: u32,
        from: Place<'_>,
        to: Place<'_>,
    ) -> Result<(), Error> {
        let number = match Kind::of(element) {
            Kind::Leaf(leaf) if element.is_number() => Some(leaf.bits()),
            Kind::Leaf(_) | Kind::String | Kind::Defined(_) => None,
        };
        if let (Place::Memory { .. }, Place::Memory { .. }) = (from, to) {
            let [source, target] = [from, to].map(|place| self.cursor(place));
            if number.is_some() || self.generator.plain(element) {
                let bytes = u64::from(self.shapes(sides.from).size(element)) * u64::from(length);
                return self.move_bytes(sides, source, target, |emitter, ty| emitter.integer(ty, bytes));
            }
            let count = self.take(FlatType::I32);
            self.integer(FlatType::I32, u64::from(length));
            self.ins().local_set(count.index);
            return self.copy_elements(sides, &[element], [source, target], count);
        }
        // Both are flat: there are 16 elements at most.
        let [width, target_width] =
            [sides.from, sides.to].map(|side| self.shapes(side).flat(element).map_or(0, <[_]>::len));
        for item in 0..length as usize {
            let (source, target) = (from.part(0, item * width), to.part(0, item * target_width));
            match number {
                Some(leaf) => self.copy_leaf(leaf, source, target),
                None => self.copy(sides, element, source, target)?,
            }
        }
        Ok(())
    }

    /// A local with the address of a place in memory.
    fn cursor(&mut self, place: Place<'_>) -> Local {
        match place {
            Place::Memory { address, offset, .. } => {
                let cursor = self.take(address.ty);
                self.address(address, offset);
                self.ins().local_set(cursor.index);
                cursor
            }
            Place::Flat(_) => self.take(FlatType::I32),
        }
    }

    /// The body of [`Task::CopyString`]: leaves pointer and length on the stack.
    pub(super) fn copy_string_body(&mut self, sides: Sides, params: &[Local]) -> Result<(), Error> {
        let [pointer, length] = params else {
            return Err(Error::Bug("the copy of a string has two parameters".into()));
        };
        let encodings = (self.generator.side(sides.from)?.encoding, self.generator.side(sides.to)?.encoding);
        match encodings {
            (StringEncoding::Utf8, StringEncoding::Utf8) => self.copy_text(sides, *pointer, *length, 1, 1),
            (StringEncoding::Utf16, StringEncoding::Utf16) => self.copy_text(sides, *pointer, *length, 2, 2),
            (StringEncoding::Latin1Utf16, StringEncoding::Latin1Utf16) => {
                // Text of one byte per character is copied, UTF-16 may become that.
                self.ins().local_get(length.index);
                self.integer(length.ty, self.shapes(sides.from).pointers.utf16_tag());
                match length.ty {
                    FlatType::I64 => self.ins().i64_and().i64_eqz().i32_eqz(),
                    FlatType::I32 | FlatType::F32 | FlatType::F64 => self.ins().i32_and(),
                };
                self.when(|emitter| {
                    emitter.transcode(sides, *pointer, *length);
                    emitter.ins().return_();
                });
                self.copy_text(sides, *pointer, *length, 2, 1)
            }
            (
                StringEncoding::Utf8 | StringEncoding::Utf16 | StringEncoding::Latin1Utf16,
                StringEncoding::Utf8 | StringEncoding::Utf16 | StringEncoding::Latin1Utf16,
            ) => {
                self.transcode(sides, *pointer, *length);
                Ok(())
            }
        }
    }

    /// `store_string_copy`.
    fn copy_text(&mut self, sides: Sides, source: Local, length: Local, align: u64, unit: u32) -> Result<(), Error> {
        let pointer = self.shapes(sides.to).pointers.flat();
        let target = self.take(pointer);
        self.bytes(length, unit);
        self.convert(length.ty, pointer);
        self.integer(pointer, align);
        self.call(Task::Allocate { side: sides.to, failure: STRING });
        self.ins().local_set(target.index);
        self.move_bytes(sides, source, target, |emitter, ty| {
            emitter.bytes(length, unit);
            emitter.convert(length.ty, ty);
        })?;
        self.ins().local_get(target.index).local_get(length.index);
        self.convert(length.ty, pointer);
        Ok(())
    }

    /// Leaves pointer and length on the stack.
    fn transcode(&mut self, sides: Sides, pointer: Local, length: Local) {
        let target = self.shapes(sides.to).pointers.flat();
        self.ins().i32_const(sides.from as i32).i32_const(sides.to as i32);
        for local in [pointer, length] {
            self.ins().local_get(local.index);
            self.convert(local.ty, FlatType::I64);
        }
        self.intrinsic(Intrinsic::Transcode);
        let second = self.take(FlatType::I64);
        self.ins().local_set(second.index);
        self.convert(FlatType::I64, target);
        self.ins().local_get(second.index);
        self.convert(FlatType::I64, target);
        self.give_back(second);
    }
}
