//! Functions of WASI 0.2 that this host does not do yet. They are defined with their right types, so that a component that
//! imports them links (the standard library of a Rust guest imports all of `wasi:sockets`), and trap when they are called, before
//! their parameters are lifted.
//! To build one, take its line out of the table and define it like any other.

use dovetail_runtime::{Error, TrapCode};

/// The trap of a function that is not built.
pub(super) fn not_built(interface: &str, function: &str) -> Error {
    Error::trap(TrapCode::UnknownImport, format!("`wasi:{interface}.{function}` is not supported by this host"))
}

/// `undone!(linker, "package/interface" { "function": fn(Parameter, ...) -> Result; ... })`: a result of `none` is left
/// out.
macro_rules! undone {
    ($linker:ident, $interface:literal { $($function:literal: fn($($parameter:ty),*) $(-> $result:ty)?;)* }) => {{
        let mut instance = $linker.instance(&$crate::p2::name($interface))?;
        $(
            instance.func_refusing::<($($parameter,)*), $crate::p2::undone::undone!(@result $($result)?)>(
                $function,
                || $crate::p2::undone::not_built($interface, $function),
            )?;
        )*
    }};
    (@result) => { () };
    (@result $result:ty) => { $result };
}

pub(super) use undone;
