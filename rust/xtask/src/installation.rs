//! What a user of pip gets: a source distribution, the wheel that pip builds of it, and that wheel in a clean environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{place, process, python};

/// Builds the distributions, installs the wheel where nothing else is, and runs the example there from the component on.
pub fn run() -> Result<()> {
    let folder = place::root().join("target/installation");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let source = source_distribution(&folder.join("source"))?;
    let wheel = wheel(&source, &folder.join("wheel"))?;
    check_native_modules(&wheel)?;
    let environment = folder.join("venv");
    process::run(Command::new(python::environment()?).args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    process::run(pip(&python, "install").arg("--no-index").arg(wheel))?;
    use_it(&environment, &folder.join("use"))
}

/// pip of an environment. The build's own tools are those of the tests' environment, so that nothing is fetched twice.
fn pip(python: &Path, verb: &str) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", verb, "--quiet", "--disable-pip-version-check"]).current_dir(place::root());
    command
}

fn source_distribution(folder: &Path) -> Result<PathBuf> {
    let script = "import sys; sys.path.insert(0, 'python/build_backend'); import dovetail_build as backend; \
                  backend.build_sdist(sys.argv[1])";
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    process::run(environment(python::tool("python")?.args(["-c", script]).arg(folder))?)?;
    only_file(folder, ".tar.gz")
}

fn wheel(source: &Path, folder: &Path) -> Result<PathBuf> {
    let mut command = pip(&python::environment()?, "wheel");
    command.args(["--no-deps", "--no-build-isolation", "--wheel-dir"]).arg(folder).arg(source);
    process::run(environment(&mut command)?)?;
    only_file(folder, ".whl")
}

/// Builds with the profile and the target directory of the tests: what is compiled already stays so.
fn environment(command: &mut Command) -> Result<&mut Command> {
    let tools = place::virtual_environment().join("bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&path)))?;
    Ok(command
        .env("PATH", path)
        .env("DOVETAIL_BUILD_PROFILE", "dev")
        .env("CARGO_TARGET_DIR", place::target())
        .env("PYO3_PYTHON", python::environment()?))
}

/// The wheel has the native module of its own interpreter alone: those of others lie in the same folder of a checkout.
fn check_native_modules(wheel: &Path) -> Result<()> {
    let list = "import sys, sysconfig, zipfile; \
                found = [name for name in zipfile.ZipFile(sys.argv[1]).namelist() if '_engine.' in name and '.pyi' not in name]; \
                wanted = ['dovetail/_engine' + sysconfig.get_config_var('EXT_SUFFIX')]; \
                sys.exit(None if found == wanted else f'expected {wanted} in the wheel, found {found}')";
    process::run(Command::new(python::environment()?).args(["-c", list]).arg(wheel))
}

fn only_file(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    match <[PathBuf; 1]>::try_from(found) {
        Ok([file]) => Ok(file),
        Err(files) => bail!("expected one `*{ending}` in {}, found {files:?}", folder.display()),
    }
}

/// The commands of the README, with the installed package alone.
fn use_it(environment: &Path, folder: &Path) -> Result<()> {
    let guest = place::guests().join("kv.wasm");
    let isolated = |program: &str| {
        let mut command = Command::new(environment.join("bin").join(program));
        command.env_remove("PYTHONPATH").env("DOVETAIL_CACHE", folder.join("cache"));
        command
    };
    process::run(
        isolated("python").args(["-m", "dovetail.bindgen"]).arg(&guest).arg("--out-dir").arg(folder.join("kv")),
    )?;
    process::run(isolated("python").arg(place::root().join("examples/kv_host.py")).env("PYTHONPATH", folder))?;
    process::run(isolated("dovetail").arg("inspect").arg(&guest))
}
