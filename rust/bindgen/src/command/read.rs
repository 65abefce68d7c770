//! Input from the file system: a component, or the files of a WIT folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bindgen::{File, Sources};

/// What a path holds.
#[derive(Debug)]
pub enum Contents {
    /// A WebAssembly binary, or what claims to be one.
    Binary(Vec<u8>),
    Wit(Sources),
}

/// Reads a component (`.wasm` or `.wat`), a WIT file, or a folder of WIT.
pub fn input(path: &Path) -> Result<Contents> {
    if is_wit(path) { wit(path).map(Contents::Wit) } else { binary(path).map(Contents::Binary) }
}

/// Reads a WIT file, or a folder of WIT with what it uses below `deps/`.
pub fn wit(path: &Path) -> Result<Sources> {
    let mut files = Vec::new();
    if !path.is_dir() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.ends_with(".wit") {
            bail!("`{}` is no WIT: expected a `.wit` file or a folder", path.display());
        }
        files.push(File { path: name.to_string(), contents: read(path)? });
        let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        return Ok(Sources { folder, files });
    }
    wit_files(path, "", &mut files)?;
    let dependencies = path.join("deps");
    if dependencies.is_dir() {
        for entry in entries(&dependencies)? {
            let name = file_name(&entry)?;
            match entry.extension().and_then(|extension| extension.to_str()) {
                _ if entry.is_dir() => wit_files(&entry, &format!("deps/{name}/"), &mut files)?,
                Some("wit") => files.push(File { path: format!("deps/{name}"), contents: read(&entry)? }),
                Some("wasm" | "wat") => files.push(File { path: format!("deps/{name}"), contents: binary(&entry)? }),
                // Anything else in the folder is not meant for WIT's tools.
                Some(_) | None => {}
            }
        }
    }
    Ok(Sources { folder: path.display().to_string(), files })
}

fn is_wit(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension == "wit")
}

/// Adds the `.wit` files directly in a folder.
fn wit_files(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    for entry in entries(folder)? {
        let name = file_name(&entry)?;
        if !entry.is_dir() && name.ends_with(".wit") {
            files.push(File { path: format!("{prefix}{name}"), contents: read(&entry)? });
        }
    }
    Ok(())
}

/// What a folder holds, in the order of names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read `{}`", folder.display());
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>().with_context(cannot)?;
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.with_context(|| format!("the name of `{}` is no text", path.display()))
}

/// A binary, translated where the file has WebAssembly's text format.
fn binary(path: &Path) -> Result<Vec<u8>> {
    let contents = read(path)?;
    if !contents.starts_with(b"\0asm") && path.extension().is_some_and(|extension| extension == "wat") {
        let mut translated = wat::parse_bytes(&contents);
        if let Err(error) = &mut translated {
            error.set_path(path);
        }
        return Ok(translated?.into_owned());
    }
    Ok(contents)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}
