//! One script: its store, the modules that it named, and the directives one after the other.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use dovetail_compile::Cranelift;
use dovetail_runtime::environ::Compiler;
use dovetail_runtime::{Config, Engine, Features, Instance, Linker, Module, Result, Store};
use wast_text::Wast;
use wast_text::lexer::Lexer;
use wast_text::parser::{self, ParseBuffer};

use crate::report::{Failure, Report};
use crate::spectest;

/// What all scripts share: the engines.
pub struct Runner {
    /// For scripts of WebAssembly 2.0, some of which assert that a module with two memories is invalid.
    one_memory: Engine,
    several_memories: Engine,
}

impl Runner {
    pub fn new() -> Result<Runner> {
        let compiler: Arc<dyn Compiler> = Arc::new(Cranelift::native()?);
        let engine = |multi_memory| {
            let features = Features { multi_memory, ..Features::default() };
            Engine::new(Config { features, compiler: Some(compiler.clone()), ..Config::default() })
        };
        Ok(Runner { one_memory: engine(false)?, several_memories: engine(true)? })
    }

    /// The engine for a script. The suite says by a script's name or folder that it needs several memories: `simd_memory-multi.wast`,
    /// `proposals/multi-memory/`.
    fn engine(&self, path: &Path) -> &Engine {
        let says_so = path.components().any(|part| {
            let part = part.as_os_str().to_string_lossy();
            part == "multi-memory" || part.ends_with("-multi.wast")
        });
        if says_so { &self.several_memories } else { &self.one_memory }
    }
}

/// The state of a script between its directives.
pub(crate) struct Script {
    pub(crate) store: Store,
    /// The definitions that later modules may import: `spectest` and what was registered.
    pub(crate) linker: Linker,
    /// The last instance, which directives without a name mean.
    pub(crate) current: Option<Instance>,
    pub(crate) instances: HashMap<String, Instance>,
    /// Modules that were defined without being instantiated.
    pub(crate) definitions: HashMap<String, Module>,
    pub(crate) last_definition: Option<Module>,
}

impl Script {
    fn new(engine: &Engine) -> Result<Script> {
        let mut store = Store::new(engine);
        let mut linker = Linker::new(engine);
        linker.allow_shadowing(true);
        spectest::define(&mut linker, &mut store)?;
        Ok(Script {
            store,
            linker,
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
    let whole_file = |line, message| Failure { path: path.to_owned(), line, message };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            report.failures.push(whole_file(0, format!("cannot read the script: {error}")));
            return report;
        }
    };
    if let Err((line, message)) = run_text(runner, path, &text, &mut report) {
        report.failures.push(whole_file(line, message));
    }
    report
}

/// The error is that of the script as a whole, with its line.
fn run_text(runner: &Runner, path: &Path, text: &str, report: &mut Report) -> Result<(), (usize, String)> {
    let syntax = |error: wast_text::Error| (error.span().linecol_in(text).0 + 1, error.message());
    let mut lexer = Lexer::new(text);
    // Scripts about names and comments hold characters that look like others on purpose.
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(syntax)?;
    let wast = parser::parse::<Wast<'_>>(&buffer).map_err(syntax)?;
    let mut script =
        Script::new(runner.engine(path)).map_err(|error| (0, format!("cannot set the script up: {error}")))?;
    for directive in wast.directives {
        let span = directive.span();
        match script.run(directive) {
            Ok(()) => report.passed += 1,
            Err(message) => {
                let line = span.linecol_in(text).0 + 1;
                report.failures.push(Failure { path: path.to_owned(), line, message });
            }
        }
    }
    Ok(())
}
