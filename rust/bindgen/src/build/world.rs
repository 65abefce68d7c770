//! The world as the package's own module: its class, the dataclass of its imports, and its own types.

use wit_parser::TypeDefKind;

use super::expression::union;
use super::{Builder, docs, face, stability};
use crate::Error;
use crate::model::{
    Body, Class, Docstring, Expression, Field, Item, Member, Method, MethodKind, Module, Param, Symbol, library,
};
use crate::names::order;
use crate::options::Face;
use crate::surface::{InterfaceUse, Place, Side};

impl Builder<'_> {
    pub fn world(&self, fingerprint: &str) -> Result<Module, Error> {
        let types = self.place_types(Place::World)?;
        let mut offers = types.offers;
        let mut items = types.items;
        for face in self.options.mode.faces() {
            let imports = self.imports_class(*face)?;
            let optional = imports.members.iter().all(|member| match member {
                Member::Field(field) => field.default_none,
                Member::Constant(_) | Member::Method(_) => true,
            });
            let world = self.world_class(*face, optional, fingerprint)?;
            offers.extend([imports.name.clone(), world.name.clone()]);
            items.extend([Item::Class(imports), Item::Class(world)]);
        }
        offers.sort_by_key(|name| order::offer_key(name));
        Ok(Module {
            path: String::new(),
            is_package: true,
            doc: Docstring { lines: vec![self.title()], raises: None },
            offers: Some(offers),
            reexports: types.reexports,
            lazy: Vec::new(),
            items,
        })
    }

    /// `World kv of h2:kv@0.1.0`; a component does not say which package its world is from.
    fn title(&self) -> String {
        let world = &self.surface.resolve.worlds[self.surface.world];
        let package = world.package.map(|id| &self.surface.resolve.packages[id].name);
        match package {
            Some(name) if !crate::input::is_placeholder(name) => format!("World {} of {name}", self.names.world_title),
            Some(_) | None => format!("World {}", self.names.world_title),
        }
    }

    fn imports_class(&self, face: Face) -> Result<Class, Error> {
        let mut members = Vec::new();
        for interface in self.surface.side(Side::Import).filter(|interface| self.has_object(interface)) {
            let protocol = self.protocol_symbol(interface, face)?.into();
            let wasi = interface.is_wasi();
            members.push(Member::Field(Field {
                name: self.names.interface(interface.id)?.attribute.clone(),
                ty: if wasi { union([protocol, Expression::None]) } else { protocol },
                default_none: wasi,
                comment: None,
                doc: None,
            }));
        }
        for function in self.surface.world_functions(Side::Import) {
            if function.kind.resource().is_none() {
                members.push(required(
                    &self.names.function(Place::World, Side::Import, &function.name)?.python,
                    self.callable(face, function)?,
                    self.function_doc(Place::World, Side::Import, face, function)?,
                ));
            }
        }
        for (_, id) in self.surface.types(Place::World) {
            if matches!(self.surface.typedef(id).kind, TypeDefKind::Resource) {
                let class = self.resource_symbol(Place::World, id, face)?;
                let ty = Expression::Subscript(Symbol::Builtin("type"), vec![class.into()]);
                members.push(required(self.names.world_resource(id)?, ty, None));
            }
        }
        let options = vec![("kw_only", Expression::True), ("slots", Expression::True)];
        let mut doc = docs::line(format!("What the host gives to world {}.", self.names.world_title));
        docs::add(&mut doc, face::imports_remark(face));
        Ok(Class {
            name: self.names.imports_class(face).to_string(),
            decorators: vec![Expression::Call(library::DATACLASS, Vec::new(), options)],
            bases: Vec::new(),
            doc,
            members,
        })
    }

    fn world_class(&self, face: Face, optional: bool, fingerprint: &str) -> Result<Class, Error> {
        let mut members = Vec::new();
        for interface in self.surface.side(Side::Export).filter(|interface| self.has_object(interface)) {
            let attribute = &self.names.interface(interface.id)?.attribute;
            members.push(required(attribute, self.protocol_symbol(interface, face)?.into(), None));
        }
        members.push(Member::Method(self.initializer(face, optional, fingerprint)));
        for function in self.surface.world_functions(Side::Export) {
            let mut method = self.method(Place::World, Side::Export, face, function)?;
            let mut doc = method.doc.unwrap_or_default();
            if doc.lines.is_empty() {
                doc.lines.push(format!("export {}", function.name));
            }
            method.doc = Some(doc);
            method.body = Body::Raise(Symbol::Builtin("NotImplementedError").into());
            members.push(Member::Method(method));
        }
        let own = &self.surface.resolve.worlds[self.surface.world];
        let mut doc = docs::docs_or(&own.docs, || self.title());
        stability::add(&mut doc, &own.stability, None);
        docs::add(&mut doc, face::world_remark(face));
        let bases = match face {
            Face::Sync => Vec::new(),
            Face::Async => vec![library::ASYNC_WORLD.into()],
        };
        let name = self.names.world_class(face).to_string();
        Ok(Class { name, decorators: Vec::new(), bases, doc, members })
    }

    fn initializer(&self, face: Face, optional: bool, fingerprint: &str) -> Method {
        let imports: Expression = Symbol::Local(self.names.imports_class(face).to_string()).into();
        let bind = match face {
            Face::Sync => library::BIND,
            Face::Async => library::BIND_ASYNC,
        };
        let variables = ["self", "__name__", "store", "imports"];
        let arguments = variables.into_iter().map(|name| Expression::Variable(name.to_string())).collect();
        Method {
            name: "__init__".to_string(),
            kind: MethodKind::Instance,
            is_async: false,
            decorators: Vec::new(),
            params: vec![
                Param { name: "store".to_string(), ty: library::STORE.into(), default_none: false },
                Param {
                    name: "imports".to_string(),
                    ty: if optional { union([imports, Expression::None]) } else { imports },
                    default_none: optional,
                },
            ],
            positional_only: false,
            returns: Expression::None,
            doc: None,
            body: Body::Evaluate(Expression::Call(
                bind,
                arguments,
                vec![("fingerprint", Expression::Text(fingerprint.to_string()))],
            )),
        }
    }

    fn protocol_symbol(&self, interface: &InterfaceUse, face: Face) -> Result<Symbol, Error> {
        let names = self.names.interface(interface.id)?;
        if interface.is_wasi() {
            let name = names.protocol_of(face).to_string();
            return Ok(Symbol::Lazy { folder: interface.side.folder(), module: names.module.clone(), name });
        }
        Ok(Symbol::Sibling {
            module: self.names.module(self.surface, Place::Interface(interface.id))?,
            name: names.protocol_of(face).to_string(),
            local: names.protocol_in_world_of(face).to_string(),
        })
    }
}

fn required(name: &str, ty: Expression, doc: Option<Docstring>) -> Member {
    Member::Field(Field { name: name.to_string(), ty, default_none: false, comment: None, doc })
}
