//! Tags: what kinds of exceptions there are. Each instance of a module that defines a tag has one of its own.

use dovetail_environ::module::Signature;

use crate::error::{ArgumentKind, Error, Result};
use crate::store::{Owned, Store, StoreId, StoreInner};
use crate::vm::VMTag;

/// A tag of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    pub(crate) store: StoreId,
    pub(crate) index: u32,
}

#[derive(Debug)]
#[repr(C)]
pub(crate) struct TagData {
    /// What compiled code sees; first, so that both have one address.
    pub vm: VMTag,
    pub signature: Signature,
}

impl StoreInner {
    pub fn add_tag(&mut self, signature: Signature) -> Tag {
        let index = self.tags.len() as u32;
        self.tags.push(Owned::new(TagData { vm: VMTag { index }, signature }));
        Tag { store: self.id, index }
    }

    pub fn tag(&self, tag: Tag) -> Result<&TagData> {
        self.check(tag.store, "tag")?;
        Ok(self.tags[tag.index as usize].get())
    }
}

impl Tag {
    /// Makes a tag whose exceptions carry values of the signature's parameters. It has no results.
    pub fn new(store: &mut Store, ty: Signature) -> Result<Tag> {
        if !ty.results.is_empty() {
            return Err(Error::argument(ArgumentKind::Type, "the type of a tag has no results"));
        }
        Ok(store.inner_mut().add_tag(ty))
    }

    /// The type: its parameters are the values that an exception carries.
    pub fn ty(&self, store: &Store) -> Result<Signature> {
        Ok(store.inner().tag(*self)?.signature.clone())
    }
}
