//! Components: linking, instantiation, resources, lifting and lowering, on top of the core API of this crate.
//!
//! A [`Component`] is a plan and compiled modules. A [`Linker`] holds what the host offers; it instantiates, and the
//! [`Instance`] has [`Func`]s. A call walks the function's types once per value (`walker`), generic over the host's side
//! of the seam ([`Receiver`], [`Supplier`]); [`Value`] is the one that comes with this crate.

mod adapters;
mod artifact;
mod cached;
mod call;
#[allow(clippy::module_inception, reason = "the file is about the type `Component`, as its neighbours about theirs")]
mod component;
mod flags;
mod func;
mod handles;
mod host;
mod host_checks;
mod host_function;
mod host_handles;
mod host_macros;
mod host_type;
mod imports;
mod instance;
mod instantiate;
mod linker;
mod names;
mod nested;
mod passed;
mod reexport;
mod resource;
mod resource_table;
mod room;
mod seam;
mod signature;
mod state;
mod trampolines;
mod transit;
mod value;
mod value_check;
mod violation;
mod walker;

pub use call::PreparedFunc;
pub use component::Component;
pub use func::Func;
pub use host::{BoundFunction, HostCall, HostContext, HostFunction, ImportedFunction, Waiting};
pub use host_checks::{FieldCheck, check_cases, check_enum, check_fields, check_flags, unexpected_value, unknown_case};
pub use host_function::{HostParams, HostResult};
pub use host_type::{HostType, TypeContext};
pub use instance::{ExportedItem, Instance};
pub use linker::{Linker, LinkerInstance};
pub use names::serving;
pub use resource::{DropQueue, HostResource, ResourceAny, ResourceHandle, ResourceType};
pub use resource_table::{Borrow, Resource, ResourceTable};
pub use seam::{GuestText, Receiver, Supplier};
pub use signature::HostSignature;
pub use state::{HostDestructor, LiveHandles};
pub use value::{Value, ValueReceiver, ValueSupplier};
pub use walker::{Items, ListSlot, Slots, StringSlot, VariantSlot};

pub(crate) use state::ComponentState;
