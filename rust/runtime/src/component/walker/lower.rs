//! Lowering: `lower_flat` and `store` of the specification in one, for the difference is only where the bits go.

use super::context::{LowerContext, within};
use super::lift::flags_mask;
use super::slots::{Cases, ListKind, ListSlot, Slots, VariantSlot};
use super::strings::StringSlot;
use super::{Parts, Place};
use crate::abi::{DefinedType, Field, Layout, TypeIndex, ValueType};
use crate::component::handles;
use crate::component::seam::Supplier;
use crate::environ::component::adapter::Failure;
use crate::error::{ArgumentKind, Error, Result};

/// Lowers one value.
#[inline]
pub(crate) fn lower<S: Supplier>(
    cx: &mut LowerContext<'_>,
    supplier: &mut S,
    value: &S::Value,
    ty: ValueType,
    place: Place,
) -> Result<()> {
    match ty {
        ValueType::Bool => {
            let set = supplier.bool(value)?;
            put(cx, place, [u8::from(set)], u32::from(set))
        }
        ValueType::S8 => {
            let number = supplier.s8(value)?;
            put(cx, place, number.to_le_bytes(), i32::from(number) as u32)
        }
        ValueType::U8 => {
            let number = supplier.u8(value)?;
            put(cx, place, number.to_le_bytes(), u32::from(number))
        }
        ValueType::S16 => {
            let number = supplier.s16(value)?;
            put(cx, place, number.to_le_bytes(), i32::from(number) as u32)
        }
        ValueType::U16 => {
            let number = supplier.u16(value)?;
            put(cx, place, number.to_le_bytes(), u32::from(number))
        }
        ValueType::S32 => {
            let number = supplier.s32(value)?;
            put(cx, place, number.to_le_bytes(), number as u32)
        }
        ValueType::U32 => {
            let number = supplier.u32(value)?;
            put(cx, place, number.to_le_bytes(), number)
        }
        ValueType::S64 => {
            let number = supplier.s64(value)?;
            put(cx, place, number.to_le_bytes(), number as u64)
        }
        ValueType::U64 => {
            let number = supplier.u64(value)?;
            put(cx, place, number.to_le_bytes(), number)
        }
        ValueType::F32 => {
            let number = supplier.f32(value)?;
            put(cx, place, number.to_le_bytes(), number.to_bits())
        }
        ValueType::F64 => {
            let number = supplier.f64(value)?;
            put(cx, place, number.to_le_bytes(), number.to_bits())
        }
        ValueType::Char => {
            let code = u32::from(supplier.char(value)?);
            put(cx, place, code.to_le_bytes(), code)
        }
        ValueType::String => {
            let mut slot = StringSlot::new(cx, place);
            supplier.string(value, &mut slot)?;
            slot.finish()
        }
        ValueType::Defined(index) => lower_defined(cx, supplier, value, index, place),
    }
}

/// Stores the bytes in memory, or appends the number to the flat values.
#[inline]
fn put<const N: usize>(cx: &mut LowerContext<'_>, place: Place, bytes: [u8; N], flat: impl Into<u64>) -> Result<()> {
    match place {
        Place::Flat => cx.push(flat.into()),
        Place::Memory(address) => cx.write(address, bytes),
    }
}

/// Where spilled values of a sequence go (`lower_flat_values`).
pub(crate) enum Spill {
    /// Not spilled.
    Flat,
    /// To an area that the guest's `realloc` gives; its pointer becomes the one flat value.
    Allocate,
    /// To the pointer that the caller passed.
    At(u64),
}

/// Lowers the values of a function's parameters or its result: `each` puts one value after the other.
#[inline(always)]
pub(crate) fn lower_sequence<'a>(
    cx: &mut LowerContext<'a>,
    params: &'a [Field],
    layout: &'a Layout,
    spill: Spill,
    each: impl FnOnce(&mut Slots<'_, 'a>) -> Result<()>,
) -> Result<()> {
    let place = spill_place(cx, layout, spill)?;
    let mut slots = Slots::new(cx, Parts::Fields(params, &layout.offsets), place);
    each(&mut slots)?;
    slots.finish()
}

/// As [`lower_sequence`], for the one value that a function's result is.
#[inline]
pub(crate) fn lower_result<S: Supplier>(
    cx: &mut LowerContext<'_>,
    field: &Field,
    layout: &Layout,
    spill: Spill,
    supplier: &mut S,
    value: &S::Value,
) -> Result<()> {
    // Its offset in the sequence is 0.
    let place = spill_place(cx, layout, spill)?;
    lower(cx, supplier, value, field.ty, place).map_err(|error| within(error, || format!("`{}`", field.name)))
}

/// Where values that may be spilled go: checks the pointer that was passed for them, or has an area allocated.
#[inline]
fn spill_place(cx: &mut LowerContext<'_>, layout: &Layout, spill: Spill) -> Result<Place> {
    match spill {
        Spill::Flat => Ok(Place::Flat),
        Spill::Allocate => {
            let address = cx.allocate(Failure::ParameterAllocationOutOfBounds, layout.align, layout.size)?;
            cx.push(address)?;
            Ok(Place::Memory(address))
        }
        Spill::At(address) => {
            cx.check_range(address, layout.align, u64::from(layout.size))?;
            Ok(Place::Memory(address))
        }
    }
}

fn lower_defined<S: Supplier>(
    cx: &mut LowerContext<'_>,
    supplier: &mut S,
    value: &S::Value,
    index: TypeIndex,
    place: Place,
) -> Result<()> {
    let (types, pointers) = (cx.types, cx.options.pointers);
    match types.kind(index) {
        DefinedType::Record(fields) => {
            let mut slots = Slots::new(cx, Parts::Fields(fields, &types.layout(index, pointers).offsets), place);
            supplier.record(index, value, &mut slots)?;
            slots.finish()
        }
        DefinedType::Tuple(items) => {
            let mut slots = Slots::new(cx, Parts::Types(items, &types.layout(index, pointers).offsets), place);
            supplier.tuple(index, value, &mut slots)?;
            slots.finish()
        }
        DefinedType::Variant(cases) => {
            let mut slot = VariantSlot::new(cx, index, Cases::Variant(cases), place);
            supplier.variant(index, value, &mut slot)?;
            slot.finish()
        }
        DefinedType::Option(ty) => {
            let mut slot = VariantSlot::new(cx, index, Cases::Option(*ty), place);
            supplier.option(index, value, &mut slot)?;
            slot.finish()
        }
        DefinedType::Result { ok, err } => {
            let mut slot = VariantSlot::new(cx, index, Cases::Result { ok: *ok, err: *err }, place);
            supplier.result(index, value, &mut slot)?;
            slot.finish()
        }
        DefinedType::Enum(names) => {
            let case = supplier.enumeration(index, value)?;
            if case as usize >= names.len() {
                let message = format!("an enum of {} cases has no case number {case}", names.len());
                return Err(Error::argument(ArgumentKind::Range, message));
            }
            lower_discriminant(cx, index, case, place)
        }
        DefinedType::Flags(names) => {
            let bits = supplier.flags(index, value)?;
            if bits & !flags_mask(names.len()) != 0 {
                let message = format!("flags of {} labels have no value {bits:#x}", names.len());
                return Err(Error::argument(ArgumentKind::Range, message));
            }
            put_sized(cx, place, types.layout(index, pointers).size, bits)
        }
        DefinedType::List(element) => lower_list(cx, supplier, value, index, ListKind::List(*element), place),
        DefinedType::FixedLengthList(element, length) => {
            lower_list(cx, supplier, value, index, ListKind::FixedLength(*element, *length), place)
        }
        DefinedType::Map(key, item) => {
            let mut slot = ListSlot::new(cx, ListKind::Map(*key, *item), place);
            supplier.map(index, value, &mut slot)?;
            slot.finish()
        }
        DefinedType::Own(resource) => {
            let expected = cx.resource(*resource)?;
            let handle = match supplier.own(index, value) {
                Ok(ref handle) => handles::lower_own(cx, handle, expected)?,
                Err(error) => return Err(error),
            };
            put(cx, place, handle.to_le_bytes(), handle)
        }
        DefinedType::Borrow(resource) => {
            let expected = cx.resource(*resource)?;
            // The handle stays where the supplier put it: a copy of what was just stored in parts would wait for it.
            let handle = match supplier.borrow(index, value) {
                Ok(ref handle) => handles::lower_borrow(cx, handle, expected)?,
                Err(error) => return Err(error),
            };
            put(cx, place, handle.to_le_bytes(), handle)
        }
    }
}

// Inlined, so that the slot is made where it stays: what was just stored in parts is copied slowly.
#[inline(always)]
fn lower_list<S: Supplier>(
    cx: &mut LowerContext<'_>,
    supplier: &mut S,
    value: &S::Value,
    index: TypeIndex,
    kind: ListKind,
    place: Place,
) -> Result<()> {
    let mut slot = ListSlot::new(cx, kind, place);
    supplier.list(index, value, &mut slot)?;
    slot.finish()
}

/// Stores a discriminant in the bytes that the variant or enum has for it.
#[inline]
pub(super) fn lower_discriminant(cx: &mut LowerContext<'_>, ty: TypeIndex, case: u32, place: Place) -> Result<()> {
    put_sized(cx, place, cx.types.layout(ty, cx.options.pointers).discriminant, case)
}

#[inline]
fn put_sized(cx: &mut LowerContext<'_>, place: Place, size: u32, number: u32) -> Result<()> {
    match (place, size) {
        (Place::Flat, _) => cx.push(u64::from(number)),
        (Place::Memory(address), 1) => cx.write(address, (number as u8).to_le_bytes()),
        (Place::Memory(address), 2) => cx.write(address, (number as u16).to_le_bytes()),
        (Place::Memory(address), _) => cx.write(address, number.to_le_bytes()),
    }
}
