//! The seam between the walker and a host language: traits that receive lifted values and supply values to lower.
//!
//! The walker goes over the type and checks everything that concerns the guest (bounds, alignment, text,
//! discriminants, handles). An implementation decides only how a value looks on its side, and may fail with its own
//! error. Every `ty` is an index into the table with which the function was prepared: the host's own.

use crate::abi::TypeIndex;
use crate::component::resource::ResourceHandle;
use crate::component::room;
use crate::component::walker::{Items, ListSlot, Slots, StringSlot, VariantSlot};
use crate::error::Result;

/// A guest's string, checked.
#[derive(Clone, Copy, Debug)]
pub enum GuestText<'a> {
    /// UTF-8 whose characters are all below U+0080.
    Ascii(&'a str),
    /// Any other UTF-8.
    Utf8(&'a str),
    /// Little-endian UTF-16 without unpaired surrogates; the length is even.
    Utf16(&'a [u8]),
    /// One character per byte, U+0000 to U+00FF.
    Latin1(&'a [u8]),
}

impl GuestText<'_> {
    /// The text as a Rust string; a trap where the host has no memory for it.
    pub fn to_string_lossless(self) -> Result<String> {
        match self {
            GuestText::Ascii(text) | GuestText::Utf8(text) => room::string(text),
            GuestText::Utf16(bytes) => utf16_text(bytes),
            GuestText::Latin1(bytes) => room::text(bytes.iter().map(|byte| char::from(*byte)), bytes.len() * 2),
        }
    }
}

/// The code units of little-endian UTF-16.
pub(crate) fn utf16_units(bytes: &[u8]) -> impl Iterator<Item = u16> + Clone {
    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// Little-endian UTF-16 that was checked before, as a Rust string.
pub(crate) fn utf16_text(bytes: &[u8]) -> Result<String> {
    let characters = char::decode_utf16(utf16_units(bytes)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    // A unit takes three bytes in UTF-8 at most.
    room::text(characters, bytes.len() / 2 * 3)
}

/// Lifting: makes host values. A scalar method gets the checked number; a compound method gets [`Items`] and asks them
/// for one part after the other (`items.next(self)`). What is left over the walker lifts and throws away, so that every
/// check of the specification runs.
pub trait Receiver {
    type Value;

    fn bool(&mut self, value: bool) -> Result<Self::Value>;
    fn s8(&mut self, value: i8) -> Result<Self::Value>;
    fn u8(&mut self, value: u8) -> Result<Self::Value>;
    fn s16(&mut self, value: i16) -> Result<Self::Value>;
    fn u16(&mut self, value: u16) -> Result<Self::Value>;
    fn s32(&mut self, value: i32) -> Result<Self::Value>;
    fn u32(&mut self, value: u32) -> Result<Self::Value>;
    fn s64(&mut self, value: i64) -> Result<Self::Value>;
    fn u64(&mut self, value: u64) -> Result<Self::Value>;
    fn f32(&mut self, value: f32) -> Result<Self::Value>;
    fn f64(&mut self, value: f64) -> Result<Self::Value>;
    fn char(&mut self, value: char) -> Result<Self::Value>;
    fn string(&mut self, text: GuestText<'_>) -> Result<Self::Value>;
    fn record(&mut self, ty: TypeIndex, fields: &mut Items<'_, '_>) -> Result<Self::Value>;
    fn tuple(&mut self, ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Self::Value>;
    /// Also a list of fixed length. [`Items::numbers`] gives the whole contents of a list of numbers at once.
    fn list(&mut self, ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Self::Value>;
    /// Keys and values alternately; [`Items::len`] counts both.
    fn map(&mut self, ty: TypeIndex, entries: &mut Items<'_, '_>) -> Result<Self::Value>;
    fn variant(&mut self, ty: TypeIndex, case: u32, payload: Option<Self::Value>) -> Result<Self::Value>;
    fn enumeration(&mut self, ty: TypeIndex, case: u32) -> Result<Self::Value>;
    /// Bits past the last label are already cleared.
    fn flags(&mut self, ty: TypeIndex, bits: u32) -> Result<Self::Value>;
    fn option(&mut self, ty: TypeIndex, payload: Option<Self::Value>) -> Result<Self::Value>;
    fn result(
        &mut self,
        ty: TypeIndex,
        payload: Result<Option<Self::Value>, Option<Self::Value>>,
    ) -> Result<Self::Value>;
    /// Whether a resource that another part of the host implements (WASI) is to come as a handle of the store's table, as a
    /// guest's does, because its representation means nothing to this receiver.
    fn is_strange(&self, _ty: TypeIndex) -> bool {
        false
    }
    /// The host owns the resource from here on.
    fn own(&mut self, ty: TypeIndex, handle: ResourceHandle) -> Result<Self::Value>;
    /// The host may use the resource until the call ends.
    fn borrow(&mut self, ty: TypeIndex, handle: ResourceHandle) -> Result<Self::Value>;
}

/// Lowering: takes host values apart. A scalar method returns the number; a compound method pushes its parts into the
/// slots it is given (`out.put(self, &item)`), and the walker fails if it pushed too few or too many.
pub trait Supplier {
    /// A host value; often a borrowed view, so it may be unsized.
    type Value: ?Sized;

    fn bool(&mut self, value: &Self::Value) -> Result<bool>;
    fn s8(&mut self, value: &Self::Value) -> Result<i8>;
    fn u8(&mut self, value: &Self::Value) -> Result<u8>;
    fn s16(&mut self, value: &Self::Value) -> Result<i16>;
    fn u16(&mut self, value: &Self::Value) -> Result<u16>;
    fn s32(&mut self, value: &Self::Value) -> Result<i32>;
    fn u32(&mut self, value: &Self::Value) -> Result<u32>;
    fn s64(&mut self, value: &Self::Value) -> Result<i64>;
    fn u64(&mut self, value: &Self::Value) -> Result<u64>;
    fn f32(&mut self, value: &Self::Value) -> Result<f32>;
    fn f64(&mut self, value: &Self::Value) -> Result<f64>;
    fn char(&mut self, value: &Self::Value) -> Result<char>;
    /// Calls exactly one method of `out`, which transcodes to the guest's encoding.
    fn string(&mut self, value: &Self::Value, out: &mut StringSlot<'_, '_>) -> Result<()>;
    fn record(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut Slots<'_, '_>) -> Result<()>;
    fn tuple(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut Slots<'_, '_>) -> Result<()>;
    /// Also a list of fixed length. `out.begin(len)`, then `put` `len` times; or `out.numbers(bytes)` alone.
    fn list(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut ListSlot<'_, '_>) -> Result<()>;
    /// `out.begin(entries)`, then key and value alternately.
    fn map(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut ListSlot<'_, '_>) -> Result<()>;
    /// Calls `out.put` (or one of its short forms) exactly once.
    fn variant(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut VariantSlot<'_, '_>) -> Result<()>;
    /// `out.none()` or `out.some(..)`.
    fn option(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut VariantSlot<'_, '_>) -> Result<()>;
    /// `out.ok(..)` or `out.err(..)`.
    fn result(&mut self, ty: TypeIndex, value: &Self::Value, out: &mut VariantSlot<'_, '_>) -> Result<()>;
    fn enumeration(&mut self, ty: TypeIndex, value: &Self::Value) -> Result<u32>;
    fn flags(&mut self, ty: TypeIndex, value: &Self::Value) -> Result<u32>;
    fn own(&mut self, ty: TypeIndex, value: &Self::Value) -> Result<ResourceHandle>;
    fn borrow(&mut self, ty: TypeIndex, value: &Self::Value) -> Result<ResourceHandle>;
}
