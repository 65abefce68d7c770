//! The size of the cache: what was used longest ago goes when there is too much.
//!
//! Only files that have the names of entries are looked at, whatever else a directory holds. Any number of processes may
//! prune at once, without a lock: removing a file that is mapped or open takes it from nobody, one that is gone already is
//! as good as removed, and whoever finds only some of a component's entries makes it anew.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Kind;
use super::key::is_text_of_key;

/// What the names of files that are being written begin with.
pub(super) const UNFINISHED: &str = ".new";
/// Below the directory, the Python package keeps what the generator wrote: files that are named by a hash alone.
const PACKAGES: &str = "packages";
/// After this time, nobody finishes a file any more.
const ABANDONED: Duration = Duration::from_secs(3600);

/// What a cache holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheUsage {
    pub entries: u64,
    pub bytes: u64,
}

impl CacheUsage {
    fn add(&mut self, entry: &Entry) {
        self.entries += 1;
        self.bytes = self.bytes.saturating_add(entry.bytes);
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    unfinished: bool,
}

/// How much the cache in a directory holds.
pub fn measure_cache(directory: &Path) -> io::Result<CacheUsage> {
    let mut usage = CacheUsage::default();
    entries(directory)?.iter().for_each(|entry| usage.add(entry));
    Ok(usage)
}

/// Removes all entries of the cache in a directory, and tells how much that was.
pub fn clear_cache(directory: &Path) -> io::Result<CacheUsage> {
    let mut removed = CacheUsage::default();
    for entry in entries(directory)? {
        if remove(&entry)? {
            removed.add(&entry);
        }
    }
    Ok(removed)
}

/// The bytes that were written to each directory since it was pruned.
type Written = HashMap<PathBuf, u64>;

/// Takes the lock of what this process has written.
pub(crate) fn pause() -> MutexGuard<'static, Written> {
    static WRITTEN: LazyLock<Mutex<Written>> = LazyLock::new(Mutex::default);
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that this process has written so many bytes, and prunes now and then: at the first time, then for each sixteenth
/// of the limit that was written.
pub(super) fn stored(directory: &Path, bytes: u64, limit: u64) {
    let due = {
        let mut written = pause();
        let due = match written.get_mut(directory) {
            None => true,
            Some(since) => {
                *since = since.saturating_add(bytes);
                *since > limit / 16
            }
        };
        if due {
            written.insert(directory.to_owned(), 0);
        }
        due
    };
    if due {
        // An error means that somebody else changes the directory: the next one will do it.
        let _ = prune(directory, limit);
    }
}

/// Removes what was used longest ago until three quarters of the limit are left, if there is more than the limit; and what
/// nobody finished.
fn prune(directory: &Path, limit: u64) -> io::Result<()> {
    let mut entries = entries(directory)?;
    let now = SystemTime::now();
    let abandoned = |entry: &Entry| now.duration_since(entry.used).is_ok_and(|age| age > ABANDONED);
    for entry in entries.iter().filter(|entry| entry.unfinished && abandoned(entry)) {
        remove(entry)?;
    }
    entries.retain(|entry| !entry.unfinished);
    let mut total = entries.iter().map(|entry| entry.bytes).fold(0, u64::saturating_add);
    if total <= limit {
        return Ok(());
    }
    entries.sort_by_key(|entry| entry.used);
    for entry in entries {
        if total <= limit / 4 * 3 {
            break;
        }
        remove(&entry)?;
        total -= entry.bytes;
    }
    Ok(())
}

/// Removes a file; whether it was there.
fn remove(entry: &Entry) -> io::Result<bool> {
    match fs::remove_file(&entry.path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn entries(directory: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    collect(directory, &is_entry, &mut found)?;
    collect(&directory.join(PACKAGES), &is_text_of_key, &mut found)?;
    Ok(found)
}

fn is_entry(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else { return false };
    is_text_of_key(stem) && Kind::ALL.iter().any(|kind| kind.extension() == extension)
}

fn collect(directory: &Path, is_entry: &dyn Fn(&str) -> bool, found: &mut Vec<Entry>) -> io::Result<()> {
    let files = match fs::read_dir(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for file in files {
        let file = file?;
        let name = file.file_name();
        let Some(name) = OsStr::to_str(&name) else { continue };
        let unfinished = name.starts_with(UNFINISHED);
        if !unfinished && !is_entry(name) {
            continue;
        }
        // Gone in the meantime, or none of ours.
        let Ok(metadata) = file.metadata() else { continue };
        let Ok(used) = metadata.modified() else { continue };
        if metadata.is_file() {
            found.push(Entry { path: file.path(), bytes: metadata.len(), used, unfinished });
        }
    }
    Ok(())
}
