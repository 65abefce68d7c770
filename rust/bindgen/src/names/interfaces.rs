//! The module names of interfaces: short where that is enough, qualified where several have the same short name, or as the
//! user wishes.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{is_identifier, snake};
use super::scope::Scope;
use crate::Error;
use crate::sources::quoted;

/// The parts of an import or export name.
struct Parts {
    /// `h2_`, or nothing for a plain name.
    namespace: String,
    /// `kv_`
    package: String,
    short: String,
    /// `_0_1_0`
    version: String,
}

fn parts(name: &str) -> Parts {
    let plain =
        || Parts { namespace: String::new(), package: String::new(), short: snake(name), version: String::new() };
    let Some((package, interface)) = name.split_once('/') else { return plain() };
    let Some((namespace, package)) = package.split_once(':') else { return plain() };
    let (short, version) = match interface.split_once('@') {
        Some((short, version)) => (short, Some(version)),
        None => (interface, None),
    };
    let version = version.map(|version| {
        let text: String = version.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        format!("_{text}")
    });
    Parts {
        namespace: format!("{}_", snake(namespace)),
        package: format!("{}_", snake(package)),
        short: snake(short),
        version: version.unwrap_or_default(),
    }
}

/// One spelling of an interface's name.
type Spelling = fn(&Parts) -> String;

/// From the shortest to the longest; the first that tells all interfaces of a short name apart is taken for all of them.
const SPELLINGS: [Spelling; 6] = [
    |parts| parts.short.clone(),
    |parts| format!("{}{}", parts.package, parts.short),
    |parts| format!("{}{}{}", parts.namespace, parts.package, parts.short),
    |parts| format!("{}{}", parts.short, parts.version),
    |parts| format!("{}{}{}", parts.package, parts.short, parts.version),
    |parts| format!("{}{}{}{}", parts.namespace, parts.package, parts.short, parts.version),
];

/// How long the names of modules are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// As short as the other interfaces of the same side allow.
    Short,
    /// Always with namespace, package and version.
    Full,
}

/// The module names that a user chose, by the import names of the interfaces. `renames` has pairs of a WIT name, with or
/// without its version, and a module name.
pub fn wishes<'a>(names: &[&'a str], renames: &'a [(String, String)]) -> Result<BTreeMap<&'a str, &'a str>, Error> {
    let mut wishes = BTreeMap::new();
    for (old, new) in renames {
        let unversioned = |name: &str| name.split_once('@').is_some_and(|(name, _)| name == old);
        let exact = names.iter().filter(|name| *name == old);
        let mut found: Vec<&'a str> = exact.copied().collect();
        if found.is_empty() {
            found = names.iter().copied().filter(|name| unversioned(name)).collect();
        }
        let name = match found.as_slice() {
            [name] => *name,
            [] if names.is_empty() => {
                return Err(Error::Options(format!("`{old}` cannot be renamed: the world imports no interface")));
            }
            [] => {
                let candidates: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
                return Err(Error::Options(format!(
                    "`{old}` cannot be renamed: the world imports no such interface, but {}",
                    quoted(&candidates)
                )));
            }
            several => {
                let several: Vec<String> = several.iter().map(|name| (*name).to_string()).collect();
                return Err(Error::Options(format!("`{old}` cannot be renamed: it may be {}", quoted(&several))));
            }
        };
        if !is_identifier(new) {
            return Err(Error::Options(format!("`{old}` cannot be renamed to `{new}`: expected an identifier")));
        }
        if wishes.values().any(|taken| taken == new) {
            return Err(Error::Options(format!("two imported interfaces cannot both be named `{new}`")));
        }
        if wishes.insert(name, new.as_str()).is_some() {
            return Err(Error::Options(format!("`{name}` is renamed twice")));
        }
    }
    Ok(wishes)
}

/// A module name for each interface of one side, given the import or export names. Wished names come first: all others
/// step aside for them.
///
/// WASI's interfaces step aside for all others: which of them a component imports depends on its toolchain, and must not
/// rename the modules that its author thinks of.
pub fn module_names(names: &[&str], style: Style, wishes: &BTreeMap<&str, &str>) -> Vec<String> {
    let is_wasi = |name: &str| name.starts_with("wasi:");
    let mut scope = Scope::default();
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for (name, wish) in wishes {
        modules.insert(name, scope.claim(*wish));
    }
    for wasi in [false, true] {
        let unnamed = names.iter().copied().filter(|name| !wishes.contains_key(name));
        let chosen: Vec<&str> = unnamed.filter(|name| is_wasi(name) == wasi).collect();
        match style {
            Style::Short => name_group(&chosen, &mut scope, &mut modules),
            Style::Full => {
                for name in chosen {
                    modules.insert(name, scope.claim(SPELLINGS[5](&parts(name))));
                }
            }
        }
    }
    names.iter().map(|name| modules.get(name).cloned().unwrap_or_default()).collect()
}

fn name_group<'a>(names: &[&'a str], scope: &mut Scope, modules: &mut BTreeMap<&'a str, String>) {
    let all: Vec<(&str, Parts)> = names.iter().map(|name| (*name, parts(name))).collect();
    let mut groups: BTreeMap<&str, Vec<&Parts>> = BTreeMap::new();
    for (_, parts) in &all {
        groups.entry(&parts.short).or_default().push(parts);
    }
    let mut chosen: BTreeMap<&str, &Spelling> = BTreeMap::new();
    for (short, group) in &groups {
        let tells_apart = |spelling: &&Spelling| {
            let spelled: BTreeSet<String> = group.iter().map(|parts| spelling(parts)).collect();
            spelled.len() == group.len() && spelled.iter().all(|name| scope.is_free(name))
        };
        chosen.insert(short, SPELLINGS.iter().find(tells_apart).unwrap_or(&SPELLINGS[5]));
    }
    for (name, parts) in &all {
        let spelling = chosen.get(parts.short.as_str()).copied().unwrap_or(&SPELLINGS[5]);
        modules.insert(name, scope.claim(spelling(parts)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Style, module_names, wishes};

    #[test]
    fn modules_by_table() {
        let table: [(&[&str], &[&str]); 9] = [
            (&["h2:kv/store@0.1.0", "h2:kv/host-log@0.1.0"], &["store", "host_log"]),
            (
                &["wasi:http/types@0.2.0", "wasi:filesystem/types@0.2.0", "wasi:http/handler@0.2.0"],
                &["http_types", "filesystem_types", "handler"],
            ),
            (&["a:p/t@1.0.0", "b:p/t@1.0.0"], &["a_p_t", "b_p_t"]),
            (&["a:p/t@1.0.0", "a:p/t@2.0.0-rc.1"], &["t_1_0_0", "t_2_0_0_rc_1"]),
            (&["a:p/t@1.0.0", "a:p/t@2.0.0", "a:q/t@1.0.0"], &["p_t_1_0_0", "p_t_2_0_0", "q_t_1_0_0"]),
            (&["wasi:filesystem/types@0.2.12", "h2:kv/types@0.1.0"], &["filesystem_types", "types"]),
            (&["wasi:io/error@0.2.12", "error"], &["io_error", "error"]),
            (&["import", "a:b/class"], &["import_", "class_"]),
            (&["store", "h2:kv/store"], &["store", "kv_store"]),
        ];
        for (names, modules) in table {
            assert_eq!(module_names(names, Style::Short, &BTreeMap::new()), modules);
        }
    }

    #[test]
    fn full_names_by_table() {
        let table = [
            ("h2:kv/host-log@0.1.0", "h2_kv_host_log_0_1_0"),
            ("a:p/t@2.0.0-rc.1", "a_p_t_2_0_0_rc_1"),
            ("a:b/class", "a_b_class_"),
            ("console", "console"),
        ];
        for (name, module) in table {
            assert_eq!(module_names(&[name], Style::Full, &BTreeMap::new()), [module]);
        }
    }

    #[test]
    fn wished_names_come_first() {
        let names = ["h2:kv/store@0.1.0", "h2:kv/log@0.1.0", "log"];
        let rename = |old: &str, new: &str| [(old.to_string(), new.to_string())];
        let named =
            |old: &str, new: &str| module_names(&names, Style::Short, &wishes(&names, &rename(old, new)).unwrap());
        assert_eq!(named("h2:kv/store@0.1.0", "table"), ["table", "kv_log", "log"]);
        assert_eq!(named("h2:kv/store", "table"), ["table", "kv_log", "log"]);
        assert_eq!(named("log", "store"), ["kv_store", "log", "store"]);
        let refused = |old: &str, new: &str| wishes(&names, &rename(old, new)).unwrap_err().to_string();
        assert_eq!(
            refused("store", "x"),
            "`store` cannot be renamed: the world imports no such interface, but `h2:kv/store@0.1.0`, \
             `h2:kv/log@0.1.0`, `log`"
        );
        assert_eq!(refused("log", "a-b"), "`log` cannot be renamed to `a-b`: expected an identifier");
        let two = [rename("log", "x"), rename("h2:kv/log", "x")].concat();
        assert_eq!(wishes(&names, &two).unwrap_err().to_string(), "two imported interfaces cannot both be named `x`");
        let twice = [rename("h2:kv/log", "x"), rename("h2:kv/log@0.1.0", "y")].concat();
        assert_eq!(wishes(&names, &twice).unwrap_err().to_string(), "`h2:kv/log@0.1.0` is renamed twice");
        let none = wishes(&[], &rename("log", "x")).unwrap_err();
        assert_eq!(none.to_string(), "`log` cannot be renamed: the world imports no interface");
    }
}
