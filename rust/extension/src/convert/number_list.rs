//! Lists of numbers out of a guest's memory: as lists of Python's numbers, as `bytes`, or as a buffer.

use dovetail_runtime::abi::ValueType;
use dovetail_runtime::component::Items;
use dovetail_runtime::{Error, Result};
use pyo3::ffi;
use pyo3::prelude::*;

use super::number_buffer::NumberBuffer;
use super::raised;
use super::receive::{Hidden, float, int, object, unsigned};
use super::sequence::number_size;
use crate::errors::bug;
use crate::room::new_bytes;

/// Up to how many numbers a list is made without a look at signals and the time of the call.
pub const SHORT: usize = 1 << 16;

/// The buffer of a whole list of numbers.
pub fn number_buffer<'py>(py: Python<'py>, element: ValueType, bytes: &[u8]) -> Result<Bound<'py, PyAny>> {
    let Some(numbers) = NumberBuffer::copy_of(element, bytes).map_err(raised)? else {
        return Err(no_numbers(py));
    };
    Ok(numbers.into_object(py).map_err(raised)?.into_any())
}

/// The numbers in a block as `bytes`, or as a list.
pub fn number_list<'py>(py: Python<'py>, element: ValueType, bytes: &[u8]) -> Result<Bound<'py, PyAny>> {
    if element == ValueType::U8 {
        return Ok(new_bytes(py, bytes).map_err(raised)?.into_any());
    }
    let Some(size) = number_size(element) else { return Err(no_numbers(py)) };
    let list = empty_list(py, bytes.len() / size)?;
    // SAFETY: the list is new and has as many slots. No Python code runs meanwhile: numbers are objects that the collector does not
    // count.
    unsafe { fill(&list, 0, element, bytes) }?;
    Ok(list)
}

/// A list of so many numbers that the guest's time may be over, or a signal come, before they are made.
pub fn long_number_list<'py>(
    py: Python<'py>,
    element: ValueType,
    items: &mut Items<'_, '_>,
) -> Result<Bound<'py, PyAny>> {
    let length = items.len() as usize;
    let list = Hidden::new(empty_list(py, length)?);
    let mut filled = 0;
    while let Some(bytes) = items.some_numbers()? {
        // SAFETY: the list is new, hidden from all Python code, and has as many slots as there are numbers in all.
        filled += unsafe { fill(&list.0, filled, element, bytes) }?;
    }
    if filled != length {
        return Err(raised(bug(py, "a list of numbers was lifted in part")));
    }
    Ok(list.show())
}

/// A list of empty slots.
fn empty_list(py: Python<'_>, length: usize) -> Result<Bound<'_, PyAny>> {
    // SAFETY: a new list, or null with an exception set.
    unsafe { object(py, ffi::PyList_New(length as isize)) }
}

/// Puts the numbers in a block into the empty slots of a list from `start` on; gives their count.
///
/// # Safety
/// The list has a slot for each of them, all of which are null, and nobody else sees the list before this returns.
unsafe fn fill(list: &Bound<'_, PyAny>, start: usize, element: ValueType, bytes: &[u8]) -> Result<usize> {
    let put = |number: usize, value: Bound<'_, PyAny>| {
        // SAFETY: the caller's promise; no number comes twice.
        unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), (start + number) as isize, value.into_ptr()) };
    };
    /// The numbers are what `make` reads from `N` bytes each.
    fn each<'py, const N: usize>(
        bytes: &[u8],
        put: impl Fn(usize, Bound<'py, PyAny>),
        make: impl Fn([u8; N]) -> Result<Bound<'py, PyAny>>,
    ) -> Result<usize> {
        let (chunks, _) = bytes.as_chunks::<N>();
        for (number, chunk) in chunks.iter().enumerate() {
            put(number, make(*chunk)?);
        }
        Ok(chunks.len())
    }
    let py = list.py();
    match element {
        ValueType::U8 => each(bytes, put, |bytes| int(py, u8::from_le_bytes(bytes).into())),
        ValueType::S8 => each(bytes, put, |bytes| int(py, i8::from_le_bytes(bytes).into())),
        ValueType::U16 => each(bytes, put, |bytes| int(py, u16::from_le_bytes(bytes).into())),
        ValueType::S16 => each(bytes, put, |bytes| int(py, i16::from_le_bytes(bytes).into())),
        ValueType::U32 => each(bytes, put, |bytes| int(py, u32::from_le_bytes(bytes).into())),
        ValueType::S32 => each(bytes, put, |bytes| int(py, i32::from_le_bytes(bytes).into())),
        ValueType::U64 => each(bytes, put, |bytes| unsigned(py, u64::from_le_bytes(bytes))),
        ValueType::S64 => each(bytes, put, |bytes| int(py, i64::from_le_bytes(bytes))),
        ValueType::F32 => each(bytes, put, |bytes| canonical(py, f32::from_le_bytes(bytes).into())),
        ValueType::F64 => each(bytes, put, |bytes| canonical(py, f64::from_le_bytes(bytes))),
        ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => Err(no_numbers(py)),
    }
}

/// A float of a list, which the walker hands over with its bits as they are: one that is not a number becomes the canonical
/// one here (`canonicalize_nan64`), as single floats do in the walker.
fn canonical(py: Python<'_>, number: f64) -> Result<Bound<'_, PyAny>> {
    float(py, if number.is_nan() { f64::from_bits(0x7ff8_0000_0000_0000) } else { number })
}

fn no_numbers(py: Python<'_>) -> Error {
    raised(bug(py, "a list of something else was taken for one of numbers"))
}
