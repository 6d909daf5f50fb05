//! The error of making and reading backups.

use crate::disk::{DiskError, NoRoom};
use crate::document::DocumentError;
use crate::session::{CheckError, SessionError};
use crate::store::{OpenError, StoreError};

/// Why a backup was not made or cannot be used. No partial file is left.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The file is not a backup.
    #[error("this is not a backup")]
    NotABackup,
    /// It was written by another version of the program.
    #[error("the backup was written by another version of the program")]
    OtherFormat,
    /// It is of another profile, or of this one with an earlier root key, or was changed.
    #[error("the backup is of another profile or was changed")]
    OtherProfile,
    /// Its content does not match the manifest, or the database is damaged.
    #[error("the backup is damaged")]
    Damaged,
    /// The profile itself is damaged, so no backup of it replaces an older one.
    #[error("the profile is damaged and was not backed up")]
    ProfileDamaged,
    /// The backup has no such item or document, or the profile has no such item any more.
    #[error("no such item or document in the backup or the profile")]
    NotFound,
    /// The document was left out of the backup, and is not in the profile either.
    #[error("the document was left out of this backup")]
    LeftOut,
    /// The folder chosen for backups does not exist.
    #[error("the folder for backups does not exist")]
    FolderMissing,
    /// A file of that name exists.
    #[error("a file of that name exists")]
    Exists,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A bug in the program.
    #[error("internal error")]
    Fault,
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        // A file that ends too early was truncated.
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            Self::Damaged
        } else {
            Self::Disk(error.into())
        }
    }
}

impl From<DocumentError> for BackupError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Io(error) => error.into(),
            DocumentError::Exists => Self::Exists,
            DocumentError::Cancelled => Self::Cancelled,
            DocumentError::NotAFile => Self::NotABackup,
            DocumentError::NotHere => Self::LeftOut,
            DocumentError::NoRoom { .. } => Self::Disk(DiskError::Full),
            DocumentError::AboveLimit { .. } | DocumentError::TypeRefused => Self::Damaged,
            DocumentError::Changed | DocumentError::TooLarge | DocumentError::Damaged => Self::Damaged,
        }
    }
}

impl From<SessionError> for BackupError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::DatabaseDamaged | SessionError::RevisionDamaged => Self::Damaged,
            SessionError::Disk(disk) => Self::Disk(disk),
            SessionError::Cancelled => Self::Cancelled,
            SessionError::NotFound => Self::NotFound,
            SessionError::ReadOnly(_) => Self::Disk(DiskError::ReadOnly),
            _ => Self::Fault,
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        SessionError::from(error).into()
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        SessionError::from(error).into()
    }
}

impl From<NoRoom> for BackupError {
    fn from(error: NoRoom) -> Self {
        Self::Disk(error.into())
    }
}

impl From<BackupError> for OpenError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Disk(disk) => Self::Disk(disk),
            BackupError::Damaged | BackupError::ProfileDamaged => Self::Damaged,
            _ => Self::Fault,
        }
    }
}

impl From<CheckError> for BackupError {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Entry { .. } | CheckError::View => Self::Damaged,
            CheckError::Session(error) => error.into(),
        }
    }
}

impl From<OpenError> for BackupError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Damaged => Self::Damaged,
            OpenError::Newer | OpenError::Older => Self::OtherFormat,
            OpenError::Disk(disk) => Self::Disk(disk),
            OpenError::Fault => Self::Fault,
        }
    }
}
