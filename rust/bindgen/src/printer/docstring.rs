//! Docstrings as Python text.

use super::expression::{Position, expression};
use super::layout::{INDENT, render_flat};
use crate::model::Docstring;

/// The docstring at a level of indentation, in the form that formatters leave alone: one line, or the closing quotes on
/// a line of their own.
pub fn docstring(doc: &Docstring, level: usize, position: Position<'_>) -> String {
    let indent = " ".repeat(level * INDENT);
    let mut lines: Vec<String> = doc.lines.iter().map(|line| escape(line)).collect();
    if let Some(raises) = &doc.raises {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("Raises: {}", render_flat(&expression(raises, position))));
    }
    let first = lines.first().map(String::as_str).unwrap_or_default();
    let space = if first.starts_with('"') { " " } else { "" };
    if lines.len() <= 1 {
        let end = if ends_with_bare_quote(first) { " " } else { "" };
        return format!("{indent}\"\"\"{space}{first}{end}\"\"\"\n");
    }
    let mut out = format!("{indent}\"\"\"{space}{first}\n");
    for line in lines.iter().skip(1) {
        if line.is_empty() {
            out.push('\n');
        } else {
            out.push_str(&format!("{indent}{line}\n"));
        }
    }
    out.push_str(&format!("{indent}\"\"\"\n"));
    out
}

/// Whether escaped text ends with a quote that would run into the closing ones.
fn ends_with_bare_quote(text: &str) -> bool {
    text.strip_suffix('"').is_some_and(|rest| rest.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0)
}

/// Escapes what would end the string, or is not allowed in Python source.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.replace("\"\"\"", "\\\"\\\"\\\"")
}
