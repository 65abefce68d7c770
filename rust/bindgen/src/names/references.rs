//! Which types a place needs names for besides its own, and which of them are errors.

use dovetail_abi::wit::Definitions as _;
use wit_parser::{Function, Handle, Type, TypeDefKind, TypeId};

use crate::Results;
use crate::functions::{error_type, results};
use crate::surface::{Place, Side, Surface, operands};

/// The definitions with a class of their own that some function of the surface raises.
pub fn error_types(surface: &Surface, chosen: Results) -> Vec<TypeId> {
    let mut errors = Vec::new();
    for function in surface.all_functions().filter(|function| results(function, chosen) == Results::Raise) {
        if let Some(id) = error_type(surface, function).and_then(|ty| surface.nominal(ty))
            && !errors.contains(&id)
        {
            errors.push(id);
        }
    }
    errors
}

/// The named types that the items of a place mention, aliases spelled out, in order of appearance.
pub fn references(surface: &Surface, place: Place) -> Vec<TypeId> {
    let mut found = Vec::new();
    let mut visit = |ty: Type| collect(surface, ty, &mut found);
    for (_, id) in surface.types(place) {
        if !surface.is_use(id) {
            operands(&surface.typedef(id).kind).into_iter().for_each(&mut visit);
        }
    }
    let mut function = |function: &Function| {
        function.params.iter().for_each(|param| visit(param.ty));
        function.result.into_iter().for_each(&mut visit);
    };
    match place {
        Place::World => {
            for side in [Side::Import, Side::Export] {
                surface.world_functions(side).for_each(&mut function);
            }
        }
        Place::Interface(id) => surface.functions(id).for_each(&mut function),
    }
    found
}

fn collect(surface: &Surface, ty: Type, found: &mut Vec<TypeId>) {
    let Type::Id(id) = ty else { return };
    if surface.place_of(id).is_some() {
        if found.contains(&id) {
            return;
        }
        found.push(id);
    }
    let kind = &surface.typedef(surface.definition(id)).kind;
    match kind {
        // A class is named, whatever it is made of; an alias may have to be spelled out.
        TypeDefKind::Record(_)
        | TypeDefKind::Variant(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Resource => return,
        TypeDefKind::Handle(_)
        | TypeDefKind::Tuple(_)
        | TypeDefKind::Option(_)
        | TypeDefKind::Result(_)
        | TypeDefKind::List(_)
        | TypeDefKind::Map(_, _)
        | TypeDefKind::FixedLengthList(..)
        | TypeDefKind::Future(_)
        | TypeDefKind::Stream(_)
        | TypeDefKind::Type(_)
        | TypeDefKind::Unknown => {}
    }
    if let TypeDefKind::Handle(Handle::Own(resource) | Handle::Borrow(resource)) = kind {
        collect(surface, Type::Id(*resource), found);
    }
    operands(kind).into_iter().for_each(|ty| collect(surface, ty, found));
}
