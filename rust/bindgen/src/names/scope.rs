//! A set of names that must differ from each other.

use std::collections::BTreeSet;

/// Names taken in one namespace: a module, a class, a parameter list, a folder.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which some names belong to something else from the start.
    pub fn reserving<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { taken: names.into_iter().map(str::to_string).collect() }
    }

    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Takes the wished name, or the wished name with as many `_` as make it new: who comes first keeps the plain name.
    pub fn claim(&mut self, wish: impl Into<String>) -> String {
        let mut name = wish.into();
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }

    /// Takes the first wish if it is free, else the second as [`Scope::claim`] does.
    pub fn claim_either(&mut self, wish: String, otherwise: String) -> String {
        if self.is_free(&wish) { self.claim(wish) } else { self.claim(otherwise) }
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn later_claims_get_underscores() {
        let mut scope = Scope::reserving(["drop"]);
        let claims = ["a1", "a1", "a1", "drop", "error"];
        let names: Vec<String> = claims.into_iter().map(|wish| scope.claim(wish)).collect();
        assert_eq!(names, ["a1", "a1_", "a1__", "drop_", "error"]);
        assert_eq!(scope.claim_either("Error".into(), "ErrorInterface".into()), "Error");
        assert_eq!(scope.claim_either("Error".into(), "ErrorInterface".into()), "ErrorInterface");
        assert_eq!(scope.claim_either("Error".into(), "ErrorInterface".into()), "ErrorInterface_");
    }
}
