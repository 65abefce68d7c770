//! The names under which a generated package knows a component's types and functions: what `bindgen` writes into
//! `app.plan.json` beside the link plan, and what the Python extension reads when it binds.
//!
//! Types here are nominal (one entry for each Python class); `runtime` checks at binding that they equal the plan's by
//! structure. Module names are relative to the package: `exports.store`.

use cranelift_entity::{PrimaryMap, SecondaryMap};
use serde::{Deserialize, Serialize};

use dovetail_abi::{DefinedType, FunctionType, ResourceIndex, TypeIndex, Types, ValueType};

use crate::component::ComponentPlan;
use crate::contract::{Contract, ContractMismatch};

/// The whole of `app.plan.json`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PackagePlan {
    /// The version of the generator.
    pub contract: Contract,
    /// [`Binding::fingerprint`]; the package's Python has it too. Missing in packages of contract 1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    pub plan: ComponentPlan,
    pub binding: Binding,
}

/// Why a plan cannot be used; the text follows on the plan's name.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("{0}")]
    Contract(#[from] ContractMismatch),
    #[error("cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("is damaged: {0}")]
    Damaged(String),
}

impl PackagePlan {
    /// Reads a plan of any version that this engine runs. What is read can be trusted as far as [`Binding::damage`] says; the
    /// link plan is verified with the core modules.
    pub fn read(json: &[u8]) -> Result<PackagePlan, PlanError> {
        /// What plans of every version have: it is looked at before the rest is understood.
        #[derive(Deserialize)]
        struct Header {
            contract: Option<Contract>,
        }
        let Header { contract } = serde_json::from_slice(json)?;
        contract.ok_or(ContractMismatch::Missing)?.check()?;
        let plan: PackagePlan = serde_json::from_slice(json)?;
        match plan.binding.damage() {
            Some(damage) => Err(PlanError::Damaged(damage)),
            None => Ok(plan),
        }
    }
}

/// What the extension needs to know about the generated Python.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Binding {
    /// The name of the world's class.
    pub world: String,
    /// The name of the class of the world's asynchronous face, where the package has that face. A package that has no other
    /// says so in `world` too, and likewise in the classes of its interfaces and resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asynchronous: Option<String>,
    pub types: Types,
    /// The Python face of each entry of `types`.
    pub faces: SecondaryMap<TypeIndex, TypeFace>,
    pub resources: PrimaryMap<ResourceIndex, ResourceFace>,
    /// Imported interfaces; world-level functions are in one with `name: None`.
    pub imports: Vec<InterfaceFace>,
    /// Exported interfaces; world-level functions are in one with `name: None`.
    pub exports: Vec<InterfaceFace>,
}

impl Binding {
    /// The fingerprint of all signatures and of the Python names for them: 16 hexadecimal digits. A minor version of the
    /// contract leaves it as it is where a package does not use what is new, because defaults are not written.
    pub fn fingerprint(&self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string(self)?;
        let mut digits = dovetail_abi::fingerprint([("binding".to_string(), text)]);
        digits.truncate(16);
        Ok(digits)
    }

    /// What is wrong with a binding that was read from a file: whoever uses one takes its indices and counts as given.
    pub fn damage(&self) -> Option<String> {
        if !self.types.is_well_formed() {
            return Some("its types refer to each other wrongly".to_string());
        }
        let types = (0..self.types.len() as u32).map(TypeIndex::from_u32);
        types.filter_map(|ty| self.damage_of_type(ty)).next().or_else(|| {
            let interfaces = self.imports.iter().chain(&self.exports);
            interfaces.filter_map(|interface| self.damage_of_interface(interface)).next()
        })
    }

    fn damage_of_type(&self, ty: TypeIndex) -> Option<String> {
        let face = &self.faces[ty];
        let fits = match self.types.kind(ty) {
            DefinedType::Record(expected) => {
                matches!(face, TypeFace::Record { fields, .. } if fields.len() == expected.len())
            }
            DefinedType::Variant(expected) => {
                matches!(face, TypeFace::Variant { cases } if cases.len() == expected.len())
            }
            DefinedType::Enum(expected) => {
                matches!(face, TypeFace::Enum { members, .. } if members.len() == expected.len())
            }
            DefinedType::Flags(expected) => {
                matches!(face, TypeFace::Flags { members, .. } if members.len() == expected.len())
            }
            DefinedType::Own(resource) | DefinedType::Borrow(resource) => self.resources.is_valid(*resource),
            DefinedType::List(_) | DefinedType::FixedLengthList(..) => {
                *face != TypeFace::NumberBuffer || is_number_list(&self.types, ty)
            }
            DefinedType::Tuple(_) | DefinedType::Map(..) | DefinedType::Option(_) | DefinedType::Result { .. } => true,
        };
        (!fits).then(|| format!("{} has the face {face:?}", self.types.describe(ValueType::Defined(ty))))
    }

    fn damage_of_interface(&self, interface: &InterfaceFace) -> Option<String> {
        let known = |resource: &ResourceIndex| self.resources.is_valid(*resource);
        if !interface.resources.iter().all(known) {
            return Some(format!("`{}` has an unknown resource", interface.name.as_deref().unwrap_or(&self.world)));
        }
        interface.functions.iter().find(|function| !self.is_sound(function)).map(|function| {
            let name = &function.name;
            format!("the function `{name}` does not fit its types")
        })
    }

    fn is_sound(&self, function: &FunctionFace) -> bool {
        let (resource, unnamed) = match function.kind {
            FunctionKind::Free => (None, 0),
            FunctionKind::Constructor(resource) | FunctionKind::Static(resource) => (Some(resource), 0),
            FunctionKind::Method(resource) => (Some(resource), 1),
        };
        let params = function.ty.params.iter().map(|param| param.ty);
        let known = |ty: ValueType| {
            let ValueType::Defined(index) = ty else { return true };
            (index.as_u32() as usize) < self.types.len()
        };
        resource.is_none_or(|resource| self.resources.is_valid(resource))
            && params.chain(function.ty.result).all(known)
            && function.ty.params.len() == function.params.len() + unnamed
    }
}

/// Whether a type is a list that can be a number buffer: one of numbers, but not of bytes.
pub fn is_number_list(types: &Types, ty: TypeIndex) -> bool {
    let (DefinedType::List(element) | DefinedType::FixedLengthList(element, _)) = types.kind(ty) else { return false };
    match element {
        ValueType::S8
        | ValueType::U16
        | ValueType::S16
        | ValueType::U32
        | ValueType::S32
        | ValueType::U64
        | ValueType::S64
        | ValueType::F32
        | ValueType::F64 => true,
        ValueType::U8 | ValueType::Bool | ValueType::Char | ValueType::String | ValueType::Defined(_) => false,
    }
}

/// A class in a module of the package: `exports.store`, `Entry`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClassName {
    pub module: String,
    pub class: String,
}

/// How a type appears in Python.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum TypeFace {
    /// A type without a class of its own: list, option, result, tuple, map, handle.
    #[default]
    Structural,
    /// A list of numbers that Python gets as a `dovetail.NumberBuffer`.
    NumberBuffer,
    /// A dataclass; `fields` are the attribute names in WIT's order.
    Record { class: ClassName, fields: Vec<String> },
    /// One dataclass for each case, in WIT's order; the payload's attribute is `value`.
    Variant { cases: Vec<ClassName> },
    /// `members` are the names in WIT's order; the values count from 0.
    Enum { class: ClassName, members: Vec<String> },
    /// `members` are the names in WIT's order; member number i has the bit `1 << i`.
    Flags { class: ClassName, members: Vec<String> },
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ResourceFace {
    /// The interface's full WIT name, or `None` for a resource of the world itself.
    pub interface: Option<String>,
    /// Whether the component exports (implements) it; else the host implements it.
    pub exported: bool,
    /// The WIT name.
    pub name: String,
    /// The generated Protocol.
    pub class: ClassName,
    /// The Protocol of the asynchronous face, where the package has that face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asynchronous: Option<ClassName>,
    /// Where the class itself is found: the attribute of its interface's object, or the field of the imports dataclass
    /// for a resource of the world itself.
    pub attribute: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InterfaceFace {
    /// The import or export name: `h2:kv/store@0.1.0`; `None` for the world's own functions.
    pub name: Option<String>,
    /// The attribute of the world's class, or the field of its imports dataclass.
    pub attribute: Option<String>,
    /// The module and the Protocol of the interface.
    pub class: Option<ClassName>,
    /// The Protocol of the asynchronous face, where the package has that face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asynchronous: Option<ClassName>,
    pub functions: Vec<FunctionFace>,
    /// The resources that the interface itself declares.
    pub resources: Vec<ResourceIndex>,
    /// Whether the engine itself can supply the interface (WASI), so that the field may be `None`.
    pub wasi: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FunctionFace {
    /// The name inside the interface, as the component has it: `open`, `[method]table.put`.
    pub name: String,
    /// The Python name: `open`, `put`; `__init__` for a constructor.
    pub python: String,
    pub kind: FunctionKind,
    /// Over `Binding::types`. A method's first parameter is its `borrow<self>`.
    pub ty: FunctionType,
    /// Python names of the parameters, a method's self left out.
    pub params: Vec<String>,
    /// The exception that carries the error value, where the error type has a class of its own.
    pub error: Option<ClassName>,
    /// What becomes of the function's own `result`, where it has one.
    #[serde(default, skip_serializing_if = "Results::is_default")]
    pub results: Results,
}

/// What becomes of the `result` that a function returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Results {
    /// The value is returned, and the error is raised.
    #[default]
    Raise,
    /// `Ok` or `Err` is returned.
    Values,
}

impl Results {
    fn is_default(&self) -> bool {
        *self == Results::default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FunctionKind {
    Free,
    Constructor(ResourceIndex),
    Method(ResourceIndex),
    Static(ResourceIndex),
}
