//! An interface as a module: its types, and the Protocol of its functions.

use dovetail_abi::wit::Definitions as _;
use wit_parser::TypeDefKind;

use super::{Builder, docs, face, stability};
use crate::Error;
use crate::Mode;
use crate::model::{Body, Class, Expression, Item, Member, Method, MethodKind, Module, Symbol, library};
use crate::names::order;
use crate::options::Face;
use crate::surface::{InterfaceUse, Place};

impl Builder<'_> {
    pub fn interface(&self, interface: &InterfaceUse) -> Result<Module, Error> {
        let place = Place::Interface(interface.id);
        let types = self.place_types(place)?;
        let names = self.names.interface(interface.id)?;
        let mut offers = types.offers;
        let mut items = types.items;
        for face in self.protocol_faces(interface) {
            offers.push(names.protocol_of(*face).to_string());
            items.push(Item::Class(self.protocol(interface, *face)?));
        }
        offers.sort_by_key(|name| order::offer_key(name));
        Ok(Module {
            path: self.names.module(self.surface, place)?,
            is_package: false,
            doc: docs::line(self.interface_title(interface)),
            offers: Some(offers),
            reexports: types.reexports,
            lazy: Vec::new(),
            items,
        })
    }

    /// The import or export name; a plain name of an interface that has a name of its own says which one it is.
    fn interface_title(&self, interface: &InterfaceUse) -> String {
        match self.surface.resolve.id_of(interface.id) {
            Some(id) if id != interface.name => format!("{}: {id}", interface.name),
            Some(_) | None => interface.name.clone(),
        }
    }

    /// The faces in which an interface has a Protocol; one of types alone has an empty one, whatever the face.
    pub fn protocol_faces(&self, interface: &InterfaceUse) -> &'static [Face] {
        if self.has_object(interface) { self.options.mode.faces() } else { Mode::Sync.faces() }
    }

    fn protocol(&self, interface: &InterfaceUse, face: Face) -> Result<Class, Error> {
        let place = Place::Interface(interface.id);
        let mut members = Vec::new();
        for function in self.surface.functions(interface.id) {
            if function.kind.resource().is_none() {
                members.push(Member::Method(self.method(place, interface.side, face, function)?));
            }
        }
        // Last, because from here on each hides the class of the same name from annotations.
        for (_, id) in self.surface.types(place) {
            let is_own = self.surface.definition(id) == id;
            if is_own && matches!(self.surface.typedef(id).kind, TypeDefKind::Resource) {
                let attribute = &self.names.ty(self.surface, place, id)?.class;
                members.push(Member::Method(class_property(attribute, self.resource_symbol(place, id, face)?)));
            }
        }
        let own = &self.surface.resolve.interfaces[interface.id];
        let mut doc = docs::docs_or(&own.docs, || self.interface_title(interface));
        stability::add(&mut doc, &own.stability, None);
        docs::add(&mut doc, face::interface_remark(face, interface.side));
        Ok(Class {
            name: self.names.interface(interface.id)?.protocol_of(face).to_string(),
            decorators: Vec::new(),
            bases: vec![library::PROTOCOL.into()],
            doc,
            members,
        })
    }

    /// Whether there is anything to give or to get: an interface of types alone needs no object.
    pub fn has_object(&self, interface: &InterfaceUse) -> bool {
        let place = Place::Interface(interface.id);
        let has_resource = self.surface.types(place).into_iter().any(|(_, id)| {
            self.surface.definition(id) == id && matches!(self.surface.typedef(id).kind, TypeDefKind::Resource)
        });
        has_resource || self.surface.functions(interface.id).next().is_some()
    }
}

/// The read-only property through which an interface gives a resource's class.
fn class_property(attribute: &str, class: Symbol) -> Method {
    Method {
        name: attribute.to_string(),
        kind: MethodKind::Property,
        is_async: false,
        decorators: Vec::new(),
        params: Vec::new(),
        positional_only: false,
        returns: Expression::Subscript(Symbol::Builtin("type"), vec![class.into()]),
        doc: None,
        body: Body::Declared,
    }
}
