//! A component together with the WIT that it was built from: what the binary does not keep, documentation above all, is
//! taken from the WIT. The two must describe the same world; nothing but documentation and stability is taken over.

use std::collections::{BTreeMap, HashMap};

use dovetail_abi::wit::Reader;
use dovetail_abi::{FunctionType, ResourceIndex, Types, same_function};
use wit_parser::{
    Docs, Function, Interface, InterfaceId, Resolve, Stability, TypeDef, TypeDefKind, TypeId, WorldId, WorldItem,
};

use crate::Error;
use crate::surface::{Place, Side, Surface};

/// Refuses WIT whose world is not the component's, with the path of the first difference.
pub fn expect_same_world(component: (&Resolve, WorldId), wit: (&Resolve, WorldId)) -> Result<(), Error> {
    let name = &wit.0.worlds[wit.1].name;
    let found = Described::new(component)?;
    let wanted = Described::new(wit)?;
    let differ =
        |path: &str, text: &str| Err(Error::Input(format!("the component is not of world `{name}`: `{path}` {text}")));
    for path in wanted.places(Side::Export) {
        if !found.has_place(Side::Export, path) {
            return differ(path, "is an export of the world, but not of the component");
        }
    }
    for path in found.places(Side::Export) {
        // Toolchains describe what they made in an interface of no package: componentize-py's `exports`.
        if !wanted.has_place(Side::Export, path) && path.contains(':') {
            return differ(path, "is an export of the component, but not of the world");
        }
    }
    for path in found.places(Side::Import) {
        // What the component's toolchain added is WASI's.
        if !wanted.has_place(Side::Import, path) && !path.starts_with("wasi:") {
            return differ(path, "is an import of the component, but not of the world");
        }
    }
    for ((side, place, function), ty) in &wanted.functions {
        let path = path(place, function);
        let Some(other) = found.functions.get(&(*side, place.clone(), function.clone())) else {
            // A component need not import what it does not call.
            if *side == Side::Import {
                continue;
            }
            return differ(&path, "is an export of the world, but not of the component");
        };
        let mut same = |ours: ResourceIndex, theirs: ResourceIndex| {
            wanted.resources.get(ours.as_u32() as usize) == found.resources.get(theirs.as_u32() as usize)
        };
        if let Err(mismatch) = same_function((&wanted.types, ty), (&found.types, other), &mut same) {
            return differ(&path, &format!("differs: {mismatch} in the component"));
        }
    }
    for (side, place, function) in found.functions.keys() {
        let known = wanted.functions.contains_key(&(*side, place.clone(), function.clone()));
        if !known && wanted.has_place(*side, place) {
            return differ(&path(place, function), "is in the component, but not in the world");
        }
    }
    Ok(())
}

/// `h2:kv/store@0.1.0#open`, or `open` for a function of the world itself.
fn path(place: &str, function: &str) -> String {
    if place.is_empty() { function.to_string() } else { format!("{place}#{function}") }
}

/// A world by paths: the interfaces and functions of both sides.
struct Described {
    /// The full name of each interface, and the empty one for the world itself.
    places: Vec<(Side, String)>,
    functions: BTreeMap<(Side, String, String), FunctionType>,
    types: Types,
    /// Interface and name of each resource.
    resources: Vec<(String, String)>,
}

impl Described {
    fn new((resolve, world): (&Resolve, WorldId)) -> Result<Self, Error> {
        let surface = Surface::new(resolve.clone(), world)?;
        let place_name = |place: Place| match place {
            Place::World => String::new(),
            Place::Interface(id) => surface.interface(id).map(|found| found.name.clone()).unwrap_or_default(),
        };
        let resources = surface.resources().iter().map(|id| {
            let place = surface.place_of(*id).map(place_name).unwrap_or_default();
            (place, surface.typedef(*id).name.clone().unwrap_or_default())
        });
        let resources = resources.collect();
        let mut reader = Reader::new(&surface.resolve, &surface);
        let mut functions = BTreeMap::new();
        let mut add = |side: Side, place: &str, function: &Function| -> Result<(), Error> {
            let ty = reader
                .function(function)
                .map_err(|error| Error::Unsupported { path: path(place, &function.name), feature: error.feature })?;
            functions.insert((side, place.to_string(), function.name.clone()), ty);
            Ok(())
        };
        for side in [Side::Import, Side::Export] {
            surface.world_functions(side).try_for_each(|function| add(side, "", function))?;
        }
        for interface in &surface.interfaces {
            surface.functions(interface.id).try_for_each(|function| add(interface.side, &interface.name, function))?;
        }
        let (types, _) = reader.finish();
        let mut places: Vec<_> =
            surface.interfaces.iter().map(|interface| (interface.side, interface.name.clone())).collect();
        places.extend([(Side::Import, String::new()), (Side::Export, String::new())]);
        Ok(Self { places, functions, types, resources })
    }

    fn places(&self, side: Side) -> impl Iterator<Item = &String> {
        self.places.iter().filter(move |place| place.0 == side).map(|place| &place.1)
    }

    fn has_place(&self, side: Side, name: &str) -> bool {
        self.places(side).any(|place| place == name)
    }
}

/// Gives a component's world the documentation of its WIT, wherever the component has none.
pub fn document(component: &mut Resolve, world: WorldId, wit: &Resolve, wit_world: WorldId) {
    let mut pairs: HashMap<InterfaceId, InterfaceId> = HashMap::new();
    for (id, _) in component.interfaces.iter() {
        if let Some(other) = same_interface(component, id, wit) {
            pairs.insert(id, other);
        }
    }
    let mut types: Vec<(TypeId, TypeId)> = Vec::new();
    let theirs = &wit.worlds[wit_world];
    let (mine, names) = {
        let names = |resolve: &Resolve, world: WorldId| -> Vec<(Side, String)> {
            let world = &resolve.worlds[world];
            let imports = world.imports.keys().map(|key| (Side::Import, resolve.name_world_key(key)));
            imports.chain(world.exports.keys().map(|key| (Side::Export, resolve.name_world_key(key)))).collect()
        };
        (names(component, world), names(wit, wit_world))
    };
    let items: HashMap<&(Side, String), &WorldItem> =
        names.iter().zip(theirs.imports.values().chain(theirs.exports.values())).collect();
    let own = &mut component.worlds[world];
    take(&mut own.docs, &theirs.docs, &mut own.stability, &theirs.stability);
    for (name, item) in mine.iter().zip(own.imports.values_mut().chain(own.exports.values_mut())) {
        match (item, items.get(name)) {
            (WorldItem::Function(function), Some(WorldItem::Function(other))) => document_function(function, other),
            (
                WorldItem::Interface { id, stability, docs, .. },
                Some(WorldItem::Interface { id: other, stability: their_stability, docs: their_docs, .. }),
            ) => {
                take(docs, their_docs, stability, their_stability);
                pairs.entry(*id).or_insert(*other);
            }
            (WorldItem::Type { id, .. }, Some(WorldItem::Type { id: other, .. })) => types.push((*id, *other)),
            (WorldItem::Function(_) | WorldItem::Interface { .. } | WorldItem::Type { .. }, _) => {}
        }
    }
    for (id, other) in pairs {
        types.extend(document_interface(&mut component.interfaces[id], &wit.interfaces[other]));
    }
    for (id, other) in types {
        document_type(&mut component.types[id], &wit.types[other]);
    }
}

/// The interface of the same full name, or of the same name in a compatible version.
fn same_interface(component: &Resolve, id: InterfaceId, wit: &Resolve) -> Option<InterfaceId> {
    let name = component.id_of(id)?;
    let exact = wit.interfaces.iter().find(|(other, _)| wit.id_of(*other).is_some_and(|other| other == name));
    let compatible = || {
        let name = component.canonicalized_id_of(id)?;
        wit.interfaces.iter().find(|(other, _)| wit.canonicalized_id_of(*other).is_some_and(|other| other == name))
    };
    exact.or_else(compatible).map(|(id, _)| id)
}

/// Documents an interface and its functions; returns its types, each with its counterpart.
fn document_interface(own: &mut Interface, other: &Interface) -> Vec<(TypeId, TypeId)> {
    take(&mut own.docs, &other.docs, &mut own.stability, &other.stability);
    for (name, function) in &mut own.functions {
        if let Some(other) = other.functions.get(name) {
            document_function(function, other);
        }
    }
    own.types.iter().filter_map(|(name, id)| Some((*id, *other.types.get(name)?))).collect()
}

fn document_function(own: &mut Function, other: &Function) {
    take(&mut own.docs, &other.docs, &mut own.stability, &other.stability);
}

fn document_type(own: &mut TypeDef, other: &TypeDef) {
    take(&mut own.docs, &other.docs, &mut own.stability, &other.stability);
    let members = members(&other.kind);
    let give = |name: &str, docs: &mut Docs| {
        if let Some(other) = members.get(name)
            && docs.is_empty()
        {
            docs.clone_from(other);
        }
    };
    match &mut own.kind {
        TypeDefKind::Record(record) => record.fields.iter_mut().for_each(|field| give(&field.name, &mut field.docs)),
        TypeDefKind::Variant(variant) => variant.cases.iter_mut().for_each(|case| give(&case.name, &mut case.docs)),
        TypeDefKind::Enum(cases) => cases.cases.iter_mut().for_each(|case| give(&case.name, &mut case.docs)),
        TypeDefKind::Flags(flags) => flags.flags.iter_mut().for_each(|flag| give(&flag.name, &mut flag.docs)),
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
        | TypeDefKind::Unknown => {}
    }
}

/// The documentation of fields, cases or labels by name.
fn members(kind: &TypeDefKind) -> HashMap<&str, &Docs> {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| (field.name.as_str(), &field.docs)).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|case| (case.name.as_str(), &case.docs)).collect(),
        TypeDefKind::Enum(cases) => cases.cases.iter().map(|case| (case.name.as_str(), &case.docs)).collect(),
        TypeDefKind::Flags(flags) => flags.flags.iter().map(|flag| (flag.name.as_str(), &flag.docs)).collect(),
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
        | TypeDefKind::Unknown => HashMap::new(),
    }
}

fn take(docs: &mut Docs, other_docs: &Docs, stability: &mut Stability, other_stability: &Stability) {
    if docs.is_empty() {
        docs.clone_from(other_docs);
    }
    if stability.is_unknown() {
        stability.clone_from(other_stability);
    }
}
