//! What builders and names ask about a WIT function.

use wit_parser::{Function, FunctionKind, Param, Type, TypeDefKind};

use crate::Results;
use crate::surface::Surface;

/// The parameters of a function without a method's self.
pub fn wit_params(function: &Function) -> &[Param] {
    match function.kind {
        FunctionKind::Method(_)
        | FunctionKind::AsyncMethod(_)
        | FunctionKind::MethodGetter(_)
        | FunctionKind::MethodSetter(_) => function.params.get(1..).unwrap_or_default(),
        FunctionKind::Freestanding
        | FunctionKind::AsyncFreestanding
        | FunctionKind::Getter
        | FunctionKind::Setter
        | FunctionKind::Static(_)
        | FunctionKind::AsyncStatic(_)
        | FunctionKind::StaticGetter(_)
        | FunctionKind::StaticSetter(_)
        | FunctionKind::Constructor(_) => &function.params,
    }
}

/// The error type of a function whose result is a `result`.
pub fn error_type(surface: &Surface, function: &Function) -> Option<Type> {
    let Type::Id(id) = surface.behind_aliases(function.result?) else { return None };
    match &surface.typedef(id).kind {
        TypeDefKind::Result(result) => result.err,
        _ => None,
    }
}

/// What becomes of a function's own `result`, given the package's choice: a constructor cannot return a value.
pub fn results(function: &Function, chosen: Results) -> Results {
    if matches!(function.kind, FunctionKind::Constructor(_)) { Results::Raise } else { chosen }
}
