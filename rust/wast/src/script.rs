//! One script: its store, what it named, and the directives one after the other.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use dovetail_runtime::component::Component;
use dovetail_runtime::{Engine, Instance, Linker, Module, Result, Store};
use wast_text::Wast;
use wast_text::lexer::Lexer;
use wast_text::parser::{self, ParseBuffer};

use crate::component::{ComponentInstance, Components};
use crate::engines::{Engines, new_store};
use crate::exceptions::Exceptions;
use crate::report::{Failure, Report};
use crate::spectest;

/// What scripts are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scripts {
    /// Core modules, judged by the specification's version 2.0.
    Core,
    /// Components, whose modules may use everything that the engine has.
    Component,
}

/// What all scripts share: the engines, and what is known to fail.
pub struct Runner {
    scripts: Scripts,
    exceptions: Exceptions,
    engines: Engines,
}

impl Runner {
    pub fn new(scripts: Scripts, exceptions: Exceptions) -> Result<Runner> {
        Ok(Runner { scripts, exceptions, engines: Engines::new(false)? })
    }

    /// One whose scripts' guests are interrupted wherever they can be, and go on: nothing may come of it.
    pub fn interrupting(scripts: Scripts, exceptions: Exceptions) -> Result<Runner> {
        Ok(Runner { scripts, exceptions, engines: Engines::new(true)? })
    }
}

/// A module or component of a script.
#[derive(Clone)]
pub(crate) enum Compiled {
    Module(Module),
    Component(Component),
}

/// An instance of a module or component.
#[derive(Clone)]
pub(crate) enum Current {
    Core(Instance),
    Component(ComponentInstance),
}

/// The state of a script between its directives.
pub(crate) struct Script {
    /// The store of all core modules.
    pub(crate) store: Store,
    /// The definitions that later modules may import: `spectest` and what was registered.
    pub(crate) linker: Linker,
    pub(crate) components: Components,
    /// The last instance, which directives without a name mean.
    pub(crate) current: Option<Current>,
    pub(crate) instances: HashMap<String, Current>,
    /// What was defined without being instantiated.
    pub(crate) definitions: HashMap<String, Compiled>,
    pub(crate) last_definition: Option<Compiled>,
}

impl Script {
    fn new(engine: &Engine) -> Result<Script> {
        let mut store = new_store(engine);
        let mut linker = Linker::new(engine);
        linker.allow_shadowing(true);
        spectest::define(&mut linker, &mut store)?;
        Ok(Script {
            store,
            linker,
            components: Components::new(engine)?,
            current: None,
            instances: HashMap::new(),
            definitions: HashMap::new(),
            last_definition: None,
        })
    }
}

/// Runs the script in a file. A file that cannot be read or parsed counts as one failure.
pub fn run_file(runner: &Runner, path: &Path) -> Report {
    let mut report = Report::default();
    let mut exceptions = runner.exceptions.of(path);
    let mut judge = |line, outcome| match exceptions.judge(line, outcome) {
        None => report.excepted += 1,
        Some(Ok(())) => report.passed += 1,
        Some(Err(message)) => report.failures.push(Failure { path: path.to_owned(), line, message }),
    };
    let outcome = match fs::read_to_string(path) {
        Ok(text) => run_text(runner, path, &text, &mut judge),
        Err(error) => Err((0, format!("cannot read the script: {error}"))),
    };
    if let Err((line, message)) = outcome {
        judge(line, Err(message));
    }
    for (line, message) in exceptions.unused() {
        report.failures.push(Failure { path: path.to_owned(), line, message });
    }
    report
}

/// Tells `judge` the line and the outcome of each directive. The error is that of the script as a whole, with its line.
fn run_text(
    runner: &Runner,
    path: &Path,
    text: &str,
    judge: &mut dyn FnMut(usize, Result<(), String>),
) -> Result<(), (usize, String)> {
    let syntax = |error: wast_text::Error| (error.span().linecol_in(text).0 + 1, error.message());
    let mut lexer = Lexer::new(text);
    // Scripts about names and comments hold characters that look like others on purpose.
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(syntax)?;
    let wast = parser::parse::<Wast<'_>>(&buffer).map_err(syntax)?;
    let mut script = Script::new(runner.engines.of(runner.scripts, path))
        .map_err(|error| (0, format!("cannot set the script up: {error}")))?;
    for directive in wast.directives {
        let line = directive.span().linecol_in(text).0 + 1;
        judge(line, script.run(directive));
    }
    Ok(())
}
