//! Log roots: a hash chain over a vault's entries.

use crate::cbor::Array;
use crate::{EntryHash, Label, Root, VaultId};

/// Returns the root of a log without entries.
#[must_use]
pub fn empty_root(vault_id: &VaultId) -> Root {
    Root::from_bytes(Array::labelled(Label::LOG).bytes(vault_id.as_bytes()).sha256())
}

/// Returns the root after entry `seq`, counted from 1.
///
/// The root covers the signatures too, so equal roots imply equal verdicts on every entry: a server cannot
/// corrupt a signature for one reader only without being detected.
#[must_use]
pub fn next_root(before: &Root, seq: u64, entry: &EntryHash, signatures: &[u8]) -> Root {
    let node = Array::labelled(Label::LOG_NODE)
        .bytes(before.as_bytes())
        .uint(seq)
        .bytes(entry.as_bytes())
        .bytes(signatures);
    Root::from_bytes(node.sha256())
}
