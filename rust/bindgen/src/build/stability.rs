//! What `@since`, `@unstable` and `@deprecated` come to: a line in the docs, and for functions a mark that type checkers know.

use wit_parser::{Function, FunctionKind, Stability};

use super::Builder;
use crate::model::{Docstring, Expression, library};
use crate::surface::Place;

/// Adds what a stability says to the docs. `around` is the version that what it stands in is from; the same need not be said again.
pub fn add(doc: &mut Docstring, stability: &Stability, around: Option<String>) {
    let mut words = Vec::new();
    let deprecated = match stability {
        Stability::Unknown => return,
        Stability::Stable { since, deprecated } => {
            if around.is_none_or(|around| around != since.to_string()) {
                words.push(format!("Since {since}."));
            }
            deprecated
        }
        Stability::Unstable { feature, deprecated } => {
            words.push(format!("Unstable: feature `{feature}`."));
            deprecated
        }
    };
    if let Some(version) = deprecated {
        words.push(format!("Deprecated since {version}."));
    }
    if words.is_empty() {
        return;
    }
    if !doc.lines.is_empty() {
        doc.lines.push(String::new());
    }
    doc.lines.push(words.join(" "));
}

/// `@dovetail.deprecated("since 1.2.0")`
pub fn decorators(stability: &Stability) -> Vec<Expression> {
    let deprecated = match stability {
        Stability::Unknown => None,
        Stability::Stable { deprecated, .. } | Stability::Unstable { deprecated, .. } => deprecated.as_ref(),
    };
    let mark = |version| {
        let message = Expression::Text(format!("since {version}"));
        Expression::Call(library::DEPRECATED, vec![message], Vec::new())
    };
    deprecated.map(mark).into_iter().collect()
}

fn since(stability: &Stability) -> Option<String> {
    match stability {
        Stability::Stable { since, .. } => Some(since.to_string()),
        Stability::Unstable { .. } | Stability::Unknown => None,
    }
}

impl Builder<'_> {
    /// The version that an interface or the world is from.
    pub fn since_of(&self, place: Place) -> Option<String> {
        since(match place {
            Place::World => &self.surface.resolve.worlds[self.surface.world].stability,
            Place::Interface(id) => &self.surface.resolve.interfaces[id].stability,
        })
    }

    /// The version that a function's surroundings are from: its resource, or its interface or world.
    pub fn since_around(&self, place: Place, function: &Function) -> Option<String> {
        match function.kind {
            FunctionKind::Method(resource)
            | FunctionKind::Static(resource)
            | FunctionKind::Constructor(resource)
            | FunctionKind::AsyncMethod(resource)
            | FunctionKind::AsyncStatic(resource)
            | FunctionKind::MethodGetter(resource)
            | FunctionKind::MethodSetter(resource)
            | FunctionKind::StaticGetter(resource)
            | FunctionKind::StaticSetter(resource) => since(&self.surface.typedef(resource).stability),
            FunctionKind::Freestanding
            | FunctionKind::AsyncFreestanding
            | FunctionKind::Getter
            | FunctionKind::Setter => self.since_of(place),
        }
    }
}
