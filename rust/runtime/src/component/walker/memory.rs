//! Strings and lists in a guest's memory, as they are lifted: lengths, alignment, bounds and encoding.

use std::str::Utf8Error;

use super::context::{LiftContext, is_aligned};
use crate::abi::{MAX_BYTE_LENGTH, StringEncoding};
use crate::component::seam::{GuestText, Receiver, utf16_units};
use crate::component::violation::violation;
use crate::environ::TrapCode;
use crate::environ::component::adapter::Failure;
use crate::error::{Error, Result};

/// The checks of `load_list_from_range`, and that the host takes as much; gives the length again.
#[inline]
pub(super) fn check_list(cx: &mut LiftContext<'_>, pointer: u64, align: u32, size: u32, length: u64) -> Result<u32> {
    // Validation refuses types of no size; a plan read from disk must not make a loop of 2^32 rounds out of one either.
    let bytes = length.checked_mul(u64::from(size.max(1))).filter(|bytes| *bytes <= MAX_BYTE_LENGTH);
    let (Some(bytes), Ok(count)) = (bytes, u32::try_from(length)) else {
        return Err(violation(Failure::ListTooLong, length, 0));
    };
    if !is_aligned(pointer, align) {
        return Err(violation(Failure::UnalignedList, 0, 0));
    }
    if !cx.has(pointer, if size == 0 { 0 } else { bytes })? {
        return Err(violation(Failure::ListOutOfBounds, 0, 0));
    }
    cx.spend(bytes)?;
    Ok(count)
}

/// Lifts a string.
#[inline]
pub(super) fn lift_text<R: Receiver>(
    cx: &mut LiftContext<'_>,
    receiver: &mut R,
    pointer: u64,
    tagged_length: u64,
) -> Result<R::Value> {
    receiver.string(load_text(cx, pointer, tagged_length)?)
}

/// `load_string_from_range`: the text where it lies, with all checks made, and that the host takes as much.
#[inline]
pub(crate) fn load_text<'c>(cx: &'c mut LiftContext<'_>, pointer: u64, tagged_length: u64) -> Result<GuestText<'c>> {
    let encoding = cx.options.encoding;
    let (align, wide, units): (u32, _, _) = match encoding {
        StringEncoding::Utf8 => (1, false, tagged_length),
        StringEncoding::Utf16 => (2, true, tagged_length),
        StringEncoding::Latin1Utf16 => {
            let tag = cx.options.pointers.utf16_tag();
            (2, tagged_length & tag != 0, tagged_length & !tag)
        }
    };
    let length = units.saturating_mul(if wide { 2 } else { 1 });
    if length > MAX_BYTE_LENGTH {
        let detail =
            format!("string content out-of-bounds: length {units} exceeds maximum byte size {MAX_BYTE_LENGTH}");
        return Err(Error::trap(TrapCode::CanonicalAbi, detail));
    };
    if !is_aligned(pointer, align) {
        return Err(Error::trap(TrapCode::CanonicalAbi, "unaligned pointer: string pointer not aligned to 2"));
    }
    let start = pointer as usize;
    let out_of_bounds = || {
        let detail = "string content out-of-bounds: string pointer/length out of bounds of memory";
        Error::trap(TrapCode::CanonicalAbi, detail)
    };
    let end = start.checked_add(length as usize).ok_or_else(out_of_bounds)?;
    let bytes = cx.spend_text(start..end)?.ok_or_else(out_of_bounds)?;
    Ok(match (encoding, wide) {
        // Most text is ASCII, which is found out sooner, and which the receiver would look for.
        (StringEncoding::Utf8, _) => match ascii(bytes) {
            Some(text) => GuestText::Ascii(text),
            None => GuestText::Utf8(std::str::from_utf8(bytes).map_err(bad_utf8)?),
        },
        (StringEncoding::Latin1Utf16, false) => GuestText::Latin1(bytes),
        (StringEncoding::Utf16 | StringEncoding::Latin1Utf16, _) => {
            if char::decode_utf16(utf16_units(bytes)).any(|unit| unit.is_err()) {
                let detail = "unpaired surrogate: invalid utf-16 sequence in a string";
                return Err(Error::trap(TrapCode::CanonicalAbi, detail));
            }
            GuestText::Utf16(bytes)
        }
    })
}

/// Text of characters below U+0080 only.
#[inline]
fn ascii(bytes: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    bytes.is_ascii().then(|| unsafe { std::str::from_utf8_unchecked(bytes) })
}

#[cold]
fn bad_utf8(error: Utf8Error) -> Error {
    let problem = if error.error_len().is_some() { "invalid utf-8 sequence" } else { "incomplete utf-8 byte sequence" };
    let detail = format!("{problem} in a string at byte {}", error.valid_up_to());
    Error::trap(TrapCode::CanonicalAbi, detail)
}
