//! Memory of the host's for what guests pass, where the guest decides how much that is: a failed allocation is a trap, and does
//! not end the process.

use std::collections::TryReserveError;

use crate::environ::TrapCode;
use crate::error::{Error, Result};

/// Appends to a vector that grows with what a guest passes.
#[inline]
pub(super) fn push<T>(items: &mut Vec<T>, item: T) -> Result<()> {
    reserve(items, 1)?;
    items.push(item);
    Ok(())
}

/// Makes room for so many more items.
#[inline]
pub(super) fn reserve<T>(items: &mut Vec<T>, more: usize) -> Result<()> {
    if items.capacity() - items.len() >= more { Ok(()) } else { items.try_reserve(more).map_err(none_left) }
}

/// An empty vector with room for so many items.
#[inline]
pub(super) fn with_room<T>(items: usize) -> Result<Vec<T>> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(items).map_err(none_left)?;
    Ok(vector)
}

/// These items, of which there are `at_most` so many.
#[inline]
pub(super) fn collect<T>(items: impl Iterator<Item = T>, at_most: usize) -> Result<Vec<T>> {
    let mut vector = with_room(at_most)?;
    vector.extend(items);
    Ok(vector)
}

/// A copy of a guest's bytes.
#[inline]
pub(super) fn copy(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut copy = with_room(bytes.len())?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

/// A copy of a guest's text.
#[inline]
pub(super) fn string(text: &str) -> Result<String> {
    let mut copy = String::new();
    copy.try_reserve_exact(text.len()).map_err(none_left)?;
    copy.push_str(text);
    Ok(copy)
}

/// The text of these characters, which take `at_most` bytes in UTF-8.
pub(super) fn text(characters: impl Iterator<Item = char>, at_most: usize) -> Result<String> {
    let mut text = String::new();
    text.try_reserve_exact(at_most).map_err(none_left)?;
    text.extend(characters);
    Ok(text)
}

#[cold]
fn none_left(_: TryReserveError) -> Error {
    Error::trap(TrapCode::AllocationTooLarge, "the host has no memory left for a value")
}
