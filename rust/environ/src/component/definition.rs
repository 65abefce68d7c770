//! What the entries of an instantiated component's index spaces are: values of the interpretation that `inline` does.

use std::rc::Rc;

use indexmap::IndexMap;

use super::decode::StaticComponentIndex;
use super::inline::FrameIndex;
use super::plan::{
    CoreInstanceIndex, CoreItem, FunctionTypeIndex, ImportIndex, LiftedFunction, ModuleSource, ValueSource,
};
use dovetail_abi::{ResourceIndex, ValueType};

/// An item of the component model, wherever it came from.
#[derive(Clone)]
pub(super) enum Item {
    Function(Function),
    Module(ModuleSource),
    Component(Component),
    Instance(Rc<Instance>),
    Resource(ResourceIndex),
    /// A type other than a resource type: nothing exists of it when the component runs.
    Type,
    Value(Value),
}

/// A value that is imported, or that a start function returns.
#[derive(Clone, Copy)]
pub(super) struct Value {
    pub(super) ty: ValueType,
    pub(super) source: ValueSource,
}

impl Item {
    /// How deep instances are nested in each other.
    pub(super) fn depth(&self) -> u32 {
        match self {
            Item::Instance(instance) => instance.depth,
            Item::Function(_)
            | Item::Module(_)
            | Item::Component(_)
            | Item::Resource(_)
            | Item::Type
            | Item::Value(_) => 0,
        }
    }
}

#[derive(Clone)]
pub(super) enum Function {
    Imported { import: ImportIndex, ty: FunctionTypeIndex },
    Lifted(Rc<LiftedFunction>),
}

#[derive(Clone, Copy)]
pub(super) enum Component {
    Closure(Closure),
    /// What it is will be known when it is linked.
    Imported(ImportIndex),
}

/// A component of the file and the instantiation in which it was defined: its outer aliases lead there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Closure {
    pub(super) component: StaticComponentIndex,
    pub(super) outer: Option<FrameIndex>,
}

/// A component instance: names and what they stand for.
pub(super) struct Instance {
    pub(super) exports: IndexMap<String, Item>,
    depth: u32,
}

impl Instance {
    pub(super) fn new(exports: IndexMap<String, Item>) -> Rc<Self> {
        let depth = exports.values().map(Item::depth).max().unwrap_or(0).saturating_add(1);
        Rc::new(Self { exports, depth })
    }

    pub(super) fn depth(&self) -> u32 {
        self.depth
    }
}

/// A core instance.
#[derive(Clone)]
pub(super) enum CoreInstance {
    /// Made by a step.
    Made(CoreInstanceIndex),
    /// A renaming of other instances' items, which needs no step.
    Named(Rc<IndexMap<String, CoreItem>>),
}
