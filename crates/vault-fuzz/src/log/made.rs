//! The entries of a program.

use vault_wire::EntryHash;
use vault_wire::log::Entry;
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;

/// An entry that a step made.
pub(super) enum GeneratedEntry {
    Record(SignedRecord),
    Revision(SignedRevision),
}

impl GeneratedEntry {
    pub(super) fn entry(&self) -> Entry<'_> {
        match self {
            Self::Record(record) => Entry::Record(record),
            Self::Revision(revision) => Entry::Revision(revision),
        }
    }

    pub(super) fn hash_and_signatures(&self) -> (EntryHash, Vec<u8>) {
        match self {
            Self::Record(record) => (record.entry_hash(), record.signatures()),
            Self::Revision(revision) => (revision.hash().into(), revision.signature.as_bytes().to_vec()),
        }
    }
}
