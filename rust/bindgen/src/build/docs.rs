//! WIT docs as docstrings.

use wit_parser::Docs;

use crate::model::Docstring;

/// One line of text.
pub fn line(text: impl Into<String>) -> Docstring {
    Docstring { lines: vec![text.into()], raises: None }
}

/// The docs, where there are any.
pub fn docs(docs: &Docs) -> Option<Docstring> {
    let lines = normalize(docs.contents.as_deref()?);
    if lines.is_empty() { None } else { Some(Docstring { lines, raises: None }) }
}

/// The docs, or a line in their place.
pub fn docs_or(own: &Docs, otherwise: impl FnOnce() -> String) -> Docstring {
    docs(own).unwrap_or_else(|| line(otherwise()))
}

/// Adds a paragraph.
pub fn add(doc: &mut Docstring, remark: Option<&'static str>) {
    let Some(remark) = remark else { return };
    if !doc.lines.is_empty() {
        doc.lines.push(String::new());
    }
    doc.lines.push(remark.to_string());
}

/// Lines without tabs, trailing blanks, common indentation, and empty lines at either end.
fn normalize(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.replace("\r\n", "\n").split('\n').map(expand_tabs).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let lines = lines.get(first..=last).unwrap_or_default();
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines.iter().skip(1).filter(|line| !line.is_empty()).map(|line| indentation(line)).min().unwrap_or(0);
    let mut out = Vec::with_capacity(lines.len());
    for (i, line) in lines.iter().enumerate() {
        let cut = if i == 0 { line.trim_start_matches(' ') } else { line.get(margin..).unwrap_or_default() };
        out.push(cut.to_string());
    }
    out
}

/// One line with its tabs as spaces, as Python reads docstrings, and without blanks at its end.
fn expand_tabs(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let spaces = 8 - column % 8;
            out.push_str(&" ".repeat(spaces));
            column += spaces;
        } else {
            out.push(character);
            column += 1;
        }
    }
    out.trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn docs_are_normalized() {
        let table: [(&str, &[&str]); 6] = [
            ("One line.", &["One line."]),
            ("  \n\n", &[]),
            ("\n  First.\n\n   * item\n     more  \n   * item\n\n", &["First.", "", "* item", "  more", "* item"]),
            ("a\tb\r\nc", &["a       b", "c"]),
            (" First\n second", &["First", "second"]),
            ("é\n é", &["é", "é"]),
        ];
        for (text, lines) in table {
            assert_eq!(normalize(text), lines);
        }
    }
}
