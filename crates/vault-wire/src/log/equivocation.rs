//! Evidence of a misbehaving server: violations of an append-only log.

use crate::{AccountId, Root};

/// A state of a log: the number of entries and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// Root after those entries.
    pub root: Root,
}

/// The relation of another party's head to a verified log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadRelation {
    /// The heads are equal.
    Same,
    /// The head is an earlier state of this log. From a server that had more entries before, this is a
    /// rollback.
    Behind,
    /// The head has more entries. Whether they extend this log is known once they are fetched.
    Ahead,
    /// The head belongs to another history; the two never agree again.
    Forked,
}

/// Evidence against a server. Nothing else freezes a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Equivocation {
    /// The server has fewer entries than before.
    #[error("the server lost entries after {seq}")]
    Rollback {
        /// Number of entries that it has now.
        seq: u64,
    },
    /// The server shows another history than before.
    #[error("the server shows another history at entry {seq}")]
    Fork {
        /// The last entry number at which the histories were compared.
        seq: u64,
    },
    /// A member has seen another history than this device.
    #[error("entry {seq} was written on another history")]
    Contradiction {
        /// The entry.
        seq: u64,
        /// The member who signed it.
        author: AccountId,
    },
    /// An entry that the server acknowledged is missing at its sequence number.
    #[error("an own entry is missing at {seq}")]
    MissingOwn {
        /// The acknowledged sequence number.
        seq: u64,
    },
}
