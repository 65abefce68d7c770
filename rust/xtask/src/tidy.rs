//! `cargo xtask tidy`: what keeps the code readable and that no compiler checks.
//!
//! A file over 600 lines and a function over 80 need a reason, which stands in the tables below; nothing that is left to be done
//! hides in the code; every source file opens with what it is for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::place;

/// Folders of what tools made; `expected` holds goldens, which the generator wrote.
const NOT_SOURCES: &[&str] = &["__pycache__", "_generated", "expected", "target"];

const LONGEST_FILE: usize = 600;
const LONGEST_FUNCTION: usize = 80;

/// Longer files, and why.
const LONG_FILES: &[(&str, &str)] = &[("python/dovetail/_engine.pyi", "the one native module has one stub")];

/// Longer functions, as `file::function`, and why.
const LONG_FUNCTIONS: &[(&str, &str)] =
    &[("rust/runtime/src/component/walker/lift.rs::lift_defined", "one arm for each kind of type")];

/// Marks of unfinished work, split so that this file does not hold them.
const MARKS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
];

/// Checks all sources and lists every finding.
pub fn run() -> Result<()> {
    let mut findings = Vec::new();
    for folder in ["rust", "python", "tests", "bench", "examples"] {
        for file in sources(&place::root().join(folder))? {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(place::root()).unwrap_or(&file).to_string_lossy().into_owned();
            check_file(&name, &text, &mut findings);
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} findings:\n{}", findings.len(), findings.join("\n"))
}

fn check_file(name: &str, text: &str, findings: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > LONGEST_FILE && !LONG_FILES.iter().any(|(file, _)| *file == name) {
        findings.push(format!("{name}: {} lines without a reason in `LONG_FILES`", lines.len()));
    }
    if !opens_with_its_purpose(name, text) {
        findings.push(format!("{name}: does not open with what it is for"));
    }
    for (number, line) in lines.iter().enumerate() {
        if let Some(mark) = MARKS.iter().find(|mark| line.contains(**mark)) {
            findings.push(format!("{name}:{}: `{mark}`", number + 1));
        }
    }
    for (start, function, length) in functions(&lines) {
        let full_name = format!("{name}::{function}");
        if length > LONGEST_FUNCTION && !LONG_FUNCTIONS.iter().any(|(function, _)| *function == full_name) {
            findings
                .push(format!("{name}:{start}: `{function}` has {length} lines without a reason in `LONG_FUNCTIONS`"));
        }
    }
}

fn opens_with_its_purpose(name: &str, text: &str) -> bool {
    let first = text
        .lines()
        .find(|line| !line.starts_with("#![") && !line.starts_with("#!/") && !line.is_empty())
        .unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, "rs")) => first.starts_with("//!"),
        // An empty file needs no purpose.
        Some((_, "py" | "pyi")) => {
            text.trim().is_empty()
                || first.starts_with("\"\"\"")
                || first.starts_with("r\"\"\"")
                || first.starts_with('#')
        }
        _ => true,
    }
}

/// Line, name and length of each function, told by indentation, which the formatters guarantee.
fn functions(lines: &[&str]) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let python = line.trim_end().ends_with(':')
            || line.trim_start().starts_with("def ")
            || line.trim_start().starts_with("async def ");
        let end = lines[start + 1..].iter().position(|next| {
            let inside = next.trim().is_empty() || next.len() - next.trim_start().len() > indent;
            !inside
                && !(python && next.trim_start().starts_with(')'))
                && !next.trim_start().starts_with([')', '{'])
                && !next.trim_start().starts_with("where")
        });
        let length = end.map_or(lines.len() - start, |end| end + 2);
        found.push((start + 1, name, length));
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut words = line.trim_start().split([' ', '(', '<']).peekable();
    while let Some(word) = words.next() {
        match word {
            "fn" | "def" => return words.next().map(str::to_owned),
            "pub" | "const" | "unsafe" | "extern" | "async" | "\"C\"" | "crate)" | "super)" => {}
            _ => return None,
        }
    }
    None
}

/// Every Rust and Python file below a folder.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(found) };
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if NOT_SOURCES.contains(&name.as_str()) || name.starts_with('.') {
                continue;
            }
            found.extend(sources(&path)?);
        } else if [".rs", ".py", ".pyi"].iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
