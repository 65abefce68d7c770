//! Engine-wide numbers for core signatures, and the trampolines that belong to each.
//!
//! Numbers are never reused, so that two equal numbers always mean equal signatures, which is what `call_indirect`
//! compares.

use std::collections::HashMap;
use std::sync::{Arc, RwLock, Weak};

use dovetail_environ::artifact::Trampolines;
use dovetail_environ::module::Signature;

use crate::code::CodeImage;
use crate::engine::Engine;
use crate::error::{Error, Result};

/// The engine-wide number of a signature.
pub(crate) type SignatureId = u32;

#[derive(Debug, Default)]
pub(crate) struct SignatureRegistry {
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    numbers: HashMap<Arc<Signature>, SignatureId>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    signature: Arc<Signature>,
    /// Trampolines that a loaded module brought; gone when the module is.
    borrowed: Option<(Weak<CodeImage>, Trampolines)>,
    /// Trampolines that were compiled for the signature alone.
    owned: Option<(Arc<CodeImage>, Trampolines)>,
}

impl SignatureRegistry {
    /// Keeps everybody else out until the guard is dropped.
    pub fn pause(&self) -> impl Sized + '_ {
        write(&self.table)
    }

    /// The number of a signature, given out now if it is new.
    pub fn intern(&self, signature: &Signature) -> SignatureId {
        if let Some(id) = read(&self.table).numbers.get(signature) {
            return *id;
        }
        self.add(signature.clone()).0
    }

    /// The number of a signature, and the signature itself as all of its functions share it.
    pub fn shared(&self, signature: Signature) -> (SignatureId, Arc<Signature>) {
        if let Some((shared, id)) = read(&self.table).numbers.get_key_value(&signature) {
            return (*id, shared.clone());
        }
        self.add(signature)
    }

    fn add(&self, signature: Signature) -> (SignatureId, Arc<Signature>) {
        let mut table = write(&self.table);
        if let Some((shared, id)) = table.numbers.get_key_value(&signature) {
            return (*id, shared.clone());
        }
        let id = table.entries.len() as SignatureId;
        let signature = Arc::new(signature);
        table.numbers.insert(signature.clone(), id);
        table.entries.push(Entry { signature: signature.clone(), borrowed: None, owned: None });
        (id, signature)
    }

    pub fn signature(&self, id: SignatureId) -> Result<Arc<Signature>> {
        match read(&self.table).entries.get(id as usize) {
            Some(entry) => Ok(entry.signature.clone()),
            None => Err(Error::bug(format!("signature number {id} was never given out"))),
        }
    }

    /// Remembers the trampolines of a loaded module; they serve while the module lives.
    pub fn offer(&self, id: SignatureId, image: &Arc<CodeImage>, trampolines: Trampolines) {
        if let Some(entry) = write(&self.table).entries.get_mut(id as usize)
            && entry.borrowed.as_ref().is_none_or(|(image, _)| image.strong_count() == 0)
        {
            entry.borrowed = Some((Arc::downgrade(image), trampolines));
        }
    }

    /// Trampolines for a signature and the code that holds them, which the caller keeps as long as it uses them.
    pub fn trampolines(&self, engine: &Engine, id: SignatureId) -> Result<(Arc<CodeImage>, Trampolines)> {
        if let Some(found) = read(&self.table).entries.get(id as usize).and_then(Entry::found) {
            return Ok(found);
        }
        let signature = self.signature(id)?;
        let Some(compiler) = &engine.config().compiler else {
            return Err(Error::bug(format!("no trampoline for {signature:?}, and the engine has no compiler")));
        };
        let (text, trampolines) = compiler.compile_trampolines(&signature)?;
        let image = CodeImage::from_text(&text)?;
        if let Some(entry) = write(&self.table).entries.get_mut(id as usize) {
            entry.owned.get_or_insert_with(|| (image.clone(), trampolines));
        }
        Ok((image, trampolines))
    }
}

impl Entry {
    fn found(&self) -> Option<(Arc<CodeImage>, Trampolines)> {
        if let Some(owned) = &self.owned {
            return Some(owned.clone());
        }
        let (image, trampolines) = self.borrowed.as_ref()?;
        Some((image.upgrade()?, *trampolines))
    }
}

// A poisoned lock only means that another thread panicked between two statements above; each leaves the table whole.
fn read(table: &RwLock<Table>) -> std::sync::RwLockReadGuard<'_, Table> {
    table.read().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn write(table: &RwLock<Table>) -> std::sync::RwLockWriteGuard<'_, Table> {
    table.write().unwrap_or_else(|poisoned| poisoned.into_inner())
}
