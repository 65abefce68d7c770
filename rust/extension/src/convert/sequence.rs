//! Lists from Python: buffers are copied whole, lists and tuples are read item by item, and so is any other sequence but a
//! string. A list that changes while its items are converted is noticed.

use std::borrow::Cow;
use std::ffi::CStr;

use dovetail_runtime::abi::ValueType;
use dovetail_runtime::component::ListSlot;
use dovetail_runtime::{ArgumentKind, Result};
use pyo3::exceptions::{PyBufferError, PyIndexError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyMapping, PyString, PyTuple};

use super::number::{float_32, float_64, signed, unsigned_64};
use super::supply::PySupplier;
use super::{raised, refused, within, wrong_type};
use crate::python::type_name;
use crate::room::room_for;

/// Lowers a Python object as a list.
pub fn supply_list<'py>(
    supplier: &mut PySupplier<'_, 'py>,
    value: &Bound<'py, PyAny>,
    out: &mut ListSlot<'_, '_>,
) -> Result<()> {
    let element = out.element();
    if let Some(element) = element
        && let Some(formats) = buffer_formats(element)
    {
        if let Ok(bytes) = value.cast_exact::<PyBytes>()
            && element == ValueType::U8
        {
            return out.numbers(bytes.as_bytes());
        }
        if !value.is_exact_instance_of::<PyList>()
            && !value.is_exact_instance_of::<PyTuple>()
            && let Some(buffer) = Buffer::get(value)?
        {
            return supply_buffer(&buffer, value, element, formats, out);
        }
    }
    if let Some(element) = element
        && let Some(bytes) = packed(element, value, || out.look())?
    {
        return out.numbers(&bytes);
    }
    if let Ok(list) = value.cast::<PyList>() {
        let length = list.len();
        out.begin(length)?;
        for number in 0..length {
            // The item's own reference: converting it may run Python code, which may change the list.
            let item = list.get_item(number).map_err(|_| changed())?;
            out.put(supplier, &item)?;
        }
        return if list.len() == length { Ok(()) } else { Err(changed()) };
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        out.begin(tuple.len())?;
        return tuple.iter_borrowed().try_for_each(|item| out.put(supplier, &item));
    }
    supply_sequence(supplier, value, out)
}

/// The numbers of a list or tuple, packed as the guest has them; `None` where they are no numbers, or in something else. `look`
/// is called now and then, and may run Python code.
pub fn packed(
    element: ValueType,
    value: &Bound<'_, PyAny>,
    look: impl FnMut() -> Result<()>,
) -> Result<Option<Vec<u8>>> {
    match element {
        ValueType::U8 => pack(value, look, |item| signed::<u8>(item).map(u8::to_le_bytes)),
        ValueType::S8 => pack(value, look, |item| signed::<i8>(item).map(i8::to_le_bytes)),
        ValueType::U16 => pack(value, look, |item| signed::<u16>(item).map(u16::to_le_bytes)),
        ValueType::S16 => pack(value, look, |item| signed::<i16>(item).map(i16::to_le_bytes)),
        ValueType::U32 => pack(value, look, |item| signed::<u32>(item).map(u32::to_le_bytes)),
        ValueType::S32 => pack(value, look, |item| signed::<i32>(item).map(i32::to_le_bytes)),
        ValueType::U64 => pack(value, look, |item| unsigned_64(item).map(u64::to_le_bytes)),
        ValueType::S64 => pack(value, look, |item| signed::<i64>(item).map(i64::to_le_bytes)),
        ValueType::F32 => pack(value, look, |item| float_32(item).map(f32::to_le_bytes)),
        ValueType::F64 => pack(value, look, |item| float_64(item).map(f64::to_le_bytes)),
        ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => Ok(None),
    }
}

/// Whether so many numbers were packed since the last look.
#[inline]
fn is_time_to_look(index: usize) -> bool {
    index % (1 << 16) == (1 << 16) - 1
}

fn pack<'py, const N: usize>(
    value: &Bound<'py, PyAny>,
    mut look: impl FnMut() -> Result<()>,
    number: impl Fn(&Bound<'py, PyAny>) -> Result<[u8; N]>,
) -> Result<Option<Vec<u8>>> {
    let place = |index: usize| move |error| within(error, || format!("element {index}:"));
    if let Ok(list) = value.cast::<PyList>() {
        let length = list.len();
        let mut bytes = room_for(length * N).map_err(raised)?;
        for index in 0..length {
            if is_time_to_look(index) {
                look()?;
            }
            // The item's own reference: reading it may run Python code, which may change the list.
            let item = list.get_item(index).map_err(|_| changed())?;
            bytes.extend_from_slice(&number(&item).map_err(place(index))?);
        }
        return if list.len() == length { Ok(Some(bytes)) } else { Err(changed()) };
    }
    let Ok(tuple) = value.cast::<PyTuple>() else { return Ok(None) };
    let mut bytes = room_for(tuple.len() * N).map_err(raised)?;
    for (index, item) in tuple.iter_borrowed().enumerate() {
        if is_time_to_look(index) {
            look()?;
        }
        bytes.extend_from_slice(&number(&item).map_err(place(index))?);
    }
    Ok(Some(bytes))
}

/// Any other object with a length and items by number.
fn supply_sequence<'py>(
    supplier: &mut PySupplier<'_, 'py>,
    value: &Bound<'py, PyAny>,
    out: &mut ListSlot<'_, '_>,
) -> Result<()> {
    // SAFETY: a live object, whose type is only looked at.
    let sequence = unsafe { ffi::PySequence_Check(value.as_ptr()) } != 0;
    if !sequence || value.is_instance_of::<PyString>() || value.cast::<PyMapping>().is_ok() {
        let expected = if out.is_bytes() { "bytes or a sequence of int" } else { "a sequence" };
        return Err(wrong_type(expected, value));
    }
    let length = value.len().map_err(raised)?;
    out.begin(length)?;
    for number in 0..length {
        let item = value.get_item(number).map_err(|error| {
            if error.is_instance_of::<PyIndexError>(value.py()) { changed() } else { raised(error) }
        })?;
        out.put(supplier, &item)?;
    }
    Ok(())
}

fn changed() -> dovetail_runtime::Error {
    refused(ArgumentKind::Value, "the sequence changed its length while it was converted")
}

/// The buffer formats (of the module `struct`) whose items are this number type, or `None` where the type is no number.
fn buffer_formats(element: ValueType) -> Option<&'static [u8]> {
    match element {
        ValueType::U8 => Some(b"Bc"),
        ValueType::S8 => Some(b"b"),
        ValueType::U16 => Some(b"H"),
        ValueType::S16 => Some(b"h"),
        ValueType::U32 => Some(b"IL"),
        ValueType::S32 => Some(b"il"),
        ValueType::U64 => Some(b"QLN"),
        ValueType::S64 => Some(b"qln"),
        ValueType::F32 => Some(b"f"),
        ValueType::F64 => Some(b"d"),
        ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => None,
    }
}

/// The bytes of a number in a list of numbers.
pub fn number_size(element: ValueType) -> Option<usize> {
    match element {
        ValueType::U8 | ValueType::S8 => Some(1),
        ValueType::U16 | ValueType::S16 => Some(2),
        ValueType::U32 | ValueType::S32 | ValueType::F32 => Some(4),
        ValueType::U64 | ValueType::S64 | ValueType::F64 => Some(8),
        ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => None,
    }
}

/// A buffer that is given back when dropped.
pub struct Buffer(Box<ffi::Py_buffer>);

impl Buffer {
    /// The buffer of an object, or `None` where it has none.
    pub fn get(value: &Bound<'_, PyAny>) -> Result<Option<Buffer>> {
        let mut view = Box::new(ffi::Py_buffer::new());
        // SAFETY: a live object and a view to fill, which stays where it is until it is released.
        let status = unsafe {
            if ffi::PyObject_CheckBuffer(value.as_ptr()) == 0 {
                return Ok(None);
            }
            ffi::PyObject_GetBuffer(value.as_ptr(), &mut *view, ffi::PyBUF_FULL_RO)
        };
        if status == 0 {
            return Ok(Some(Buffer(view)));
        }
        let error = PyErr::fetch(value.py());
        // These are how an exporter refuses (a released memoryview says `ValueError`); any other exception is not about that.
        if !error.is_instance_of::<PyBufferError>(value.py()) && !error.is_instance_of::<PyValueError>(value.py()) {
            return Err(raised(error));
        }
        let message = format!("{} does not give its buffer: {}", type_name(value), error.value(value.py()));
        Err(refused(ArgumentKind::Value, message))
    }

    /// The contents, copied together where they are scattered (a slice with steps).
    pub fn bytes(&self, py: Python<'_>) -> Result<Cow<'_, [u8]>> {
        let length = usize::try_from(self.0.len).unwrap_or(0);
        if length == 0 || self.0.buf.is_null() {
            return Ok(Cow::Borrowed(&[]));
        }
        // SAFETY: a filled view; its exporter promises `len` readable bytes until it is released, at `buf` where they are
        // contiguous: a bytearray cannot be resized meanwhile. Other threads may write to them while the guest allocates, but
        // not while they are copied, unless they do so without the GIL; then any bytes may arrive, as in `bytes(value)`.
        unsafe {
            if ffi::PyBuffer_IsContiguous(&*self.0, b'C' as std::ffi::c_char) != 0 {
                return Ok(Cow::Borrowed(std::slice::from_raw_parts(self.0.buf.cast::<u8>(), length)));
            }
            let mut copy = room_for(length).map_err(raised)?;
            copy.resize(length, 0_u8);
            let order = b'C' as std::ffi::c_char;
            // Only read; PyO3 declares the pointer mutable before 3.11.
            let view = std::ptr::from_ref(&*self.0).cast_mut();
            if ffi::PyBuffer_ToContiguous(copy.as_mut_ptr().cast(), view, self.0.len, order) != 0 {
                return Err(raised(PyErr::fetch(py)));
            }
            Ok(Cow::Owned(copy))
        }
    }

    /// Whether the items are numbers of this type.
    pub fn holds(&self, element: ValueType) -> bool {
        // `@`, `=` and `<` mean this machine's byte order, which is the guest's too.
        let format = match self.format() {
            [b'@' | b'=' | b'<', rest @ ..] => rest,
            format => format,
        };
        let is_known = |formats: &[u8]| matches!(format, [code] if formats.contains(code));
        buffer_formats(element).is_some_and(is_known) && number_size(element) == usize::try_from(self.0.itemsize).ok()
    }

    /// What to say of the buffer of `value` where its items were to be others.
    pub fn wrong_items(&self, expected: u8, value: &Bound<'_, PyAny>) -> String {
        let (expected, found) = (char::from(expected), String::from_utf8_lossy(self.format()));
        format!("expected a buffer with items `{expected}`, got {} with `{found}`", type_name(value))
    }

    /// The format, as the module `struct` spells it.
    fn format(&self) -> &[u8] {
        if self.0.format.is_null() {
            return b"B";
        }
        // SAFETY: a C string that lives as long as the view.
        unsafe { CStr::from_ptr(self.0.format) }.to_bytes()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the view was filled once, and this thread is attached: a supplier works for a call from Python.
        unsafe { ffi::PyBuffer_Release(&mut *self.0) };
    }
}

fn supply_buffer(
    buffer: &Buffer,
    value: &Bound<'_, PyAny>,
    element: ValueType,
    formats: &[u8],
    out: &mut ListSlot<'_, '_>,
) -> Result<()> {
    if buffer.0.ndim != 1 {
        let message = format!("expected a buffer of one dimension, got {} dimensions", buffer.0.ndim);
        return Err(refused(ArgumentKind::Value, message));
    }
    if !buffer.holds(element) {
        return Err(refused(ArgumentKind::Type, buffer.wrong_items(formats[0], value)));
    }
    out.numbers(&buffer.bytes(value.py())?)
}
