//! WIT functions as Python methods.

use wit_parser::{Function, FunctionKind, Handle, Type, TypeDefKind};

use super::expression::View;
use super::face::outcome;
use super::{Builder, docs, stability};
use crate::functions::{self, error_type, wit_params};
use crate::model::{Body, Docstring, Expression, Method, MethodKind, Param, Symbol, library};
use crate::options::Face;
use crate::surface::{Place, Side};
use crate::{Error, Results};

impl Builder<'_> {
    /// A function as a declaration in a Protocol.
    pub fn method(&self, place: Place, side: Side, face: Face, function: &Function) -> Result<Method, Error> {
        let names = self.names.function(place, side, &function.name)?;
        let is_constructor = matches!(function.kind, FunctionKind::Constructor(_));
        let kind = match function.kind {
            FunctionKind::Static(_) => MethodKind::Static,
            FunctionKind::Freestanding | FunctionKind::Method(_) | FunctionKind::Constructor(_) => MethodKind::Instance,
            FunctionKind::AsyncFreestanding
            | FunctionKind::AsyncMethod(_)
            | FunctionKind::AsyncStatic(_)
            | FunctionKind::Getter
            | FunctionKind::Setter
            | FunctionKind::MethodGetter(_)
            | FunctionKind::MethodSetter(_)
            | FunctionKind::StaticGetter(_)
            | FunctionKind::StaticSetter(_) => {
                return Err(super::unsupported(
                    &format!("{}#{}", self.path(place), function.name),
                    "this kind of function",
                ));
            }
        };
        let mut params = Vec::new();
        for (param, name) in wit_params(function).iter().zip(&names.params) {
            let ty = self.expression(place, param.ty, self.parameters(side, face))?;
            params.push(Param { name: name.clone(), ty, default_none: false });
        }
        let returns = if is_constructor { Expression::None } else { self.returns(place, side, face, function)? };
        Ok(Method {
            name: names.python.clone(),
            kind,
            is_async: side == Side::Export && face == Face::Async && !is_constructor,
            decorators: stability::decorators(&function.stability),
            params,
            positional_only: side == Side::Import,
            returns,
            doc: self.function_doc(place, side, face, function)?,
            body: Body::Declared,
        })
    }

    /// A world-level import as a field's type: parameters are positional there.
    pub fn callable(&self, face: Face, function: &Function) -> Result<Expression, Error> {
        let mut params = Vec::new();
        for param in &function.params {
            params.push(self.expression(Place::World, param.ty, self.parameters(Side::Import, face))?);
        }
        let returns = self.returns(Place::World, Side::Import, face, function)?;
        Ok(Expression::Subscript(library::CALLABLE, vec![Expression::List(params), returns]))
    }

    /// What a call gives: the value, or perhaps an awaitable of it.
    fn returns(&self, place: Place, side: Side, face: Face, function: &Function) -> Result<Expression, Error> {
        Ok(outcome(side, face, self.value(place, function, self.results(side, face))?))
    }

    /// The value of a call; of a result the value of its ok case, or `Ok` or `Err`.
    fn value(&self, place: Place, function: &Function, view: View) -> Result<Expression, Error> {
        let Some(result) = function.result else { return Ok(Expression::None) };
        if functions::results(function, self.options.results) == Results::Raise
            && let Type::Id(id) = self.surface.behind_aliases(result)
            && let TypeDefKind::Result(result) = &self.surface.typedef(id).kind
        {
            return self.optional(place, result.ok, view);
        }
        self.expression(place, result, view)
    }

    /// The docs, what happens to handles, and what is raised.
    pub fn function_doc(
        &self,
        place: Place,
        side: Side,
        face: Face,
        function: &Function,
    ) -> Result<Option<Docstring>, Error> {
        let mut doc = docs::docs(&function.docs).unwrap_or_default();
        stability::add(&mut doc, &function.stability, self.since_around(place, function));
        if side == Side::Export
            && let Some(takes) = self.takes(place, side, function)?
        {
            if !doc.lines.is_empty() {
                doc.lines.push(String::new());
            }
            doc.lines.push(takes);
        }
        doc.raises = self.raises(place, face, function)?;
        let is_empty = doc.lines.is_empty() && doc.raises.is_none();
        Ok(if is_empty { None } else { Some(doc) })
    }

    /// Which arguments the caller loses.
    fn takes(&self, place: Place, side: Side, function: &Function) -> Result<Option<String>, Error> {
        let names = self.names.function(place, side, &function.name)?;
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        for (param, name) in wit_params(function).iter().zip(&names.params) {
            let direct = match self.surface.behind_aliases(param.ty) {
                Type::Id(id) => {
                    matches!(self.surface.typedef(id).kind, TypeDefKind::Handle(Handle::Own(_)) | TypeDefKind::Resource)
                }
                _ => false,
            };
            if direct {
                whole.push(format!("`{name}`"));
            } else if self.surface.has_own(param.ty) {
                parts.push(format!("`{name}`"));
            }
        }
        let mut taken = Vec::new();
        match whole.as_slice() {
            [] => {}
            [one] => taken.push(format!("{one} (an owned handle)")),
            many => taken.push(format!("{} (owned handles)", enumerate(many))),
        }
        if !parts.is_empty() {
            taken.push(format!("the owned handles in {}", enumerate(&parts)));
        }
        Ok(if taken.is_empty() { None } else { Some(format!("Takes {} away from the caller.", taken.join(" and "))) })
    }

    fn raises(&self, place: Place, face: Face, function: &Function) -> Result<Option<Expression>, Error> {
        match functions::results(function, self.options.results) {
            Results::Raise => {}
            Results::Values => return Ok(None),
        }
        let Some(result) = function.result else { return Ok(None) };
        let Type::Id(id) = self.surface.behind_aliases(result) else { return Ok(None) };
        let TypeDefKind::Result(_) = &self.surface.typedef(id).kind else { return Ok(None) };
        let error = error_type(self.surface, function);
        if let Some(error) = error
            && let Some(raised) = self.raised(place, error)?
        {
            return Ok(Some(raised.into()));
        }
        let payload = self.optional(place, error, self.results(self.surface.side_of(place), face))?;
        Ok(Some(Expression::Subscript(library::ERR, vec![payload])))
    }

    /// The exception for an error type, where it has one, as `place` calls it.
    fn raised(&self, place: Place, error: Type) -> Result<Option<Symbol>, Error> {
        let Some(definition) = self.surface.nominal(error) else { return Ok(None) };
        if let Type::Id(id) = error
            && let Ok(names) = self.names.ty(self.surface, place, id)
            && let Some(raised) = &names.raised
        {
            return Ok(Some(Symbol::Local(raised.clone())));
        }
        let home = self.surface.place_of(definition).unwrap_or(place);
        Ok(self.names.ty(self.surface, home, definition)?.raised.clone().map(Symbol::Local))
    }
}

/// `a`, `a and b`, `a, b and c`
fn enumerate(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
