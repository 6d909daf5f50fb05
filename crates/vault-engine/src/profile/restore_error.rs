use super::error::UnlockError;
use crate::backup::BackupError;

/// Why a backup was not made a profile again. Nothing is left behind, and no profile was touched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The profile is on this computer. It is never overwritten.
    #[error("the profile of this backup is on this computer already")]
    ProfileExists,
    /// The password and Secret Key, as they were on that day, do not open it, or the Secret Key has a slip in it.
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
