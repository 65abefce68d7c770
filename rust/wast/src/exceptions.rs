//! Directives that are known to fail, from a file: so that everything else is judged, and so that an entry that is no
//! longer needed is noticed.
//!
//! Each line of the file names a script by the end of its path, lines of it, a date and a reason:
//!
//! ```text
//! # comment
//! values/variants.wast:83,183-186  2026-11-21  uses task.return
//! ```
//!
//! A single number is the line of one directive, a range stands for all directives in it, `*` for the script as a whole, of which
//! then at least one directive must fail.

use std::fmt;
use std::path::{Path, PathBuf};

/// The entries of one file.
#[derive(Debug, Default)]
pub struct Exceptions {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    script: PathBuf,
    lines: Vec<Lines>,
    reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lines {
    All,
    /// From the first to the last line, both included.
    Range(usize, usize),
}

impl Lines {
    fn holds(self, line: usize) -> bool {
        match self {
            Lines::All => true,
            Lines::Range(first, last) => (first..=last).contains(&line),
        }
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lines::All => f.write_str("*"),
            Lines::Range(first, last) if first == last => write!(f, "{first}"),
            Lines::Range(first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl Exceptions {
    /// Reads the text of a file; the error names the line that is wrong.
    pub fn parse(text: &str) -> Result<Exceptions, String> {
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = parse_entry(line).ok_or_else(|| {
                format!("line {}: expected `script.wast:lines date reason`, found `{line}`", number + 1)
            })?;
            entries.push(entry);
        }
        Ok(Exceptions { entries })
    }

    /// What is excused in one script.
    pub(crate) fn of<'a>(&'a self, script: &Path) -> ScriptExceptions<'a> {
        let entries = self.entries.iter().filter(|entry| script.ends_with(&entry.script));
        let parts = entries.flat_map(|entry| entry.lines.iter().map(|lines| (*lines, entry.reason.as_str(), 0)));
        ScriptExceptions { parts: parts.collect() }
    }
}

fn parse_entry(line: &str) -> Option<Entry> {
    let (place, rest) = line.split_once(char::is_whitespace)?;
    let (date, reason) = rest.trim_start().split_once(char::is_whitespace)?;
    let (script, lines) = place.rsplit_once(':')?;
    let lines = lines.split(',').map(parse_lines).collect::<Option<Vec<_>>>()?;
    let dated = date.len() == 10 && date.chars().all(|c| c.is_ascii_digit() || c == '-');
    dated.then(|| Entry { script: script.into(), lines, reason: reason.trim().to_owned() })
}

fn parse_lines(text: &str) -> Option<Lines> {
    if text == "*" {
        return Some(Lines::All);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some(Lines::Range(first, last))
}

/// The exceptions of one script while it runs.
pub(crate) struct ScriptExceptions<'a> {
    /// With the reason, and how many directives failed.
    parts: Vec<(Lines, &'a str, usize)>,
}

impl ScriptExceptions<'_> {
    /// Judges a directive's outcome: `None` where it failed as it should.
    pub(crate) fn judge(&mut self, line: usize, outcome: Result<(), String>) -> Option<Result<(), String>> {
        let Some((lines, reason, failed)) = self.parts.iter_mut().find(|(lines, ..)| lines.holds(line)) else {
            return Some(outcome);
        };
        match outcome {
            Err(_) => {
                *failed += 1;
                None
            }
            Ok(()) if *lines == Lines::All => Some(Ok(())),
            Ok(()) => Some(Err(format!("passes, but is among the exceptions: {reason}"))),
        }
    }

    /// Entries that excused nothing, with the line to report them at.
    pub(crate) fn unused(&self) -> impl Iterator<Item = (usize, String)> {
        self.parts.iter().filter(|(.., failed)| *failed == 0).map(|(lines, reason, _)| {
            let line = match lines {
                Lines::All => 0,
                Lines::Range(first, _) => *first,
            };
            (line, format!("the exception {lines} excuses no failure: {reason}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exceptions(text: &str) -> Exceptions {
        Exceptions::parse(text).expect("the text is right")
    }

    fn fails() -> Result<(), String> {
        Err("some failure".to_owned())
    }

    #[test]
    fn what_is_listed_must_fail() {
        let list = exceptions("# why\n\nb/c.wast:3,7-9 2026-01-31 not yet\n");
        let mut script = list.of(Path::new("/a/b/c.wast"));
        assert_eq!(script.judge(3, fails()), None);
        assert_eq!(script.judge(4, fails()), Some(fails()));
        assert_eq!(script.judge(5, Ok(())), Some(Ok(())));
        assert_eq!(script.judge(7, fails()), None);
        let passes = script.judge(8, Ok(())).expect("it is judged").expect_err("it should have failed");
        assert_eq!(passes, "passes, but is among the exceptions: not yet");
        assert_eq!(script.unused().count(), 0);
    }

    #[test]
    fn entries_that_excuse_nothing_are_reported() {
        let list = exceptions("c.wast:3,7-9 2026-01-31 not yet\nd.wast:* 2026-01-31 never");
        let mut script = list.of(Path::new("c.wast"));
        assert_eq!(script.judge(7, fails()), None);
        let unused: Vec<_> = script.unused().collect();
        assert_eq!(unused, [(3, "the exception 3 excuses no failure: not yet".to_owned())]);
        let mut whole = list.of(Path::new("d.wast"));
        assert_eq!(whole.judge(1, Ok(())), Some(Ok(())));
        assert_eq!(whole.unused().count(), 1);
        assert_eq!(whole.judge(2, fails()), None);
        assert_eq!(whole.unused().count(), 0);
    }

    #[test]
    fn paths_are_compared_by_whole_names() {
        let list = exceptions("c.wast:* 2026-01-31 why");
        assert_eq!(list.of(Path::new("abc.wast")).judge(1, fails()), Some(fails()));
    }

    #[test]
    fn each_entry_needs_lines_a_date_and_a_reason() {
        for text in
            ["a.wast", "a.wast:1 why", "a.wast:x 2026-01-31 why", "a.wast:9-3 2026-01-31 why", "a.wast:1 2026-01-31"]
        {
            let error = Exceptions::parse(text).expect_err(text);
            assert!(error.starts_with("line 1: expected"), "{error}");
        }
    }
}
