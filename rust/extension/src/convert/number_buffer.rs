//! `dovetail.NumberBuffer`: a list of numbers as one block of memory, which is filled by one copy out of the guest's and which
//! numpy, `memoryview` and the like see as it is.

use std::ffi::{CStr, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};

use dovetail_runtime::abi::ValueType;
use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyMemoryView, PySlice, PyTuple, PyType};

use super::number_list::number_list;
use super::raised;
use super::sequence::{Buffer, number_size, packed};
use crate::errors::to_python;
use crate::python::type_name;
use crate::room::{new_bytes, room_for};

/// Numbers of one type, one after the other, as C and the guest lay them out.
///
/// The block is as large as it was made and can be written to through a buffer, as that of `array.array` can.
#[pyclass(frozen, weakref, sequence, module = "dovetail")]
pub struct NumberBuffer {
    element: ValueType,
    /// The block, in words: so it is aligned for every number type. Others write to it whenever they like, hence atomics.
    words: Box<[AtomicU64]>,
    /// How many numbers there are, where a buffer's view can point to it.
    length: ffi::Py_ssize_t,
    /// The bytes of a number, likewise.
    item_size: ffi::Py_ssize_t,
}

const WORD: usize = size_of::<u64>();

/// The number types that lists of have a buffer, with the format codes of the module `struct`. (A `list<u8>` is `bytes`.)
const FORMATS: [(ValueType, &CStr); 9] = [
    (ValueType::S8, c"b"),
    (ValueType::U16, c"H"),
    (ValueType::S16, c"h"),
    (ValueType::U32, c"I"),
    (ValueType::S32, c"i"),
    (ValueType::U64, c"Q"),
    (ValueType::S64, c"q"),
    (ValueType::F32, c"f"),
    (ValueType::F64, c"d"),
];

/// Whether a list of this type may be a [`NumberBuffer`].
pub fn has_buffer(element: ValueType) -> bool {
    format(element).is_some()
}

fn format(element: ValueType) -> Option<&'static CStr> {
    FORMATS.iter().find(|(known, _)| *known == element).map(|(_, format)| *format)
}

impl NumberBuffer {
    /// A copy of a guest's numbers; `None` where the type has no format, or where there is no whole number of numbers.
    pub fn copy_of(element: ValueType, bytes: &[u8]) -> PyResult<Option<NumberBuffer>> {
        let size = format(element).and_then(|_| number_size(element));
        let Some(item_size) = size.filter(|size| bytes.len().is_multiple_of(*size)) else { return Ok(None) };
        let count = bytes.len().div_ceil(WORD);
        let mut words: Vec<AtomicU64> = room_for(count)?;
        if let Some(last) = count.checked_sub(1) {
            // SAFETY: `count` words have room for `bytes.len()` bytes; the last one, which these may fill in part, is zeroed
            // first, so that all of the words are initialised after the copy. Any bytes make an atomic word. The new block
            // does not overlap with `bytes`.
            unsafe {
                words.as_mut_ptr().add(last).write(AtomicU64::new(0));
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), words.as_mut_ptr().cast::<u8>(), bytes.len());
                words.set_len(count);
            }
        }
        Ok(Some(NumberBuffer {
            element,
            words: words.into_boxed_slice(),
            length: (bytes.len() / item_size) as ffi::Py_ssize_t,
            item_size: item_size as ffi::Py_ssize_t,
        }))
    }

    /// The object, whose class is a `collections.abc.Sequence` from the first one on: a class of this module can only be
    /// registered there, and a program that has none of its objects need not import the other.
    pub fn into_object(self, py: Python<'_>) -> PyResult<Bound<'_, NumberBuffer>> {
        static REGISTERED: PyOnceLock<()> = PyOnceLock::new();
        REGISTERED.get_or_try_init(py, || {
            let sequence = py.import(intern!(py, "collections.abc"))?.getattr(intern!(py, "Sequence"))?;
            sequence.call_method1(intern!(py, "register"), (py.get_type::<NumberBuffer>(),)).map(|_| ())
        })?;
        Bound::new(py, self)
    }

    fn item_size(&self) -> usize {
        self.item_size as usize
    }

    fn byte_length(&self) -> usize {
        (self.length * self.item_size) as usize
    }

    /// The bytes of all numbers, as they are now.
    fn bytes(&self) -> PyResult<Vec<u8>> {
        let words = self.words.iter().flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes());
        let mut bytes = room_for(self.byte_length())?;
        bytes.extend(words.take(self.byte_length()));
        Ok(bytes)
    }

    /// The bytes of number `index`, which there must be. No number lies in two words.
    fn item_bytes(&self, index: usize) -> Vec<u8> {
        let start = index * self.item_size();
        let word = self.words[start / WORD].load(Ordering::Relaxed).to_ne_bytes();
        word[start % WORD..][..self.item_size()].to_vec()
    }

    fn list_of<'py>(&self, py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyList>> {
        let list = number_list(py, self.element, bytes).map_err(|error| to_python(py, error))?;
        Ok(list.cast_into()?)
    }

    fn format(&self) -> &'static CStr {
        format(self.element).unwrap_or(c"B")
    }

    fn checked(made: Option<NumberBuffer>, size: usize) -> PyResult<NumberBuffer> {
        made.ok_or_else(|| PyValueError::new_err(format!("`numbers`: expected a multiple of {size} bytes")))
    }
}

#[pymethods]
impl NumberBuffer {
    /// A copy of numbers: of a buffer of the same format, of one of bytes, or of the items of any iterable.
    #[new]
    #[pyo3(signature = (format, numbers, /))]
    fn new<'py>(format: &str, numbers: &Bound<'py, PyAny>) -> PyResult<Bound<'py, NumberBuffer>> {
        let py = numbers.py();
        let failed = |error| to_python(py, error);
        let known = FORMATS.iter().find(|(_, known)| known.to_bytes() == format.as_bytes());
        let Some((element, code)) = known else {
            let codes: Vec<&str> = FORMATS.iter().filter_map(|(_, format)| format.to_str().ok()).collect();
            let message = format!("`format`: expected one of {}, got {format:?}", codes.join(", "));
            return Err(PyValueError::new_err(message));
        };
        let size = number_size(*element).unwrap_or(1);
        if let Some(buffer) = Buffer::get(numbers).map_err(failed)? {
            let fits = buffer.holds(*element) || buffer.holds(ValueType::U8);
            if !fits {
                let message = format!("`numbers`: {}", buffer.wrong_items(code.to_bytes()[0], numbers));
                return Err(PyTypeError::new_err(message));
            }
            let made = Self::copy_of(*element, &buffer.bytes(py).map_err(failed)?)?;
            return Self::checked(made, size)?.into_object(py);
        }
        let list = py.get_type::<PyList>().call1((numbers,))?;
        let bytes = packed(*element, &list, || py.check_signals().map_err(raised)).map_err(failed)?.unwrap_or_default();
        Self::checked(Self::copy_of(*element, &bytes)?, size)?.into_object(py)
    }

    /// The type of the numbers, as the modules `struct` and `array` spell it.
    #[getter(format)]
    fn format_code(&self) -> String {
        self.format().to_string_lossy().into_owned()
    }

    /// The bytes of a number.
    #[getter]
    fn itemsize(&self) -> usize {
        self.item_size()
    }

    /// The numbers as a list.
    fn tolist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.list_of(py, &self.bytes()?)
    }

    /// Where a number is first found.
    #[pyo3(signature = (value, /, *bounds))]
    fn index<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
        bounds: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = PyTuple::new(py, [value.clone()])?.as_sequence().concat(bounds.as_sequence())?.to_tuple()?;
        self.tolist(py)?.call_method1(intern!(py, "index"), arguments)
    }

    /// How often a number is there.
    #[pyo3(signature = (value, /))]
    fn count<'py>(&self, py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.tolist(py)?.call_method1(intern!(py, "count"), (value,))
    }

    fn __len__(&self) -> usize {
        self.length as usize
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(slice) = key.cast::<PySlice>() {
            let indices = slice.indices(self.length)?;
            let mut picked = room_for(indices.slicelength * self.item_size())?;
            picked.extend((0..indices.slicelength).flat_map(|step| {
                let index = indices.start + step as isize * indices.step;
                self.item_bytes(index as usize)
            }));
            let part = Self::copy_of(self.element, &picked)?;
            return Ok(Self::checked(part, self.item_size())?.into_object(py)?.into_any());
        }
        // SAFETY: a live object; the second call is made for one that has `__index__`, whose exceptions are its own.
        let index = unsafe {
            if ffi::PyIndex_Check(key.as_ptr()) == 0 {
                return Err(not_an_index(key));
            }
            ffi::PyNumber_AsSsize_t(key.as_ptr(), ffi::PyExc_IndexError)
        };
        if index == -1
            && let Some(error) = PyErr::take(py)
        {
            return Err(error);
        }
        let index = if index < 0 { index + self.length } else { index };
        if !(0..self.length).contains(&index) {
            return Err(PyIndexError::new_err("NumberBuffer index out of range"));
        }
        self.list_of(py, &self.item_bytes(index as usize))?.get_item(0)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.tolist(py)?.try_iter()?.into_any())
    }

    fn __reversed__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.tolist(py)?.call_method0(intern!(py, "__reversed__"))
    }

    fn __contains__(&self, value: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.tolist(value.py())?.contains(value)
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<NumberBuffer>() else {
            return Ok(py.NotImplemented().into_bound(py));
        };
        let other = other.get();
        let equal = self.length == other.length && self.tolist(py)?.eq(other.tolist(py)?)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("NumberBuffer('{}', {})", self.format_code(), self.tolist(py)?.repr()?))
    }

    fn __reduce_ex__<'py>(slf: &Bound<'py, Self>, protocol: i32) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        // From protocol 5 on a pickler may hand the block on as it is.
        let contents = if protocol >= 5 {
            py.import(intern!(py, "pickle"))?.getattr(intern!(py, "PickleBuffer"))?.call1((slf,))?
        } else {
            new_bytes(py, &slf.get().bytes()?)?.into_any()
        };
        let arguments = (slf.get().format_code(), contents).into_pyobject(py)?;
        Ok((slf.get_type(), arguments).into_pyobject(py)?.into_any())
    }

    #[classmethod]
    #[pyo3(signature = (parameter, /))]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameter: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let types = class.py().import(intern!(class.py(), "types"))?;
        types.getattr(intern!(class.py(), "GenericAlias"))?.call1((class, parameter))
    }

    /// What `memoryview` gives: Python's own name for it, also before 3.12.
    #[pyo3(signature = (_flags, /))]
    fn __buffer__<'py>(slf: &Bound<'py, Self>, _flags: c_int) -> PyResult<Bound<'py, PyMemoryView>> {
        PyMemoryView::from(slf)
    }

    /// Fills a view of the whole block.
    ///
    /// # Safety
    ///
    /// `view` points to a `Py_buffer` to fill, as Python's buffer protocol has it.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let numbers = slf.get();
        let asked = |flag: c_int| flags & flag == flag;
        // SAFETY: the caller gives a view to fill. What it points into lives as long as the object, which the view owns a
        // reference to, and never moves: the block is as large as it was made. Writing to it is writing to atomics, which
        // others may read meanwhile.
        unsafe {
            (*view).buf = numbers.words.as_ptr().cast_mut().cast::<c_void>();
            (*view).len = numbers.length * numbers.item_size;
            (*view).itemsize = numbers.item_size;
            (*view).readonly = 0;
            (*view).ndim = 1;
            let format = numbers.format().as_ptr().cast_mut();
            (*view).format = if asked(ffi::PyBUF_FORMAT) { format } else { std::ptr::null_mut() };
            let shape = std::ptr::from_ref(&numbers.length).cast_mut();
            (*view).shape = if asked(ffi::PyBUF_ND) { shape } else { std::ptr::null_mut() };
            let strides = std::ptr::from_ref(&numbers.item_size).cast_mut();
            (*view).strides = if asked(ffi::PyBUF_STRIDES) { strides } else { std::ptr::null_mut() };
            (*view).suboffsets = std::ptr::null_mut();
            (*view).internal = std::ptr::null_mut();
            (*view).obj = slf.into_ptr();
        }
        Ok(())
    }
}

fn not_an_index(key: &Bound<'_, PyAny>) -> PyErr {
    PyTypeError::new_err(format!("NumberBuffer indices: expected int or slice, got {}", type_name(key)))
}
