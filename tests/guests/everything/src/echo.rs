//! The interface `echo`: every function returns what it is given.

use crate::Component;
use crate::exports::tests::everything::echo::{
    Access, Colour, Failure, Guest, Many, Name, Nested, Outcome, Point, Shape,
};

/// Functions that return their only parameter.
macro_rules! echoes {
    ($($name:ident: $type:ty;)*) => {
        $(fn $name(v: $type) -> $type {
            v
        })*
    };
}

impl Guest for Component {
    echoes! {
        boolean: bool;
        unsigned8: u8;
        signed8: i8;
        unsigned16: u16;
        signed16: i16;
        unsigned32: u32;
        signed32: i32;
        unsigned64: u64;
        signed64: i64;
        float32: f32;
        float64: f64;
        character: char;
        text: String;
        alias: Name;
        bytes: Vec<u8>;
        floats: Vec<f64>;
        words: Vec<u16>;
        texts: Vec<String>;
        lists: Vec<Vec<u32>>;
        points: Vec<Point>;
        pair: (u8, String);
        maybe: Option<String>;
        perhaps: Option<Option<u32>>;
        outcomes: Vec<Outcome>;
        a_point: Point;
        a_nested: Nested;
        a_shape: Shape;
        shapes: Vec<Shape>;
        a_colour: Colour;
        an_access: Access;
        a_many: Many;
    }

    fn nothing() {}

    fn attempt(fail: Option<Failure>) -> Result<String, Failure> {
        match fail {
            Some(failure) => Err(failure),
            None => Ok("fine".to_owned()),
        }
    }

    fn attempt_unit(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    fn seventeen(
        a: u8,
        b: u16,
        c: u32,
        d: u64,
        e: i8,
        f: i16,
        g: i32,
        h: i64,
        i: f32,
        j: f64,
        k: char,
        l: bool,
        m: String,
        n: u8,
        o: u8,
        p: u8,
        q: u8,
    ) -> String {
        format!("{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k} {l} {m} {n} {o} {p} {q}")
    }
}
