//! What the command does, around the pure function of the library.

mod compare;
mod folder;
mod read;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use bindgen::{Input, Mode, NumberLists, Options, Package, Results, generate};
use clap::{CommandFactory, Parser, ValueEnum};
use clap_complete::Shell;

use read::Contents;

/// Generates a typed Python package from a WebAssembly component.
///
/// The package holds the component's core modules, a link plan for Dovetail's engine, and typed Python for its world:
/// `from app import App`. From WIT come the types and Protocols alone.
#[derive(Parser, Debug)]
#[command(
    name = "bindgen",
    version,
    after_help = "Examples:\n  \
        bindgen app.wasm app              a package that runs the component\n  \
        bindgen app.wasm app --wit wit    the same, with the documentation of its WIT\n  \
        bindgen wit app                   types and Protocols of a world, with nothing to run\n  \
        bindgen app.wasm app --check      whether the package is up to date\n\n\
        Exit status: 0 when the package was written or is up to date, 1 when --check found differences, 2 on errors."
)]
pub struct Arguments {
    /// A component (.wasm or .wat); or WIT: a file, or a folder with what it uses below `deps/`
    #[arg(required_unless_present = "completion", value_hint = clap::ValueHint::AnyPath)]
    input: Option<PathBuf>,
    /// The package's folder; a package that is there is replaced as a whole
    #[arg(required_unless_present_any = ["completion", "out_dir"], value_hint = clap::ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// The package's folder, as the Python command spells it
    #[arg(long, value_name = "FOLDER", conflicts_with = "folder", value_hint = clap::ValueHint::DirPath)]
    out_dir: Option<PathBuf>,
    /// The WIT of the component, for the documentation that the binary does not keep: a file or a folder
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    wit: Option<PathBuf>,
    /// The package's name, from which its files and its world's class are named [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// Which world to generate, where the input has several: `app` or `my:package/app@1.0.0`
    #[arg(long)]
    world: Option<String>,
    /// Whether a function that returns a `result` raises its error, or returns `Ok` and `Err` values
    #[arg(long, value_name = "HOW", default_value = "raise")]
    results: ResultsArgument,
    /// Which faces of the world the package has: `App`, whose calls return when they are done, `AppAsync`, whose calls are
    /// awaited, or both
    #[arg(long, value_name = "FACES", default_value = "sync")]
    mode: ModeArgument,
    /// What a list of numbers becomes that the component gives; one of u8 is always `bytes`
    #[arg(long, value_name = "WHAT", default_value = "list")]
    number_lists: NumberListsArgument,
    /// Name the module of each interface by namespace, package and version too: `wasi_io_streams_0_2_6`
    #[arg(long)]
    full_names: bool,
    /// Call the module and field of an imported interface NEW; OLD is its WIT name. May be repeated
    #[arg(long = "import-name", value_name = "OLD=NEW", value_parser = import_name)]
    import_names: Vec<(String, String)>,
    /// Take the items of WIT that are marked `@unstable` with one of these features
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    features: Vec<String>,
    /// Write nothing: print how the files on disk differ from what would be written
    #[arg(long)]
    check: bool,
    /// Print a completion script for a shell
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completion: Option<Shell>,
}

/// [`Results`] on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ResultsArgument {
    /// The value is returned, the error raised
    Raise,
    /// `Ok` or `Err` is returned
    Values,
}

impl From<ResultsArgument> for Results {
    fn from(argument: ResultsArgument) -> Results {
        match argument {
            ResultsArgument::Raise => Results::Raise,
            ResultsArgument::Values => Results::Values,
        }
    }
}

/// [`Mode`] on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ModeArgument {
    /// Calls return when they are done
    Sync,
    /// Calls are awaited
    Async,
    /// Both, with one set of value types
    Both,
}

impl From<ModeArgument> for Mode {
    fn from(argument: ModeArgument) -> Mode {
        match argument {
            ModeArgument::Sync => Mode::Sync,
            ModeArgument::Async => Mode::Async,
            ModeArgument::Both => Mode::Both,
        }
    }
}

/// [`NumberLists`] on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum NumberListsArgument {
    /// A list, with an object for each number
    List,
    /// A buffer that holds all of them as one block, ready for numpy
    Buffer,
}

impl From<NumberListsArgument> for NumberLists {
    fn from(argument: NumberListsArgument) -> NumberLists {
        match argument {
            NumberListsArgument::List => NumberLists::List,
            NumberListsArgument::Buffer => NumberLists::Buffer,
        }
    }
}

fn import_name(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_string(), new.to_string())),
        Some(_) | None => Err("expected OLD=NEW".to_string()),
    }
}

/// How a run ended that met no error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Done,
    Different,
}

impl Outcome {
    pub fn exit_code(self) -> ExitCode {
        match self {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Different => ExitCode::from(1),
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<Outcome> {
    if let Some(shell) = arguments.completion {
        clap_complete::generate(shell, &mut Arguments::command(), "bindgen", &mut std::io::stdout());
        return Ok(Outcome::Done);
    }
    let (Some(input), Some(out_dir)) = (&arguments.input, arguments.folder.as_ref().or(arguments.out_dir.as_ref()))
    else {
        bail!("expected an input and a folder");
    };
    let package = package(input, out_dir, arguments)?;
    if arguments.check {
        let differences = compare::differences(&package, out_dir)?;
        if differences.is_empty() {
            return Ok(Outcome::Done);
        }
        print!("{differences}");
        eprintln!("`{}` is not what would be generated from `{}`", out_dir.display(), input.display());
        return Ok(Outcome::Different);
    }
    folder::write(&package, out_dir)?;
    Ok(Outcome::Done)
}

fn package(path: &Path, out_dir: &Path, arguments: &Arguments) -> Result<Package> {
    let contents = read::input(path)?;
    let documentation = arguments.wit.as_deref().map(read::wit).transpose()?;
    let input = match (&contents, &documentation) {
        (Contents::Binary(bytes), wit) => Input { component: Some(bytes), wit: wit.as_ref() },
        (Contents::Wit(sources), None) => Input::wit(sources),
        (Contents::Wit(_), Some(_)) => bail!("`{}` is WIT: expected a component beside `--wit`", path.display()),
    };
    let options = Options {
        name: Some(package_name(out_dir, arguments)?),
        world: arguments.world.clone(),
        results: arguments.results.into(),
        mode: arguments.mode.into(),
        number_lists: arguments.number_lists.into(),
        full_names: arguments.full_names,
        import_names: arguments.import_names.clone(),
        features: arguments.features.clone(),
    };
    generate(&input, &options).with_context(|| format!("cannot generate a package from `{}`", path.display()))
}

/// The wished name, or that of the folder: a package is imported by it.
fn package_name(out_dir: &Path, arguments: &Arguments) -> Result<String> {
    if let Some(name) = &arguments.name {
        return Ok(name.clone());
    }
    let folder = std::path::absolute(out_dir).ok();
    let name = folder.as_deref().and_then(Path::file_name).and_then(OsStr::to_str);
    let name = name.with_context(|| format!("`{}` gives the package no name: use --name", out_dir.display()))?;
    Ok(name.to_string())
}
