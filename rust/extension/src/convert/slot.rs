//! Attributes of generated dataclasses. They have slots, so a value can be made without running `__init__` and a field can be
//! read without a lookup: at an offset that the class's own member descriptor tells.

use std::ptr::NonNull;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

/// One attribute of a class.
pub struct Slot {
    name: Py<PyString>,
    /// Where the object's reference is in an instance; `None` where the class has no such slot (somebody made the class anew
    /// without slots).
    offset: Option<isize>,
}

/// `Py_T_OBJECT_EX`: the kind of member that `__slots__` makes.
const MEMBER_OBJECT: i32 = 16;

impl Slot {
    /// Finds the attribute's slot in exactly this class.
    pub fn find(class: &Bound<'_, PyType>, name: &str) -> PyResult<Slot> {
        let py = class.py();
        let name = PyString::intern(py, name);
        let descriptor = class.getattr("__dict__")?.get_item(&name).ok();
        let offset = descriptor.and_then(|descriptor| member_offset(class, &descriptor));
        Ok(Slot { name: name.unbind(), offset })
    }

    /// The attribute of `object`, whose class is `class` itself if `exact`.
    #[inline]
    pub fn get<'py>(&self, object: &Bound<'py, PyAny>, exact: bool) -> PyResult<Bound<'py, PyAny>> {
        // Without the GIL another thread could take the value away before it is ours: Python knows how to lock the object.
        let direct = exact && cfg!(not(Py_GIL_DISABLED));
        if let (Some(offset), true) = (self.offset, direct) {
            // SAFETY: `object` is an instance of exactly the class in which `find` read this offset, where a slot holds a
            // strong reference or null.
            unsafe {
                let place = object.as_ptr().cast::<u8>().offset(offset).cast::<*mut ffi::PyObject>();
                if let Some(value) = Bound::from_borrowed_ptr_or_opt(object.py(), *place) {
                    return Ok(value);
                }
            }
        }
        object.getattr(self.name.bind(object.py()))
    }

    /// Gives a freshly made `object` of exactly the class its attribute. Between two attributes Python code may run, from the
    /// collector, and find the object: to it this is one that was not initialised yet, and it may set what is not there.
    #[inline]
    pub fn fill<'py>(&self, object: &Bound<'py, PyAny>, value: Bound<'py, PyAny>) -> PyResult<()> {
        match self.offset {
            // SAFETY: as in `get`; what was in the slot is dropped when the slot has the new value.
            Some(offset) => unsafe {
                let place = object.as_ptr().cast::<u8>().offset(offset).cast::<*mut ffi::PyObject>();
                let before = std::ptr::replace(place, value.into_ptr());
                drop(Bound::from_owned_ptr_or_opt(object.py(), before));
                Ok(())
            },
            None => {
                let name = self.name.bind(object.py());
                // SAFETY: three live references; the function is what `object.__setattr__` calls, past a frozen class's own.
                let done = unsafe { ffi::PyObject_GenericSetAttr(object.as_ptr(), name.as_ptr(), value.as_ptr()) };
                if done == 0 { Ok(()) } else { Err(PyErr::fetch(object.py())) }
            }
        }
    }
}

/// The offset that a descriptor of the class's own `__slots__` stands for.
fn member_offset(class: &Bound<'_, PyType>, descriptor: &Bound<'_, PyAny>) -> Option<isize> {
    // SAFETY: the descriptor's type is compared first, exactly; a member descriptor has this layout, and its `PyMemberDef`
    // lives as long as the class that it belongs to.
    unsafe {
        if ffi::Py_TYPE(descriptor.as_ptr()) != &raw mut ffi::PyMemberDescr_Type {
            return None;
        }
        let descriptor = descriptor.as_ptr().cast::<ffi::PyMemberDescrObject>();
        // PyO3 declares another type for the pointer before 3.11.
        let member = NonNull::new((*descriptor).d_member.cast::<ffi::PyMemberDef>())?.as_ref();
        let own = (*descriptor).d_common.d_type == class.as_type_ptr();
        (own && member.type_code == MEMBER_OBJECT && member.offset > 0).then_some(member.offset)
    }
}

/// A new instance of a class without running `__init__`, its slots empty.
#[inline]
pub fn allocate<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: `class` is a class of Python's own making (a dataclass), for which `PyType_GenericAlloc` makes a valid empty
    // instance: that is what `object.__new__` does once it has checked its arguments.
    unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyType_GenericAlloc(class.as_type_ptr(), 0)) }
}

/// Whether an object's class is exactly this one.
#[inline]
pub fn is_exactly(object: &Bound<'_, PyAny>, class: &Py<PyType>) -> bool {
    // SAFETY: every live object has a type.
    unsafe { ffi::Py_TYPE(object.as_ptr()).cast::<ffi::PyObject>() == class.as_ptr() }
}

/// Whether an object really is an instance of a class or of a subclass, whatever its `__class__` says (a mock's says what it
/// was told) and whatever the class's metaclass thinks.
#[inline]
pub fn is_kind_of(object: &Bound<'_, PyAny>, class: &Bound<'_, PyType>) -> bool {
    // SAFETY: two live types.
    unsafe {
        let own = ffi::Py_TYPE(object.as_ptr());
        own == class.as_type_ptr() || ffi::PyType_IsSubtype(own, class.as_type_ptr()) != 0
    }
}

/// Refuses a class whose instances [`allocate`] could not make: one that decides itself how its instances come to be.
pub fn check_plain(class: &Bound<'_, PyType>) -> PyResult<()> {
    // SAFETY: both are live, ready types.
    let plain = unsafe {
        let ty = class.as_type_ptr();
        let (own, default) = ((*ty).tp_new, ffi::PyBaseObject_Type.tp_new);
        own.map(|new| new as usize) == default.map(|new| new as usize) && (*ty).tp_itemsize == 0
    };
    if plain {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("`{}` is not the dataclass that was generated", class.fully_qualified_name()?)))
}
