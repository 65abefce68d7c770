//! How one WIT name is spelled in Python, before clashes are looked at.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// Words that Python does not accept as names (soft keywords are names).
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Whether Python keeps the word for itself.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

fn escape(word: String) -> String {
    if is_keyword(&word) { word + "_" } else { word }
}

/// Functions, methods, parameters, fields, modules: `not-found` is `not_found`, `class` is `class_`.
pub fn snake(name: &str) -> String {
    escape(name.to_snake_case())
}

/// Classes and aliases: `not-found` is `NotFound`, `none` is `None_`.
pub fn camel(name: &str) -> String {
    escape(name.to_upper_camel_case())
}

/// Members of enums and flags: `not-found` is `NOT_FOUND`.
pub fn shouty(name: &str) -> String {
    escape(name.to_shouty_snake_case())
}

/// Whether the text can name a Python package.
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_keyword(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_table() {
        // WIT name, snake, Camel, SHOUTY
        let table = [
            ("not-found", "not_found", "NotFound", "NOT_FOUND"),
            ("HTTP-server", "http_server", "HttpServer", "HTTP_SERVER"),
            ("none", "none", "None_", "NONE"),
            ("true", "true", "True_", "TRUE"),
            ("class", "class_", "Class", "CLASS"),
            ("async", "async_", "Async", "ASYNC"),
            ("match", "match", "Match", "MATCH"),
            ("list", "list", "List", "LIST"),
            ("utf8", "utf8", "Utf8", "UTF8"),
            ("a1-b2", "a1_b2", "A1B2", "A1_B2"),
            ("x", "x", "X", "X"),
            ("is-a", "is_a", "IsA", "IS_A"),
        ];
        for (wit, as_snake, as_camel, as_shouty) in table {
            assert_eq!(
                (snake(wit).as_str(), camel(wit).as_str(), shouty(wit).as_str()),
                (as_snake, as_camel, as_shouty)
            );
        }
    }

    #[test]
    fn package_names() {
        for good in ["kv", "_kv", "Kv2", "a_b"] {
            assert!(is_identifier(good), "{good}");
        }
        for bad in ["", "2kv", "a-b", "a.b", "class", "é", "a b", "None"] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }
}
