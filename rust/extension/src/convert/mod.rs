//! Between Python objects and the guest's values: the two sides of the runtime's seam, and the tables that they work by.
//!
//! What concerns the guest is checked by the runtime's walker, which also names the place of a refused value; here are only
//! Python's rules: which objects are accepted for a type (wide), and which are made for it (narrow).

mod face;
mod foreign;
mod known;
mod number;
mod number_buffer;
mod number_list;
mod receive;
mod sequence;
mod slot;
mod supply;
mod wrapper;

pub use face::{ClassTable, Face};
pub use known::KnownClasses;
pub use number::long;
pub use number_buffer::NumberBuffer;
pub use receive::PyReceiver;
pub use slot::is_kind_of;
pub use supply::{Outcome, PySupplier};
pub use wrapper::{err, error_value};

use dovetail_runtime::abi::{ResourceIndex, TypeIndex};
use dovetail_runtime::binding::Binding;
use dovetail_runtime::{ArgumentError, ArgumentKind, Error, ErrorKind, Result};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::component::{Resource, Resources};
use crate::python::{assert_host_stack, module_name, type_name};

/// What both sides need to convert values of one instance's package.
pub struct Conversion<'a, 'py> {
    pub py: Python<'py>,
    pub binding: &'a Binding,
    pub classes: &'a ClassTable,
    pub resources: &'a Resources,
}

impl<'a> Conversion<'a, '_> {
    #[inline]
    fn face(&self, ty: TypeIndex) -> Result<&'a Face> {
        assert_host_stack();
        match self.classes.face(self.py, self.binding, ty) {
            Ok(face) => Ok(face),
            Err(error) => Err(raised(error)),
        }
    }

    /// Whether an object that is being made is of this resource's class.
    fn is_constructed(&self, object: &Bound<'_, Resource>, resource: ResourceIndex) -> bool {
        self.resources.class(self.py, resource).is_some_and(|class| is_kind_of(object, &class))
    }
}

/// A value of the wrong class: "expected str, got int". One whose class has the expected name, or that of one of Python's own,
/// is told by its module: "expected int, got numpy.bool".
pub fn wrong_type(expected: &str, value: &Bound<'_, PyAny>) -> Error {
    const BUILT_IN: [&str; 8] = ["bool", "bytes", "dict", "float", "int", "list", "str", "tuple"];
    let name = type_name(value);
    let ambiguous = name == expected || BUILT_IN.contains(&name.as_str());
    let module = if ambiguous { module_name(value) } else { None };
    let module = module.map_or_else(String::new, |module| module + ".");
    refused(ArgumentKind::Type, format!("expected {expected}, got {module}{name}"))
}

/// A value that is refused for this reason.
pub fn refused(kind: ArgumentKind, message: impl Into<String>) -> Error {
    ArgumentError { kind, message: message.into() }.into()
}

/// A value of the right class whose attribute cannot be read: one that was never initialised lacks it.
pub fn missing(error: PyErr, value: &Bound<'_, PyAny>, attribute: &str) -> Error {
    if error.is_instance_of::<PyAttributeError>(value.py()) {
        return without(value, attribute);
    }
    raised(error)
}

/// A value of the right class that has not what it should.
fn without(value: &Bound<'_, PyAny>, attribute: &str) -> Error {
    refused(ArgumentKind::Type, format!("{} without its `{attribute}`", type_name(value)))
}

/// Puts the place where a refused value was in front of the message: "`put` argument `e`: expected str, got int".
pub fn within(error: Error, place: impl FnOnce() -> String) -> Error {
    let mut error = error;
    if let ErrorKind::Argument(argument) = error.kind_mut() {
        argument.message = format!("{} {}", place(), argument.message);
    }
    error
}

/// An exception of Python, on its way through the runtime as it is.
pub fn raised(error: PyErr) -> Error {
    Error::host(error)
}
