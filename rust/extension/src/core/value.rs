//! Between core values and Python objects. Integers are signed when they come from a guest; both readings of the bits are
//! accepted for one, anything else is out of range.

use dovetail_runtime as runtime;
use dovetail_runtime::{Extern, ExternRef, Val, ValRaw, ValType};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt};

use super::{ExnRef, Func, Global, Memory, Table, Tag};
use crate::convert::long;
use crate::errors::{bug, to_python};
use crate::python::{digits, type_name};
use crate::store::Store;

/// The number of an object in the store's table, behind an `externref`.
struct Held(u32);

/// Whether values of these types can be passed without the store: all but references.
pub fn are_numbers(types: &[ValType]) -> bool {
    types.iter().all(|ty| match ty {
        ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 | ValType::V128 => true,
        ValType::FuncRef | ValType::ExternRef | ValType::ExnRef => false,
    })
}

/// An integer in the low bits.
#[inline]
fn integer(value: &Bound<'_, PyAny>, bits: u32) -> PyResult<u64> {
    if value.is_instance_of::<PyInt>() {
        let (number, overflow) = long(value);
        let too_large = bits < 64 && (number < -(1 << (bits - 1)) || number >= 1 << bits);
        if overflow == 0 && !too_large {
            return Ok(number as u64);
        }
    }
    other_integer(value, bits).map(|number| number as u64)
}

fn other_integer(value: &Bound<'_, PyAny>, bits: u32) -> PyResult<i128> {
    let number = if value.is_instance_of::<PyInt>() { value.clone() } else { index_of(value)? };
    let out_of_range = || match number.cast().map_err(PyErr::from).and_then(digits) {
        Ok(digits) => PyOverflowError::new_err(format!("{digits} does not fit an i{bits}")),
        Err(error) => error,
    };
    let integer: i128 = number.extract().map_err(|_| out_of_range())?;
    let fits = -(1_i128 << (bits - 1)) <= integer && integer < 1_i128 << bits;
    if fits { Ok(integer) } else { Err(out_of_range()) }
}

/// What `operator.index` gives.
fn index_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a live object; the result is a new reference or null with an exception set.
    let index = unsafe { Bound::from_owned_ptr_or_err(value.py(), pyo3::ffi::PyNumber_Index(value.as_ptr())) };
    index.map_err(|_| PyTypeError::new_err(format!("expected int, got {}", type_name(value))))
}

fn float(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(float.value());
    }
    value.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(value.py()) {
            return error;
        }
        PyTypeError::new_err(format!("expected float, got {}", type_name(value)))
    })
}

/// A number of this type, which must be none of a reference, as compiled code sees it.
pub fn number_to_raw(value: &Bound<'_, PyAny>, ty: ValType) -> PyResult<ValRaw> {
    Ok(match ty {
        ValType::I32 => ValRaw::from_u32(integer(value, 32)? as u32),
        ValType::I64 => ValRaw::from_u64(integer(value, 64)?),
        ValType::F32 => ValRaw::from_f32(float(value)? as f32),
        ValType::F64 => ValRaw::from_f64(float(value)?),
        ValType::V128 => ValRaw::from_v128(value.extract()?),
        ValType::FuncRef | ValType::ExternRef | ValType::ExnRef => {
            return Err(bug(value.py(), "a reference taken for a number"));
        }
    })
}

/// A number of this type that compiled code left.
pub fn number_to_python(py: Python<'_>, raw: ValRaw, ty: ValType) -> PyResult<Bound<'_, PyAny>> {
    Ok(match ty {
        ValType::I32 => PyInt::new(py, raw.i32()).into_any(),
        ValType::I64 => PyInt::new(py, raw.i64()).into_any(),
        ValType::F32 => PyFloat::new(py, f64::from(raw.f32())).into_any(),
        ValType::F64 => PyFloat::new(py, raw.f64()).into_any(),
        ValType::V128 => PyInt::new(py, raw.v128()).into_any(),
        ValType::FuncRef | ValType::ExternRef | ValType::ExnRef => {
            return Err(bug(py, "a reference taken for a number"));
        }
    })
}

/// Any value of this type.
pub fn to_val(
    owner: &Bound<'_, Store>,
    store: &mut runtime::Store,
    value: &Bound<'_, PyAny>,
    ty: ValType,
) -> PyResult<Val> {
    let py = value.py();
    Ok(match ty {
        ValType::I32 => Val::I32(number_to_raw(value, ty)?.i32()),
        ValType::I64 => Val::I64(number_to_raw(value, ty)?.i64()),
        ValType::F32 => Val::F32(number_to_raw(value, ty)?.u32()),
        ValType::F64 => Val::F64(number_to_raw(value, ty)?.u64()),
        ValType::V128 => Val::V128(number_to_raw(value, ty)?.v128()),
        ValType::FuncRef if value.is_none() => Val::FuncRef(None),
        ValType::FuncRef => match value.cast::<Func>() {
            Ok(func) => Val::FuncRef(Some(func.get().handle())),
            Err(_) => return Err(PyTypeError::new_err(format!("expected Func or None, got {}", type_name(value)))),
        },
        ValType::ExternRef if value.is_none() => Val::ExternRef(None),
        ValType::ExternRef => {
            let number = owner.get().objects().add(value.clone().unbind());
            Val::ExternRef(Some(ExternRef::new(store, Held(number)).map_err(|error| to_python(py, error))?))
        }
        ValType::ExnRef if value.is_none() => Val::ExnRef(None),
        ValType::ExnRef => match value.cast::<ExnRef>() {
            Ok(exception) => Val::ExnRef(Some(exception.get().handle())),
            Err(_) => return Err(PyTypeError::new_err(format!("expected ExnRef or None, got {}", type_name(value)))),
        },
    })
}

/// The Python object for any value.
pub fn from_val<'py>(owner: &Bound<'py, Store>, store: &runtime::Store, value: Val) -> PyResult<Bound<'py, PyAny>> {
    let py = owner.py();
    Ok(match value {
        Val::I32(value) => PyInt::new(py, value).into_any(),
        Val::I64(value) => PyInt::new(py, value).into_any(),
        Val::F32(bits) => PyFloat::new(py, f64::from(f32::from_bits(bits))).into_any(),
        Val::F64(bits) => PyFloat::new(py, f64::from_bits(bits)).into_any(),
        Val::V128(value) => PyInt::new(py, value).into_any(),
        Val::FuncRef(None) | Val::ExternRef(None) | Val::ExnRef(None) => py.None().into_bound(py),
        Val::FuncRef(Some(func)) => Func::object(py, func)?,
        Val::ExnRef(Some(exception)) => Bound::new(py, ExnRef::from_handle(exception))?.into_any(),
        Val::ExternRef(Some(object)) => {
            let data = object.data(store).map_err(|error| to_python(py, error))?;
            let held = data.downcast_ref::<Held>().and_then(|held| owner.get().objects().get(py, held.0));
            held.ok_or_else(|| bug(py, "an external reference without its object"))?
        }
    })
}

/// The handle in a Python object that can be imported.
pub fn to_extern(value: &Bound<'_, PyAny>) -> PyResult<Extern> {
    if let Ok(func) = value.cast::<Func>() {
        return Ok(func.get().handle().into());
    }
    if let Ok(memory) = value.cast::<Memory>() {
        return Ok(memory.get().handle().into());
    }
    if let Ok(global) = value.cast::<Global>() {
        return Ok(global.get().handle().into());
    }
    if let Ok(table) = value.cast::<Table>() {
        return Ok(table.get().handle().into());
    }
    if let Ok(tag) = value.cast::<Tag>() {
        return Ok(tag.get().handle().into());
    }
    let message = format!("expected Func, Global, Memory, Table or Tag, got {}", type_name(value));
    Err(PyTypeError::new_err(message))
}

/// The Python object for something that is exported.
pub fn from_extern<'py>(owner: &Bound<'py, Store>, item: Extern) -> PyResult<Bound<'py, PyAny>> {
    let py = owner.py();
    Ok(match item {
        Extern::Func(func) => Func::object(py, func)?,
        Extern::Table(table) => Bound::new(py, Table::from_handle(table))?.into_any(),
        Extern::Memory(memory) => Bound::new(py, Memory::from_handle(owner, memory))?.into_any(),
        Extern::Global(global) => Bound::new(py, Global::from_handle(global))?.into_any(),
        Extern::Tag(tag) => Bound::new(py, Tag::from_handle(tag))?.into_any(),
    })
}
