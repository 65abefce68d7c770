//! Adapters: core modules that carry a call from one component to another.
//!
//! `canon lower` of a function that `canon lift` made is a core function of the caller's flat signature that calls one of
//! the callee's. What lies between is the canonical ABI, known in full when the component is compiled: so it is written
//! here as a core module of several memories, which goes through the compiler like any other and has a core module's
//! rights, no more. A call needs no host but for text, handles and errors ([`Intrinsic`]).
//!
//! The order of events is the specification's (`canon_lower` calling `canon_lift`) and the walker's in `runtime`, which
//! lifts all parameters before it lowers the first. An adapter keeps to that without a copy in between: it *checks* all
//! values in the caller's memory first (`check`), then *copies* them into the callee's (`copy`). Neither memory can change
//! between the two where caller and callee are different component instances, which share no memory and of which one
//! cannot run while the other lifts; for a call within one instance the runtime keeps the walker's road.
//!
//! Each defined type has at most one function per task and pair of sides, so the module is as large as the types are, not
//! as their paths are many; and its size is bounded, beyond which the walker does the work.

mod bodies;
mod builder;
mod check;
mod copy;
mod emit;
mod function;
mod group;
mod intrinsic;
mod module;
mod place;
mod shape;

use dovetail_abi::{FunctionType, PointerType, StringEncoding, Types};

use crate::Error;

pub use builder::{AdapterBuilder, BuiltAdapters, SideItems};
pub use group::{AdapterGroup, group_trampolines, plan_adapters};
pub use intrinsic::{Failure, Intrinsic};

/// The module name of the imported intrinsics.
pub const INTRINSICS: &str = "intrinsic";
/// The module name of imported memories; the names are numbers of [`AdapterModule::memories`].
pub const MEMORIES: &str = "memory";
/// The module name of imported core functions; the names are numbers of the functions that sides and adapters refer to.
pub const FUNCTIONS: &str = "function";
/// The module name of the flags that say whether an instance was entered (0: it may be entered).
pub const ENTERED: &str = "entered";
/// The module name of the flags that say whether an instance may be left.
pub const MAY_LEAVE: &str = "may-leave";
/// Module and name of the number that is written into the `entered` flags.
pub const ACTIVATION: &str = "activation";

/// What a module of adapters is to do. Memories, functions and component instances are numbers that its owner gives out.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct AdapterModule {
    /// The type of pointers into each memory.
    pub memories: Vec<PointerType>,
    /// How many core functions there are.
    pub functions: u32,
    /// How many component instances there are.
    pub instances: u32,
    pub sides: Vec<Side>,
    /// One exported function each, named by its number.
    pub adapters: Vec<Adapter>,
}

/// Canonical options, as far as the code depends on them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Side {
    pub encoding: StringEncoding,
    pub memory: Option<u32>,
    pub realloc: Option<u32>,
    /// The component instance.
    pub instance: u32,
}

/// One function of the module.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Adapter {
    /// The type as the caller has it; the callee's is equal to it.
    pub ty: FunctionType,
    /// The side of `canon lower`.
    pub caller: u32,
    /// The side of `canon lift`.
    pub callee: u32,
    /// The lifted core function.
    pub core: u32,
    pub post_return: Option<u32>,
    /// The instances that the call enters (`entering_set`).
    pub entering: Vec<u32>,
}

impl AdapterModule {
    /// Writes the module. [`Error::Limit`] where it would be larger than `limit` bytes of code.
    pub fn encode(&self, types: &Types, limit: usize) -> Result<Vec<u8>, Error> {
        module::encode(self, types, limit)
    }
}
