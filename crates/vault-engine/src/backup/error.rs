use crate::disk::{DiskError, NoRoom};
use crate::document::DocumentError;
use crate::session::{CheckError, SessionError};
use crate::store::{OpenError, StoreError};

/// Why a backup was not made or cannot be used. Nothing is left behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The file is something else.
    #[error("this is not a backup")]
    NotABackup,
    /// It was written by a newer program.
    #[error("the backup was written by another version of the program")]
    OtherFormat,
    /// It is of another profile, or of this one under an earlier root key.
    #[error("the backup is of another profile or was changed")]
    OtherProfile,
    /// Something in it is not as it was written.
    #[error("the backup is damaged")]
    Damaged,
    /// The profile itself does not hold together, so no backup of it takes the place of an older one.
    #[error("the profile is damaged and was not backed up")]
    ProfileDamaged,
    /// The backup has no such item or document, or the profile has no such item any more.
    #[error("there is no such thing in the backup or the profile")]
    NotFound,
    /// The document was left out of the backup, and is not in the profile either.
    #[error("the document was left out of this backup")]
    LeftOut,
    /// The folder that was chosen for backups is not there.
    #[error("the folder for backups is not there")]
    FolderMissing,
    /// A file of that name exists.
    #[error("a file of that name exists")]
    Exists,
    /// The caller broke off.
    #[error("broken off")]
    Cancelled,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A fault in the program.
    #[error("the backup could not be made or read")]
    Fault,
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        // Whatever ends too early is not as long as it was written.
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
