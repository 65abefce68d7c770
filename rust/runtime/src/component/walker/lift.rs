//! Lifting: `lift_flat` and `load` of the specification in one, for the difference is only where the bits come from.

use super::context::{LiftContext, within};
use super::items::Items;
use super::memory::{check_list, lift_text};
use super::{Parts, Place};
use crate::abi::{DefinedType, Field, Layout, PointerType, TypeIndex, ValueType};
use crate::component::handles;
use crate::component::seam::Receiver;
use crate::component::violation::violation;
use crate::environ::component::adapter::Failure;
use crate::error::{Error, Result};

/// `CANONICAL_FLOAT32_NAN`.
const CANONICAL_NAN_32: u32 = 0x7fc0_0000;
/// `CANONICAL_FLOAT64_NAN`.
const CANONICAL_NAN_64: u64 = 0x7ff8_0000_0000_0000;

/// Lifts one value.
#[inline]
pub(crate) fn lift<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    ty: ValueType,
    place: Place,
) -> Result<R::Value> {
    match ty {
        ValueType::Bool => {
            let set = match place {
                Place::Flat => cx.next()?.u32() != 0,
                Place::Memory(address) => cx.read::<1>(address)? != [0],
            };
            receiver.bool(set)
        }
        ValueType::S8 => receiver.s8(i8::from_le_bytes(number(cx, place)?)),
        ValueType::U8 => receiver.u8(u8::from_le_bytes(number(cx, place)?)),
        ValueType::S16 => receiver.s16(i16::from_le_bytes(number(cx, place)?)),
        ValueType::U16 => receiver.u16(u16::from_le_bytes(number(cx, place)?)),
        ValueType::S32 => receiver.s32(i32::from_le_bytes(number(cx, place)?)),
        ValueType::U32 => receiver.u32(u32::from_le_bytes(number(cx, place)?)),
        ValueType::S64 => receiver.s64(i64::from_le_bytes(number(cx, place)?)),
        ValueType::U64 => receiver.u64(u64::from_le_bytes(number(cx, place)?)),
        ValueType::F32 => {
            let value = f32::from_le_bytes(number(cx, place)?);
            receiver.f32(if value.is_nan() { f32::from_bits(CANONICAL_NAN_32) } else { value })
        }
        ValueType::F64 => {
            let value = f64::from_le_bytes(number(cx, place)?);
            receiver.f64(if value.is_nan() { f64::from_bits(CANONICAL_NAN_64) } else { value })
        }
        ValueType::Char => {
            let code = u32::from_le_bytes(number(cx, place)?);
            match char::from_u32(code) {
                Some(value) => receiver.char(value),
                None => Err(violation(Failure::InvalidChar, code.into(), 0)),
            }
        }
        ValueType::String => {
            let (pointer, length) = pair(cx, place)?;
            lift_text(cx, receiver, pointer, length)
        }
        ValueType::Defined(index) => lift_defined(cx, receiver, index, place),
    }
}

/// Lifts the values of a function's parameters, one call of `each` per value.
#[inline]
pub(crate) fn lift_sequence<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    params: &[Field],
    layout: &Layout,
    in_memory: bool,
    mut each: impl FnMut(R::Value),
) -> Result<()> {
    let place = sequence_place(cx, layout, in_memory)?;
    for (param, offset) in params.iter().zip(&layout.offsets) {
        match lift(cx, receiver, param.ty, place.part(*offset)) {
            Ok(value) => each(value),
            Err(error) => return Err(within(error, || format!("`{}`", param.name))),
        }
    }
    Ok(())
}

/// Lifts a function's result, where it has one.
#[inline]
pub(crate) fn lift_result<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    result: &Field,
    layout: &Layout,
    in_memory: bool,
) -> Result<R::Value> {
    let place = sequence_place(cx, layout, in_memory)?;
    lift(cx, receiver, result.ty, place).map_err(|error| within(error, || format!("`{}`", result.name)))
}

/// Where values that may be spilled are (`lift_flat_values`): checks the pointer of spilled ones.
#[inline]
pub(super) fn sequence_place(cx: &mut LiftContext<'_>, layout: &Layout, in_memory: bool) -> Result<Place> {
    if !in_memory {
        return Ok(Place::Flat);
    }
    let address = cx.options.pointer(cx.next()?);
    cx.check_range(address, layout.align, u64::from(layout.size))?;
    Ok(Place::Memory(address))
}

/// The low bytes of the next flat value, or the bytes in memory. Joined types of variants (`i64` for an `f32`, say) keep
/// the value in the low bits, so that `lift_flat_variant`'s coercions need nothing here.
#[inline]
fn number<const N: usize>(cx: &mut LiftContext<'_>, place: Place) -> Result<[u8; N]> {
    match place {
        Place::Flat => {
            let bits = cx.next()?.u64().to_le_bytes();
            let mut low = [0; N];
            low.copy_from_slice(&bits[..N]);
            Ok(low)
        }
        Place::Memory(address) => cx.read(address),
    }
}

/// Pointer and length of a string or list.
#[inline(always)]
fn pair(cx: &mut LiftContext<'_>, place: Place) -> Result<(u64, u64)> {
    match (place, cx.options.pointers) {
        (Place::Flat, _) => {
            let (pointer, length) = (cx.next()?, cx.next()?);
            Ok((cx.options.pointer(pointer), cx.options.pointer(length)))
        }
        // Two loads: the guest may have stored the two apart just now, and a load of both would wait for the stores.
        (Place::Memory(address), PointerType::I32) => {
            let (pointer, length) = (cx.read(address)?, cx.read(address.wrapping_add(4))?);
            Ok((u32::from_le_bytes(pointer).into(), u32::from_le_bytes(length).into()))
        }
        (Place::Memory(address), PointerType::I64) => {
            let both = u128::from_le_bytes(cx.read(address)?);
            Ok((both as u64, (both >> 64) as u64))
        }
    }
}

fn lift_defined<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    index: TypeIndex,
    place: Place,
) -> Result<R::Value> {
    let (types, pointers) = (cx.types, cx.options.pointers);
    match types.kind(index) {
        DefinedType::Record(fields) => {
            let mut items = Items::new(cx, Parts::Fields(fields, &types.layout(index, pointers).offsets), place);
            let value = receiver.record(index, &mut items)?;
            items.drain(receiver)?;
            Ok(value)
        }
        DefinedType::Tuple(parts) => {
            let mut items = Items::new(cx, Parts::Types(parts, &types.layout(index, pointers).offsets), place);
            let value = receiver.tuple(index, &mut items)?;
            items.drain(receiver)?;
            Ok(value)
        }
        DefinedType::Variant(cases) => {
            let (case, payload) = lift_case(cx, receiver, index, place, cases.len(), |case| cases[case].ty)
                .map_err(|(error, case)| within(error, || format!("case `{}`", cases[case].name)))?;
            receiver.variant(index, case, payload)
        }
        DefinedType::Enum(names) => {
            let case = discriminant(cx, index, place, names.len())?;
            receiver.enumeration(index, case)
        }
        DefinedType::Flags(names) => {
            let bits = match (place, types.layout(index, pointers).size) {
                (Place::Flat, _) => cx.next()?.u32(),
                (Place::Memory(address), 1) => u32::from(u8::from_le_bytes(cx.read(address)?)),
                (Place::Memory(address), 2) => u32::from(u16::from_le_bytes(cx.read(address)?)),
                (Place::Memory(address), _) => u32::from_le_bytes(cx.read(address)?),
            };
            receiver.flags(index, bits & flags_mask(names.len()))
        }
        DefinedType::Option(ty) => {
            let (_, payload) = lift_case(cx, receiver, index, place, 2, |case| (case == 1).then_some(*ty))
                .map_err(|(error, _)| within(error, || "option payload".into()))?;
            receiver.option(index, payload)
        }
        DefinedType::Result { ok, err } => {
            let (case, payload) =
                lift_case(cx, receiver, index, place, 2, |case| if case == 0 { *ok } else { *err })
                    .map_err(|(error, case)| within(error, || ["ok payload", "error payload"][case].into()))?;
            receiver.result(index, if case == 0 { Ok(payload) } else { Err(payload) })
        }
        DefinedType::List(element) => {
            let (pointer, length) = pair(cx, place)?;
            let (stride, align) = (types.size(*element, pointers), types.align(*element, pointers));
            let length = check_list(cx, pointer, align, stride, length)?;
            let parts = Parts::Repeated { element: *element, stride, length };
            let mut items = Items::new(cx, parts, Place::Memory(pointer));
            let value = receiver.list(index, &mut items)?;
            items.drain(receiver)?;
            Ok(value)
        }
        DefinedType::FixedLengthList(element, length) => {
            let stride = types.size(*element, pointers);
            let parts = Parts::Repeated { element: *element, stride, length: *length };
            let mut items = Items::new(cx, parts, place);
            let value = receiver.list(index, &mut items)?;
            items.drain(receiver)?;
            Ok(value)
        }
        DefinedType::Map(key, value) => {
            let (pointer, length) = pair(cx, place)?;
            let entry = types.sequence_layout([*key, *value].into_iter(), pointers);
            let length = check_list(cx, pointer, entry.align, entry.size, length)?;
            let parts = map_parts(*key, *value, &entry, length);
            let mut items = Items::new(cx, parts, Place::Memory(pointer));
            let value = receiver.map(index, &mut items)?;
            items.drain(receiver)?;
            Ok(value)
        }
        DefinedType::Own(resource) => {
            let expected = cx.resource(*resource)?;
            let handle = u32::from_le_bytes(number(cx, place)?);
            let handle = handles::lift_own(cx, handle, expected, receiver.is_strange(index))?;
            receiver.own(index, handle)
        }
        DefinedType::Borrow(resource) => {
            let expected = cx.resource(*resource)?;
            let handle = u32::from_le_bytes(number(cx, place)?);
            let handle = handles::lift_borrow(cx, handle, expected, receiver.is_strange(index))?;
            receiver.borrow(index, handle)
        }
    }
}

/// The parts of a map of `entries` entries.
pub(super) fn map_parts<'a>(key: ValueType, value: ValueType, entry: &Layout, entries: u32) -> Parts<'a> {
    // An entry takes two bytes or more of at most 2^28: twice the number fits.
    let value_offset = entry.offsets.get(1).copied().unwrap_or(0);
    Parts::Pairs { key, value, value_offset, stride: entry.size, length: entries.saturating_mul(2) }
}

/// The bits that `labels` labels use.
pub(crate) fn flags_mask(labels: usize) -> u32 {
    u32::MAX.checked_shr(32u32.saturating_sub(labels as u32)).unwrap_or(0)
}

/// Reads and checks a discriminant.
#[inline]
fn discriminant(cx: &mut LiftContext<'_>, index: TypeIndex, place: Place, cases: usize) -> Result<u32> {
    let case = match (place, cx.types.layout(index, cx.options.pointers).discriminant) {
        (Place::Flat, _) => cx.next()?.u32(),
        (Place::Memory(address), 1) => u32::from(u8::from_le_bytes(cx.read(address)?)),
        (Place::Memory(address), 2) => u32::from(u16::from_le_bytes(cx.read(address)?)),
        (Place::Memory(address), _) => u32::from_le_bytes(cx.read(address)?),
    };
    if case as usize >= cases {
        return Err(violation(Failure::InvalidDiscriminant, case.into(), cases as u64));
    }
    Ok(case)
}

/// The number of a case, and its payload.
type LiftedCase<R> = (u32, Option<<R as Receiver>::Value>);

/// Lifts discriminant and payload of a variant, option or result; an error tells the case.
#[inline]
fn lift_case<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    index: TypeIndex,
    place: Place,
    cases: usize,
    payload: impl Fn(usize) -> Option<ValueType>,
) -> Result<LiftedCase<R>, (Error, usize)> {
    let start = cx.position;
    let case = discriminant(cx, index, place, cases).map_err(|error| (error, 0))?;
    let offset = cx.types.layout(index, cx.options.pointers).offsets.first().copied().unwrap_or(0);
    let value = match payload(case as usize) {
        Some(ty) => Some(lift(cx, receiver, ty, place.part(offset)).map_err(|error| (error, case as usize))?),
        None => None,
    };
    if let Place::Flat = place {
        // The other cases may have more flat values than this one.
        cx.position = start + cx.types.flat(ValueType::Defined(index), cx.options.pointers).map_or(0, <[_]>::len);
    }
    Ok((case, value))
}
