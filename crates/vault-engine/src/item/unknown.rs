//! What a newer program wrote into a payload and this one has no word for.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

/// Entries of a payload map that this program does not know: they are kept and written back as they came.
///
/// It may hold secrets, so it derives nothing that shows or copies them. An entry whose key *is* known holds a value
/// that is not, such as a kind of field invented later; on writing it takes the place of the value shown instead.
#[derive(Default)]
pub struct Unknown(BTreeMap<u64, Zeroizing<Vec<u8>>>);

impl Unknown {
    /// Whether there is nothing unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A second copy, wiped on its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Forgets the unknown value of a known key, because a person chose a value that is known.
    pub(crate) fn forget(&mut self, key: u64) {
        self.0.remove(&key);
    }

    /// Whether both hold the same.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// The value of an entry as it came.
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
