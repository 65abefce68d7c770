//! `dovetail.Tag`, and the references to exceptions that guests hand out.

use dovetail_runtime as runtime;
use pyo3::prelude::*;

use super::types::{tag_type, tag_type_object};
use super::value::from_val;
use crate::errors::to_python;
use crate::store::{Store, storelike};

/// A tag of a store: a kind of exception.
#[pyclass(frozen, eq, hash, module = "dovetail")]
#[derive(PartialEq, Eq, Hash)]
pub struct Tag {
    handle: runtime::Tag,
}

impl Tag {
    pub fn handle(&self) -> runtime::Tag {
        self.handle
    }

    pub fn from_handle(handle: runtime::Tag) -> Tag {
        Tag { handle }
    }
}

#[pymethods]
impl Tag {
    #[new]
    fn new(store: &Bound<'_, PyAny>, ty: &Bound<'_, PyAny>) -> PyResult<Tag> {
        let owner = storelike(store)?;
        let ty = tag_type(ty)?;
        let mut store = Store::enter(&owner)?;
        let handle = runtime::Tag::new(&mut store, ty).map_err(|error| to_python(owner.py(), error))?;
        Ok(Tag { handle })
    }

    /// The tag's type.
    fn r#type<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let owner = storelike(store)?;
        let ty = self.handle.ty(&*Store::enter(&owner)?).map_err(|error| to_python(owner.py(), error))?;
        tag_type_object(owner.py(), &ty)
    }
}

/// A guest's reference to an exception.
#[pyclass(frozen, eq, hash, module = "dovetail")]
#[derive(PartialEq, Eq, Hash)]
pub struct ExnRef {
    handle: runtime::ExnRef,
}

impl ExnRef {
    pub fn handle(&self) -> runtime::ExnRef {
        self.handle
    }

    pub fn from_handle(handle: runtime::ExnRef) -> ExnRef {
        ExnRef { handle }
    }
}

#[pymethods]
impl ExnRef {
    /// The tag that was thrown.
    fn tag(&self, store: &Bound<'_, PyAny>) -> PyResult<Tag> {
        let owner = storelike(store)?;
        let tag = self.handle.tag(&*Store::enter(&owner)?).map_err(|error| to_python(owner.py(), error))?;
        Ok(Tag::from_handle(tag))
    }

    /// The values that the exception carries.
    fn values<'py>(&self, store: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let owner = storelike(store)?;
        let mut store = Store::enter(&owner)?;
        let values = self.handle.values(&mut store).map_err(|error| to_python(owner.py(), error))?;
        values.into_iter().map(|value| from_val(&owner, &store, value)).collect()
    }
}
