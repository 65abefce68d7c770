//! Lowering: takes Python objects apart. Accepts wide types (any buffer, sequence or mapping), refuses the wrong ones with
//! `TypeError`, numbers out of range with `OverflowError` and bad contents with `ValueError`.

use dovetail_runtime::abi::TypeIndex;
use dovetail_runtime::component::{ListSlot, ResourceHandle, Slots, StringSlot, Supplier, VariantSlot};
use dovetail_runtime::{ArgumentKind, Error, Result};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyMapping, PyString, PyTuple};

use super::face::{Face, bits};
use super::foreign;
use super::number::{float_32, float_64, signed, unsigned_64};
use super::sequence::supply_list;
use super::slot::{is_exactly, is_kind_of};
use super::wrapper::{error_value, wrapped_value};
use super::{Conversion, missing, raised, refused, wrong_type};
use crate::errors::bug;
use crate::python::{self, class_name};

/// Supplies the arguments of an export's call, or the result of a host function.
pub struct PySupplier<'a, 'py> {
    conversion: &'a Conversion<'a, 'py>,
    /// The `result` type of a host function itself, whose success is the value that it returned and whose error it raised.
    outcome: Option<(TypeIndex, Outcome)>,
}

/// What a host function did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Returned,
    Raised,
}

impl<'a, 'py> PySupplier<'a, 'py> {
    pub fn new(conversion: &'a Conversion<'a, 'py>) -> Self {
        PySupplier { conversion, outcome: None }
    }

    /// For the result of a host function whose type is itself a `result`.
    pub fn with_outcome(conversion: &'a Conversion<'a, 'py>, ty: TypeIndex, outcome: Outcome) -> Self {
        PySupplier { conversion, outcome: Some((ty, outcome)) }
    }

    fn face(&self, ty: TypeIndex) -> Result<&'a Face> {
        self.conversion.face(ty)
    }

    fn mismatch(&self, ty: TypeIndex) -> Error {
        raised(bug(self.conversion.py, &format!("{ty} has another face than its type")))
    }
}

/// The text of a str of ASCII characters, where it lies.
#[inline]
fn ascii<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a str> {
    let string = text.as_ptr();
    // SAFETY: a live str. One that says it is compact and ASCII has as many characters of one byte as it is long, directly
    // after its head; it is immutable and lives as long as the reference.
    #[cfg(not(Py_3_14))]
    unsafe {
        if ffi::PyUnicode_IS_COMPACT_ASCII(string) == 0 {
            return None;
        }
        let length = ffi::PyUnicode_GET_LENGTH(string) as usize;
        let characters = std::slice::from_raw_parts(ffi::PyUnicode_DATA(string).cast::<u8>(), length);
        Some(std::str::from_utf8_unchecked(characters))
    }
    // There the layout is not declared.
    #[cfg(Py_3_14)]
    {
        let _ = string;
        None
    }
}

/// The text of a str, or why it has none.
#[inline]
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Result<&'a str> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(wrong_type("str", value));
    };
    if let Some(text) = ascii(text) {
        return Ok(text);
    }
    text.to_str()
        .map_err(|_| refused(ArgumentKind::Value, "the string contains a lone surrogate, which is no character"))
}

impl<'py> Supplier for PySupplier<'_, 'py> {
    type Value = Bound<'py, PyAny>;

    fn bool(&mut self, value: &Bound<'py, PyAny>) -> Result<bool> {
        match value.cast_exact::<PyBool>() {
            Ok(value) => Ok(value.is_true()),
            Err(_) => Err(wrong_type("bool", value)),
        }
    }

    fn s8(&mut self, value: &Bound<'py, PyAny>) -> Result<i8> {
        signed(value)
    }

    fn u8(&mut self, value: &Bound<'py, PyAny>) -> Result<u8> {
        signed(value)
    }

    fn s16(&mut self, value: &Bound<'py, PyAny>) -> Result<i16> {
        signed(value)
    }

    fn u16(&mut self, value: &Bound<'py, PyAny>) -> Result<u16> {
        signed(value)
    }

    fn s32(&mut self, value: &Bound<'py, PyAny>) -> Result<i32> {
        signed(value)
    }

    fn u32(&mut self, value: &Bound<'py, PyAny>) -> Result<u32> {
        signed(value)
    }

    fn s64(&mut self, value: &Bound<'py, PyAny>) -> Result<i64> {
        signed(value)
    }

    fn u64(&mut self, value: &Bound<'py, PyAny>) -> Result<u64> {
        unsigned_64(value)
    }

    fn f32(&mut self, value: &Bound<'py, PyAny>) -> Result<f32> {
        float_32(value)
    }

    fn f64(&mut self, value: &Bound<'py, PyAny>) -> Result<f64> {
        float_64(value)
    }

    fn char(&mut self, value: &Bound<'py, PyAny>) -> Result<char> {
        let text = text(value)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => Ok(char),
            _ => {
                let message = format!("expected one character, got a string of {}", text.chars().count());
                Err(refused(ArgumentKind::Value, message))
            }
        }
    }

    fn string(&mut self, value: &Bound<'py, PyAny>, out: &mut StringSlot<'_, '_>) -> Result<()> {
        out.utf8(text(value)?)
    }

    fn record(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut Slots<'_, '_>) -> Result<()> {
        let Face::Record(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        let exact = is_exactly(value, &face.class);
        if !exact
            && !is_kind_of(value, face.class.bind(value.py()))
            && !foreign::is_record(self.conversion.classes, face, value)?
        {
            return Err(wrong_type(&class_name(face.class.bind(value.py())), value));
        }
        for field in &face.fields {
            let part = field.slot.get(value, exact).map_err(|error| missing(error, value, &field.name))?;
            out.put(self, &part)?;
        }
        Ok(())
    }

    fn tuple(&mut self, _ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut Slots<'_, '_>) -> Result<()> {
        let Ok(tuple) = value.cast::<PyTuple>() else {
            return Err(wrong_type(&format!("a tuple of {}", out.len()), value));
        };
        if tuple.len() != out.len() {
            let message = format!("expected a tuple of {}, got one of {}", out.len(), tuple.len());
            return Err(refused(ArgumentKind::Value, message));
        }
        tuple.iter_borrowed().try_for_each(|item| out.put(self, &item))
    }

    fn list(&mut self, _ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut ListSlot<'_, '_>) -> Result<()> {
        supply_list(self, value, out)
    }

    fn map(&mut self, _ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut ListSlot<'_, '_>) -> Result<()> {
        // The items are copied to a list of their own: converting one may run Python code, which may change the mapping.
        let items = match (value.cast::<PyDict>(), value.cast::<PyMapping>()) {
            (Ok(dict), _) => dict.items(),
            (Err(_), Ok(mapping)) => mapping.items().map_err(raised)?,
            (Err(_), Err(_)) => return Err(wrong_type("a mapping", value)),
        };
        out.begin(items.len())?;
        for item in items.iter() {
            let pair = item.cast::<PyTuple>().map_err(|_| wrong_type("a pair of key and value", &item))?;
            if pair.len() != 2 {
                return Err(wrong_type("a pair of key and value", &item));
            }
            pair.iter_borrowed().try_for_each(|part| out.put(self, &part))?;
        }
        Ok(())
    }

    fn variant(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        let Face::Variant(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        let (number, exact) = match face.case_of(value) {
            Some(found) => found,
            None => match foreign::case_of(self.conversion.classes, face, value)? {
                Some(number) => (number, false),
                None => return Err(wrong_type(&face.names(), value)),
            },
        };
        match &face.cases[number as usize].payload {
            None => out.put(self, number, None),
            Some(slot) => {
                let payload = slot.get(value, exact).map_err(|error| missing(error, value, "value"))?;
                out.put(self, number, Some(&payload))
            }
        }
    }

    fn option(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        let Face::Option { wrapped } = self.face(ty)? else { return Err(self.mismatch(ty)) };
        if value.is_none() {
            return out.none();
        }
        if !*wrapped {
            return out.some(self, value);
        }
        let some = python::some(value.py()).map_err(raised)?;
        match wrapped_value(value, some)? {
            Some(payload) => out.some(self, &payload),
            None => Err(wrong_type("Some or None", value)),
        }
    }

    fn result(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>, out: &mut VariantSlot<'_, '_>) -> Result<()> {
        if let Some((_, outcome)) = self.outcome.filter(|(own, _)| *own == ty) {
            let case = match outcome {
                Outcome::Returned => OK,
                Outcome::Raised => ERROR,
            };
            return put_result(self, case, value, out);
        }
        let py = value.py();
        if let Some(payload) = wrapped_value(value, python::ok(py).map_err(raised)?)? {
            return put_result(self, OK, &payload, out);
        }
        if is_kind_of(value, python::err(py).map_err(raised)?) {
            let payload = error_value(value)?;
            return put_result(self, ERROR, &payload, out);
        }
        Err(wrong_type("Ok or Err", value))
    }

    fn enumeration(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>) -> Result<u32> {
        let Face::Enum(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        if let Some(number) = face.number(value) {
            return Ok(number);
        }
        match foreign::member_number(self.conversion.classes, face, value)? {
            Some(number) => Ok(number),
            None => Err(wrong_type(&class_name(face.class.bind(value.py())), value)),
        }
    }

    fn flags(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>) -> Result<u32> {
        let Face::Flags(face) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        let name = || class_name(face.class.bind(value.py()));
        let found = match face.bits(value).map_err(raised)? {
            None if foreign::is_flags(self.conversion.classes, face, value)? => Some(bits(value).map_err(raised)?),
            found => found,
        };
        match found {
            None => Err(wrong_type(&name(), value)),
            Some(bits) => match u32::try_from(bits) {
                Ok(bits) if bits & !face.mask == 0 => Ok(bits),
                Ok(_) | Err(_) => {
                    let message = format!("{bits:#x} has bits that {} does not name", name());
                    Err(refused(ArgumentKind::Range, message))
                }
            },
        }
    }

    fn own(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>) -> Result<ResourceHandle> {
        let Face::Handle(resource) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        self.conversion.resources.give(*resource, value)
    }

    fn borrow(&mut self, ty: TypeIndex, value: &Bound<'py, PyAny>) -> Result<ResourceHandle> {
        let Face::Handle(resource) = self.face(ty)? else { return Err(self.mismatch(ty)) };
        self.conversion.resources.lend(*resource, value)
    }
}

/// Lowers a result's payload, where its type has one.
fn put_result<'py>(
    supplier: &mut PySupplier<'_, 'py>,
    case: u32,
    payload: &Bound<'py, PyAny>,
    out: &mut VariantSlot<'_, '_>,
) -> Result<()> {
    if out.has_payload(case) {
        return out.put(supplier, case, Some(payload));
    }
    if !payload.is_none() {
        return Err(wrong_type("None", payload));
    }
    out.put(supplier, case, None)
}

/// The numbers of a result's cases.
const OK: u32 = 0;
const ERROR: u32 = 1;
