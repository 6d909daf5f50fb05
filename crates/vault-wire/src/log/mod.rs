//! A vault's log: one order of entries, each root covering all before it.
//!
//! [`LogVerifier`] is the only way by which anything from a server is accepted, and the server judges by the same
//! rules: [`judge`] over whatever it keeps the past in.

mod alarm;
mod judge;
mod reason;
mod verifier;

use crate::cbor::Array;
use crate::revision::SignedRevision;
use crate::roster::SignedRecord;
use crate::{EntryHash, ItemId, Label, RevHash, Root, VaultId};

pub use alarm::{Alarm, Head, Standing};
pub use judge::{Effect, Past, Prepared, RosterChange, judge, prepare};
pub use reason::VoidReason;
pub use verifier::{LogVerifier, Verdict};

/// The root of a log without entries.
#[must_use]
pub fn empty_root(vault_id: &VaultId) -> Root {
    Root::from_bytes(Array::labelled(Label::LOG).bytes(vault_id.as_bytes()).sha256())
}

/// The root after entry `seq`, the first of which is 1.
///
/// It covers the signatures too, so that whoever has the same root has come to the same verdict on every entry: a
/// server cannot spoil a signature for one reader and not for another unnoticed.
#[must_use]
pub fn next_root(before: &Root, seq: u64, entry: &EntryHash, signatures: &[u8]) -> Root {
    let node = Array::labelled(Label::LOG_NODE)
        .bytes(before.as_bytes())
        .uint(seq)
        .bytes(entry.as_bytes())
        .bytes(signatures);
    Root::from_bytes(node.sha256())
}

/// An entry of the log.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A change to the roster.
    Record(&'a SignedRecord),
    /// A change to an item.
    Revision(&'a SignedRevision),
}

/// An item's current revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentRevision {
    /// The revision.
    pub hash: RevHash,
    /// Its place in the log.
    pub seq: u64,
}

/// An item and the revision that an accepted entry made current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revised {
    /// The item.
    pub item_id: ItemId,
    /// Its new current revision.
    pub hash: RevHash,
}
