//! A vault's log: a totally ordered list of entries, each root covering all entries before it.
//!
//! A client accepts data from a server only through [`LogVerifier`]. A server applies the same rules by
//! calling [`validate()`] over its own [`LogHistory`].

mod equivocation;
mod named;
mod validate;
mod verifier;

use crate::revision::SignedRevision;
use crate::roster::SignedRecord;
use crate::{EntryHash, ItemId, RevHash};

pub use crate::history::{CurrentRevision, LogHistory, RejectReason, empty_root, next_root};
pub use equivocation::{Equivocation, Head, HeadRelation, Recovery, RecoveryRatchet, RecoveryState};
pub use named::Named;
pub use validate::{Effect, Prepared, RosterChange, prepare, validate};
pub use verifier::{LogVerifier, Past, Verdict};

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A change to the roster.
    Record(&'a SignedRecord),
    /// A change to an item.
    Revision(&'a SignedRevision),
}

impl<'a> Entry<'a> {
    fn hash(self) -> EntryHash {
        match self {
            Self::Record(signed) => signed.entry_hash(),
            Self::Revision(signed) => signed.hash().into(),
        }
    }

    fn signatures(self) -> Signatures<'a> {
        match self {
            Self::Record(signed) => Signatures::Several(signed.signatures()),
            Self::Revision(signed) => Signatures::One(signed.signature.as_bytes()),
        }
    }
}

/// The signatures of an entry, as the log's roots cover them.
#[derive(Debug)]
enum Signatures<'a> {
    One(&'a [u8; 64]),
    Several(Vec<u8>),
}

impl Signatures<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::One(signature) => signature.as_slice(),
            Self::Several(signatures) => signatures,
        }
    }
}

/// The item that an accepted entry changed, and its new current revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revised {
    /// The item.
    pub item_id: ItemId,
    /// Its new current revision.
    pub hash: RevHash,
}
