//! The names under which a generated package knows a component's types and functions: what `bindgen` writes into
//! `app.plan.json` beside the link plan, and what the Python extension reads when it binds.
//!
//! Types here are nominal (one entry for each Python class); `runtime` checks at binding that they equal the plan's by
//! structure. Module names are relative to the package: `exports.store`.

use cranelift_entity::{PrimaryMap, SecondaryMap};
use serde::{Deserialize, Serialize};

use dovetail_abi::{FunctionType, ResourceIndex, TypeIndex, Types};

use crate::component::ComponentPlan;

/// The whole of `app.plan.json`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PackagePlan {
    pub plan: ComponentPlan,
    pub binding: Binding,
}

/// What the extension needs to know about the generated Python.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Binding {
    /// [`BINDING_VERSION`].
    pub version: u32,
    /// The name of the world's class.
    pub world: String,
    pub types: Types,
    /// The Python face of each entry of `types`.
    pub faces: SecondaryMap<TypeIndex, TypeFace>,
    pub resources: PrimaryMap<ResourceIndex, ResourceFace>,
    /// Imported interfaces; world-level functions are in one with `name: None`.
    pub imports: Vec<InterfaceFace>,
    /// Exported interfaces; world-level functions are in one with `name: None`.
    pub exports: Vec<InterfaceFace>,
}

/// The version of [`Binding`]; another version is refused.
pub const BINDING_VERSION: u32 = 1;

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
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FunctionKind {
    Free,
    Constructor(ResourceIndex),
    Method(ResourceIndex),
    Static(ResourceIndex),
}
