use vault_wire::ProfileId;

use super::manifest::LeftOut;
use crate::clock::Timestamp;

/// What a backup is, told after all of it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupInfo {
    /// The profile.
    pub profile: ProfileId,
    /// When the profile was as it is in the backup.
    pub made_at: Timestamp,
    /// Entries of the logs that were replayed; none where the vaults are not known yet.
    pub entries: Option<u64>,
    /// Documents in it.
    pub documents: usize,
    /// Documents of the profile that are not in it.
    pub left_out: Vec<LeftOut>,
}
