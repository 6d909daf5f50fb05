//! Payload entries written by a newer version of the program.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

/// Unknown entries of a payload map, kept and written back unchanged.
///
/// They may contain secrets, so neither `Debug` nor `Clone` is derived. An entry with a known key has an unknown value,
/// such as a later field kind; on writing it replaces the value that is shown instead.
#[derive(Default)]
pub struct Unknown(BTreeMap<u64, Zeroizing<Vec<u8>>>);

impl Unknown {
    /// Returns whether there are no unknown entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns a copy, which is zeroized on its own drop.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Removes the unknown value of a known key, after the user chose a known value.
    pub(crate) fn forget(&mut self, key: u64) {
        self.0.remove(&key);
    }

    /// Returns whether both have the same entries.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Returns the encoded value of an entry.
    pub(crate) fn entry(&self, key: u64) -> Option<&[u8]> {
        self.0.get(&key).map(|cbor| cbor.as_slice())
    }

    pub(crate) fn keep(&mut self, key: u64, cbor: &[u8]) {
        self.0.insert(key, Zeroizing::new(cbor.to_vec()));
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.0.iter().map(|(key, cbor)| (*key, cbor.as_slice()))
    }
}
