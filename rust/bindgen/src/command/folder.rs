//! A package's folder on disk: read, and replaced as a whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bindgen::Package;

/// Writes the package beside its folder and then moves it into place, so that nobody ever sees half of it.
pub fn write(package: &Package, out_dir: &Path) -> Result<()> {
    let exists = may_replace(out_dir)?;
    // A symbolic link to a folder stays a link.
    let target = if exists { fs::canonicalize(out_dir)? } else { out_dir.to_path_buf() };
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) => PathBuf::from("."),
        None => bail!("`{}` cannot be a package's folder", out_dir.display()),
    };
    let cannot = || format!("cannot write to `{}`", out_dir.display());
    fs::create_dir_all(&parent).with_context(cannot)?;
    let place = tempfile::Builder::new().prefix(".bindgen-").tempdir_in(&parent).with_context(cannot)?;
    let new = place.path().join("new");
    for file in &package.files {
        let path = new.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        fs::write(&path, &file.contents).with_context(cannot)?;
    }
    if !exists {
        return fs::rename(&new, &target).with_context(cannot);
    }
    let old = place.path().join("old");
    fs::rename(&target, &old).with_context(cannot)?;
    if let Err(error) = fs::rename(&new, &target) {
        // Nothing else is left to try if the old package cannot be put back either.
        let _ = fs::rename(&old, &target);
        return Err(error).with_context(cannot);
    }
    keep_hidden(&old, &target).with_context(cannot)
}

/// Whether there is a folder to replace. Refuses what is no folder, and a folder that holds anything else than a package.
fn may_replace(out_dir: &Path) -> Result<bool> {
    let shown = out_dir.display();
    match fs::metadata(out_dir) {
        Ok(data) if data.is_dir() => {}
        Ok(_) => bail!("`{shown}` is a file, expected a folder or a new path"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{shown}`")),
    }
    let files = read(out_dir)?;
    let foreign = files.keys().find(|path| !is_ours(path));
    if let Some(foreign) = foreign {
        bail!("`{shown}` holds `{foreign}`, which is not part of a generated package: choose another folder");
    }
    if !files.is_empty() && !files.contains_key("py.typed") {
        bail!("`{shown}` holds Python files, but no generated package: choose another folder");
    }
    Ok(true)
}

/// Whether a file's name is one that the generator gives.
fn is_ours(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_core = || {
        name.strip_suffix(".wasm")
            .and_then(|name| name.rsplit_once(".core"))
            .is_some_and(|(_, number)| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()))
    };
    name.ends_with(".py") || name == "py.typed" || name.ends_with(".plan.json") || is_core()
}

/// Moves hidden files (`.gitignore`) from the old package's folder to the new one.
fn keep_hidden(old: &Path, new: &Path) -> io::Result<()> {
    for entry in fs::read_dir(old)? {
        let entry = entry?;
        if is_hidden(&entry.file_name().to_string_lossy()) {
            fs::rename(entry.path(), new.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// The files below a folder by their path in it, hidden ones and Python's caches left out. A missing folder has none.
pub fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if !folder.exists() {
        return Ok(files);
    }
    let mut pending = vec![(folder.to_path_buf(), String::new())];
    while let Some((current, prefix)) = pending.pop() {
        let cannot = || format!("cannot read `{}`", current.display());
        for entry in fs::read_dir(&current).with_context(cannot)? {
            let entry = entry.with_context(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_hidden(&name) || name == "__pycache__" {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                pending.push((path, format!("{prefix}{name}/")));
            } else {
                let contents = fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
                files.insert(format!("{prefix}{name}"), contents);
            }
        }
    }
    Ok(files)
}
