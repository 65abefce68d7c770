//! `--check`: what is on disk against what would be written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use bindgen::Package;
use similar::TextDiff;

use super::folder;

/// A unified diff of all files that differ, or nothing.
pub fn differences(package: &Package, out_dir: &Path) -> Result<String> {
    let old = folder::read(out_dir)?;
    let new: BTreeMap<&str, &[u8]> =
        package.files.iter().map(|file| (file.path.as_str(), file.contents.as_slice())).collect();
    let paths: BTreeSet<&str> = old.keys().map(String::as_str).chain(new.keys().copied()).collect();
    let mut out = String::new();
    for path in paths {
        out.push_str(&difference(path, old.get(path).map(Vec::as_slice), new.get(path).copied()));
    }
    Ok(out)
}

fn difference(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    if old == new {
        return String::new();
    }
    let from = if old.is_some() { format!("a/{path}") } else { "/dev/null".to_string() };
    let to = if new.is_some() { format!("b/{path}") } else { "/dev/null".to_string() };
    let text = |bytes: Option<&[u8]>| std::str::from_utf8(bytes.unwrap_or_default()).map(str::to_string);
    // A plan is one long line: its text tells a reader nothing.
    match (text(old), text(new)) {
        (Ok(old), Ok(new)) if !path.ends_with(".json") => {
            TextDiff::from_lines(&old, &new).unified_diff().header(&from, &to).to_string()
        }
        _ => format!("--- {from}\n+++ {to}\nbinary files differ\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn differences_name_both_sides() {
        assert_eq!(difference("a.py", Some(b"x\n"), Some(b"x\n")), "");
        let text = difference("a.py", Some(b"x\n"), Some(b"y\n"));
        assert_eq!(text, "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n");
        assert!(difference("b.py", None, Some(b"y\n")).starts_with("--- /dev/null\n+++ b/b.py\n"));
        assert!(difference("c.wasm", Some(b"\0asm\xff"), Some(b"\0asm")).ends_with("binary files differ\n"));
    }
}
