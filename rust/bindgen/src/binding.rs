//! The generated names for the engine: the second reader of the surface, beside the model's builders.

use cranelift_entity::{PrimaryMap, SecondaryMap};
use dovetail_abi::wit::{Definitions as _, Reader};
use dovetail_abi::{ResourceIndex, TypeIndex};
use dovetail_environ::binding::{
    Binding, ClassName, FunctionFace, FunctionKind, InterfaceFace, ResourceFace, TypeFace, is_number_list,
};
use wit_parser::{Function, FunctionKind as WitKind, TypeDefKind, TypeId};

use crate::build::Builder;
use crate::functions::{self, error_type};
use crate::options::{Face, NumberLists};
use crate::surface::{InterfaceUse, Place, Side};
use crate::{Error, Results};

/// Makes the binding of a package whose modules the same builder makes.
pub fn binding(builder: &Builder<'_>) -> Result<Binding, Error> {
    let (surface, names) = (builder.surface, builder.names);
    let mut writer = Writer { builder, reader: Reader::new(&surface.resolve, surface) };
    let mut resources = PrimaryMap::new();
    for id in surface.resources() {
        resources.push(writer.resource(*id)?);
    }
    let mut imports = Vec::new();
    let mut exports = Vec::new();
    for (side, faces) in [(Side::Import, &mut imports), (Side::Export, &mut exports)] {
        for interface in surface.side(side) {
            faces.push(writer.interface(interface)?);
        }
        faces.extend(writer.world_face(side)?);
    }
    let (types, order) = writer.reader.finish();
    let mut faces: SecondaryMap<TypeIndex, TypeFace> = SecondaryMap::new();
    for (id, index) in order {
        faces[index] = type_face(builder, id)?;
    }
    for index in (0..types.len() as u32).map(TypeIndex::from_u32) {
        match builder.options.number_lists {
            NumberLists::Buffer if is_number_list(&types, index) => faces[index] = TypeFace::NumberBuffer,
            NumberLists::Buffer | NumberLists::List => {}
        }
    }
    let mode = builder.options.mode;
    let world = names.world_class(mode.first()).to_string();
    let asynchronous = mode.has(Face::Async).then(|| names.world_class(Face::Async).to_string());
    Ok(Binding { world, asynchronous, types, faces, resources, imports, exports })
}

struct Writer<'a> {
    builder: &'a Builder<'a>,
    reader: Reader<'a>,
}

impl Writer<'_> {
    fn resource(&self, id: TypeId) -> Result<ResourceFace, Error> {
        let (surface, names) = (self.builder.surface, self.builder.names);
        let place = surface.place_of(id).unwrap_or(Place::World);
        let interface = match place {
            Place::World => None,
            Place::Interface(id) => surface.interface(id).map(|interface| interface.name.clone()),
        };
        let class = |face| resource_class(self.builder, place, id, face);
        let attribute = match place {
            Place::World => names.world_resource(id)?.to_string(),
            Place::Interface(_) => names.ty(surface, place, id)?.class.clone(),
        };
        let mode = self.builder.options.mode;
        Ok(ResourceFace {
            interface,
            exported: surface.side_of(place) == Side::Export,
            name: surface.typedef(id).name.clone().unwrap_or_default(),
            class: class(mode.first())?,
            asynchronous: mode.has(Face::Async).then(|| class(Face::Async)).transpose()?,
            attribute,
        })
    }

    fn interface(&mut self, interface: &InterfaceUse) -> Result<InterfaceFace, Error> {
        let surface = self.builder.surface;
        let place = Place::Interface(interface.id);
        let names = self.builder.names.interface(interface.id)?;
        let mut functions = Vec::new();
        for function in surface.functions(interface.id) {
            functions.push(self.function(place, interface.side, function)?);
        }
        let module = self.builder.names.module(surface, place)?;
        let class = |face: &Face| ClassName { module: module.clone(), class: names.protocol_of(*face).to_string() };
        let faces = self.builder.protocol_faces(interface);
        Ok(InterfaceFace {
            name: Some(interface.name.clone()),
            attribute: self.builder.has_object(interface).then(|| names.attribute.clone()),
            class: faces.first().map(class),
            asynchronous: faces.iter().find(|face| **face == Face::Async).map(class),
            functions,
            resources: self.own_resources(place),
            wasi: interface.is_wasi(),
        })
    }

    /// The world's own functions and resources on one side, where it has any.
    fn world_face(&mut self, side: Side) -> Result<Option<InterfaceFace>, Error> {
        let surface = self.builder.surface;
        let mut functions = Vec::new();
        for function in surface.world_functions(side) {
            functions.push(self.function(Place::World, side, function)?);
        }
        let resources = if side == Side::Import { self.own_resources(Place::World) } else { Vec::new() };
        if functions.is_empty() && resources.is_empty() {
            return Ok(None);
        }
        Ok(Some(InterfaceFace {
            name: None,
            attribute: None,
            class: None,
            asynchronous: None,
            functions,
            resources,
            wasi: false,
        }))
    }

    fn own_resources(&self, place: Place) -> Vec<ResourceIndex> {
        let surface = self.builder.surface;
        surface.types(place).into_iter().filter_map(|(_, id)| surface.resource(id)).collect()
    }

    fn function(&mut self, place: Place, side: Side, function: &Function) -> Result<FunctionFace, Error> {
        let surface = self.builder.surface;
        let names = self.builder.names.function(place, side, &function.name)?;
        let unsupported = |feature: String| Error::Unsupported { path: function.name.clone(), feature };
        let ty = self.reader.function(function).map_err(|error| unsupported(error.feature))?;
        let resource = |id: TypeId| {
            let resource = surface.resource(surface.definition(id));
            resource.ok_or_else(|| unsupported("a method of something else than a resource".to_string()))
        };
        let kind = match function.kind {
            WitKind::Freestanding => FunctionKind::Free,
            WitKind::Constructor(id) => FunctionKind::Constructor(resource(id)?),
            WitKind::Method(id) => FunctionKind::Method(resource(id)?),
            WitKind::Static(id) => FunctionKind::Static(resource(id)?),
            WitKind::AsyncFreestanding | WitKind::AsyncMethod(_) | WitKind::AsyncStatic(_) => {
                return Err(unsupported("an async function".to_string()));
            }
            WitKind::Getter
            | WitKind::Setter
            | WitKind::MethodGetter(_)
            | WitKind::MethodSetter(_)
            | WitKind::StaticGetter(_)
            | WitKind::StaticSetter(_) => return Err(unsupported("a property accessor".to_string())),
        };
        let results = functions::results(function, self.builder.options.results);
        let error = match results {
            Results::Raise => error_type(surface, function).and_then(|ty| surface.nominal(ty)),
            Results::Values => None,
        };
        Ok(FunctionFace {
            name: function.name.clone(),
            python: names.python.clone(),
            kind,
            ty,
            params: names.params.clone(),
            error: error.map(|id| raised_name(self.builder, id)).transpose()?,
            results,
        })
    }
}

/// The class of a named type, in the module where it is defined.
fn class_name(builder: &Builder<'_>, id: TypeId) -> Result<ClassName, Error> {
    let place = builder.surface.place_of(id).unwrap_or(Place::World);
    Ok(ClassName {
        module: builder.names.module(builder.surface, place)?,
        class: builder.names.ty(builder.surface, place, id)?.class.clone(),
    })
}

/// The Protocol of a resource in one of the faces, in the module where it is defined.
fn resource_class(builder: &Builder<'_>, place: Place, id: TypeId, face: Face) -> Result<ClassName, Error> {
    Ok(ClassName {
        module: builder.names.module(builder.surface, place)?,
        class: builder.names.resource(builder.surface, place, id, face)?.to_string(),
    })
}

fn raised_name(builder: &Builder<'_>, id: TypeId) -> Result<ClassName, Error> {
    let place = builder.surface.place_of(id).unwrap_or(Place::World);
    let class = class_name(builder, id)?;
    let raised = builder.names.ty(builder.surface, place, id)?.raised.clone();
    Ok(ClassName { class: raised.unwrap_or(class.class), module: class.module })
}

fn type_face(builder: &Builder<'_>, id: TypeId) -> Result<TypeFace, Error> {
    let class = class_name(builder, id)?;
    let members = builder.names.members(id)?.to_vec();
    Ok(match &builder.surface.typedef(id).kind {
        TypeDefKind::Record(_) => TypeFace::Record { class, fields: members },
        TypeDefKind::Variant(_) => {
            let case = |case| ClassName { module: class.module.clone(), class: case };
            TypeFace::Variant { cases: members.into_iter().map(case).collect() }
        }
        TypeDefKind::Enum(_) => TypeFace::Enum { class, members },
        TypeDefKind::Flags(_) => TypeFace::Flags { class, members },
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Tuple(_)
        | TypeDefKind::Option(_)
        | TypeDefKind::Result(_)
        | TypeDefKind::List(_)
        | TypeDefKind::Map(_, _)
        | TypeDefKind::FixedLengthList(..)
        | TypeDefKind::Future(_)
        | TypeDefKind::Stream(_)
        | TypeDefKind::Type(_)
        | TypeDefKind::Unknown => TypeFace::Structural,
    })
}
