//! Storing strings (`store_string_into_range`): each pair of encodings has the exact sequence of `realloc` calls that
//! the specification gives it, because a guest can see them.

use super::Place;
use super::context::LowerContext;
use super::slots::store_pair;
use crate::abi::{MAX_BYTE_LENGTH, StringEncoding};
use crate::component::room;
use crate::component::seam::{utf16_text, utf16_units};
use crate::environ::component::adapter::Failure;
use crate::error::{ArgumentKind, Error, Result};

/// The slot of one string: exactly one method is called, with the encoding that the host happens to have.
pub struct StringSlot<'s, 'a> {
    cx: &'s mut LowerContext<'a>,
    place: Place,
    done: bool,
}

/// A string to store, in its own encoding.
#[derive(Clone, Copy)]
enum Source<'t> {
    Utf8(&'t str),
    Latin1(&'t [u8]),
    /// Little-endian and well-formed. `tagged`: it came from a `latin1+utf16` guest.
    Utf16 {
        bytes: &'t [u8],
        tagged: bool,
    },
}

impl<'s, 'a> StringSlot<'s, 'a> {
    #[inline]
    pub(crate) fn new(cx: &'s mut LowerContext<'a>, place: Place) -> Self {
        StringSlot { cx, place, done: false }
    }

    #[inline]
    pub fn utf8(&mut self, text: &str) -> Result<()> {
        self.store(Source::Utf8(text))
    }

    /// One character per byte, U+0000 to U+00FF.
    pub fn latin1(&mut self, text: &[u8]) -> Result<()> {
        self.store(Source::Latin1(text))
    }

    /// Refuses unpaired surrogates.
    pub fn utf16(&mut self, text: &[u16]) -> Result<()> {
        if char::decode_utf16(text.iter().copied()).any(|unit| unit.is_err()) {
            return Err(Error::argument(ArgumentKind::Value, "the text has an unpaired surrogate"));
        }
        let bytes: Vec<u8> = text.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        self.store(Source::Utf16 { bytes: &bytes, tagged: false })
    }

    /// Checked UTF-16 of another guest.
    pub(crate) fn guest_utf16(&mut self, bytes: &[u8], tagged: bool) -> Result<()> {
        self.store(Source::Utf16 { bytes, tagged })
    }

    #[inline]
    fn store(&mut self, source: Source<'_>) -> Result<()> {
        if self.done {
            return Err(Error::bug("a string was supplied twice"));
        }
        self.done = true;
        let bytes = match source {
            Source::Utf8(text) => text.len(),
            Source::Latin1(bytes) | Source::Utf16 { bytes, .. } => bytes.len(),
        };
        if bytes as u64 > MAX_BYTE_LENGTH {
            let message = format!("a string of {bytes} bytes is larger than {MAX_BYTE_LENGTH}");
            return Err(Error::argument(ArgumentKind::Value, message));
        }
        let (address, length) = match (self.cx.options.encoding, source) {
            (StringEncoding::Utf8, Source::Utf8(text)) => self.copy(text.as_bytes(), 1, text.len())?,
            (StringEncoding::Utf8, Source::Utf16 { bytes, .. }) => {
                let text = utf16_text(bytes)?;
                self.narrow_to_utf8(&text, bytes.len() / 2, 3)?
            }
            (StringEncoding::Utf8, Source::Latin1(bytes)) => {
                let text = room::text(bytes.iter().map(|byte| char::from(*byte)), bytes.len() * 2)?;
                self.narrow_to_utf8(&text, bytes.len(), 2)?
            }
            (StringEncoding::Utf16, Source::Utf8(text)) => self.utf8_to_utf16(text)?,
            (StringEncoding::Utf16, Source::Utf16 { bytes, .. }) => self.copy(bytes, 2, bytes.len() / 2)?,
            (StringEncoding::Utf16, Source::Latin1(bytes)) => {
                let wide = room::collect(bytes.iter().flat_map(|byte| [*byte, 0]), bytes.len() * 2)?;
                self.copy(&wide, 2, bytes.len())?
            }
            (StringEncoding::Latin1Utf16, Source::Latin1(bytes)) => self.copy(bytes, 2, bytes.len())?,
            (StringEncoding::Latin1Utf16, Source::Utf8(text)) => self.latin1_or_utf16(text, text.len())?,
            (StringEncoding::Latin1Utf16, Source::Utf16 { bytes, tagged: false }) => {
                let text = utf16_text(bytes)?;
                self.latin1_or_utf16(&text, bytes.len() / 2)?
            }
            (StringEncoding::Latin1Utf16, Source::Utf16 { bytes, tagged: true }) => self.probably_utf16(bytes)?,
        };
        store_pair(self.cx, self.place, address, length)
    }

    /// `store_string_copy`.
    #[inline]
    fn copy(&mut self, bytes: &[u8], align: u32, units: usize) -> Result<(u64, u64)> {
        let address = self.cx.allocate(Failure::StringAllocationOutOfBounds, align, bytes.len() as u32)?;
        self.write(address, 0, bytes)?;
        Ok((address, units as u64))
    }

    /// `store_string_to_utf8`: room for as many bytes as the source has code units, which is enough for ASCII; at the
    /// first other character room for the worst case, and at the end what is really needed.
    fn narrow_to_utf8(&mut self, text: &str, units: usize, worst_factor: usize) -> Result<(u64, u64)> {
        let units = units as u32;
        let worst = units * worst_factor as u32;
        let mut address = self.cx.allocate(Failure::StringAllocationOutOfBounds, 1, units)?;
        let bytes = text.as_bytes();
        let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
        self.write(address, 0, &bytes[..ascii])?;
        if ascii == bytes.len() {
            return Ok((address, units.into()));
        }
        address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, units, 1, worst)?;
        self.write(address, ascii, &bytes[ascii..])?;
        let length = bytes.len() as u32;
        if worst > length {
            address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, worst, 1, length)?;
        }
        Ok((address, length.into()))
    }

    /// `store_utf8_to_utf16`.
    fn utf8_to_utf16(&mut self, text: &str) -> Result<(u64, u64)> {
        let worst = 2 * text.len() as u32;
        let mut address = self.cx.allocate(Failure::StringAllocationOutOfBounds, 2, worst)?;
        let encoded = encode_utf16(text)?;
        self.write(address, 0, &encoded)?;
        let length = encoded.len() as u32;
        if length < worst {
            address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, worst, 2, length)?;
        }
        Ok((address, u64::from(length / 2)))
    }

    /// `store_string_to_latin1_or_utf16`: Latin-1 until a character does not fit; then what is there is widened.
    fn latin1_or_utf16(&mut self, text: &str, units: usize) -> Result<(u64, u64)> {
        let units = units as u32;
        let mut address = self.cx.allocate(Failure::StringAllocationOutOfBounds, 2, units)?;
        let mut narrow = room::with_room(units as usize)?;
        for character in text.chars() {
            match u8::try_from(u32::from(character)) {
                Ok(byte) => narrow.push(byte),
                Err(_) => {
                    self.write(address, 0, &narrow)?;
                    return self.widen(address, units, narrow.len(), text);
                }
            }
        }
        self.write(address, 0, &narrow)?;
        let length = narrow.len() as u32;
        if length < units {
            address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, units, 2, length)?;
        }
        Ok((address, length.into()))
    }

    /// The first `narrow` characters are widened where `realloc` left them: what it did not copy is lost.
    fn widen(&mut self, address: u64, units: u32, narrow: usize, text: &str) -> Result<(u64, u64)> {
        let worst = 2 * units;
        let mut address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, units, 2, worst)?;
        let mut encoded = encode_utf16(text)?;
        let start = address as usize;
        for (wide, byte) in encoded.chunks_exact_mut(2).zip(&*self.cx.bytes_mut(start..start + narrow)?) {
            wide.copy_from_slice(&[*byte, 0]);
        }
        self.write(address, 0, &encoded)?;
        let length = encoded.len() as u32;
        if worst > length {
            address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, worst, 2, length)?;
        }
        Ok((address, self.tagged(length / 2)))
    }

    /// `store_probably_utf16_to_latin1_or_utf16`.
    fn probably_utf16(&mut self, bytes: &[u8]) -> Result<(u64, u64)> {
        let length = bytes.len() as u32;
        let mut address = self.cx.allocate(Failure::StringAllocationOutOfBounds, 2, length)?;
        self.write(address, 0, bytes)?;
        if utf16_units(bytes).any(|unit| unit > 0xff) {
            return Ok((address, self.tagged(length / 2)));
        }
        let narrow = room::collect(bytes.iter().copied().step_by(2), bytes.len() / 2)?;
        self.write(address, 0, &narrow)?;
        address = self.cx.reallocate(Failure::StringAllocationOutOfBounds, address, length, 1, length / 2)?;
        Ok((address, u64::from(length / 2)))
    }

    /// The length of UTF-16 in `latin1+utf16`.
    fn tagged(&self, units: u32) -> u64 {
        u64::from(units) | self.cx.options.pointers.utf16_tag()
    }

    #[inline]
    fn write(&mut self, address: u64, offset: usize, bytes: &[u8]) -> Result<()> {
        let start = address as usize + offset;
        self.cx.bytes_mut(start..start + bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    #[inline]
    pub(super) fn finish(&self) -> Result<()> {
        if self.done { Ok(()) } else { Err(Error::bug("a string was never supplied")) }
    }
}

fn encode_utf16(text: &str) -> Result<Vec<u8>> {
    // A byte of UTF-8 makes one unit at most.
    room::collect(text.encode_utf16().flat_map(u16::to_le_bytes), text.len() * 2)
}
