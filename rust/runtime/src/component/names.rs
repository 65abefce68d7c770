//! Import names with versions: an interface of a compatible version serves an import.

use semver::Version;

/// The name among `names` that serves an import of `wanted`: the same, or else the same interface in the highest compatible
/// version.
pub fn serving<'a>(wanted: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    names.clone().find(|name| *name == wanted).or_else(|| compatible(wanted, names))
}

/// The name among `candidates` that serves an import of `wanted`: the same interface in a compatible version, the highest
/// if there are several. (The same name is found before this is asked.)
pub(super) fn compatible<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (wanted_name, wanted) = split(wanted)?;
    candidates
        .filter_map(|candidate| {
            let (name, version) = split(candidate)?;
            (name == wanted_name && track(&version)? == track(&wanted)?).then_some((version, candidate))
        })
        .max_by(|left, right| left.0.cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// `wasi:io/streams@0.2.3` as name and version.
fn split(name: &str) -> Option<(&str, Version)> {
    let (name, version) = name.rsplit_once('@')?;
    Some((name, Version::parse(version).ok()?))
}

/// Versions with the same track are compatible: the same major, or the same minor below 1.0. Others (0.0.x, and
/// prereleases) fit themselves only.
fn track(version: &Version) -> Option<(u64, u64)> {
    if !version.pre.is_empty() {
        return None;
    }
    match (version.major, version.minor) {
        (0, 0) => None,
        (0, minor) => Some((0, minor)),
        (major, _) => Some((major, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::{compatible, serving};

    fn find(wanted: &str, candidates: &[&'static str]) -> Option<&'static str> {
        compatible(wanted, candidates.iter().copied())
    }

    #[test]
    fn compatible_versions() {
        assert_eq!(find("a:b/c@0.2.3", &["a:b/c@0.2.6"]), Some("a:b/c@0.2.6"));
        assert_eq!(find("a:b/c@0.2.3", &["a:b/c@0.2.6", "a:b/c@0.2.12", "a:b/c@0.2.1"]), Some("a:b/c@0.2.12"));
        assert_eq!(find("a:b/c@1.2.3", &["a:b/c@1.0.0", "a:b/c@2.0.0"]), Some("a:b/c@1.0.0"));
    }

    #[test]
    fn incompatible_versions() {
        assert_eq!(find("a:b/c@0.2.3", &["a:b/c@0.3.0", "a:b/d@0.2.3", "a:b/c"]), None);
        assert_eq!(find("a:b/c@0.0.1", &["a:b/c@0.0.2"]), None);
        assert_eq!(find("a:b/c@0.2.0", &["a:b/c@0.2.0-rc.1"]), None);
        assert_eq!(find("a:b/c", &["a:b/c@1.0.0"]), None);
        assert_eq!(find("run", &["run"]), None);
    }

    #[test]
    fn the_same_name_serves_before_a_higher_version() {
        let names = ["a:b/c@0.2.6", "a:b/c@0.2.3", "run"];
        assert_eq!(serving("a:b/c@0.2.3", names.into_iter()), Some("a:b/c@0.2.3"));
        assert_eq!(serving("a:b/c@0.2.0", names.into_iter()), Some("a:b/c@0.2.6"));
        assert_eq!(serving("run", names.into_iter()), Some("run"));
        assert_eq!(serving("walk", names.into_iter()), None);
    }
}
