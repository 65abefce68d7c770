//! What came of running scripts.

use std::fmt;
use std::path::PathBuf;

/// The outcome of one or more scripts.
#[derive(Debug, Default)]
pub struct Report {
    /// How many directives did what they assert.
    pub passed: usize,
    /// How many directives failed as the exceptions say.
    pub excepted: usize,
    /// The directives that did not, in the order of the script.
    pub failures: Vec<Failure>,
}

/// A directive that failed, or a script that could not be read.
#[derive(Debug)]
pub struct Failure {
    pub path: PathBuf,
    /// Counted from one; zero when the script as a whole failed.
    pub line: usize,
    pub message: String,
}

impl Report {
    pub fn merge(&mut self, other: Report) {
        self.passed += other.passed;
        self.excepted += other.excepted;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.message)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())?;
        match self.excepted {
            0 => Ok(()),
            excepted => write!(f, ", {excepted} failed as expected"),
        }
    }
}
