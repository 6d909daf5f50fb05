//! What must never happen to a log that is only appended to.

use crate::{AccountId, Root};

/// A place in a log: how many entries, and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub seq: u64,
    /// The root after them.
    pub root: Root,
}

/// How somebody else's head stands to a verified log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The same.
    Same,
    /// It is this log some entries ago. From a server that had more before, that is a rollback.
    Behind,
    /// There are more entries to fetch; whether they fit will show.
    Ahead,
    /// It is another log: the two can never agree again.
    Forked,
}

/// Evidence against a server. Nothing else freezes a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// The server has fewer entries than it had.
    #[error("the server lost entries after {seq}")]
    Rollback {
        /// How many it has now.
        seq: u64,
    },
    /// The server shows another history than before.
    #[error("the server shows another history at entry {seq}")]
    Fork {
        /// The last place at which they were compared.
        seq: u64,
    },
    /// A member has seen another history than this device has.
    #[error("entry {seq} was written on another history")]
    Contradiction {
        /// The entry.
        seq: u64,
        /// The member who signed it.
        author: AccountId,
    },
    /// An entry that the server had accepted is not where it was.
    #[error("an own entry is missing at {seq}")]
    MissingOwn {
        /// Where it was.
        seq: u64,
    },
}
