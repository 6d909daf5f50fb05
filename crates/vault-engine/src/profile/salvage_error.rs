//! The error of salvaging a damaged profile.

use super::error::{CreateError, UnlockError};
use crate::disk::DiskError;
use crate::session::SessionError;

/// Why nothing was salvaged. The damaged profile is unchanged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SalvageError {
    /// Its keys cannot be opened.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The pages with the vault keys are damaged as well: only a backup helps.
    #[error("nothing of the database can be read")]
    NothingReadable,
    /// The name of the new profile is empty, too long or has control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A bug in the program.
    #[error("internal error while salvaging the profile")]
    Fault,
}

impl From<std::io::Error> for SalvageError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<SessionError> for SalvageError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Disk(disk) => Self::Disk(disk),
            SessionError::Cancelled => Self::Cancelled,
            // The damaged database is read with its errors counted, so this is the new one: the disk is at fault.
            SessionError::DatabaseDamaged | SessionError::RevisionDamaged => {
                Self::Disk(DiskError::Unreadable)
            }
            _ => Self::Fault,
        }
    }
}

impl From<CreateError> for SalvageError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::NameInvalid => Self::NameInvalid,
            CreateError::Disk(disk) => Self::Disk(disk),
            CreateError::OutOfMemory => Self::Unlock(UnlockError::OutOfMemory),
            _ => Self::Fault,
        }
    }
}
