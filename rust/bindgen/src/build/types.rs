//! WIT type definitions as classes and aliases.

use dovetail_abi::wit::Definitions as _;
use wit_parser::{Function, FunctionKind, Type, TypeDefKind, TypeId};

use super::expression::{Breadth, View, union};
use super::{Builder, docs, face, stability};
use crate::Error;
use crate::model::{Alias, Class, Constant, Docstring, Expression, Field, Item, Member, Symbol, library};
use crate::options::Face;
use crate::surface::{Place, Side, operands};

/// What the types of a place come to in its module.
#[derive(Default)]
pub struct PlaceTypes {
    pub items: Vec<Item>,
    pub reexports: Vec<Symbol>,
    /// The names that the module offers.
    pub offers: Vec<String>,
}

impl Builder<'_> {
    /// All types of a place, each after those that it is made of.
    pub fn place_types(&self, place: Place) -> Result<PlaceTypes, Error> {
        let mut types = PlaceTypes::default();
        let mut done = Vec::new();
        for (_, id) in self.surface.types(place) {
            self.visit(place, id, &mut done, &mut types)?;
        }
        Ok(types)
    }

    fn visit(&self, place: Place, id: TypeId, done: &mut Vec<TypeId>, types: &mut PlaceTypes) -> Result<(), Error> {
        if done.contains(&id) {
            return Ok(());
        }
        done.push(id);
        if self.surface.definition(id) != id {
            return self.reexport(place, id, types);
        }
        let mut needed = Vec::new();
        self.own_operands(place, &self.surface.typedef(id).kind, &mut needed);
        for operand in needed {
            self.visit(place, operand, done, types)?;
        }
        let before = types.items.len();
        self.define(place, id, &mut types.items)?;
        for item in types.items.iter().skip(before) {
            types.offers.push(match item {
                Item::Class(class) => class.name.clone(),
                Item::Alias(alias) => alias.name.clone(),
            });
        }
        Ok(())
    }

    /// The named types of the same place that must be defined before.
    fn own_operands(&self, place: Place, kind: &TypeDefKind, found: &mut Vec<TypeId>) {
        let mut types = operands(kind);
        if let TypeDefKind::Handle(wit_parser::Handle::Own(id) | wit_parser::Handle::Borrow(id)) = kind {
            types.push(Type::Id(*id));
        }
        for ty in types {
            let Type::Id(id) = ty else { continue };
            match self.surface.place_of(id) {
                Some(home) if home == place => found.push(id),
                Some(_) => {}
                None => self.own_operands(place, &self.surface.typedef(id).kind, found),
            }
        }
    }

    /// A type that is defined elsewhere: bound here too, with what belongs to it.
    fn reexport(&self, place: Place, id: TypeId, types: &mut PlaceTypes) -> Result<(), Error> {
        let definition = self.surface.definition(id);
        let home = self.surface.place_of(definition).unwrap_or(place);
        let module = self.names.module(self.surface, home)?;
        let (here, there) = (self.names.ty(self.surface, place, id)?, self.names.ty(self.surface, home, definition)?);
        let mut pairs = Vec::new();
        if matches!(self.surface.typedef(definition).kind, TypeDefKind::Resource) {
            for face in self.options.mode.faces() {
                let there = self.names.resource(self.surface, home, definition, *face)?;
                pairs.push((there.to_string(), self.names.resource(self.surface, place, id, *face)?.to_string()));
            }
        } else {
            pairs.push((there.class.clone(), here.class.clone()));
        }
        if let (Some(there), Some(here)) = (&there.raised, &here.raised) {
            pairs.push((there.clone(), here.clone()));
        }
        // The copy of an interface offers all that the original does; a `use` brings in the one name.
        if !self.surface.is_use(id) && matches!(self.surface.typedef(id).kind, TypeDefKind::Variant(_)) {
            let (there, here) = (self.names.members(definition)?, self.names.members(id)?);
            pairs.extend(there.iter().cloned().zip(here.iter().cloned()));
        }
        for (name, local) in pairs {
            types.offers.push(local.clone());
            types.reexports.push(Symbol::Sibling { module: module.clone(), name, local });
        }
        Ok(())
    }

    fn define(&self, place: Place, id: TypeId, items: &mut Vec<Item>) -> Result<(), Error> {
        let def = self.surface.typedef(id);
        let wit = def.name.clone().unwrap_or_default();
        let doc = || self.type_doc(place, id);
        let names = self.names.ty(self.surface, place, id)?;
        let class = names.class.clone();
        let members = self.names.members(id)?;
        match &def.kind {
            TypeDefKind::Record(record) => {
                let mut fields = Vec::new();
                for (field, name) in record.fields.iter().zip(members) {
                    fields.push(Member::Field(self.field(place, name, field.ty, docs::docs(&field.docs))?));
                }
                items.push(dataclass(class, doc(), fields));
            }
            TypeDefKind::Variant(variant) => {
                for (case, name) in variant.cases.iter().zip(members) {
                    let doc = docs::docs_or(&case.docs, || format!("{wit}.{}", case.name));
                    let field = case.ty.map(|ty| self.field(place, "value", ty, None)).transpose()?;
                    items.push(dataclass(name.clone(), doc, field.into_iter().map(Member::Field).collect()));
                }
                let ty = union(members.iter().map(|name| Symbol::Local(name.clone()).into()));
                items.push(Item::Alias(Alias { name: class, ty, doc: doc() }));
            }
            TypeDefKind::Enum(cases) => {
                let constants = cases.cases.iter().zip(members).zip(0..).map(|((case, name), value)| {
                    Member::Constant(Constant { name: name.clone(), value, doc: docs::docs(&case.docs) })
                });
                items.push(enumeration(class, library::ENUM, doc(), constants.collect()));
            }
            TypeDefKind::Flags(flags) => {
                let bits = (0..).map(|bit| 1u64.checked_shl(bit).unwrap_or(0));
                let constants = flags.flags.iter().zip(members).zip(bits).map(|((flag, name), value)| {
                    Member::Constant(Constant { name: name.clone(), value, doc: docs::docs(&flag.docs) })
                });
                items.push(enumeration(class, library::FLAG, doc(), constants.collect()));
            }
            TypeDefKind::Resource => {
                for face in self.options.mode.faces() {
                    items.push(Item::Class(self.resource(place, id, *face)?));
                }
            }
            TypeDefKind::Type(_)
            | TypeDefKind::Handle(_)
            | TypeDefKind::Tuple(_)
            | TypeDefKind::Option(_)
            | TypeDefKind::Result(_)
            | TypeDefKind::List(_)
            | TypeDefKind::Map(_, _)
            | TypeDefKind::FixedLengthList(..)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => {
                let ty = self.structure(place, id, View { breadth: Breadth::Exact, handles: self.alias_handles() })?;
                items.push(Item::Alias(Alias { name: class, ty, doc: doc() }));
            }
        }
        if let Some(raised) = &names.raised {
            items.push(Item::Class(raised_class(raised, &names.class, &wit)));
        }
        Ok(())
    }

    fn field(&self, place: Place, name: &str, ty: Type, doc: Option<Docstring>) -> Result<Field, Error> {
        let mut kinds = Vec::new();
        self.number_kinds(ty, &mut kinds);
        Ok(Field {
            name: name.to_string(),
            ty: self.expression(place, ty, View { breadth: Breadth::Exact, handles: self.field_handles() })?,
            default_none: false,
            comment: if kinds.is_empty() { None } else { Some(kinds.join(", ")) },
            doc,
        })
    }

    /// A resource: the constructor first, then methods and statics in WIT's order.
    fn resource(&self, place: Place, id: TypeId, face: Face) -> Result<Class, Error> {
        let side = self.surface.side_of(place);
        let functions: Vec<&Function> = match place {
            Place::Interface(interface) => self.surface.functions(interface).collect(),
            Place::World => self.surface.world_functions(side).collect(),
        };
        let mut members = Vec::new();
        for function in functions.into_iter().filter(|function| function.kind.resource() == Some(id)) {
            let method = Member::Method(self.method(place, side, face, function)?);
            if matches!(function.kind, FunctionKind::Constructor(_)) {
                members.insert(0, method);
            } else {
                members.push(method);
            }
        }
        let mut bases: Vec<Expression> = Vec::new();
        if side == Side::Export {
            bases.push(match face {
                Face::Sync => library::RESOURCE.into(),
                Face::Async => library::ASYNC_RESOURCE.into(),
            });
        }
        bases.push(library::PROTOCOL.into());
        let mut doc = self.type_doc(place, id);
        docs::add(&mut doc, face::resource_remark(face, side));
        let name = self.names.resource(self.surface, place, id, face)?.to_string();
        Ok(Class { name, decorators: vec![library::RUNTIME_CHECKABLE.into()], bases, doc, members })
    }

    /// The docs of a type, or its kind and name, and what its annotations say.
    fn type_doc(&self, place: Place, id: TypeId) -> Docstring {
        let def = self.surface.typedef(id);
        let kind = match &def.kind {
            TypeDefKind::Record(_) => "record",
            TypeDefKind::Variant(_) => "variant",
            TypeDefKind::Enum(_) => "enum",
            TypeDefKind::Flags(_) => "flags",
            TypeDefKind::Resource => "resource",
            TypeDefKind::Type(_)
            | TypeDefKind::Handle(_)
            | TypeDefKind::Tuple(_)
            | TypeDefKind::Option(_)
            | TypeDefKind::Result(_)
            | TypeDefKind::List(_)
            | TypeDefKind::Map(_, _)
            | TypeDefKind::FixedLengthList(..)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => "type",
        };
        let mut doc = docs::docs_or(&def.docs, || format!("{kind} {}", def.name.as_deref().unwrap_or_default()));
        stability::add(&mut doc, &def.stability, self.since_of(place));
        doc
    }
}

fn dataclass(name: String, doc: Docstring, members: Vec<Member>) -> Item {
    let options = vec![("frozen", Expression::True), ("slots", Expression::True)];
    let decorator = Expression::Call(library::DATACLASS, Vec::new(), options);
    Item::Class(Class { name, decorators: vec![decorator], bases: Vec::new(), doc, members })
}

fn enumeration(name: String, base: Symbol, doc: Docstring, members: Vec<Member>) -> Item {
    Item::Class(Class { name, decorators: Vec::new(), bases: vec![base.into()], doc, members })
}

fn raised_class(name: &str, value: &str, wit: &str) -> Class {
    let base = Expression::Subscript(library::ERR, vec![Symbol::Local(value.to_string()).into()]);
    Class {
        name: name.to_string(),
        decorators: Vec::new(),
        bases: vec![base],
        doc: docs::line(format!("Raised where a function's result is an error of type {wit}.")),
        members: Vec::new(),
    }
}
