//! Lifting: makes Python objects. What is made is always of the exact type that the generated annotations name.

use dovetail_runtime::abi::{TypeIndex, ValueType};
use dovetail_runtime::component::{GuestText, Items, Receiver, ResourceHandle};
use dovetail_runtime::{Error, Result};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use super::face::Face;
use super::number_buffer::has_buffer;
use super::number_list::{SHORT, long_number_list, number_buffer, number_list};
use super::slot::allocate;
use super::{Conversion, raised, wrapper};
use crate::component::Resource;
use crate::errors::bug;
use crate::python;
use crate::room::new_string;

/// Receives the result of an export's call, or the arguments of a host function.
pub struct PyReceiver<'a, 'py> {
    conversion: &'a Conversion<'a, 'py>,
    /// The `result` type of the function itself: its success is handed on as it is, its error is kept in `error`.
    outcome: Option<TypeIndex>,
    /// The object that a constructor's resource is put into.
    object: Option<&'a Bound<'py, Resource>>,
    /// The error value of the function itself.
    pub error: Option<Bound<'py, PyAny>>,
}

impl<'a, 'py> PyReceiver<'a, 'py> {
    pub fn new(conversion: &'a Conversion<'a, 'py>) -> Self {
        PyReceiver { conversion, outcome: None, object: None, error: None }
    }

    /// For the result of an export, whose type may itself be a `result`, and which may be a constructor of `object`.
    pub fn for_export(
        conversion: &'a Conversion<'a, 'py>,
        outcome: Option<TypeIndex>,
        object: Option<&'a Bound<'py, Resource>>,
    ) -> Self {
        PyReceiver { conversion, outcome, object, error: None }
    }

    fn py(&self) -> Python<'py> {
        python::assert_host_stack();
        self.conversion.py
    }

    fn face(&self, ty: TypeIndex) -> Result<&'a Face> {
        self.conversion.face(ty)
    }

    /// The element type of a list of numbers that is to be a buffer.
    fn buffered(&self, ty: TypeIndex) -> Result<Option<ValueType>> {
        match self.face(ty)? {
            Face::NumberBuffer { element } => Ok(Some(*element)),
            Face::List
            | Face::Record(_)
            | Face::Variant(_)
            | Face::Enum(_)
            | Face::Flags(_)
            | Face::Option { .. }
            | Face::Result
            | Face::Tuple
            | Face::Map
            | Face::Handle(_) => Ok(None),
        }
    }

    fn mismatch(&self, ty: TypeIndex) -> Error {
        raised(bug(self.py(), &format!("{ty} has another face than its type")))
    }

    fn none(&self) -> Bound<'py, PyAny> {
        self.py().None().into_bound(self.py())
    }
}

impl<'py> Receiver for PyReceiver<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn bool(&mut self, value: bool) -> Result<Bound<'py, PyAny>> {
        Ok(PyBool::new(self.py(), value).to_owned().into_any())
    }

    fn s8(&mut self, value: i8) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn u8(&mut self, value: u8) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn s16(&mut self, value: i16) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn u16(&mut self, value: u16) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn s32(&mut self, value: i32) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn u32(&mut self, value: u32) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value.into())
    }

    fn s64(&mut self, value: i64) -> Result<Bound<'py, PyAny>> {
        int(self.py(), value)
    }

    fn u64(&mut self, value: u64) -> Result<Bound<'py, PyAny>> {
        unsigned(self.py(), value)
    }

    fn f32(&mut self, value: f32) -> Result<Bound<'py, PyAny>> {
        float(self.py(), value.into())
    }

    fn f64(&mut self, value: f64) -> Result<Bound<'py, PyAny>> {
        float(self.py(), value)
    }

    fn char(&mut self, value: char) -> Result<Bound<'py, PyAny>> {
        let mut buffer = [0; 4];
        Ok(new_string(self.py(), value.encode_utf8(&mut buffer)).map_err(raised)?.into_any())
    }

    fn string(&mut self, text: GuestText<'_>) -> Result<Bound<'py, PyAny>> {
        let py = self.py();
        match text {
            // Python has the strings of one character ready.
            GuestText::Ascii(text) if text.len() > 1 => ascii(py, text),
            GuestText::Ascii(text) | GuestText::Utf8(text) => Ok(new_string(py, text).map_err(raised)?.into_any()),
            GuestText::Latin1(bytes) => {
                let (start, length) = (bytes.as_ptr().cast(), bytes.len() as isize);
                // SAFETY: a range of bytes that is copied; the result is a new str, or null with an exception set.
                unsafe { object(py, ffi::PyUnicode_DecodeLatin1(start, length, std::ptr::null())) }
            }
            GuestText::Utf16(bytes) => {
                let mut little_endian = -1;
                let (start, length) = (bytes.as_ptr().cast(), bytes.len() as isize);
                // SAFETY: as for Latin-1; the byte order is told, so that no mark is looked for.
                unsafe { object(py, ffi::PyUnicode_DecodeUTF16(start, length, std::ptr::null(), &mut little_endian)) }
            }
        }
    }

    fn record(&mut self, ty: TypeIndex, fields: &mut Items<'_, '_>) -> Result<Bound<'py, PyAny>> {
        let Face::Record(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        let record = allocate(face.class.bind(self.py())).map_err(raised)?;
        for field in &face.fields {
            let Some(value) = fields.next(self)? else { return Err(self.mismatch(ty)) };
            field.slot.fill(&record, value).map_err(raised)?;
        }
        Ok(record)
    }

    fn tuple(&mut self, ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Bound<'py, PyAny>> {
        let length = items.len() as isize;
        // SAFETY: a new tuple, or null with an exception set.
        let tuple = unsafe { object(self.py(), ffi::PyTuple_New(length)) }?;
        let tuple = Hidden::new(tuple);
        for number in 0..length {
            let Some(value) = items.next(self)? else { return Err(self.mismatch(ty)) };
            // SAFETY: the tuple is new and hidden, and `number` is below its length. The slot is still null.
            unsafe { ffi::PyTuple_SET_ITEM(tuple.0.as_ptr(), number, value.into_ptr()) };
        }
        Ok(tuple.show())
    }

    fn list(&mut self, ty: TypeIndex, items: &mut Items<'_, '_>) -> Result<Bound<'py, PyAny>> {
        let py = self.py();
        let length = items.len() as usize;
        if let Some(element) = items.element()
            && element.is_number()
        {
            let in_buffer = has_buffer(element) && self.buffered(ty)?.is_some();
            if length > SHORT && element != ValueType::U8 && !in_buffer {
                return long_number_list(py, element, items);
            }
            let Some(bytes) = items.numbers() else { return Err(self.mismatch(ty)) };
            return if in_buffer { number_buffer(py, element, bytes) } else { number_list(py, element, bytes) };
        }
        // SAFETY: a new list, or null with an exception set. The walker found `length` elements inside the guest's memory.
        let list = unsafe { object(py, ffi::PyList_New(length as isize)) }?;
        let list = Hidden::new(list);
        for number in 0..length as isize {
            let Some(value) = items.next(self)? else { return Err(self.mismatch(ty)) };
            // SAFETY: the list is new and hidden from all Python code, so it still has `length` slots and this one is null.
            unsafe { ffi::PyList_SET_ITEM(list.0.as_ptr(), number, value.into_ptr()) };
        }
        Ok(list.show())
    }

    fn map(&mut self, ty: TypeIndex, entries: &mut Items<'_, '_>) -> Result<Bound<'py, PyAny>> {
        // SAFETY: a new dict, or null with an exception set.
        let map = unsafe { object(self.py(), ffi::PyDict_New())?.cast_into_unchecked::<PyDict>() };
        while let Some(key) = entries.next(self)? {
            let Some(value) = entries.next(self)? else { return Err(self.mismatch(ty)) };
            map.set_item(key, value).map_err(raised)?;
        }
        Ok(map.into_any())
    }

    fn variant(&mut self, ty: TypeIndex, case: u32, payload: Option<Bound<'py, PyAny>>) -> Result<Bound<'py, PyAny>> {
        let Face::Variant(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        let Some(case) = face.cases.get(case as usize) else { return Err(self.mismatch(ty)) };
        match (&case.payload, payload) {
            (None, None) => case.unit(self.py()).map_err(raised),
            (Some(slot), Some(payload)) => {
                let value = allocate(case.class.bind(self.py())).map_err(raised)?;
                slot.fill(&value, payload).map_err(raised)?;
                Ok(value)
            }
            (None, Some(_)) | (Some(_), None) => Err(self.mismatch(ty)),
        }
    }

    fn enumeration(&mut self, ty: TypeIndex, case: u32) -> Result<Bound<'py, PyAny>> {
        let Face::Enum(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        match face.members.get(case as usize) {
            Some(member) => Ok(member.bind(self.py()).clone()),
            None => Err(self.mismatch(ty)),
        }
    }

    fn flags(&mut self, ty: TypeIndex, bits: u32) -> Result<Bound<'py, PyAny>> {
        let Face::Flags(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        face.member(self.py(), bits).map_err(raised)
    }

    fn option(&mut self, ty: TypeIndex, payload: Option<Bound<'py, PyAny>>) -> Result<Bound<'py, PyAny>> {
        let Face::Option { wrapped } = self.face(ty)? else { return Err(self.mismatch(ty)) };
        match payload {
            None => Ok(self.none()),
            Some(payload) if *wrapped => wrapper::some(payload),
            Some(payload) => Ok(payload),
        }
    }

    fn result(
        &mut self,
        ty: TypeIndex,
        payload: Result<Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>>,
    ) -> Result<Bound<'py, PyAny>> {
        // A type never contains itself, so this is the function's own result and no part of it.
        if self.outcome == Some(ty) {
            return Ok(match payload {
                Ok(payload) => payload.unwrap_or_else(|| self.none()),
                Err(payload) => {
                    self.error = Some(payload.unwrap_or_else(|| self.none()));
                    self.none()
                }
            });
        }
        match payload {
            Ok(payload) => wrapper::ok(payload.unwrap_or_else(|| self.none())),
            Err(payload) => {
                let class = python::err(self.py()).map_err(raised)?;
                wrapper::err(class, payload.unwrap_or_else(|| self.none()))
            }
        }
    }

    fn is_strange(&self, ty: TypeIndex) -> bool {
        matches!(self.face(ty), Ok(Face::Handle(resource)) if !self.conversion.resources.is_python(*resource))
    }

    fn own(&mut self, ty: TypeIndex, handle: ResourceHandle) -> Result<Bound<'py, PyAny>> {
        let Face::Handle(resource) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        match self.object {
            // The only handle in a constructor's result is the resource itself (an error's own handles would be odd, and
            // come as objects of their own).
            Some(object) if self.conversion.is_constructed(object, *resource) => {
                self.conversion.resources.adopt(object, handle)?;
                Ok(self.none())
            }
            Some(_) | None => self.conversion.resources.receive_own(self.py(), *resource, handle),
        }
    }

    fn borrow(&mut self, ty: TypeIndex, handle: ResourceHandle) -> Result<Bound<'py, PyAny>> {
        let Face::Handle(resource) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        self.conversion.resources.receive_borrow(self.py(), *resource, handle)
    }
}

/// An object that the interpreter has just made, or the exception that it has set: there may be no memory left.
///
/// # Safety
/// `made` is a new reference, or null with an exception set.
#[inline]
pub(super) unsafe fn object(py: Python<'_>, made: *mut ffi::PyObject) -> Result<Bound<'_, PyAny>> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr_or_err(py, made) }.map_err(raised)
}

#[inline]
pub(super) fn int(py: Python<'_>, value: i64) -> Result<Bound<'_, PyAny>> {
    // SAFETY: a new int, or null with an exception set.
    unsafe { object(py, ffi::PyLong_FromLong(value)) }
}

#[inline]
pub(super) fn unsigned(py: Python<'_>, value: u64) -> Result<Bound<'_, PyAny>> {
    // SAFETY: as in `int`.
    unsafe { object(py, ffi::PyLong_FromUnsignedLongLong(value)) }
}

#[inline]
pub(super) fn float(py: Python<'_>, value: f64) -> Result<Bound<'_, PyAny>> {
    // SAFETY: a new float, or null with an exception set.
    unsafe { object(py, ffi::PyFloat_FromDouble(value)) }
}

/// A new list or tuple whose slots are being filled. Making the elements may start the collector, and with it any Python code:
/// the collector, and so `gc.get_objects()`, does not know of the object until no slot is empty any more.
pub(super) struct Hidden<'py>(pub(super) Bound<'py, PyAny>);

impl<'py> Hidden<'py> {
    #[inline]
    pub(super) fn new(object: Bound<'py, PyAny>) -> Hidden<'py> {
        // SAFETY: an object of a type that the collector knows. It may be dropped as it is then: its type's `tp_dealloc` begins
        // with the same call, and passes over empty slots.
        unsafe { ffi::PyObject_GC_UnTrack(object.as_ptr().cast()) };
        Hidden(object)
    }

    #[inline]
    pub(super) fn show(self) -> Bound<'py, PyAny> {
        // SAFETY: the collector does not know the object since `new`, for nobody else has a reference to it. (The empty tuple,
        // which all share, is none that comes here: WIT has no tuple without elements.)
        unsafe { ffi::PyObject_GC_Track(self.0.as_ptr().cast()) };
        self.0
    }
}

/// A str of ASCII characters.
#[inline]
fn ascii<'py>(py: Python<'py>, text: &str) -> Result<Bound<'py, PyAny>> {
    // SAFETY: a new str with room for as many characters of one byte, or null with an exception set; nobody else has seen it when
    // they are copied.
    unsafe {
        let string = object(py, ffi::PyUnicode_New(text.len() as isize, 127))?;
        std::ptr::copy_nonoverlapping(text.as_ptr(), ffi::PyUnicode_DATA(string.as_ptr()).cast(), text.len());
        Ok(string)
    }
}
