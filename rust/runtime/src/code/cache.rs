//! Compiled modules on disk, so that the second load only maps a file.
//!
//! The key is a hash of the wasm and of everything that its code depends on. A file is written beside its place and
//! renamed into it, so a reader never sees half of one. Nothing about the cache is ever an error of a load: what cannot
//! be read is compiled, what cannot be written is left out.

use std::fmt::Write as _;
use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::code::artifact::{Artifact, Identity};
use crate::code::mapping::Mapping;
use crate::error::Error;

/// The place of one module in the cache.
#[derive(Debug)]
pub(crate) struct Cache {
    path: PathBuf,
}

impl Cache {
    pub fn entry(directory: &Path, wasm: &[u8], identity: &Identity) -> Cache {
        let mut hash = Sha256::new();
        hash.update(wasm);
        // The lengths keep the parts apart.
        let features = format!("{:?} {:?}", identity.features, identity.options);
        for part in [&identity.engine, &identity.compiler, &features] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut name = String::new();
        for byte in hash.finalize() {
            let _ = write!(name, "{byte:02x}"); // Writing to a string cannot fail.
        }
        Cache { path: directory.join(name + ".cwasm") }
    }

    /// The module's artifact, mapped; `None` where there is none, or none that is whole and ours.
    pub fn load(&self, identity: &Identity) -> Option<Artifact> {
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(&self.path).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || !is_ours(&metadata) {
            return None;
        }
        let length = usize::try_from(metadata.len()).ok()?;
        if !cfg!(target_os = "macos") {
            match Artifact::open(Mapping::file(&file, length).ok()?, identity) {
                Ok(artifact) => return Some(artifact),
                // A file system that allows no execution: a copy will do.
                Err(Error::Io(_)) => {}
                Err(_) => return None,
            }
        }
        // On macOS, code in a file must be signed; in anonymous memory it need not be.
        let mut bytes = Vec::with_capacity(length);
        file.take(metadata.len()).read_to_end(&mut bytes).ok()?;
        Artifact::open(Mapping::copy(&bytes).ok()?, identity).ok()
    }

    /// Stores an artifact and gives it back mapped from its file; `None` where that did not work.
    pub fn store(&self, bytes: &[u8], identity: &Identity) -> Option<Artifact> {
        let directory = self.path.parent()?;
        DirBuilder::new().recursive(true).mode(0o700).create(directory).ok()?;
        if !is_ours(&directory.metadata().ok()?) {
            return None;
        }
        let mut file = tempfile::Builder::new().prefix(".new").tempfile_in(directory).ok()?;
        file.as_file_mut().write_all(bytes).ok()?;
        file.persist(&self.path).ok()?;
        self.load(identity)
    }
}

/// Whether only we (or root) could have written it: what is in the cache is run.
fn is_ours(metadata: &Metadata) -> bool {
    let owner = metadata.uid();
    let us = rustix::process::geteuid().as_raw();
    (owner == us || owner == 0) && metadata.mode() & 0o022 == 0
}
