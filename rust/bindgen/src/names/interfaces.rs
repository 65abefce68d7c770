//! The module names of interfaces: short where that is enough, qualified where several have the same short name.

use std::collections::{BTreeMap, BTreeSet};

use super::case::snake;
use super::scope::Scope;

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

/// A module name for each interface of one side, given the import or export names.
///
/// WASI's interfaces step aside for all others: which of them a component imports depends on its toolchain, and must not
/// rename the modules that its author thinks of.
pub fn module_names(names: &[&str]) -> Vec<String> {
    let is_wasi = |name: &str| name.starts_with("wasi:");
    let mut scope = Scope::default();
    let mut modules: BTreeMap<&str, String> = BTreeMap::new();
    for wasi in [false, true] {
        let chosen: Vec<&str> = names.iter().copied().filter(|name| is_wasi(name) == wasi).collect();
        name_group(&chosen, &mut scope, &mut modules);
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
    use super::module_names;

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
            assert_eq!(module_names(names), modules);
        }
    }
}
