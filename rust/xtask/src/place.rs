//! Where things are: the checkout, the target directory and what the verbs put there.

use std::env;
use std::path::PathBuf;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path.pop();
    path
}

/// Cargo's target directory for the workspace.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// Where the guests of the tests are, as `NAME.wasm`. In the checkout whatever cargo's target directory is, so that tests find them.
pub fn guests() -> PathBuf {
    root().join("target/guests")
}

/// The virtual environment with everything that the tests need.
pub fn virtual_environment() -> PathBuf {
    root().join("target/venv")
}
