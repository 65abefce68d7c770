//! The code cache: compiled modules and checked components on disk, so that the second load only maps files.
//!
//! An entry is named by a hash of what it was made of and of everything that its making depends on ([`Key`]). A file is
//! written beside its place and renamed into it, so a reader never sees half of one. Nothing about the cache is ever an
//! error of a load: what cannot be read is made anew, what cannot be written is left out. What is read is trusted as our
//! own program is, since only we could have written it (`is_ours`).

mod key;
mod prune;

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

pub(crate) use key::Key;
pub(crate) use prune::pause as pause_writing;
pub use prune::{CacheUsage, clear_cache, measure_cache};

use crate::code::artifact::{Artifact, Identity};
use crate::code::mapping::Mapping;
use crate::error::{Error, ErrorKind};

/// How much later than the last time a use is noted: often enough to find out what is not used any more.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

/// What an entry holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// An [`Artifact`].
    Module,
    /// Which modules a component consists of, and its plan.
    Component,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Module, Kind::Component];

    fn extension(self) -> &'static str {
        match self {
            Kind::Module => "cwasm",
            Kind::Component => "component",
        }
    }
}

/// A directory for entries.
#[derive(Debug)]
pub(crate) struct Cache {
    directory: PathBuf,
    /// How many bytes the entries may have together, about.
    limit: u64,
}

impl Cache {
    pub fn new(directory: PathBuf, limit: u64) -> Cache {
        Cache { directory, limit }
    }

    fn path(&self, kind: Kind, key: &Key) -> PathBuf {
        self.directory.join(format!("{}.{}", key.text(), kind.extension()))
    }

    /// A module's artifact, mapped; `None` where there is none, or none that is whole and ours.
    pub fn load_module(&self, key: &Key, identity: &Identity) -> Option<Artifact> {
        let (file, length) = self.open(Kind::Module, key)?;
        if !cfg!(target_os = "macos") {
            match Artifact::open(Mapping::file(&file, length).ok()?, identity).map_err(Error::into_kind) {
                Ok(artifact) => return Some(artifact),
                // A file system that allows no execution: a copy will do.
                Err(ErrorKind::Io(_)) => {}
                Err(_) => return None,
            }
        }
        // On macOS, code in a file must be signed; in anonymous memory it need not be.
        Artifact::open(Mapping::copy(&read(file, length)?).ok()?, identity).ok()
    }

    /// Stores a module's artifact and gives it back mapped from its file; `None` where that did not work.
    pub fn store_module(&self, key: &Key, bytes: &[u8], identity: &Identity) -> Option<Artifact> {
        self.store(Kind::Module, key, bytes)?;
        self.load_module(key, identity)
    }

    /// What was stored for a component, if it is ours.
    pub fn load_component(&self, key: &Key) -> Option<Vec<u8>> {
        let (file, length) = self.open(Kind::Component, key)?;
        read(file, length)
    }

    /// Stores something for a component, where that works.
    pub fn store_component(&self, key: &Key, bytes: &[u8]) {
        self.store(Kind::Component, key, bytes);
    }

    /// The file of an entry and its length, where it is there and ours.
    fn open(&self, kind: Kind, key: &Key) -> Option<(File, usize)> {
        // Who may write the directory may put one of our entries into the place of another.
        if !is_ours(&self.directory.metadata().ok()?) {
            return None;
        }
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(self.path(kind, key)).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || !is_ours(&metadata) {
            return None;
        }
        note_use(&file, &metadata);
        Some((file, usize::try_from(metadata.len()).ok()?))
    }

    fn store(&self, kind: Kind, key: &Key, bytes: &[u8]) -> Option<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory).ok()?;
        if !is_ours(&self.directory.metadata().ok()?) {
            return None;
        }
        let mut file = tempfile::Builder::new().prefix(prune::UNFINISHED).tempfile_in(&self.directory).ok()?;
        file.as_file_mut().write_all(bytes).ok()?;
        file.persist(self.path(kind, key)).ok()?;
        prune::stored(&self.directory, bytes.len() as u64, self.limit);
        Some(())
    }
}

fn read(file: File, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    file.take(length as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether only we (or root) could have written it: what is in the cache is run.
fn is_ours(metadata: &Metadata) -> bool {
    let owner = metadata.uid();
    let us = rustix::process::geteuid().as_raw();
    (owner == us || owner == 0) && metadata.mode() & 0o022 == 0
}

/// Keeps the time of the last use where it is kept on every file system: as the time of the last change.
fn note_use(file: &File, metadata: &Metadata) {
    let now = SystemTime::now();
    let noted = metadata.modified().ok().and_then(|then| now.duration_since(then).ok());
    if noted.is_some_and(|age| age > NOTED_EVERY) {
        // Where it cannot be noted, the entry may go earlier than it should.
        let _ = file.set_modified(now);
    }
}
