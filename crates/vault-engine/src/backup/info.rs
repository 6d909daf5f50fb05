//! The description of a checked backup.

use vault_wire::ProfileId;

use super::manifest::OmittedDocument;
use crate::clock::Timestamp;

/// A description of a backup, returned after it was checked completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupInfo {
    /// The profile.
    pub profile: ProfileId,
    /// When the snapshot was taken.
    pub made_at: Timestamp,
    /// Entries of the replayed logs; `None` if the vaults are not known yet.
    pub entries: Option<u64>,
    /// The number of documents in it.
    pub documents: usize,
    /// Documents of the profile that are not in it.
    pub left_out: Vec<OmittedDocument>,
}
