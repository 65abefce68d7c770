//! WIT types as Python type expressions.

use dovetail_abi::wit::Definitions as _;
use wit_parser::{Handle, Type, TypeDefKind, TypeId};

use super::Builder;
use crate::Error;
use crate::model::{Expression, Symbol, library};
use crate::options::{Face, NumberLists};
use crate::surface::Place;

/// How much a type expression admits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breadth {
    /// Exactly what the engine makes: results of exports, parameters of imports, fields.
    Exact,
    /// All that the engine accepts: parameters of exports, results of imports.
    Wide,
}

/// Which Protocol stands for a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handles {
    Of(Face),
    /// Those of both faces: in a value type that both share.
    Any,
}

/// What a type expression is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct View {
    pub breadth: Breadth,
    pub handles: Handles,
}

/// What the elements of a list are, as far as it matters for how Python spells the list.
enum Elements {
    Bytes,
    Numbers,
    Others,
}

fn builtin(name: &'static str) -> Expression {
    Symbol::Builtin(name).into()
}

/// The union of the parts, unions among them taken apart.
pub fn union(parts: impl IntoIterator<Item = Expression>) -> Expression {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Expression::Union(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() == 1 { flat.remove(0) } else { Expression::Union(flat) }
}

impl Builder<'_> {
    /// The expression for a type as the module of `place` writes it.
    pub fn expression(&self, place: Place, ty: Type, view: View) -> Result<Expression, Error> {
        Ok(match ty {
            Type::Bool => builtin("bool"),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::S8 | Type::S16 | Type::S32 | Type::S64 => {
                builtin("int")
            }
            Type::F32 | Type::F64 => builtin("float"),
            Type::Char | Type::String => builtin("str"),
            Type::ErrorContext => return Err(super::unsupported(&self.path(place), "an error-context")),
            Type::Id(id) => return self.defined(place, id, view),
        })
    }

    /// The expression for a payload that may be left out.
    pub fn optional(&self, place: Place, ty: Option<Type>, view: View) -> Result<Expression, Error> {
        ty.map_or(Ok(Expression::None), |ty| self.expression(place, ty, view))
    }

    fn defined(&self, place: Place, id: TypeId, view: View) -> Result<Expression, Error> {
        if self.surface.place_of(id).is_some() && !self.is_spelled_out(id, view) {
            return Ok(self.symbol(place, id)?.into());
        }
        self.structure(place, self.surface.definition(id), view)
    }

    /// The expression for what a type is made of, whatever its name.
    pub fn structure(&self, place: Place, id: TypeId, view: View) -> Result<Expression, Error> {
        let one = |ty: Type| self.expression(place, ty, view);
        Ok(match &self.surface.typedef(id).kind {
            TypeDefKind::Record(_) | TypeDefKind::Variant(_) | TypeDefKind::Enum(_) | TypeDefKind::Flags(_) => {
                self.symbol(place, id)?.into()
            }
            TypeDefKind::Resource => self.resource_expression(place, id, view.handles)?,
            TypeDefKind::Handle(Handle::Own(resource) | Handle::Borrow(resource)) => {
                self.resource_expression(place, *resource, view.handles)?
            }
            TypeDefKind::Type(ty) => one(*ty)?,
            TypeDefKind::Tuple(tuple) => {
                let items = tuple.types.iter().map(|ty| one(*ty)).collect::<Result<Vec<_>, _>>()?;
                let items = if items.is_empty() { vec![Expression::EmptyTuple] } else { items };
                Expression::Subscript(Symbol::Builtin("tuple"), items)
            }
            TypeDefKind::Option(ty) => self.option(place, *ty, view)?,
            TypeDefKind::Result(result) => {
                let ok = self.optional(place, result.ok, view)?;
                let err = self.optional(place, result.err, view)?;
                union([Expression::Subscript(library::OK, vec![ok]), Expression::Subscript(library::ERR, vec![err])])
            }
            TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _) => self.list(place, *ty, view)?,
            TypeDefKind::Map(key, value) => {
                let head = match view.breadth {
                    Breadth::Exact => Symbol::Builtin("dict"),
                    Breadth::Wide => library::MAPPING,
                };
                // A Mapping is covariant in its values only.
                let key = self.expression(place, *key, View { breadth: Breadth::Exact, ..view })?;
                Expression::Subscript(head, vec![key, one(*value)?])
            }
            TypeDefKind::Future(_) => return Err(super::unsupported(&self.path(place), "a future")),
            TypeDefKind::Stream(_) => return Err(super::unsupported(&self.path(place), "a stream")),
            TypeDefKind::Unknown => return Err(super::unsupported(&self.path(place), "an unresolved type")),
        })
    }

    /// `T | None`; an option of an option wraps the inner one, for `None` could not tell which of the two is missing.
    fn option(&self, place: Place, inner: Type, view: View) -> Result<Expression, Error> {
        let payload = self.expression(place, inner, view)?;
        let is_option = match self.surface.behind_aliases(inner) {
            Type::Id(id) => matches!(self.surface.typedef(id).kind, TypeDefKind::Option(_)),
            _ => false,
        };
        let payload = if is_option { Expression::Subscript(library::SOME, vec![payload]) } else { payload };
        Ok(union([payload, Expression::None]))
    }

    fn list(&self, place: Place, element: Type, view: View) -> Result<Expression, Error> {
        let item = || self.expression(place, element, view);
        Ok(match (view.breadth, self.elements(element)) {
            (Breadth::Exact, Elements::Bytes) => builtin("bytes"),
            (Breadth::Exact, Elements::Numbers) => {
                let head = match self.options.number_lists {
                    NumberLists::List => Symbol::Builtin("list"),
                    NumberLists::Buffer => library::NUMBER_BUFFER,
                };
                Expression::Subscript(head, vec![item()?])
            }
            (Breadth::Exact, Elements::Others) => Expression::Subscript(Symbol::Builtin("list"), vec![item()?]),
            (Breadth::Wide, Elements::Bytes) => library::BUFFER.into(),
            (Breadth::Wide, Elements::Numbers) => {
                union([Expression::Subscript(library::SEQUENCE, vec![item()?]), library::BUFFER.into()])
            }
            (Breadth::Wide, Elements::Others) => Expression::Subscript(library::SEQUENCE, vec![item()?]),
        })
    }

    fn elements(&self, element: Type) -> Elements {
        match self.surface.behind_aliases(element) {
            Type::U8 => Elements::Bytes,
            Type::U16
            | Type::U32
            | Type::U64
            | Type::S8
            | Type::S16
            | Type::S32
            | Type::S64
            | Type::F32
            | Type::F64 => Elements::Numbers,
            Type::Bool | Type::Char | Type::String | Type::ErrorContext | Type::Id(_) => Elements::Others,
        }
    }

    /// Whether a named type is not what is meant, so that what it is made of must be said.
    fn is_spelled_out(&self, id: TypeId, view: View) -> bool {
        let definition = self.surface.definition(id);
        if matches!(self.surface.typedef(definition).kind, TypeDefKind::Resource) {
            return true; // Which Protocol is meant depends on the face.
        }
        let is_class = self.surface.nominal(Type::Id(definition)) == Some(definition);
        !is_class
            && (view.breadth == Breadth::Wide && self.widens(Type::Id(id))
                || view.handles != self.alias_handles() && self.surface.has_resource(Type::Id(id)))
    }

    /// How an alias spells resources. Where there are two faces it is the synchronous one's, and the other face says what
    /// the alias stands for.
    pub fn alias_handles(&self) -> Handles {
        Handles::Of(self.options.mode.first())
    }

    /// How the classes that all faces share spell resources.
    pub fn field_handles(&self) -> Handles {
        match self.options.mode.faces() {
            [face] => Handles::Of(*face),
            _ => Handles::Any,
        }
    }

    fn resource_expression(&self, place: Place, id: TypeId, handles: Handles) -> Result<Expression, Error> {
        let definition = self.surface.definition(id);
        if let TypeDefKind::Type(_) = self.surface.typedef(definition).kind {
            if handles == self.alias_handles() {
                return Ok(self.symbol(place, id)?.into());
            }
            if let Type::Id(resource) = self.surface.behind_aliases(Type::Id(definition)) {
                return self.resource_expression(place, resource, handles);
            }
        }
        let faces = match &handles {
            Handles::Of(face) => std::slice::from_ref(face),
            Handles::Any => self.options.mode.faces(),
        };
        let protocols = faces.iter().map(|face| Ok(self.resource_symbol(place, id, *face)?.into()));
        Ok(union(protocols.collect::<Result<Vec<Expression>, Error>>()?))
    }

    /// The Protocol of a resource in one of the faces, as the module of `place` refers to it.
    pub fn resource_symbol(&self, place: Place, id: TypeId, face: Face) -> Result<Symbol, Error> {
        let definition = self.surface.definition(id);
        let home = self.surface.place_of(definition).unwrap_or(place);
        let name = self.names.resource(self.surface, home, definition, face)?.to_string();
        if home == place {
            return Ok(Symbol::Local(name));
        }
        Ok(Symbol::Sibling {
            module: self.names.module(self.surface, home)?,
            name,
            local: self.names.resource(self.surface, place, id, face)?.to_string(),
        })
    }

    /// Whether the wide form of a type differs from its exact form.
    fn widens(&self, ty: Type) -> bool {
        let Type::Id(id) = self.surface.behind_aliases(ty) else { return false };
        match &self.surface.typedef(id).kind {
            TypeDefKind::List(_) | TypeDefKind::FixedLengthList(..) | TypeDefKind::Map(..) => true,
            TypeDefKind::Option(ty) => self.widens(*ty),
            TypeDefKind::Tuple(tuple) => tuple.types.iter().any(|ty| self.widens(*ty)),
            TypeDefKind::Result(result) => result.ok.iter().chain(&result.err).any(|ty| self.widens(*ty)),
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Resource
            | TypeDefKind::Handle(_)
            | TypeDefKind::Type(_)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => false,
        }
    }

    /// A named type that is no resource as the module of `place` refers to it.
    pub fn symbol(&self, place: Place, id: TypeId) -> Result<Symbol, Error> {
        let definition = self.surface.definition(id);
        let home = self.surface.place_of(definition).unwrap_or(place);
        if home == place {
            return Ok(Symbol::Local(self.names.ty(self.surface, place, definition)?.class.clone()));
        }
        Ok(Symbol::Sibling {
            module: self.names.module(self.surface, home)?,
            name: self.names.ty(self.surface, home, definition)?.class.clone(),
            local: self.names.ty(self.surface, place, id)?.class.clone(),
        })
    }

    /// The WIT spellings of the numbers in a type that Python spells alike, for a remark beside a field.
    pub fn number_kinds(&self, ty: Type, kinds: &mut Vec<&'static str>) {
        let kind = match ty {
            Type::U8 => "u8",
            Type::U16 => "u16",
            Type::U32 => "u32",
            Type::U64 => "u64",
            Type::S8 => "s8",
            Type::S16 => "s16",
            Type::S32 => "s32",
            Type::S64 => "s64",
            Type::F32 => "f32",
            Type::Char => "char",
            Type::Bool | Type::F64 | Type::String | Type::ErrorContext => return,
            Type::Id(id) if self.surface.place_of(id).is_some() => return,
            Type::Id(id) => {
                let kind = &self.surface.typedef(id).kind;
                let is_bytes = match kind {
                    TypeDefKind::List(element) | TypeDefKind::FixedLengthList(element, _) => {
                        matches!(self.elements(*element), Elements::Bytes)
                    }
                    _ => false,
                };
                if !is_bytes {
                    crate::surface::operands(kind).into_iter().for_each(|ty| self.number_kinds(ty, kinds));
                }
                return;
            }
        };
        kinds.push(kind);
    }
}
