//! The orders that Python's import sorters keep, so that nobody's tools rearrange a generated package.

/// A piece of a name: digits count as one number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Number(u128),
    Character(char),
}

/// Constants, then classes, then the rest.
fn kind(name: &str) -> u8 {
    let has_case = name.chars().any(char::is_alphabetic);
    if name.len() > 1 && has_case && !name.chars().any(char::is_lowercase) {
        0
    } else if name.starts_with(char::is_uppercase) {
        1
    } else {
        2
    }
}

fn pieces(name: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for character in name.chars() {
        match (character.to_digit(10), pieces.last_mut()) {
            (Some(digit), Some(Piece::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(u128::from(digit));
            }
            (Some(digit), _) => pieces.push(Piece::Number(u128::from(digit))),
            (None, _) => pieces.push(Piece::Character(character)),
        }
    }
    pieces
}

/// The order of names in one import statement.
pub fn import_key(name: &str) -> (u8, Vec<Piece>, Vec<Piece>) {
    (kind(name), pieces(&name.to_lowercase()), pieces(name))
}

/// The order of names in `__all__`.
pub fn offer_key(name: &str) -> (u8, Vec<Piece>) {
    (kind(name), pieces(name))
}

#[cfg(test)]
mod tests {
    use super::{import_key, offer_key};

    #[test]
    fn names_by_kind_and_number() {
        let mut names = ["run", "F10", "Error", "StockError_Short", "StockErrorRaised", "F9", "XX", "X"];
        names.sort_by_key(|name| offer_key(name));
        assert_eq!(names, ["F9", "F10", "XX", "Error", "StockErrorRaised", "StockError_Short", "X", "run"]);
        names.sort_by_key(|name| import_key(name));
        assert_eq!(names, ["F9", "F10", "XX", "Error", "StockError_Short", "StockErrorRaised", "X", "run"]);
    }
}
