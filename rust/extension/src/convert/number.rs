//! Numbers from Python objects. Nothing wraps and nothing is rounded away silently: out of range is an error.

use std::ffi::{c_int, c_longlong};
use std::fmt::Display;

use dovetail_runtime::{ArgumentKind, Error, Result};
use pyo3::ffi;
use pyo3::prelude::*;

use super::{raised, refused, wrong_type};
use crate::python::digits;

/// An integer of any type that fits an `i64`: all but `u64`.
#[inline]
pub fn signed<T: TryFrom<i64> + Limits>(value: &Bound<'_, PyAny>) -> Result<T> {
    // SAFETY: a live object, whose type is only looked at.
    if unsafe { ffi::PyLong_Check(value.as_ptr()) } != 0 {
        return signed_int(value);
    }
    signed_int(&index(value)?)
}

/// An int as a number of this type.
#[inline]
fn signed_int<T: TryFrom<i64> + Limits>(int: &Bound<'_, PyAny>) -> Result<T> {
    let (number, overflow) = long(int);
    if overflow == 0
        && let Ok(number) = T::try_from(number)
    {
        return Ok(number);
    }
    Err(out_of_range::<T>(int))
}

pub fn unsigned_64(value: &Bound<'_, PyAny>) -> Result<u64> {
    // SAFETY: a live object, whose type is only looked at.
    if unsafe { ffi::PyLong_Check(value.as_ptr()) } != 0 {
        return unsigned_64_int(value);
    }
    unsigned_64_int(&index(value)?)
}

#[inline]
fn unsigned_64_int(int: &Bound<'_, PyAny>) -> Result<u64> {
    let (number, overflow) = long(int);
    if overflow == 0 {
        return u64::try_from(number).map_err(|_| out_of_range::<u64>(int));
    }
    // SAFETY: `int` is a live int.
    let number = unsafe { ffi::PyLong_AsUnsignedLongLong(int.as_ptr()) };
    if number == u64::MAX && PyErr::take(int.py()).is_some() {
        return Err(out_of_range::<u64>(int));
    }
    Ok(number)
}

/// An int as CPython lays it out, as far as its first digit of 30 bits.
#[repr(C)]
struct Digits {
    head: ffi::PyObject,
    /// Before 3.12 the number of digits, negative for a negative number; since then that number from bit 3 on, and below 1 minus
    /// the sign.
    size: isize,
    first: u32,
}

/// An int of at most one digit, as most are.
#[inline]
fn one_digit(int: &Bound<'_, PyAny>) -> Option<i64> {
    // SAFETY: the callers checked that this live object is an int: it has this layout, with at least one digit in memory.
    let Digits { size, first, .. } = unsafe { &*int.as_ptr().cast::<Digits>() };
    #[cfg(Py_3_12)]
    return (*size < 2 << 3).then(|| (1 - (*size as i64 & 3)) * i64::from(*first));
    #[cfg(not(Py_3_12))]
    return (-1..=1).contains(size).then(|| *size as i64 * i64::from(*first));
}

/// An int as an `i64`, and whether it was too large (1) or too small (-1) for that.
#[inline]
pub fn long(int: &Bound<'_, PyAny>) -> (i64, c_int) {
    if let Some(number) = one_digit(int) {
        return (number, 0);
    }
    let mut overflow = 0;
    // SAFETY: the callers checked that this live object is an int, which cannot raise here: overflow is reported by the flag.
    let number: c_longlong = unsafe { ffi::PyLong_AsLongLongAndOverflow(int.as_ptr(), &mut overflow) };
    (number, overflow)
}

/// What `operator.index` gives. Asked once for each value: an object may answer otherwise the second time.
fn index<'py>(value: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>> {
    // SAFETY: a live object; the result is a new reference, or null with an exception set.
    unsafe {
        if ffi::PyIndex_Check(value.as_ptr()) == 0 {
            return Err(wrong_type("int", value));
        }
        Bound::from_owned_ptr_or_err(value.py(), ffi::PyNumber_Index(value.as_ptr())).map_err(raised)
    }
}

/// The name and bounds of an integer type, for messages.
pub trait Limits: Copy + Display {
    const NAME: &str;
    const MIN: Self;
    const MAX: Self;
}

macro_rules! limits {
    ($($type:ident $name:literal,)*) => {$(
        impl Limits for $type {
            const NAME: &str = $name;
            const MIN: Self = $type::MIN;
            const MAX: Self = $type::MAX;
        }
    )*};
}

limits! { i8 "s8", u8 "u8", i16 "s16", u16 "u16", i32 "s32", u32 "u32", i64 "s64", u64 "u64", }

#[cold]
fn out_of_range<T: Limits>(int: &Bound<'_, PyAny>) -> Error {
    match int.cast().map_err(PyErr::from).and_then(digits) {
        Ok(digits) => {
            refused(ArgumentKind::Range, format!("expected {} ({} to {}), got {digits}", T::NAME, T::MIN, T::MAX))
        }
        Err(error) => raised(error),
    }
}

#[inline]
pub fn float_64(value: &Bound<'_, PyAny>) -> Result<f64> {
    // SAFETY: `value` is a live object, checked to be exactly a float.
    unsafe {
        if ffi::PyFloat_CheckExact(value.as_ptr()) != 0 {
            return Ok(ffi::PyFloat_AS_DOUBLE(value.as_ptr()));
        }
    }
    other_float(value)
}

/// An int, a subclass of float, or anything with `__float__` or `__index__`.
fn other_float(value: &Bound<'_, PyAny>) -> Result<f64> {
    // SAFETY: `value` is a live object whose type is only looked at; `PyFloat_AsDouble` raises where it returns -1.
    let number = unsafe {
        let methods = (*ffi::Py_TYPE(value.as_ptr())).tp_as_number;
        if methods.is_null() || ((*methods).nb_float.is_none() && (*methods).nb_index.is_none()) {
            return Err(wrong_type("float", value));
        }
        ffi::PyFloat_AsDouble(value.as_ptr())
    };
    if number == -1.0
        && let Some(error) = PyErr::take(value.py())
    {
        if error.is_instance_of::<pyo3::exceptions::PyOverflowError>(value.py()) {
            return Err(refused(ArgumentKind::Range, "the number is too large for f64"));
        }
        return Err(raised(error));
    }
    Ok(number)
}

/// The nearest `f32`; a finite number that has none is out of range.
pub fn float_32(value: &Bound<'_, PyAny>) -> Result<f32> {
    let number = float_64(value)?;
    let narrow = number as f32;
    if narrow.is_infinite() && number.is_finite() {
        return Err(refused(ArgumentKind::Range, format!("{number:e} is too large for f32")));
    }
    Ok(narrow)
}
