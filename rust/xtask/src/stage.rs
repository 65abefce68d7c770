//! Stages of a long verb: each has a heading and its time, a failed one does not stop those that do not need it, and the end
//! lists what failed.

use std::time::Instant;

use anyhow::{Result, bail};

/// Runs stages one after the other and remembers which failed.
#[derive(Default)]
pub struct Stages {
    failed: Vec<String>,
    started: Option<Instant>,
}

impl Stages {
    /// A stage without which the rest makes no sense: its failure ends the verb.
    pub fn need(&mut self, title: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        if !self.run(title, work) {
            bail!("`{title}` failed, and the rest needs it");
        }
        Ok(())
    }

    /// A stage by itself: its failure is reported at the end.
    pub fn check(&mut self, title: &str, work: impl FnOnce() -> Result<()>) {
        self.run(title, work);
    }

    /// Fails when a stage did.
    pub fn finish(self) -> Result<()> {
        let seconds = self.started.map_or(0.0, |start| start.elapsed().as_secs_f64());
        if self.failed.is_empty() {
            println!("\nall stages passed in {seconds:.0} s");
            return Ok(());
        }
        bail!("failed after {seconds:.0} s: {}", self.failed.join(", "))
    }

    fn run(&mut self, title: &str, work: impl FnOnce() -> Result<()>) -> bool {
        let start = Instant::now();
        self.started.get_or_insert(start);
        println!("\n==== {title}");
        let outcome = work();
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                println!("---- {title}: done in {seconds:.1} s");
                true
            }
            Err(error) => {
                eprintln!("---- {title}: FAILED after {seconds:.1} s: {error:#}");
                self.failed.push(title.to_owned());
                false
            }
        }
    }
}
