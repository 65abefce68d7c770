//! The command line: `wast PATH...` runs scripts, prints each directive that fails with file and line, and closes with
//! `N passed, N failed`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Parser;
use dovetail_wast::{Exceptions, Report, Runner, Scripts, find_scripts, run_file};

#[derive(Parser)]
#[command(name = "wast", about = "Runs WebAssembly specification scripts")]
struct Arguments {
    /// Scripts, or folders of scripts
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The scripts are about components
    #[arg(long)]
    component: bool,
    /// Interrupt the guests wherever interruptible code can be, and let them go on
    #[arg(long)]
    interrupt: bool,
    /// A list of directives that are known to fail
    #[arg(long)]
    exceptions: Option<PathBuf>,
    /// How many scripts run at the same time
    #[arg(long, short)]
    jobs: Option<usize>,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut scripts = Vec::new();
    for path in &arguments.paths {
        let found = find_scripts(path).with_context(|| format!("cannot read {}", path.display()))?;
        if found.is_empty() {
            bail!("no .wast files in {}", path.display());
        }
        scripts.extend(found);
    }
    let exceptions = match &arguments.exceptions {
        Some(path) => read_exceptions(path)?,
        None => Exceptions::default(),
    };
    let kind = if arguments.component { Scripts::Component } else { Scripts::Core };
    let runner = if arguments.interrupt { Runner::interrupting } else { Runner::new };
    let runner = runner(kind, exceptions).context("cannot set up the engine")?;
    let jobs = arguments.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let report = run_all(&runner, &scripts, jobs.clamp(1, scripts.len()))?;
    writeln!(io::stdout(), "{report}").context("cannot print")?;
    Ok(if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_exceptions(path: &Path) -> Result<Exceptions> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Exceptions::parse(&text).map_err(anyhow::Error::msg).with_context(|| path.display().to_string())
}

/// Runs scripts on several threads, printing failures in the order of the scripts.
fn run_all(runner: &Runner, scripts: &[PathBuf], jobs: usize) -> Result<Report> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut total = Report::default();
    let mut output = io::stdout();
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, runner, next) = (sender.clone(), runner, &next);
            scope.spawn(move || {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send((script, run_file(runner, script))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut reports: Vec<Option<Report>> = scripts.iter().map(|_| None).collect();
        let mut printed = 0;
        for (script, report) in receiver {
            if let Some(place) = scripts.iter().position(|other| std::ptr::eq(other, script)) {
                reports[place] = Some(report);
            }
            while let Some(report) = reports.get_mut(printed).and_then(Option::take) {
                for failure in &report.failures {
                    writeln!(output, "{failure}").context("cannot print")?;
                }
                total.merge(report);
                printed += 1;
            }
        }
        Ok(total)
    })
}
