//! The model as Python text, in the shape that `ruff format` gives. Asks nothing about WIT.

mod docstring;
mod expression;
mod layout;

use crate::model::{
    Alias, Body, Class, Constant, Docstring, Expression, Field, Item, Member, Method, MethodKind, Module, library,
};
use crate::names::spelling::{Import, Spelling};
use docstring::docstring;
use expression::{Position, expression};
use layout::{INDENT, Layout, WIDTH, delimited, parenthesized_if_broken, render, render_flat, text};

/// The text of a module.
pub fn print(module: &Module) -> String {
    let spelling = Spelling::new(module);
    let mut printer = Printer { out: String::new(), spelling: &spelling };
    printer.docstring(&module.doc, 0, printer.global());
    if module.offers.is_none() && module.items.is_empty() && module.lazy.is_empty() {
        return printer.out;
    }
    printer.line("");
    printer.line("from __future__ import annotations");
    for section in &spelling.imports {
        printer.line("");
        for import in section {
            printer.import(import);
        }
    }
    if let Some(offers) = &module.offers {
        printer.line("");
        let names = offers.iter().map(|name| text(format!("\"{name}\""))).collect();
        printer.statement(Layout::Sequence(vec![text("__all__ = "), delimited("[", names, "]", true)]), 0);
    }
    if !module.lazy.is_empty() {
        printer.lazy(&module.lazy);
    }
    let mut after_alias = true;
    for item in &module.items {
        match item {
            Item::Alias(alias) => {
                printer.out.push_str(if after_alias { "\n" } else { "\n\n" });
                printer.alias(alias);
                after_alias = true;
            }
            Item::Class(class) => {
                printer.out.push_str("\n\n");
                printer.class(class);
                after_alias = false;
            }
        }
    }
    printer.out
}

struct Printer<'a> {
    out: String,
    spelling: &'a Spelling,
}

impl<'a> Printer<'a> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn statement(&mut self, layout: Layout, level: usize) {
        let text = render(&layout, level * INDENT);
        self.line(&text);
    }

    fn global(&self) -> Position<'a> {
        Position { spelling: self.spelling, class: None }
    }

    fn docstring(&mut self, doc: &Docstring, level: usize, position: Position<'_>) {
        self.out.push_str(&docstring(doc, level, position));
    }

    fn import(&mut self, import: &Import) {
        match import {
            Import::Module { module, alias: None } => self.line(&format!("import {module}")),
            Import::Module { module, alias: Some(alias) } => self.line(&format!("import {module} as {alias}")),
            Import::Names { module, names, alias } => {
                let suffix = alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
                let flat = format!("from {module} import {}{suffix}", names.join(", "));
                if flat.len() <= WIDTH {
                    return self.line(&flat);
                }
                let items: Vec<Layout> = names.iter().map(|name| text(format!("{name}{suffix}"))).collect();
                let list = delimited(&format!("from {module} import ("), items, ")", true);
                self.statement(Layout::Broken(Box::new(unwrap_group(list))), 0);
            }
        }
    }

    /// Type checkers see the modules; Python loads each when it is first looked up.
    fn lazy(&mut self, modules: &[String]) {
        let indent = " ".repeat(INDENT);
        self.line("");
        self.line(&format!("if {}:", self.spelling.text(&library::TYPE_CHECKING, None)));
        for module in modules {
            self.line(&format!("{indent}from . import {module} as {module}"));
        }
        self.line("else:");
        let submodules = self.spelling.text(&library::SUBMODULES, None);
        self.line(&format!("{indent}__getattr__ = {submodules}(__name__)"));
    }

    fn alias(&mut self, alias: &Alias) {
        let target = format!("{}: {} = ", alias.name, self.spelling.text(&library::TYPE_ALIAS, None));
        let value = expression(&alias.ty, self.global());
        let value = parenthesized(&alias.ty, value, 0);
        self.statement(Layout::Sequence(vec![text(target), value]), 0);
        self.docstring(&alias.doc, 0, self.global());
    }

    fn class(&mut self, class: &Class) {
        for decorator in &class.decorators {
            self.statement(Layout::Sequence(vec![text("@"), expression(decorator, self.global())]), 0);
        }
        let mut head = vec![text(format!("class {}", class.name))];
        if !class.bases.is_empty() {
            let bases = class.bases.iter().map(|base| expression(base, self.global())).collect();
            head.push(delimited("(", bases, ")", true));
        }
        head.push(text(":"));
        self.statement(Layout::Sequence(head), 0);
        self.docstring(&class.doc, 1, self.global());
        let mut blank_before = true;
        for member in &class.members {
            let is_method = matches!(member, Member::Method(_));
            if blank_before || is_method {
                self.line("");
            }
            blank_before = is_method;
            match member {
                Member::Field(field) => self.field(field, class),
                Member::Constant(constant) => self.constant(constant),
                Member::Method(method) => self.method(method, class),
            }
        }
    }

    fn field(&mut self, field: &Field, class: &Class) {
        let ty = expression(&field.ty, Position { spelling: self.spelling, class: Some(class) });
        let mut parts = vec![text(format!("{}: ", field.name)), parenthesized(&field.ty, ty, 1)];
        if field.default_none {
            parts.push(text(" = None"));
        }
        let line = render(&Layout::Sequence(parts), INDENT);
        let comment = field.comment.as_ref().map(|comment| format!("  # {comment}")).unwrap_or_default();
        if !line.contains('\n') && line.chars().count() + comment.chars().count() <= WIDTH {
            self.line(&format!("{line}{comment}"));
        } else {
            self.line(&line);
        }
        if let Some(doc) = &field.doc {
            self.docstring(doc, 1, self.global());
        }
    }

    fn constant(&mut self, constant: &Constant) {
        self.line(&format!("{}{} = {}", " ".repeat(INDENT), constant.name, constant.value));
        if let Some(doc) = &constant.doc {
            self.docstring(doc, 1, self.global());
        }
    }

    fn method(&mut self, method: &Method, class: &Class) {
        let position = Position { spelling: self.spelling, class: Some(class) };
        if let Some(decorator) = method.kind.decorator() {
            self.line(&format!("{}@{}", " ".repeat(INDENT), self.spelling.text(&decorator, Some(class))));
        }
        for decorator in &method.decorators {
            self.statement(Layout::Sequence(vec![text("@"), expression(decorator, position)]), 1);
        }
        let mut params = Vec::new();
        if method.kind != MethodKind::Static {
            params.push(text("self"));
        }
        for param in &method.params {
            let ty = expression(&param.ty, position);
            // A name alone stays on the parameter's line, however long.
            let ty = if matches!(param.ty, Expression::Union(_)) { parenthesized_if_broken(ty) } else { ty };
            let mut parts = vec![text(format!("{}: ", param.name)), ty];
            if param.default_none {
                parts.push(text(" = None"));
            }
            params.push(Layout::Sequence(parts));
        }
        if method.positional_only && !method.params.is_empty() {
            params.push(text("/"));
        }
        let declared = method.doc.is_none() && matches!(method.body, Body::Declared);
        let returns = expression(&method.returns, position);
        let head = vec![
            delimited(
                &format!("{}def {}(", if method.is_async { "async " } else { "" }, method.name),
                params,
                ")",
                true,
            ),
            text(" -> "),
            parenthesized(&method.returns, returns, 1),
            text(if declared { ": ..." } else { ":" }),
        ];
        self.statement(Layout::Sequence(head), 1);
        if let Some(doc) = &method.doc {
            self.docstring(doc, 2, position);
        }
        match &method.body {
            Body::Declared if declared => {}
            Body::Declared => self.statement(text("..."), 2),
            Body::Raise(value) => {
                let value = expression(value, self.global());
                self.statement(Layout::Sequence(vec![text("raise "), value]), 2);
            }
            Body::Evaluate(value) => {
                let value = expression(value, self.global());
                self.statement(value, 2);
            }
        }
    }
}

/// What a statement ends with: where it breaks outside of brackets, or is a name that fits on a line of its own only, it
/// gets parentheses.
fn parenthesized(value: &Expression, layout: Layout, level: usize) -> Layout {
    let fits = || render_flat(&layout).chars().count() + (level + 1) * INDENT <= WIDTH;
    if breaks_by_itself(value) || !(matches!(value, Expression::Union(_)) || fits()) {
        return layout;
    }
    parenthesized_if_broken(layout)
}

/// Whether an expression has brackets of its own to break in.
fn breaks_by_itself(value: &Expression) -> bool {
    match value {
        Expression::Subscript(..) | Expression::List(_) | Expression::Call(..) => true,
        Expression::None
        | Expression::True
        | Expression::Variable(_)
        | Expression::Text(_)
        | Expression::Symbol(_)
        | Expression::EmptyTuple
        | Expression::Union(_) => false,
    }
}

/// The inside of a group, for a caller that decides itself about breaking.
fn unwrap_group(layout: Layout) -> Layout {
    match layout {
        Layout::Group(inner) => *inner,
        other => other,
    }
}
