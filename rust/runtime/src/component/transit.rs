//! Values on the way from one guest to another: lifted whole from the caller, then lowered into the callee, as the
//! specification has it. Numbers and text travel as plain bytes; handles as type and representation.

use super::call::{Lifted, MAX_VALUES, Passage, call_lifted};
use super::passed::{GuestLoans, Lowered};
use super::resource::ResourceHandle;
use super::room;
use super::seam::{GuestText, Receiver, Supplier};
use super::signature::Signature;
use super::walker::{
    Budget, Items, LiftContext, ListSlot, LowerContext, Options, Pace, Slots, Spill, StringSlot, VariantSlot,
    lift_sequence, lower_result, lower_sequence,
};
use crate::abi::{StringEncoding, TypeIndex};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::value::ValRaw;

/// A value between two guests.
#[derive(Debug)]
enum Carried {
    /// A number, `bool` or `char`, zero-extended.
    Scalar(u64),
    Text {
        bytes: Vec<u8>,
        form: TextForm,
    },
    Numbers(Vec<u8>),
    /// Parts of a record, tuple, list or map (key and value alternately).
    Parts(Vec<Carried>),
    Case(u32, Option<Box<Carried>>),
    Handle(ResourceHandle),
}

#[derive(Clone, Copy, Debug)]
enum TextForm {
    Utf8,
    Latin1,
    Utf16,
    /// UTF-16 out of `latin1+utf16`: stored with another sequence of `realloc` calls.
    TaggedUtf16,
}

/// Receives [`Carried`] values from a guest with this encoding.
struct Collect(StringEncoding);

impl Collect {
    fn parts(&mut self, items: &mut Items<'_, '_>) -> Result<Carried> {
        let mut parts = room::with_room(items.len().min(1024) as usize)?;
        while let Some(part) = items.next(self)? {
            room::push(&mut parts, part)?;
        }
        Ok(Carried::Parts(parts))
    }
}

macro_rules! collect_scalars {
    ($($method:ident $ty:ty, $value:ident => $bits:expr;)*) => {$(
        fn $method(&mut self, $value: $ty) -> Result<Carried> {
            Ok(Carried::Scalar($bits))
        }
    )*};
}

impl Receiver for Collect {
    type Value = Carried;

    collect_scalars! {
        bool bool, value => u64::from(value);
        s8 i8, value => u64::from(value as u8);
        u8 u8, value => u64::from(value);
        s16 i16, value => u64::from(value as u16);
        u16 u16, value => u64::from(value);
        s32 i32, value => u64::from(value as u32);
        u32 u32, value => u64::from(value);
        s64 i64, value => value as u64;
        u64 u64, value => value;
        f32 f32, value => u64::from(value.to_bits());
        f64 f64, value => value.to_bits();
        char char, value => u64::from(value);
    }

    fn string(&mut self, text: GuestText<'_>) -> Result<Carried> {
        let (bytes, form) = match (text, self.0) {
            (GuestText::Ascii(text) | GuestText::Utf8(text), _) => (text.as_bytes(), TextForm::Utf8),
            (GuestText::Latin1(bytes), _) => (bytes, TextForm::Latin1),
            (GuestText::Utf16(bytes), StringEncoding::Latin1Utf16) => (bytes, TextForm::TaggedUtf16),
            (GuestText::Utf16(bytes), StringEncoding::Utf8 | StringEncoding::Utf16) => (bytes, TextForm::Utf16),
        };
        Ok(Carried::Text { bytes: room::copy(bytes)?, form })
    }
    fn record(&mut self, _ty: TypeIndex, fields: &mut Items<'_, '_>) -> Result<Carried> {
        self.parts(fields)
    }
    fn tuple(&mut self, _ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Carried> {
        self.parts(items)
    }
    fn list(&mut self, _ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Carried> {
        match items.numbers() {
            Some(bytes) => Ok(Carried::Numbers(room::copy(bytes)?)),
            None => self.parts(items),
        }
    }
    fn map(&mut self, _ty: TypeIndex, entries: &mut Items<'_, '_>) -> Result<Carried> {
        self.parts(entries)
    }
    fn variant(&mut self, _ty: TypeIndex, case: u32, payload: Option<Carried>) -> Result<Carried> {
        Ok(Carried::Case(case, payload.map(Box::new)))
    }
    fn enumeration(&mut self, _ty: TypeIndex, case: u32) -> Result<Carried> {
        Ok(Carried::Scalar(u64::from(case)))
    }
    fn flags(&mut self, _ty: TypeIndex, bits: u32) -> Result<Carried> {
        Ok(Carried::Scalar(u64::from(bits)))
    }
    fn option(&mut self, _ty: TypeIndex, payload: Option<Carried>) -> Result<Carried> {
        Ok(Carried::Case(u32::from(payload.is_some()), payload.map(Box::new)))
    }
    fn result(&mut self, _ty: TypeIndex, payload: Result<Option<Carried>, Option<Carried>>) -> Result<Carried> {
        Ok(match payload {
            Ok(payload) => Carried::Case(0, payload.map(Box::new)),
            Err(payload) => Carried::Case(1, payload.map(Box::new)),
        })
    }
    fn own(&mut self, _ty: TypeIndex, handle: ResourceHandle) -> Result<Carried> {
        Ok(Carried::Handle(handle))
    }
    fn borrow(&mut self, _ty: TypeIndex, handle: ResourceHandle) -> Result<Carried> {
        Ok(Carried::Handle(handle))
    }
}

/// Supplies [`Carried`] values. Both sides have equal types, so no shape can be wrong.
struct Deliver;

fn unequal() -> Error {
    Error::bug("a value between guests has another shape than its type")
}

fn scalar(value: &Carried) -> Result<u64> {
    match value {
        Carried::Scalar(bits) => Ok(*bits),
        Carried::Text { .. } | Carried::Numbers(_) | Carried::Parts(_) | Carried::Case(..) | Carried::Handle(_) => {
            Err(unequal())
        }
    }
}

impl Deliver {
    fn parts(&mut self, value: &Carried, out: &mut Slots<'_, '_>) -> Result<()> {
        let Carried::Parts(parts) = value else { return Err(unequal()) };
        parts.iter().try_for_each(|part| out.put(self, part))
    }

    fn case(&mut self, value: &Carried, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        let Carried::Case(case, payload) = value else { return Err(unequal()) };
        out.put(self, *case, payload.as_deref())
    }

    fn handle(value: &Carried) -> Result<ResourceHandle> {
        let Carried::Handle(handle) = value else { return Err(unequal()) };
        Ok(*handle)
    }
}

macro_rules! deliver_scalars {
    ($($method:ident $ty:ty, $bits:ident => $value:expr;)*) => {$(
        fn $method(&mut self, value: &Carried) -> Result<$ty> {
            let $bits = scalar(value)?;
            Ok($value)
        }
    )*};
}

impl Supplier for Deliver {
    type Value = Carried;

    deliver_scalars! {
        bool bool, bits => bits != 0;
        s8 i8, bits => bits as i8;
        u8 u8, bits => bits as u8;
        s16 i16, bits => bits as i16;
        u16 u16, bits => bits as u16;
        s32 i32, bits => bits as i32;
        u32 u32, bits => bits as u32;
        s64 i64, bits => bits as i64;
        u64 u64, bits => bits;
        f32 f32, bits => f32::from_bits(bits as u32);
        f64 f64, bits => f64::from_bits(bits);
        char char, bits => char::from_u32(bits as u32).ok_or_else(unequal)?;
    }

    fn string(&mut self, value: &Carried, out: &mut StringSlot<'_, '_>) -> Result<()> {
        let Carried::Text { bytes, form } = value else { return Err(unequal()) };
        match form {
            TextForm::Utf8 => out.utf8(std::str::from_utf8(bytes).map_err(|_| unequal())?),
            TextForm::Latin1 => out.latin1(bytes),
            TextForm::Utf16 => out.guest_utf16(bytes, false),
            TextForm::TaggedUtf16 => out.guest_utf16(bytes, true),
        }
    }
    fn record(&mut self, _ty: TypeIndex, value: &Carried, out: &mut Slots<'_, '_>) -> Result<()> {
        self.parts(value, out)
    }
    fn tuple(&mut self, _ty: TypeIndex, value: &Carried, out: &mut Slots<'_, '_>) -> Result<()> {
        self.parts(value, out)
    }
    fn list(&mut self, _ty: TypeIndex, value: &Carried, out: &mut ListSlot<'_, '_>) -> Result<()> {
        match value {
            Carried::Numbers(bytes) => out.numbers(bytes),
            Carried::Parts(parts) => {
                out.begin(parts.len())?;
                parts.iter().try_for_each(|part| out.put(self, part))
            }
            Carried::Scalar(_) | Carried::Text { .. } | Carried::Case(..) | Carried::Handle(_) => Err(unequal()),
        }
    }
    fn map(&mut self, _ty: TypeIndex, value: &Carried, out: &mut ListSlot<'_, '_>) -> Result<()> {
        let Carried::Parts(parts) = value else { return Err(unequal()) };
        out.begin(parts.len() / 2)?;
        parts.iter().try_for_each(|part| out.put(self, part))
    }
    fn variant(&mut self, _ty: TypeIndex, value: &Carried, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        self.case(value, out)
    }
    fn option(&mut self, _ty: TypeIndex, value: &Carried, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        self.case(value, out)
    }
    fn result(&mut self, _ty: TypeIndex, value: &Carried, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        self.case(value, out)
    }
    fn enumeration(&mut self, _ty: TypeIndex, value: &Carried) -> Result<u32> {
        scalar(value).map(|bits| bits as u32)
    }
    fn flags(&mut self, _ty: TypeIndex, value: &Carried) -> Result<u32> {
        scalar(value).map(|bits| bits as u32)
    }
    fn own(&mut self, _ty: TypeIndex, value: &Carried) -> Result<ResourceHandle> {
        Self::handle(value)
    }
    fn borrow(&mut self, _ty: TypeIndex, value: &Carried) -> Result<ResourceHandle> {
        Self::handle(value)
    }
}

/// A guest that calls: its side of a lowered function.
struct GuestPassage<'g> {
    options: &'g Options,
    signature: &'g Signature,
    values: &'g mut [ValRaw],
    loans: GuestLoans,
    result: Option<Carried>,
}

impl Passage for GuestPassage<'_> {
    const BETWEEN_GUESTS: bool = true;

    fn start<'a>(&mut self, cx: &mut LowerContext<'a>, signature: &'a Signature) -> Result<()> {
        let mut arguments = Vec::with_capacity(self.signature.ty.params.len());
        let mut from = LiftContext {
            budget: Budget::new(cx.store),
            pace: Pace::default(),
            store: &mut *cx.store,
            options: self.options,
            types: &self.signature.types,
            resources: &self.signature.resources,
            flat: self.values,
            position: 0,
            between_guests: true,
            loans: Some(&mut self.loans),
        };
        let (params, layout) = (&self.signature.ty.params, &self.signature.params_layout);
        let mut receiver = Collect(self.options.encoding);
        lift_sequence(&mut from, &mut receiver, params, layout, self.signature.params_in_memory, |value| {
            arguments.push(value);
        })?;
        let spill = if signature.params_in_memory { Spill::Allocate } else { Spill::Flat };
        lower_sequence(cx, &signature.ty.params, &signature.params_layout, spill, |slots| {
            arguments.iter().try_for_each(|argument| slots.put(&mut Deliver, argument))
        })
    }

    fn finish(&mut self, cx: &mut LiftContext<'_>, signature: &Signature) -> Result<()> {
        let mut receiver = Collect(cx.options.encoding);
        let (result, in_memory) = (&mut self.result, signature.result_in_memory);
        lift_sequence(cx, &mut receiver, &signature.result, &signature.result_layout, in_memory, |value| {
            *result = Some(value);
        })
    }

    fn deliver(&mut self, store: &mut Store) -> Result<()> {
        match self.result.take() {
            Some(result) => give_result(store, self.options, self.signature, self.values, true, &mut Deliver, &result),
            None => Ok(()),
        }
    }
}

/// Lowers a result into the guest that called: flat, or to the pointer that it passed as the last parameter.
#[inline]
pub(super) fn give_result<S: Supplier>(
    store: &mut Store,
    options: &Options,
    signature: &Signature,
    values: &mut [ValRaw],
    between_guests: bool,
    supplier: &mut S,
    value: &S::Value,
) -> Result<()> {
    let [result] = &*signature.result else {
        return Err(Error::bug("a function without a result gave one"));
    };
    let spill = match signature.result_in_memory {
        true => Spill::At(values.get(signature.lowered.0.wrapping_sub(1)).map_or(0, |value| options.pointer(value))),
        false => Spill::Flat,
    };
    let mut cx = LowerContext {
        store,
        options,
        types: &signature.types,
        resources: &signature.resources,
        // A flat result is the first value, where the arguments were.
        flat: values,
        position: 0,
        between_guests,
        lowered: Lowered::default(),
        pace: Pace::default(),
    };
    let outcome = lower_result(&mut cx, result, &signature.result_layout, spill, supplier, value);
    let lowered = cx.lowered;
    match &outcome {
        Ok(()) => lowered.arrived(store),
        Err(_) => lowered.take_back(store, options.instance),
    }
    outcome
}

/// `canon lower` of a lifted function: `values` are the core arguments, and afterwards the core results.
pub(super) fn call_between(
    store: &mut Store,
    caller: &Options,
    signature: &Signature,
    callee: &Lifted,
    values: &mut [ValRaw],
) -> Result<()> {
    caller.check_may_leave()?;
    debug_assert!(values.len() <= MAX_VALUES);
    let mut passage = GuestPassage { options: caller, signature, values, loans: GuestLoans::default(), result: None };
    call_lifted(store, callee, Some(caller.instance), &mut passage)?;
    let loans = passage.loans;
    loans.end(store, caller.instance);
    Ok(())
}
