//! Whether what is given for an import fits its type (the specification's external subtyping).

use dovetail_environ::module::{EntityIndex, ExternType, Limits, RefType, Signature};

use crate::error::{LinkError, Result};
use crate::module::Module;
use crate::store::Store;
use crate::value::{Extern, name_of};

/// Checks every import of a module.
pub(super) fn check(store: &Store, module: &Module, imports: &[Extern]) -> Result<()> {
    let count = module.description().imports.len();
    if imports.len() != count {
        let message = format!("expected {count} imports, got {}", imports.len());
        return Err(LinkError::Other { message }.into());
    }
    for (import, item) in module.description().imports.iter().zip(imports) {
        if fits_as_it_is(store, module, import.entity, item)? {
            continue;
        }
        let (module_name, name, expected) = (&import.module, &import.name, module.description().type_of(import.entity));
        let found = item.ty(store)?;
        if !fits(&found, &expected) {
            let import = format!("{module_name}::{name}");
            return Err(
                LinkError::Incompatible { import, expected: describe(&expected), found: describe(&found) }.into()
            );
        }
    }
    Ok(())
}

/// Whether an item is a function of the type that is asked for; found out without copies of types.
fn fits_as_it_is(store: &Store, module: &Module, wanted: EntityIndex, item: &Extern) -> Result<bool> {
    match (wanted, item.into_func()) {
        (EntityIndex::Func(wanted), Some(found)) => {
            let description = module.description();
            Ok(*found.signature(store)? == description.signatures[description.functions[wanted]])
        }
        (
            EntityIndex::Func(_)
            | EntityIndex::Table(_)
            | EntityIndex::Memory(_)
            | EntityIndex::Global(_)
            | EntityIndex::Tag(_),
            _,
        ) => Ok(false),
    }
}

/// Whether an item of type `found` may be imported as `expected`.
fn fits(found: &ExternType, expected: &ExternType) -> bool {
    match (found, expected) {
        (ExternType::Func(found), ExternType::Func(expected)) => found == expected,
        (ExternType::Global(found), ExternType::Global(expected)) => found == expected,
        (ExternType::Tag(found), ExternType::Tag(expected)) => found == expected,
        (ExternType::Table(found), ExternType::Table(expected)) => {
            found.element == expected.element
                && found.table64 == expected.table64
                && limits_fit(found.limits, expected.limits)
        }
        (ExternType::Memory(found), ExternType::Memory(expected)) => {
            found.memory64 == expected.memory64
                && found.shared == expected.shared
                && limits_fit(found.limits, expected.limits)
        }
        (
            ExternType::Func(_)
            | ExternType::Global(_)
            | ExternType::Table(_)
            | ExternType::Memory(_)
            | ExternType::Tag(_),
            _,
        ) => false,
    }
}

fn limits_fit(found: Limits, expected: Limits) -> bool {
    let maximum_fits = match (found.maximum, expected.maximum) {
        (_, None) => true,
        (Some(found), Some(expected)) => found <= expected,
        (None, Some(_)) => false,
    };
    found.minimum >= expected.minimum && maximum_fits
}

/// A type in words, for messages.
pub(crate) fn describe(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(signature) => format!("a function of type {}", describe_signature(signature)),
        ExternType::Global(global) => {
            format!("a {} global of type {}", if global.mutable { "mutable" } else { "constant" }, name_of(global.ty))
        }
        ExternType::Table(table) => {
            let element = match table.element {
                RefType::Func => "funcref",
                RefType::Extern => "externref",
                RefType::Exn => "exnref",
            };
            format!("a {}table of {element} with {}", wide(table.table64), describe_limits(table.limits, "elements"))
        }
        ExternType::Memory(memory) => {
            format!("a {}memory with {}", wide(memory.memory64), describe_limits(memory.limits, "pages"))
        }
        ExternType::Tag(signature) => format!("a tag of type {}", describe_signature(signature)),
    }
}

fn wide(is_64: bool) -> &'static str {
    if is_64 { "64-bit " } else { "" }
}

fn describe_limits(limits: Limits, unit: &str) -> String {
    match limits.maximum {
        Some(maximum) => format!("{} to {maximum} {unit}", limits.minimum),
        None => format!("{} or more {unit}", limits.minimum),
    }
}

fn describe_signature(signature: &Signature) -> String {
    let list = |types: &[_]| types.iter().map(|ty| name_of(*ty)).collect::<Vec<_>>().join(", ");
    format!("({}) -> ({})", list(&signature.params), list(&signature.results))
}
