//! What tells the faces of a world apart: which Protocols stand for resources where, what a call gives, and what the
//! docs say about it.

use super::Builder;
use super::expression::{Breadth, Handles, View};
use crate::model::{Expression, library};
use crate::options::Face;
use crate::surface::Side;

impl Builder<'_> {
    /// How the parameters of a side's functions are annotated.
    pub fn parameters(&self, side: Side, face: Face) -> View {
        match side {
            // A host that was written for the synchronous face fits the asynchronous one too. Its methods take resources
            // by the synchronous Protocol, and one that takes the asynchronous Protocol takes those all the more.
            Side::Import => View { breadth: Breadth::Exact, handles: Handles::Of(self.narrowest(face)) },
            Side::Export => View { breadth: Breadth::Wide, handles: Handles::Of(face) },
        }
    }

    /// How the results of a side's functions are annotated.
    pub fn results(&self, side: Side, face: Face) -> View {
        let breadth = match side {
            Side::Import => Breadth::Wide,
            Side::Export => Breadth::Exact,
        };
        View { breadth, handles: Handles::Of(face) }
    }

    fn narrowest(&self, face: Face) -> Face {
        if self.options.mode.has(Face::Sync) { Face::Sync } else { face }
    }
}

/// What a call of a function gives whose result is `value`: a host's functions may give an awaitable in the asynchronous
/// face, an export's are `async def`, which says it.
pub fn outcome(side: Side, face: Face, value: Expression) -> Expression {
    match (side, face) {
        (Side::Import, Face::Async) => Expression::Subscript(library::MAYBE_AWAITABLE, vec![value]),
        (Side::Import | Side::Export, Face::Sync) | (Side::Export, Face::Async) => value,
    }
}

pub fn world_remark(face: Face) -> Option<&'static str> {
    match face {
        Face::Sync => None,
        Face::Async => Some("Awaiting an object of this class instantiates the component; calls are awaited too."),
    }
}

pub fn imports_remark(face: Face) -> Option<&'static str> {
    match face {
        Face::Sync => None,
        Face::Async => Some(HOST),
    }
}

pub fn interface_remark(face: Face, side: Side) -> Option<&'static str> {
    match (face, side) {
        (Face::Sync, _) => None,
        (Face::Async, Side::Import) => Some(HOST),
        (Face::Async, Side::Export) => Some("Calls are awaited."),
    }
}

pub fn resource_remark(face: Face, side: Side) -> Option<&'static str> {
    match (face, side) {
        (Face::Sync, _) => None,
        (Face::Async, Side::Import) => Some("Methods may be `async def`: what they return is awaited."),
        (Face::Async, Side::Export) => Some("Calls are awaited, the constructor's too."),
    }
}

const HOST: &str = "Functions may be `async def`: what they return is awaited.";
