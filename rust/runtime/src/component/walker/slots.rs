//! The places for the parts of a compound value while it is lowered: a supplier fills them one after the other.

use std::fmt::Display;

use super::context::{LowerContext, within, wrong_count};
use super::lower::{lower, lower_discriminant};
use super::{Parts, Place};
use crate::abi::{Field, MAX_BYTE_LENGTH, PointerType, TypeIndex, ValueType};
use crate::component::seam::Supplier;
use crate::environ::component::adapter::Failure;
use crate::error::{ArgumentKind, Error, Result};

/// The slots of a record, a tuple, or a function's parameters.
pub struct Slots<'s, 'a> {
    pub(super) cx: &'s mut LowerContext<'a>,
    sequence: Sequence<'a>,
}

/// Parts that are lowered one after the other.
struct Sequence<'a> {
    parts: Parts<'a>,
    place: Place,
    next: u32,
    /// Of the parts.
    length: u32,
}

impl<'a> Sequence<'a> {
    #[inline]
    fn new(parts: Parts<'a>, place: Place) -> Self {
        Sequence { length: parts.len(), parts, place, next: 0 }
    }

    #[inline(always)]
    fn put<S: Supplier>(&mut self, cx: &mut LowerContext<'_>, supplier: &mut S, value: &S::Value) -> Result<()> {
        let index = self.next;
        if index >= self.length {
            return Err(wrong_values(self.length, "more"));
        }
        cx.pace.step(cx.store)?;
        self.next += 1;
        let (ty, offset) = self.parts.get(index);
        match lower(cx, supplier, value, ty, self.place.part(offset)) {
            Ok(()) => Ok(()),
            Err(error) => Err(within(error, || self.parts.describe(index))),
        }
    }

    #[inline]
    fn finish(&self) -> Result<()> {
        if self.next == self.length { Ok(()) } else { Err(wrong_values(self.length, self.next)) }
    }
}

impl<'s, 'a> Slots<'s, 'a> {
    #[inline]
    pub(super) fn new(cx: &'s mut LowerContext<'a>, parts: Parts<'a>, place: Place) -> Self {
        Slots { cx, sequence: Sequence::new(parts, place) }
    }

    /// How many slots there are in all.
    #[inline]
    pub fn len(&self) -> usize {
        self.sequence.length as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lowers the next part.
    #[inline]
    pub fn put<S: Supplier>(&mut self, supplier: &mut S, value: &S::Value) -> Result<()> {
        self.sequence.put(self.cx, supplier, value)
    }

    /// Lowers all parts, one for each value.
    #[inline(always)]
    pub fn put_all<S: Supplier<Value: Sized>>(&mut self, supplier: &mut S, values: &[S::Value]) -> Result<()> {
        let Sequence { parts: Parts::Fields(fields, offsets), place, next: next @ 0, length } = &mut self.sequence
        else {
            return self.put_each(supplier, values);
        };
        if fields.len() != values.len() {
            return Err(wrong_values(*length, values.len()));
        }
        // A function's parameters: without asking for each one what the parts are.
        for ((field, offset), value) in fields.iter().zip(*offsets).zip(values) {
            if let Err(error) = lower(self.cx, supplier, value, field.ty, place.part(*offset)) {
                return Err(within_field(error, field));
            }
        }
        *next = *length;
        Ok(())
    }

    #[inline(never)]
    fn put_each<S: Supplier<Value: Sized>>(&mut self, supplier: &mut S, values: &[S::Value]) -> Result<()> {
        values.iter().try_for_each(|value| self.put(supplier, value))
    }

    #[inline]
    pub(super) fn finish(&self) -> Result<()> {
        self.sequence.finish()
    }
}

/// The slots of a list or map, whose length the supplier tells first.
pub struct ListSlot<'s, 'a> {
    cx: &'s mut LowerContext<'a>,
    kind: ListKind,
    /// Where pointer and length go; for a list of fixed length where the elements go.
    place: Place,
    contents: Contents<'a>,
    /// Address and length of the elements that have a place of their own.
    block: Option<(u64, u32)>,
}

/// What of a list was supplied.
enum Contents<'a> {
    Nothing,
    /// Its length, and some of its elements.
    Parts(Sequence<'a>),
    /// All of it, in one block.
    Whole,
}

#[derive(Clone, Copy)]
pub(super) enum ListKind {
    List(ValueType),
    FixedLength(ValueType, u32),
    Map(ValueType, ValueType),
}

impl<'s, 'a> ListSlot<'s, 'a> {
    #[inline]
    pub(super) fn new(cx: &'s mut LowerContext<'a>, kind: ListKind, place: Place) -> Self {
        ListSlot { cx, kind, place, contents: Contents::Nothing, block: None }
    }

    /// The element of a list; `None` for a map.
    #[inline]
    pub fn element(&self) -> Option<ValueType> {
        match self.kind {
            ListKind::List(element) | ListKind::FixedLength(element, _) => Some(element),
            ListKind::Map(..) => None,
        }
    }

    /// Whether this is a `list<u8>`.
    #[inline]
    pub fn is_bytes(&self) -> bool {
        self.element() == Some(ValueType::U8)
    }

    /// The bytes of one number, where this is a list of numbers.
    #[inline]
    pub fn number_size(&self) -> Option<usize> {
        let size = |element| self.cx.types.size(element, self.cx.options.pointers) as usize;
        self.element().filter(|element| element.is_number()).map(size)
    }

    /// Allocates room for `length` elements (of a map: entries).
    #[inline]
    pub fn begin(&mut self, length: usize) -> Result<()> {
        self.check_untouched()?;
        let (types, pointers) = (self.cx.types, self.cx.options.pointers);
        let (parts, place) = match self.kind {
            ListKind::FixedLength(element, expected) => {
                if length != expected as usize {
                    return Err(wrong_length(expected, length));
                }
                let stride = types.size(element, pointers);
                (Parts::Repeated { element, stride, length: expected }, self.place)
            }
            ListKind::List(element) => {
                let stride = types.size(element, pointers);
                let (address, length) = self.allocate(length, stride, types.align(element, pointers))?;
                (Parts::Repeated { element, stride, length }, Place::Memory(address))
            }
            ListKind::Map(key, value) => {
                let entry = types.sequence_layout([key, value].into_iter(), pointers);
                let (address, length) = self.allocate(length, entry.size, entry.align)?;
                (super::lift::map_parts(key, value, &entry, length), Place::Memory(address))
            }
        };
        self.contents = Contents::Parts(Sequence::new(parts, place));
        Ok(())
    }

    #[inline]
    fn check_untouched(&self) -> Result<()> {
        match self.contents {
            Contents::Nothing => Ok(()),
            Contents::Parts(_) | Contents::Whole => Err(Error::bug("a list was begun twice")),
        }
    }

    /// `store_list_into_range` up to the elements.
    #[inline]
    fn allocate(&mut self, length: usize, size: u32, align: u32) -> Result<(u64, u32)> {
        let bytes = (length as u64).saturating_mul(u64::from(size.max(1)));
        if bytes > MAX_BYTE_LENGTH {
            let message = format!("a list of {length} elements is larger than {MAX_BYTE_LENGTH} bytes");
            return Err(Error::argument(ArgumentKind::Value, message));
        }
        let length = length as u32;
        let address = self.cx.allocate(Failure::ListAllocationOutOfBounds, align, length * size)?;
        self.block = Some((address, length));
        Ok((address, length))
    }

    /// Lowers the next element; for a map key and value alternately.
    #[inline]
    pub fn put<S: Supplier>(&mut self, supplier: &mut S, value: &S::Value) -> Result<()> {
        match &mut self.contents {
            Contents::Parts(sequence) => sequence.put(self.cx, supplier, value),
            Contents::Nothing => Err(Error::bug("a list's elements came before its length")),
            Contents::Whole => Err(Error::bug("a list's elements came after all of it")),
        }
    }

    /// For a supplier that takes long over one list before it hands it over: lets the store's hook be called, if it is due.
    pub fn look(&mut self) -> Result<()> {
        self.cx.pace.look(self.cx.store)
    }

    /// Lowers a whole list of numbers: little-endian, the element's size each. No `begin` goes before it.
    #[inline]
    pub fn numbers(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(size) = self.number_size() else {
            return Err(Error::bug("only a list of numbers can be copied whole"));
        };
        // The size of a number is a power of two, which a division would not know.
        if bytes.len() & (size - 1) != 0 {
            return Err(wrong_count(format_args!("a multiple of {size} bytes"), bytes.len()));
        }
        let length = bytes.len() >> size.trailing_zeros();
        self.check_untouched()?;
        let place = match self.kind {
            ListKind::FixedLength(_, expected) if length != expected as usize => {
                return Err(wrong_length(expected, length));
            }
            ListKind::FixedLength(..) => self.place,
            // A number is aligned to its size. (A map is no list of numbers.)
            ListKind::List(_) | ListKind::Map(..) => Place::Memory(self.allocate(length, size as u32, size as u32)?.0),
        };
        self.contents = Contents::Whole;
        match place {
            Place::Memory(address) => {
                let start = address as usize;
                self.cx.bytes_mut(start..start + bytes.len())?.copy_from_slice(bytes);
                Ok(())
            }
            // A short list of fixed length, passed flat.
            Place::Flat => {
                let signed = matches!(self.element(), Some(ValueType::S8 | ValueType::S16));
                bytes.chunks_exact(size).try_for_each(|chunk| {
                    let mut bits = [0; 8];
                    bits[..size].copy_from_slice(chunk);
                    self.cx.push(sign_extend(u64::from_le_bytes(bits), size, signed))
                })
            }
        }
    }

    /// Stores pointer and length, after the elements (`store_list`): a guest may have given room that overlaps.
    #[inline]
    pub(super) fn finish(&mut self) -> Result<()> {
        match &self.contents {
            Contents::Parts(sequence) => sequence.finish()?,
            Contents::Whole => {}
            Contents::Nothing => return Err(Error::bug("a list's length was never told")),
        }
        let Some((address, length)) = self.block else { return Ok(()) };
        store_pair(self.cx, self.place, address, length.into())
    }
}

#[cold]
#[inline(never)]
fn within_field(error: Error, field: &Field) -> Error {
    within(error, || format!("`{}`", field.name))
}

#[cold]
#[inline(never)]
fn wrong_values(expected: u32, found: impl Display) -> Error {
    wrong_count(format_args!("{expected} values"), found)
}

#[cold]
fn wrong_length(expected: u32, found: usize) -> Error {
    Error::argument(ArgumentKind::Value, format!("expected a list of {expected} elements, got {found}"))
}

/// Signed numbers below 32 bits are sign-extended to the `i32` that holds them (`lower_flat_signed`).
fn sign_extend(bits: u64, size: usize, signed: bool) -> u64 {
    match (signed, size) {
        (true, 1) => u64::from(i32::from(bits as i8) as u32),
        (true, 2) => u64::from(i32::from(bits as i16) as u32),
        (true | false, _) => bits,
    }
}

/// Stores pointer and length of a string or list.
#[inline]
pub(super) fn store_pair(cx: &mut LowerContext<'_>, place: Place, address: u64, length: u64) -> Result<()> {
    match (place, cx.options.pointers) {
        (Place::Flat, _) => {
            cx.push(address)?;
            cx.push(length)
        }
        // Both are below 2^32: that memory is no larger, and lengths with their tag have 32 bits.
        (Place::Memory(at), PointerType::I32) => cx.write(at, (address | length << 32).to_le_bytes()),
        (Place::Memory(at), PointerType::I64) => {
            cx.write(at, (u128::from(address) | u128::from(length) << 64).to_le_bytes())
        }
    }
}

/// The slot of a variant, option or result.
pub struct VariantSlot<'s, 'a> {
    cx: &'s mut LowerContext<'a>,
    ty: TypeIndex,
    cases: Cases<'a>,
    place: Place,
    done: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Cases<'a> {
    Variant(&'a [crate::abi::Case]),
    Option(ValueType),
    Result { ok: Option<ValueType>, err: Option<ValueType> },
}

impl Cases<'_> {
    #[inline]
    fn payload(&self, case: u32) -> Result<Option<ValueType>> {
        match (self, case) {
            (Cases::Variant(cases), _) => match cases.get(case as usize) {
                Some(case) => Ok(case.ty),
                None => {
                    let message = format!("a variant of {} cases has no case number {case}", cases.len());
                    Err(Error::argument(ArgumentKind::Range, message))
                }
            },
            (Cases::Option(_), 0) => Ok(None),
            (Cases::Option(ty), 1) => Ok(Some(*ty)),
            (Cases::Result { ok, .. }, 0) => Ok(*ok),
            (Cases::Result { err, .. }, 1) => Ok(*err),
            (Cases::Option(_) | Cases::Result { .. }, _) => {
                Err(Error::argument(ArgumentKind::Range, format!("there is no case number {case}")))
            }
        }
    }

    fn describe(&self, case: u32) -> String {
        match (self, case) {
            (Cases::Variant(cases), _) => {
                format!("case `{}`", cases.get(case as usize).map_or("?", |case| case.name.as_str()))
            }
            (Cases::Option(_), _) => "option payload".into(),
            (Cases::Result { .. }, 0) => "ok payload".into(),
            (Cases::Result { .. }, _) => "error payload".into(),
        }
    }
}

impl<'s, 'a> VariantSlot<'s, 'a> {
    #[inline]
    pub(super) fn new(cx: &'s mut LowerContext<'a>, ty: TypeIndex, cases: Cases<'a>, place: Place) -> Self {
        VariantSlot { cx, ty, cases, place, done: false }
    }

    /// Lowers the case with this number, and its payload where it has one.
    #[inline]
    pub fn put<S: Supplier>(&mut self, supplier: &mut S, case: u32, payload: Option<&S::Value>) -> Result<()> {
        let (ty, at, end) = self.start(case)?;
        match (ty, payload) {
            (None, None) => {}
            (Some(ty), Some(payload)) => {
                let cases = self.cases;
                lower(self.cx, supplier, payload, ty, at).map_err(|error| within(error, || cases.describe(case)))?;
            }
            (Some(_), None) => return Err(wrong_count(self.cases.describe(case) + " with a payload", "none")),
            (None, Some(_)) => return Err(wrong_count(self.cases.describe(case) + " without a payload", "one")),
        }
        self.fill(end)
    }

    /// A case without a payload.
    #[inline]
    fn put_bare(&mut self, case: u32) -> Result<()> {
        let (ty, _, end) = self.start(case)?;
        if ty.is_some() {
            return Err(wrong_count(self.cases.describe(case) + " with a payload", "none"));
        }
        self.fill(end)
    }

    /// An option's `none`.
    #[inline]
    pub fn none(&mut self) -> Result<()> {
        self.put_bare(0)
    }

    /// An option's `some`.
    #[inline]
    pub fn some<S: Supplier>(&mut self, supplier: &mut S, payload: &S::Value) -> Result<()> {
        self.put(supplier, 1, Some(payload))
    }

    /// A result's `ok`.
    #[inline]
    pub fn ok<S: Supplier>(&mut self, supplier: &mut S, payload: Option<&S::Value>) -> Result<()> {
        self.put(supplier, 0, payload)
    }

    /// A result's `error`.
    #[inline]
    pub fn err<S: Supplier>(&mut self, supplier: &mut S, payload: Option<&S::Value>) -> Result<()> {
        self.put(supplier, 1, payload)
    }

    /// Whether the case carries a payload, for suppliers whose values do not say.
    pub fn has_payload(&self, case: u32) -> bool {
        matches!(self.cases.payload(case), Ok(Some(_)))
    }

    /// Stores the discriminant. Gives the payload's type and place, and where the flat values of the whole end.
    #[inline]
    fn start(&mut self, case: u32) -> Result<(Option<ValueType>, Place, usize)> {
        if self.done {
            return Err(Error::bug("a variant was supplied twice"));
        }
        self.done = true;
        let ty = self.cases.payload(case)?;
        let (types, pointers) = (self.cx.types, self.cx.options.pointers);
        let end = self.cx.position + types.flat(ValueType::Defined(self.ty), pointers).map_or(0, <[_]>::len);
        lower_discriminant(self.cx, self.ty, case, self.place)?;
        let offset = types.layout(self.ty, pointers).offsets.first().copied().unwrap_or(0);
        Ok((ty, self.place.part(offset), end))
    }

    /// Zeros for the flat values that other cases have and this one lacks.
    #[inline]
    fn fill(&mut self, end: usize) -> Result<()> {
        if let Place::Flat = self.place {
            while self.cx.position < end {
                self.cx.push(0)?;
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn finish(&self) -> Result<()> {
        if self.done { Ok(()) } else { Err(Error::bug("a variant was never supplied")) }
    }
}
