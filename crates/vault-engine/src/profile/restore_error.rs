//! The error of restoring a profile from a backup.

use super::error::UnlockError;
use crate::backup::BackupError;

/// Why a backup was not restored. Nothing is left behind, and no profile was changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The profile exists on this computer. It is never overwritten.
    #[error("the profile of this backup exists on this computer")]
    ProfileExists,
    /// The password or Secret Key is not that of the backup, or the Secret Key is mistyped.
    #[error(transparent)]
    Unlock(UnlockError),
    /// The backup cannot be used.
    #[error(transparent)]
    Backup(BackupError),
}

impl<E: Into<BackupError>> From<E> for RestoreError {
    fn from(error: E) -> Self {
        Self::Backup(error.into())
    }
}
