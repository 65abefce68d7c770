//! Line breaking: text with places where it may break, laid out so that lines stay within a width.
//!
//! A group is written on one line if it fits there together with what must follow it on the line; otherwise the breaks
//! that belong to it directly become line ends. This is the usual pretty printer's rule, and the one that Python's
//! formatters follow.

/// Columns of a line.
pub const WIDTH: usize = 88;
/// Columns of one level of indentation.
pub const INDENT: usize = 4;

/// Text with optional breaks.
#[derive(Clone, Debug)]
pub enum Layout {
    Text(String),
    /// A line end if its group is broken, else this text.
    Break(&'static str),
    /// This text if the group is broken, else nothing.
    IfBroken(&'static str),
    Sequence(Vec<Layout>),
    /// One level further in.
    Indent(Box<Layout>),
    Group(Box<Layout>),
    /// A group that is always broken.
    Broken(Box<Layout>),
}

pub fn text(text: impl Into<String>) -> Layout {
    Layout::Text(text.into())
}

/// `open`, the items separated by commas, `close`: one line, or a line for each item with a comma after the last.
pub fn delimited(open: &str, items: Vec<Layout>, close: &str, trailing_comma: bool) -> Layout {
    if items.is_empty() {
        return text(format!("{open}{close}"));
    }
    let mut inner = vec![Layout::Break("")];
    let last = items.len() - 1;
    for (i, item) in items.into_iter().enumerate() {
        inner.push(item);
        if i < last {
            inner.push(text(","));
            inner.push(Layout::Break(" "));
        }
    }
    if trailing_comma {
        inner.push(Layout::IfBroken(","));
    }
    Layout::Group(Box::new(Layout::Sequence(vec![
        text(open),
        Layout::Indent(Box::new(Layout::Sequence(inner))),
        Layout::Break(""),
        text(close),
    ])))
}

/// The layout in parentheses of its own lines if it is broken, else as it is.
pub fn parenthesized_if_broken(inner: Layout) -> Layout {
    Layout::Group(Box::new(Layout::Sequence(vec![
        Layout::IfBroken("("),
        Layout::Indent(Box::new(Layout::Sequence(vec![Layout::Break(""), inner]))),
        Layout::Break(""),
        Layout::IfBroken(")"),
    ])))
}

#[derive(Clone, Copy)]
struct Item<'a> {
    indent: usize,
    broken: bool,
    layout: &'a Layout,
}

/// Lays out one statement that starts at the given column; the text has no line end at its end.
pub fn render(layout: &Layout, indent: usize) -> String {
    let mut out = " ".repeat(indent);
    let mut column = indent;
    let mut stack = vec![Item { indent, broken: true, layout }];
    while let Some(item) = stack.pop() {
        match item.layout {
            Layout::Text(text) => {
                out.push_str(text);
                column += columns(text);
            }
            Layout::Break(flat) => {
                if item.broken {
                    out.push('\n');
                    out.push_str(&" ".repeat(item.indent));
                    column = item.indent;
                } else {
                    out.push_str(flat);
                    column += flat.len();
                }
            }
            Layout::IfBroken(text) => {
                if item.broken {
                    out.push_str(text);
                    column += text.len();
                }
            }
            Layout::Sequence(parts) => stack.extend(parts.iter().rev().map(|layout| Item { layout, ..item })),
            Layout::Indent(inner) => stack.push(Item { indent: item.indent + INDENT, layout: inner, ..item }),
            Layout::Group(inner) => {
                let flat = Item { broken: false, layout: inner, ..item };
                let broken = !fits(flat, &stack, column);
                stack.push(Item { broken, layout: inner, ..item });
            }
            Layout::Broken(inner) => stack.push(Item { broken: true, layout: inner, ..item }),
        }
    }
    out
}

/// The layout on one line, however long.
pub fn render_flat(layout: &Layout) -> String {
    match layout {
        Layout::Text(text) => text.clone(),
        Layout::Break(flat) => (*flat).to_string(),
        Layout::IfBroken(_) => String::new(),
        Layout::Sequence(parts) => parts.iter().map(render_flat).collect(),
        Layout::Indent(inner) | Layout::Group(inner) | Layout::Broken(inner) => render_flat(inner),
    }
}

/// Whether a flat item, and what follows it up to the next possible line end, stays within the width.
fn fits(item: Item<'_>, rest: &[Item<'_>], column: usize) -> bool {
    let mut left = match WIDTH.checked_sub(column) {
        Some(left) => left,
        None => return false,
    };
    let mut rest = rest.iter().rev();
    let mut stack = vec![item];
    loop {
        let Some(item) = stack.pop().or_else(|| rest.next().copied()) else { return true };
        let width = match item.layout {
            Layout::Text(text) => columns(text),
            Layout::Break(_) if item.broken => return true,
            Layout::Break(flat) => flat.len(),
            Layout::IfBroken(text) if item.broken => text.len(),
            Layout::IfBroken(_) => 0,
            Layout::Sequence(parts) => {
                stack.extend(parts.iter().rev().map(|layout| Item { layout, ..item }));
                0
            }
            Layout::Indent(inner) => {
                stack.push(Item { layout: inner, ..item });
                0
            }
            Layout::Group(inner) => {
                stack.push(Item { broken: false, layout: inner, ..item });
                0
            }
            Layout::Broken(inner) => {
                stack.push(Item { broken: true, layout: inner, ..item });
                0
            }
        };
        left = match left.checked_sub(width) {
            Some(left) => left,
            None => return false,
        };
    }
}

/// The columns that text takes; wide characters do not occur in names.
fn columns(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_break_when_they_must() {
        let items = |n: usize| (0..n).map(|i| text(format!("name_{i:02}"))).collect::<Vec<_>>();
        assert_eq!(render(&delimited("[", items(3), "]", true), 0), "[name_00, name_01, name_02]");
        let long = render(&delimited("[", items(10), "]", true), 4);
        assert_eq!(long.lines().count(), 12);
        assert!(long.starts_with("    [\n        name_00,\n"));
        assert!(long.ends_with("\n        name_09,\n    ]"));
        assert_eq!(render(&delimited("(", Vec::new(), ")", true), 0), "()");
    }
}
