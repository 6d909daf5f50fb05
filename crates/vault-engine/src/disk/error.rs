use std::io;

/// Why a disk operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The disk or folder is read-only or denies access.
    #[error("the disk or folder cannot be written")]
    ReadOnly,
    /// Anything else.
    #[error("a file could not be read or written")]
    Unreadable,
}

impl From<io::Error> for DiskError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            PermissionDenied | ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Unreadable,
        }
    }
}
