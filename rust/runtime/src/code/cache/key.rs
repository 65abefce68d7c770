//! The names of entries.

use crate::code::artifact::Identity;

/// The name of an entry: a hash of what it was made of.
///
/// A guest's author may choose the bytes, so it must not be possible to find two modules with one key: hence BLAKE3, which is
/// also fast where the processor has no instructions for hashing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key([u8; Key::LENGTH]);

impl Key {
    pub const LENGTH: usize = 32;

    /// The key of something that is made of these parts in this way, by an engine of this identity.
    pub fn new<'a>(made: &str, identity: &Identity, parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
        let mut hash = blake3::Hasher::new();
        let mut update = |part: &[u8]| {
            // The lengths keep the parts apart.
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        // The text has all fields, whichever there will be.
        update(format!("{identity:?}").as_bytes());
        update(made.as_bytes());
        parts.into_iter().for_each(update);
        Key(hash.finalize().into())
    }

    pub fn bytes(&self) -> &[u8; Key::LENGTH] {
        &self.0
    }

    pub fn from_bytes(bytes: [u8; Key::LENGTH]) -> Key {
        Key(bytes)
    }

    /// As part of a file's name.
    pub fn text(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

/// Whether a text is [`Key::text`] of some key.
pub(super) fn is_text_of_key(text: &str) -> bool {
    text.len() == Key::LENGTH * 2 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
