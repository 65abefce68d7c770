//! Expressions as text with places where it may break.

use super::layout::{Layout, delimited, text};
use crate::model::{Class, Expression};
use crate::names::spelling::Spelling;

/// Where an expression stands: which names it sees.
#[derive(Clone, Copy)]
pub struct Position<'a> {
    pub spelling: &'a Spelling,
    pub class: Option<&'a Class>,
}

/// The layout of an expression that stands between brackets, where it may break without parentheses of its own.
pub fn expression(value: &Expression, position: Position<'_>) -> Layout {
    let all = |values: &[Expression]| values.iter().map(|value| expression(value, position)).collect::<Vec<_>>();
    match value {
        Expression::None => text("None"),
        Expression::True => text("True"),
        Expression::EmptyTuple => text("()"),
        Expression::Variable(name) => text(name.as_str()),
        Expression::Text(words) => text(format!("\"{words}\"")),
        Expression::Symbol(symbol) => text(position.spelling.text(symbol, position.class)),
        Expression::Subscript(head, arguments) => {
            let open = format!("{}[", position.spelling.text(head, position.class));
            // A comma after a single argument would make a tuple of it.
            delimited(&open, all(arguments), "]", arguments.len() > 1)
        }
        Expression::List(items) => delimited("[", all(items), "]", true),
        Expression::Union(parts) => union(all(parts)),
        Expression::Call(callee, arguments, keywords) => {
            let mut items = all(arguments);
            for (name, value) in keywords {
                items.push(Layout::Sequence(vec![text(format!("{name}=")), expression(value, position)]));
            }
            delimited(&format!("{}(", position.spelling.text(callee, position.class)), items, ")", true)
        }
    }
}

fn union(parts: Vec<Layout>) -> Layout {
    let mut sequence = Vec::new();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            sequence.push(Layout::Break(" "));
            sequence.push(text("| "));
        }
        sequence.push(part);
    }
    Layout::Group(Box::new(Layout::Sequence(sequence)))
}
