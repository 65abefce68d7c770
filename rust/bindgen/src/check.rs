//! Refuses what has no Python form yet, before anything is built, with the WIT path of the place.

use dovetail_abi::MAX_FLAGS;
use wit_parser::{Function, FunctionKind, Type, TypeDefKind};

use crate::Error;
use crate::surface::{Place, Side, Surface, operands};

/// Looks at every type and function of a surface.
pub fn check(surface: &Surface, world: &str) -> Result<(), Error> {
    let world = format!("world {world}");
    check_types(surface, Place::World, &world)?;
    for side in [Side::Import, Side::Export] {
        for function in surface.world_functions(side) {
            check_function(surface, function, &format!("{world}#{}", function.name))?;
        }
    }
    for interface in &surface.interfaces {
        check_types(surface, Place::Interface(interface.id), &interface.name)?;
        for function in surface.functions(interface.id) {
            check_function(surface, function, &format!("{}#{}", interface.name, function.name))?;
        }
    }
    Ok(())
}

fn check_types(surface: &Surface, place: Place, path: &str) -> Result<(), Error> {
    for (name, id) in surface.types(place) {
        if !surface.is_use(id) {
            let path = format!("{path}#{name}");
            check_kind(surface, &surface.typedef(id).kind, &path)?;
        }
    }
    Ok(())
}

fn check_function(surface: &Surface, function: &Function, path: &str) -> Result<(), Error> {
    match function.kind {
        FunctionKind::Freestanding
        | FunctionKind::Method(_)
        | FunctionKind::Static(_)
        | FunctionKind::Constructor(_) => {}
        FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_) => {
            return Err(unsupported(path, "an async function"));
        }
        FunctionKind::Getter | FunctionKind::MethodGetter(_) | FunctionKind::StaticGetter(_) => {
            return Err(unsupported(path, "a getter"));
        }
        FunctionKind::Setter | FunctionKind::MethodSetter(_) | FunctionKind::StaticSetter(_) => {
            return Err(unsupported(path, "a setter"));
        }
    }
    for ty in function.params.iter().map(|param| param.ty).chain(function.result) {
        check_type(surface, ty, path)?;
    }
    Ok(())
}

fn check_type(surface: &Surface, ty: Type, path: &str) -> Result<(), Error> {
    match ty {
        Type::ErrorContext => Err(unsupported(path, "an error-context")),
        // Named types are checked where they stand.
        Type::Id(id) if surface.place_of(id).is_some() => Ok(()),
        Type::Id(id) => check_kind(surface, &surface.typedef(id).kind, path),
        Type::Bool
        | Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::S8
        | Type::S16
        | Type::S32
        | Type::S64
        | Type::F32
        | Type::F64
        | Type::Char
        | Type::String => Ok(()),
    }
}

fn check_kind(surface: &Surface, kind: &TypeDefKind, path: &str) -> Result<(), Error> {
    match kind {
        TypeDefKind::Future(_) => return Err(unsupported(path, "a future")),
        TypeDefKind::Stream(_) => return Err(unsupported(path, "a stream")),
        TypeDefKind::Unknown => return Err(unsupported(path, "an unresolved type")),
        TypeDefKind::Flags(flags) if !(1..=MAX_FLAGS).contains(&flags.flags.len()) => {
            return Err(unsupported(path, &format!("a flags type with {} labels", flags.flags.len())));
        }
        TypeDefKind::Record(_)
        | TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Tuple(_)
        | TypeDefKind::Variant(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Option(_)
        | TypeDefKind::Result(_)
        | TypeDefKind::List(_)
        | TypeDefKind::Map(_, _)
        | TypeDefKind::FixedLengthList(..)
        | TypeDefKind::Type(_) => {}
    }
    operands(kind).into_iter().try_for_each(|ty| check_type(surface, ty, path))
}

fn unsupported(path: &str, feature: &str) -> Error {
    Error::Unsupported { path: path.to_string(), feature: feature.to_string() }
}
