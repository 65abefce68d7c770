//! The Python face of each type of a package: its class, members and cases, resolved when a value of the type is first
//! converted. Importing a package of large interfaces so costs nothing for what is not used.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use dovetail_runtime::abi::{DefinedType, ResourceIndex, TypeIndex, Types, ValueType};
use dovetail_runtime::binding::{Binding, ClassName, TypeFace};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::foreign;
use super::slot::{Slot, allocate, check_plain, is_exactly, is_kind_of};
use crate::python::type_name;

/// The faces of all types of one package.
pub struct ClassTable {
    /// The package's name: what class names are relative to.
    package: String,
    faces: Vec<OnceLock<Face>>,
}

/// How a type looks in Python.
pub enum Face {
    Record(RecordFace),
    Variant(VariantFace),
    Enum(EnumFace),
    Flags(FlagsFace),
    /// `wrapped` where the payload is an option itself, so that the present case needs `Some`.
    Option {
        wrapped: bool,
    },
    Result,
    Tuple,
    List,
    /// A list of numbers that is made as one block.
    NumberBuffer {
        element: ValueType,
    },
    Map,
    Handle(ResourceIndex),
}

pub struct RecordFace {
    pub class: Py<PyType>,
    pub fields: Vec<Field>,
    pub foreign: foreign::Accepted,
}

pub struct Field {
    /// The attribute's name.
    pub name: String,
    pub slot: Slot,
}

pub struct VariantFace {
    pub cases: Vec<Case>,
    /// From a class's address to the number of its case, where there are too many to look at one after the other.
    by_class: Option<HashMap<usize, u32>>,
    pub foreign: foreign::Accepted,
}

pub struct Case {
    pub name: String,
    pub class: Py<PyType>,
    /// `None` for a case without payload.
    pub payload: Option<Slot>,
    /// The only instance that is ever made of a case without payload: it is immutable.
    instance: OnceLock<Py<PyAny>>,
}

pub struct EnumFace {
    pub class: Py<PyType>,
    pub members: Vec<Py<PyAny>>,
    pub foreign: foreign::Accepted,
}

pub struct FlagsFace {
    pub class: Py<PyType>,
    /// All bits that have a label.
    pub mask: u32,
    /// The members made so far by their bits: `Perms(3)` is a slow call in Python.
    made: Mutex<HashMap<u32, Py<PyAny>>>,
    pub foreign: foreign::Accepted,
}

/// The most combinations of flags that are kept.
const MAX_KEPT_FLAGS: usize = 1024;
/// Up to how many cases are compared one after the other.
const MAX_SCANNED_CASES: usize = 8;

impl ClassTable {
    pub fn new(package: String, binding: &Binding) -> ClassTable {
        ClassTable { package, faces: (0..binding.types.len()).map(|_| OnceLock::new()).collect() }
    }

    /// The face of a type of the package's own table.
    #[inline]
    pub fn face(&self, py: Python<'_>, binding: &Binding, ty: TypeIndex) -> PyResult<&Face> {
        match self.faces[ty.as_u32() as usize].get() {
            Some(face) => Ok(face),
            None => self.make(py, binding, ty),
        }
    }

    #[cold]
    fn make(&self, py: Python<'_>, binding: &Binding, ty: TypeIndex) -> PyResult<&Face> {
        // Made outside the cell: importing may run other threads, and they may come here too. The first one counts.
        let face = self.resolve(py, binding, ty)?;
        Ok(self.faces[ty.as_u32() as usize].get_or_init(|| face))
    }

    fn resolve(&self, py: Python<'_>, binding: &Binding, ty: TypeIndex) -> PyResult<Face> {
        let kind = binding.types.kind(ty);
        Ok(match (kind, &binding.faces[ty]) {
            (DefinedType::Record(_), TypeFace::Record { class, fields }) => {
                let class = self.class(py, class)?;
                check_plain(&class)?;
                let fields = fields
                    .iter()
                    .map(|name| Ok(Field { name: name.clone(), slot: Slot::find(&class, name)? }))
                    .collect::<PyResult<_>>()?;
                Face::Record(RecordFace { class: class.unbind(), fields, foreign: foreign::Accepted::default() })
            }
            (DefinedType::Variant(cases), TypeFace::Variant { cases: classes }) => {
                let payloads = cases.iter().map(|case| case.ty.is_some());
                let cases = classes.iter().zip(payloads).map(|(class, payload)| self.case(py, class, payload));
                Face::Variant(VariantFace::new(cases.collect::<PyResult<_>>()?))
            }
            (DefinedType::Enum(_), TypeFace::Enum { class, members }) => {
                let class = self.class(py, class)?;
                let members = members.iter().map(|name| Ok(class.getattr(name.as_str())?.unbind()));
                Face::Enum(EnumFace {
                    members: members.collect::<PyResult<_>>()?,
                    class: class.unbind(),
                    foreign: foreign::Accepted::default(),
                })
            }
            (DefinedType::Flags(names), TypeFace::Flags { class, .. }) => Face::Flags(FlagsFace {
                class: self.class(py, class)?.unbind(),
                mask: u32::MAX.checked_shr(32 - names.len().min(32) as u32).unwrap_or(0),
                made: Mutex::default(),
                foreign: foreign::Accepted::default(),
            }),
            (DefinedType::Option(payload), _) => Face::Option { wrapped: is_option(&binding.types, *payload) },
            (DefinedType::Result { .. }, _) => Face::Result,
            (DefinedType::Tuple(_), _) => Face::Tuple,
            (DefinedType::List(element) | DefinedType::FixedLengthList(element, _), TypeFace::NumberBuffer) => {
                Face::NumberBuffer { element: *element }
            }
            (DefinedType::List(_) | DefinedType::FixedLengthList(..), _) => Face::List,
            (DefinedType::Map(..), _) => Face::Map,
            (DefinedType::Own(resource) | DefinedType::Borrow(resource), _) => Face::Handle(*resource),
            (
                DefinedType::Record(_) | DefinedType::Variant(_) | DefinedType::Enum(_) | DefinedType::Flags(_),
                face @ (TypeFace::Structural
                | TypeFace::NumberBuffer
                | TypeFace::Record { .. }
                | TypeFace::Variant { .. }
                | TypeFace::Enum { .. }
                | TypeFace::Flags { .. }),
            ) => {
                let text = binding.types.describe(ValueType::Defined(ty));
                return Err(PyTypeError::new_err(format!("the plan is damaged: {text} with the face {face:?}")));
            }
        })
    }

    fn case(&self, py: Python<'_>, class: &ClassName, payload: bool) -> PyResult<Case> {
        let name = class.class.clone();
        let class = self.class(py, class)?;
        check_plain(&class)?;
        let payload = payload.then(|| Slot::find(&class, "value")).transpose()?;
        Ok(Case { name, class: class.unbind(), payload, instance: OnceLock::new() })
    }

    /// Whether a class was defined in a module of the package.
    pub fn is_own(&self, class: &Bound<'_, PyType>) -> PyResult<bool> {
        let module = class.module()?;
        let rest = module.to_str()?.strip_prefix(self.package.as_str());
        Ok(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// A class of the package.
    pub fn class<'py>(&self, py: Python<'py>, name: &ClassName) -> PyResult<Bound<'py, PyType>> {
        let module =
            if name.module.is_empty() { self.package.clone() } else { format!("{}.{}", self.package, name.module) };
        let class = py.import(module.as_str())?.getattr(name.class.as_str())?;
        class.cast_into::<PyType>().map_err(|error| {
            let found = type_name(&error.into_inner());
            PyTypeError::new_err(format!("`{module}.{}`: expected a class, got {found}", name.class))
        })
    }
}

fn is_option(types: &Types, ty: ValueType) -> bool {
    matches!(ty, ValueType::Defined(index) if matches!(types.kind(index), DefinedType::Option(_)))
}

impl VariantFace {
    fn new(cases: Vec<Case>) -> VariantFace {
        let by_class = (cases.len() > MAX_SCANNED_CASES).then(|| {
            cases.iter().enumerate().map(|(number, case)| (case.class.as_ptr() as usize, number as u32)).collect()
        });
        VariantFace { cases, by_class, foreign: foreign::Accepted::default() }
    }

    /// The case that a value is of, and whether its class is exactly the case's.
    pub fn case_of(&self, value: &Bound<'_, PyAny>) -> Option<(u32, bool)> {
        let exact = match &self.by_class {
            Some(by_class) => by_class.get(&(value.get_type_ptr() as usize)).copied(),
            None => self.cases.iter().position(|case| is_exactly(value, &case.class)).map(|number| number as u32),
        };
        if let Some(number) = exact {
            return Some((number, true));
        }
        let subclass = |case: &Case| is_kind_of(value, case.class.bind(value.py()));
        self.cases.iter().position(subclass).map(|number| (number as u32, false))
    }

    /// The cases' names, for messages.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.cases.iter().map(|case| case.name.as_str()).collect();
        names.join(" or ")
    }
}

impl Case {
    /// The value of a case without payload.
    pub fn unit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        if let Some(instance) = self.instance.get() {
            return Ok(instance.bind(py).clone());
        }
        let instance = allocate(self.class.bind(py))?;
        Ok(self.instance.get_or_init(|| instance.unbind()).bind(py).clone())
    }
}

impl EnumFace {
    /// The number of a member.
    pub fn number(&self, value: &Bound<'_, PyAny>) -> Option<u32> {
        if !is_exactly(value, &self.class) {
            return None;
        }
        self.members.iter().position(|member| member.is(value)).map(|number| number as u32)
    }
}

impl FlagsFace {
    /// The member with these bits.
    pub fn member<'py>(&self, py: Python<'py>, bits: u32) -> PyResult<Bound<'py, PyAny>> {
        if let Some(member) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&bits) {
            return Ok(member.bind(py).clone());
        }
        let member = self.class.bind(py).call1((bits,))?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() < MAX_KEPT_FLAGS {
            made.insert(bits, member.clone().unbind());
        }
        Ok(member)
    }

    /// The bits of a member, or `None` where the value is not of the class.
    pub fn bits(&self, value: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
        if !is_exactly(value, &self.class) && !is_kind_of(value, self.class.bind(value.py())) {
            return Ok(None);
        }
        bits(value).map(Some)
    }
}

/// The bits of a member of any class of flags.
pub fn bits(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    value.getattr(intern!(value.py(), "_value_"))?.extract()
}
