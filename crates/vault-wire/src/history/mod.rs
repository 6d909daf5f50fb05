//! The state of a log before an entry, as the validation rules need it. Shared by `roster` and `log`.

mod reject_reason;
mod root;

use crate::{ItemId, RevHash, Root};

pub use reject_reason::RejectReason;
pub use root::{empty_root, next_root};

/// The earlier entries of a log, as far as the rules depend on them besides the roster. A server implements
/// it over its database.
pub trait LogHistory {
    /// Returns the number of entries.
    fn seq(&self) -> u64;
    /// Returns the root after `seq` entries, or `None` if there are fewer.
    fn root_at(&self, seq: u64) -> Option<Root>;
    /// Returns an item's current revision.
    fn current(&self, item_id: &ItemId) -> Option<CurrentRevision>;
}

/// An item's current revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentRevision {
    /// Hash of the revision.
    pub hash: RevHash,
    /// Sequence number of its log entry.
    pub seq: u64,
}
