//! Finds the scripts below a path.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The path itself where it is a file, otherwise every `.wast` file below it, sorted.
pub fn find_scripts(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut scripts = Vec::new();
    collect(path, &mut scripts)?;
    scripts.sort();
    Ok(scripts)
}

fn collect(folder: &Path, scripts: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, scripts)?;
        } else if path.extension().is_some_and(|extension| extension == "wast") {
            scripts.push(path);
        }
    }
    Ok(())
}
