//! What of a resolve becomes Python: the interfaces on each side of one world, the world's own items, and where each
//! type is defined.
//!
//! The resolve is made nominal first: an interface that is both imported and exported has two ids then, and so have its
//! types. Types without resources are the same on both sides all the same, so their exported copies stand for the
//! imported ones: Python defines each of them once.

use std::collections::HashMap;

use dovetail_abi::ResourceIndex;
use dovetail_abi::wit::Definitions;
use wit_parser::{
    Function, Handle, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem, WorldKey,
};

use crate::Error;

/// Which side of the component something is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    Import,
    Export,
}

impl Side {
    /// The name of the sub-package that holds this side's interfaces.
    pub fn folder(self) -> &'static str {
        match self {
            Side::Import => "imports",
            Side::Export => "exports",
        }
    }
}

/// Where items live: each place becomes one Python module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    World,
    Interface(InterfaceId),
}

/// An interface of the world.
#[derive(Clone, Debug)]
pub struct InterfaceUse {
    pub id: InterfaceId,
    pub side: Side,
    /// The import or export name: `h2:kv/store@0.1.0`.
    pub name: String,
    /// The interface's own name, or the import's where it has none: `store`.
    pub short: String,
}

impl InterfaceUse {
    /// Whether the engine itself can supply the interface.
    pub fn is_wasi(&self) -> bool {
        self.side == Side::Import && self.name.starts_with("wasi:")
    }
}

/// One world, ready to be turned into Python.
pub struct Surface {
    pub resolve: Resolve,
    pub world: WorldId,
    pub interfaces: Vec<InterfaceUse>,
    shared: HashMap<TypeId, TypeId>,
    resources: Vec<TypeId>,
}

impl Surface {
    pub fn new(mut resolve: Resolve, world: WorldId) -> Result<Self, Error> {
        resolve.generate_nominal_type_ids(world);
        let mut interfaces = Vec::new();
        let items = &resolve.worlds[world];
        for (side, items) in [(Side::Import, &items.imports), (Side::Export, &items.exports)] {
            for (key, item) in items {
                match item {
                    WorldItem::Interface { id, .. } => {
                        let name = resolve.name_world_key(key);
                        let short = match (&resolve.interfaces[*id].name, key) {
                            (_, WorldKey::Name(name)) => name.clone(),
                            (Some(name), WorldKey::Interface(_)) => name.clone(),
                            (None, WorldKey::Interface(_)) => {
                                return Err(Error::Input(format!("interface `{name}` has no name")));
                            }
                        };
                        interfaces.push(InterfaceUse { id: *id, side, name, short });
                    }
                    WorldItem::Function(_) | WorldItem::Type { .. } => {}
                }
            }
        }
        let mut surface = Self { resolve, world, interfaces, shared: HashMap::new(), resources: Vec::new() };
        surface.share();
        surface.number_resources();
        Ok(surface)
    }

    /// Lets resource-free types of a copied interface stand for the original's.
    fn share(&mut self) {
        let present: Vec<InterfaceId> = self.interfaces.iter().map(|interface| interface.id).collect();
        for id in &present {
            let interface = &self.resolve.interfaces[*id];
            let Some(original) = interface.clone_of.filter(|original| present.contains(original)) else { continue };
            for (name, ty) in &interface.types {
                if let Some(twin) = self.resolve.interfaces[original].types.get(name)
                    && !self.has_resource(Type::Id(*ty))
                {
                    self.shared.insert(*ty, *twin);
                }
            }
        }
    }

    fn number_resources(&mut self) {
        let mut resources = Vec::new();
        let mut places = vec![Place::World];
        places.extend(self.interfaces.iter().map(|interface| Place::Interface(interface.id)));
        for place in places {
            for (_, id) in self.types(place) {
                if matches!(self.resolve.types[id].kind, TypeDefKind::Resource) {
                    resources.push(id);
                }
            }
        }
        self.resources = resources;
    }

    /// The named types of a place in WIT's order, `use`d ones included.
    pub fn types(&self, place: Place) -> Vec<(String, TypeId)> {
        match place {
            Place::Interface(id) => {
                self.resolve.interfaces[id].types.iter().map(|(name, id)| (name.clone(), *id)).collect()
            }
            Place::World => {
                let world = &self.resolve.worlds[self.world];
                let items = world.imports.iter().chain(&world.exports);
                items
                    .filter_map(|(key, item)| match item {
                        WorldItem::Type { id, .. } => Some((self.resolve.name_world_key(key), *id)),
                        WorldItem::Function(_) | WorldItem::Interface { .. } => None,
                    })
                    .collect()
            }
        }
    }

    /// The functions of an interface in WIT's order.
    pub fn functions(&self, interface: InterfaceId) -> impl Iterator<Item = &Function> {
        self.resolve.interfaces[interface].functions.values()
    }

    /// The world's own functions on one side.
    pub fn world_functions(&self, side: Side) -> impl Iterator<Item = &Function> {
        let world = &self.resolve.worlds[self.world];
        let items = match side {
            Side::Import => &world.imports,
            Side::Export => &world.exports,
        };
        items.values().filter_map(|item| match item {
            WorldItem::Function(function) => Some(function),
            WorldItem::Interface { .. } | WorldItem::Type { .. } => None,
        })
    }

    /// The interfaces on one side, in the world's order.
    pub fn side(&self, side: Side) -> impl Iterator<Item = &InterfaceUse> {
        self.interfaces.iter().filter(move |interface| interface.side == side)
    }

    /// All functions of the surface.
    pub fn all_functions(&self) -> impl Iterator<Item = &Function> {
        let world = [Side::Import, Side::Export].into_iter().flat_map(|side| self.world_functions(side));
        world.chain(self.interfaces.iter().flat_map(|interface| self.functions(interface.id)))
    }

    pub fn interface(&self, id: InterfaceId) -> Option<&InterfaceUse> {
        self.interfaces.iter().find(|interface| interface.id == id)
    }

    /// The side of a place's items. The world's own types can only be imported.
    pub fn side_of(&self, place: Place) -> Side {
        match place {
            Place::World => Side::Import,
            Place::Interface(id) => self.interface(id).map_or(Side::Import, |interface| interface.side),
        }
    }

    pub fn typedef(&self, id: TypeId) -> &TypeDef {
        &self.resolve.types[id]
    }

    /// Where a named type stands, or `None` for a type without a name.
    pub fn place_of(&self, id: TypeId) -> Option<Place> {
        let def = self.typedef(id);
        def.name.as_ref()?;
        match def.owner {
            TypeOwner::Interface(id) => Some(Place::Interface(id)),
            TypeOwner::World(_) => Some(Place::World),
            TypeOwner::None => None,
        }
    }

    /// Whether the type is another place's, brought in by `use`.
    pub fn is_use(&self, id: TypeId) -> bool {
        let def = self.typedef(id);
        match def.kind {
            TypeDefKind::Type(Type::Id(target)) => self.typedef(target).owner != def.owner,
            _ => false,
        }
    }

    /// The type behind all aliases: the one whose class a value has.
    pub fn behind_aliases(&self, mut ty: Type) -> Type {
        while let Type::Id(id) = ty {
            let id = self.definition(id);
            match self.typedef(id).kind {
                TypeDefKind::Type(target) => ty = target,
                _ => return Type::Id(id),
            }
        }
        ty
    }

    /// The class-like definition (record, variant, enum, flags) behind a type, where there is one.
    pub fn nominal(&self, ty: Type) -> Option<TypeId> {
        let Type::Id(id) = self.behind_aliases(ty) else { return None };
        match self.typedef(id).kind {
            TypeDefKind::Record(_) | TypeDefKind::Variant(_) | TypeDefKind::Enum(_) | TypeDefKind::Flags(_) => Some(id),
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
            | TypeDefKind::Unknown => None,
        }
    }

    /// Whether a handle or resource occurs anywhere inside.
    pub fn has_resource(&self, ty: Type) -> bool {
        let Type::Id(id) = ty else { return false };
        matches!(self.typedef(id).kind, TypeDefKind::Resource | TypeDefKind::Handle(_))
            || operands(&self.typedef(id).kind).into_iter().any(|ty| self.has_resource(ty))
    }

    /// Whether an owned handle occurs anywhere inside.
    pub fn has_own(&self, ty: Type) -> bool {
        let Type::Id(id) = ty else { return false };
        match self.typedef(id).kind {
            TypeDefKind::Handle(Handle::Own(_)) | TypeDefKind::Resource => true,
            TypeDefKind::Handle(Handle::Borrow(_)) => false,
            ref kind => operands(kind).into_iter().any(|ty| self.has_own(ty)),
        }
    }

    /// The resources in the order of their [`ResourceIndex`].
    pub fn resources(&self) -> &[TypeId] {
        &self.resources
    }
}

impl Definitions for Surface {
    fn definition(&self, mut id: TypeId) -> TypeId {
        loop {
            if let Some(twin) = self.shared.get(&id) {
                id = *twin;
                continue;
            }
            match self.typedef(id).kind {
                TypeDefKind::Type(Type::Id(target)) if self.is_use(id) => id = target,
                _ => return id,
            }
        }
    }

    fn resource(&self, definition: TypeId) -> Option<ResourceIndex> {
        let position = self.resources.iter().position(|id| *id == definition)?;
        Some(ResourceIndex::from_u32(u32::try_from(position).ok()?))
    }
}

/// The types that a kind is directly made of; the resource of a handle is none of them.
pub fn operands(kind: &TypeDefKind) -> Vec<Type> {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().filter_map(|case| case.ty).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.clone(),
        TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _) => vec![*ty],
        TypeDefKind::Type(ty) => vec![*ty],
        TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
        TypeDefKind::Map(key, value) => vec![*key, *value],
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().copied().collect(),
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => Vec::new(),
    }
}
