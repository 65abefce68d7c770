//! The parts of a compound value while it is lifted: a receiver takes them one after the other.

use super::context::{LiftContext, within};
use super::lift::lift;
use super::{Parts, Place};
use crate::abi::ValueType;
use crate::component::seam::Receiver;
use crate::error::Result;

/// How many numbers go without a look where they are made into objects one by one.
const NUMBERS_IN_PIECE: u32 = 1 << 16;

/// Parts that wait to be lifted.
pub struct Items<'s, 'a> {
    pub(super) cx: &'s mut LiftContext<'a>,
    pub(super) parts: Parts<'a>,
    pub(super) place: Place,
    pub(super) next: u32,
    /// The numbers of a list that was passed flat.
    flat: Vec<u8>,
}

impl<'s, 'a> Items<'s, 'a> {
    #[inline]
    pub(super) fn new(cx: &'s mut LiftContext<'a>, parts: Parts<'a>, place: Place) -> Self {
        Items { cx, parts, place, next: 0, flat: Vec::new() }
    }

    /// How many parts there are in all.
    #[inline]
    pub fn len(&self) -> u32 {
        self.parts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the parts that are all alike: a list's element.
    #[inline]
    pub fn element(&self) -> Option<ValueType> {
        match self.parts {
            Parts::Repeated { element, .. } => Some(element),
            Parts::Fields(..) | Parts::Types(..) | Parts::Pairs { .. } => None,
        }
    }

    /// Lifts the next part, or `None` after the last.
    #[inline]
    pub fn next<R: Receiver>(&mut self, receiver: &mut R) -> Result<Option<R::Value>> {
        if self.next >= self.parts.len() {
            return Ok(None);
        }
        self.cx.pace.step(self.cx.store)?;
        let index = self.next;
        self.next += 1;
        let (ty, offset) = self.parts.get(index);
        match lift(self.cx, receiver, ty, self.place.part(offset)) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(within(error, || self.parts.describe(index))),
        }
    }

    /// The whole contents of a list of numbers, little-endian: `len` times the element's size. `None` for any other
    /// list. Nothing need be taken afterwards. Floats that are not a number keep their bits, which the specification
    /// lets them: they are one value.
    #[inline]
    pub fn numbers(&mut self) -> Option<&[u8]> {
        let Parts::Repeated { element, stride, length } = self.parts else { return None };
        if !element.is_number() || self.next != 0 {
            return None;
        }
        let (size, count) = (stride as usize, length as usize);
        match self.place {
            Place::Memory(address) => {
                self.next = length;
                let start = address as usize;
                self.cx.bytes(start..start + size * count).ok()
            }
            // A short list of fixed length among flat values.
            Place::Flat => {
                while self.next < length {
                    let bits = self.cx.next().ok()?.u64().to_le_bytes();
                    self.flat.extend_from_slice(bits.get(..size)?);
                    self.next += 1;
                }
                Some(&self.flat)
            }
        }
    }

    /// As [`Items::numbers`], piece by piece: the next numbers, `None` after the last. The store's hook may be called before
    /// each piece but the first.
    pub fn some_numbers(&mut self) -> Result<Option<&[u8]>> {
        let (Parts::Repeated { element, stride, length }, Place::Memory(address)) = (self.parts, self.place) else {
            return Ok(None);
        };
        if !element.is_number() || self.next == length {
            return Ok(None);
        }
        if self.next != 0 {
            self.cx.pace.look(self.cx.store)?;
        }
        let first = self.next;
        self.next = length.min(first.saturating_add(NUMBERS_IN_PIECE));
        let at = |number: u32| address as usize + number as usize * stride as usize;
        self.cx.bytes(at(first)..at(self.next)).map(Some)
    }

    /// As [`Items::numbers`], for a `list<u8>` only.
    #[inline]
    pub fn bytes(&mut self) -> Option<&[u8]> {
        if self.element() != Some(ValueType::U8) {
            return None;
        }
        self.numbers()
    }

    /// Lifts what the receiver left, so that each check runs and each handle moves.
    #[inline(always)]
    pub(super) fn drain<R: Receiver>(&mut self, receiver: &mut R) -> Result<()> {
        if self.next == self.parts.len() { Ok(()) } else { self.drain_rest(receiver) }
    }

    #[inline(never)]
    fn drain_rest<R: Receiver>(&mut self, receiver: &mut R) -> Result<()> {
        while self.next(receiver)?.is_some() {}
        Ok(())
    }
}
