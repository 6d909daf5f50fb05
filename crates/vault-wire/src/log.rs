//! A vault's log: one order of entries, each root covering all before it.

use std::collections::HashMap;

use crate::cbor::Array;
use crate::revision::{RevisionError, RevisionHeader, SignedRevision};
use crate::roster::{Founding, GenesisError, SignedRecord};
use crate::{EntryHash, ItemId, Label, RevHash, Root, VaultId};

/// The root of a log without entries.
#[must_use]
pub fn empty_root(vault_id: &VaultId) -> Root {
    Root::from_bytes(Array::labelled(Label::LOG).bytes(vault_id.as_bytes()).sha256())
}

/// The root after entry `seq`, the first of which is 1.
#[must_use]
pub fn next_root(before: &Root, seq: u64, entry: &EntryHash) -> Root {
    let node = Array::labelled(Label::LOG_NODE).bytes(before.as_bytes()).uint(seq).bytes(entry.as_bytes());
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

/// What became of an entry. Either way it counts in the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It has taken effect.
    Accepted,
    /// It has no effect.
    Void(VoidReason),
}

/// Why an entry has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoidReason {
    /// The bytes are no entry of a known form.
    #[error("malformed")]
    Malformed,
    /// It belongs to another vault.
    #[error("of another vault")]
    OtherVault,
    /// The author is not a member, or its keys are not the member's current ones.
    #[error("not by a member")]
    Author,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// It is sealed under a key that is not the current one.
    #[error("of another epoch")]
    Epoch,
    /// It does not follow the item's current revision.
    #[error("on another revision than the current one")]
    Parent,
    /// The author's view of the log is none that this log has had.
    #[error("on another log")]
    Base,
    /// A roster record beyond the founding one, which this version gives nobody the right to write.
    #[error("a roster change nobody may make")]
    Roster,
}

/// Replays a vault's log from its founding and judges every entry against the state before it.
///
/// This version knows vaults of one member: the founder.
#[derive(Debug)]
pub struct LogVerifier {
    founding: Founding,
    /// `roots[n]` is the root after `n` entries.
    roots: Vec<Root>,
    /// The last of them.
    head: Root,
    current: HashMap<ItemId, RevHash>,
}

impl LogVerifier {
    /// Begins with the founding record, which is entry 1.
    ///
    /// # Errors
    /// If the record does not found a vault, or not the one whose genesis hash is `known`.
    pub fn found(record: &SignedRecord, known: Option<&EntryHash>) -> Result<Self, GenesisError> {
        let founding = Founding::verify(record, known)?;
        let empty = empty_root(&founding.vault_id);
        let first = next_root(&empty, 1, &founding.genesis_hash);
        Ok(Self { founding, roots: vec![empty, first], head: first, current: HashMap::new() })
    }

    /// The vault's founding.
    #[must_use]
    pub fn founding(&self) -> &Founding {
        &self.founding
    }

    /// How many entries there are.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.roots.len() as u64 - 1
    }

    /// The root after so many entries, if there have been as many.
    #[must_use]
    pub fn root_at(&self, seq: u64) -> Option<&Root> {
        self.roots.get(usize::try_from(seq).ok()?)
    }

    /// The root after all entries.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.head
    }

    /// The current revision of an item.
    #[must_use]
    pub fn current(&self, item_id: &ItemId) -> Option<&RevHash> {
        self.current.get(item_id)
    }

    /// Takes the next entry.
    pub fn push(&mut self, entry: Entry<'_>) -> Verdict {
        let (hash, judged) = match entry {
            Entry::Record(record) => (record.entry_hash(), Err(VoidReason::Roster)),
            Entry::Revision(revision) => (revision.hash().into(), self.judge(revision)),
        };
        self.head = next_root(&self.head, self.seq() + 1, &hash);
        self.roots.push(self.head);
        match judged {
            Ok((item_id, revision)) => {
                self.current.insert(item_id, revision);
                Verdict::Accepted
            }
            Err(reason) => Verdict::Void(reason),
        }
    }

    /// Judges a revision against the state so far.
    fn judge(&self, revision: &SignedRevision) -> Result<(ItemId, RevHash), VoidReason> {
        let author = &self.founding.certificate;
        let header = revision.verify(&author.sign).map_err(|error| match error {
            RevisionError::Malformed(_) => VoidReason::Malformed,
            RevisionError::Signature(_) => VoidReason::Signature,
        })?;
        let RevisionHeader {
            vault_id,
            item_id,
            parent,
            author: by,
            generation,
            epoch,
            base_seq,
            base_root,
            ..
        } = header;
        if vault_id != self.founding.vault_id {
            return Err(VoidReason::OtherVault);
        }
        if by != author.account_id() || generation != author.generation {
            return Err(VoidReason::Author);
        }
        if epoch != 1 {
            return Err(VoidReason::Epoch);
        }
        if parent.as_ref() != self.current(&item_id) {
            return Err(VoidReason::Parent);
        }
        // `base_seq < n` for the entry n to come, so it must name a root that is already there.
        if self.root_at(base_seq) != Some(&base_root) {
            return Err(VoidReason::Base);
        }
        Ok((item_id, revision.hash()))
    }
}
