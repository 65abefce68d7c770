//! `cargo xtask demo`: from a fresh clone to a component that runs as a Python package.

use anyhow::Result;

use crate::stage::Stages;
use crate::{extension, generator, guests, place, process, python, toolchain};

/// Builds all, makes the sample component, generates its package and runs a program that imports it.
pub fn run() -> Result<()> {
    let mut stages = Stages::default();
    stages.need("toolchain", toolchain::prepare)?;
    stages.need("virtual environment", || python::environment().map(|_| ()))?;
    stages.need("build the engine and the native module", extension::build)?;
    stages.need("build the generator as a component", || generator::run(false, None))?;
    stages.need("build a sample component", || guests::build(&["kv".to_owned()]))?;
    stages.need("generate its package", generate)?;
    stages.need("import and call it", call)?;
    stages.finish()
}

fn generate() -> Result<()> {
    let output = place::root().join("target/demo/kv");
    process::run(
        python::tool("python")?
            .args(["-m", "dovetail.bindgen"])
            .arg(place::guests().join("kv.wasm"))
            .arg("--out-dir")
            .arg(output),
    )
}

fn call() -> Result<()> {
    let path = std::env::join_paths([place::root().join("python"), place::root().join("target/demo")])?;
    process::run(python::tool("python")?.arg("examples/kv_host.py").env("PYTHONPATH", path))
}
