//! `dovetail.Memory`: a linear memory, which is also a buffer that numpy and `memoryview` see without a copy.

use std::ffi::{c_int, c_void};

use dovetail_runtime as runtime;
use pyo3::exceptions::{PyBufferError, PyIndexError, PyOverflowError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyMemoryView, PySlice};
use pyo3::{buffer::PyBuffer, ffi};

use super::types::{memory_type, memory_type_object};
use crate::errors::to_python;
use crate::room::new_bytearray;
use crate::store::{Store, storelike};

/// A linear memory of a store. As a buffer it is as large as it was when the buffer was asked for.
#[pyclass(frozen, weakref, module = "dovetail")]
pub struct Memory {
    handle: runtime::Memory,
    owner: Py<Store>,
}

const PAGE_SIZE: u32 = 65536;

impl Memory {
    pub fn handle(&self) -> runtime::Memory {
        self.handle
    }

    pub fn from_handle(owner: &Bound<'_, Store>, handle: runtime::Memory) -> Memory {
        Memory { handle, owner: owner.clone().unbind() }
    }
}

#[pymethods]
impl Memory {
    #[new]
    fn new(store: &Bound<'_, PyAny>, ty: &Bound<'_, PyAny>) -> PyResult<Memory> {
        let owner = storelike(store)?;
        let ty = memory_type(ty)?;
        let handle =
            runtime::Memory::new(&mut *Store::enter(&owner)?, ty).map_err(|error| to_python(owner.py(), error))?;
        Ok(Memory::from_handle(&owner, handle))
    }

    /// The memory's type.
    fn r#type<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let ty = self.handle.ty(&*Store::enter(&owner)?).map_err(|error| to_python(owner.py(), error))?;
        memory_type_object(owner.py(), ty)
    }

    /// Adds pages; returns how many there were before.
    fn grow(&self, store: &Bound<'_, PyAny>, delta: i64) -> PyResult<u64> {
        let owner = storelike(store)?;
        let delta = u64::try_from(delta).map_err(|_| PyOverflowError::new_err("`delta` must not be negative"))?;
        let mut store = Store::enter(&owner)?;
        self.handle.grow(&mut store, delta).map_err(|error| to_python(owner.py(), error))
    }

    /// The number of pages.
    fn size(&self, store: &Bound<'_, PyAny>) -> PyResult<u64> {
        let owner = storelike(store)?;
        let store = Store::enter(&owner)?;
        self.handle.size(&store).map_err(|error| to_python(owner.py(), error))
    }

    /// The number of bytes.
    fn data_len(&self, store: &Bound<'_, PyAny>) -> PyResult<usize> {
        let owner = storelike(store)?;
        let store = Store::enter(&owner)?;
        self.handle.byte_len(&store).map_err(|error| to_python(owner.py(), error))
    }

    /// The bytes of a page.
    fn page_size(&self, store: &Bound<'_, PyAny>) -> PyResult<u32> {
        storelike(store).map(|_| PAGE_SIZE)
    }

    /// The binary logarithm of the bytes of a page.
    fn page_size_log2(&self, store: &Bound<'_, PyAny>) -> PyResult<u32> {
        storelike(store).map(|_| PAGE_SIZE.ilog2())
    }

    /// A copy of the bytes from `start` up to `stop`, which count as in `list[start:stop]`.
    #[pyo3(signature = (store, start=0, stop=None))]
    fn read<'py>(
        &self,
        store: &Bound<'py, PyAny>,
        start: Option<isize>,
        stop: Option<isize>,
    ) -> PyResult<Bound<'py, PyByteArray>> {
        let owner = storelike(store)?;
        let py = owner.py();
        let store = Store::enter(&owner)?;
        let data = self.handle.data(&store).map_err(|error| to_python(py, error))?;
        let range = PySlice::new(py, start.unwrap_or(0), stop.unwrap_or(isize::MAX), 1).indices(data.len() as isize)?;
        let bytes = data.get(range.start as usize..range.stop.max(range.start) as usize).unwrap_or_default();
        new_bytearray(py, bytes)
    }

    /// Copies bytes into the memory, at its start or at `start`; returns how many.
    #[pyo3(signature = (store, value, start=None))]
    fn write(&self, store: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, start: Option<isize>) -> PyResult<usize> {
        let owner = storelike(store)?;
        let py = owner.py();
        let bytes: PyBuffer<u8> = PyBuffer::get(value)?;
        let mut store = Store::enter(&owner)?;
        let data = self.handle.data_mut(&mut store).map_err(|error| to_python(py, error))?;
        let range = PySlice::new(py, start.unwrap_or(0), isize::MAX, 1).indices(data.len() as isize)?;
        let end = (range.start as usize).checked_add(bytes.item_count());
        let place = end.and_then(|end| data.get_mut(range.start as usize..end));
        let place = place.ok_or_else(|| PyIndexError::new_err("the bytes do not fit the memory"))?;
        bytes.copy_to_slice(py, place)?;
        Ok(place.len())
    }

    /// # Safety
    /// Called by Python only, with a buffer to fill.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let py = slf.py();
        if view.is_null() {
            return Err(PyBufferError::new_err("no buffer to fill"));
        }
        let owner = slf.get().owner.bind(py);
        let store = Store::enter(owner)?;
        let failed = |error| to_python(py, error);
        let base = slf.get().handle.base_ptr(&store).map_err(failed)?;
        let length = slf.get().handle.byte_len(&store).map_err(failed)?;
        // SAFETY: `base` points to `length` bytes that stay where they are until the store is dropped, which `retain_buffer`
        // prevents; `PyBuffer_FillInfo` keeps a reference to the memory, and that one to the store.
        let filled =
            unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), base.cast::<c_void>(), length as isize, 0, flags) };
        if filled != 0 {
            return Err(PyErr::fetch(py));
        }
        owner.get().access().retain_buffer();
        Ok(())
    }

    /// # Safety
    /// Called by Python only, once for each buffer that was filled.
    unsafe fn __releasebuffer__(&self, py: Python<'_>, _view: *mut ffi::Py_buffer) {
        self.owner.bind(py).get().access().release_buffer();
    }

    /// What `memoryview` gives: Python's own name for it, also before 3.12.
    #[pyo3(signature = (_flags, /))]
    fn __buffer__<'py>(slf: &Bound<'py, Self>, _flags: c_int) -> PyResult<Bound<'py, PyMemoryView>> {
        PyMemoryView::from(slf)
    }

    #[pyo3(signature = (buffer, /))]
    fn __release_buffer__(&self, buffer: &Bound<'_, PyMemoryView>) -> PyResult<()> {
        buffer.call_method0("release").map(|_| ())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Memory>().is_ok_and(|other| other.get().handle == self.handle)
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.handle.hash(&mut hasher);
        hasher.finish()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.owner)
    }
}
