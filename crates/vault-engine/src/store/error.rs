use std::io;

use rusqlite::ffi::ErrorCode;

use crate::backup::BackupError;
use crate::profile::DiskError;
use crate::session::SessionError;

/// Why the database did not open. The key is known to be right: the slot it comes from opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It is missing, or its pages fail their checks.
    Damaged,
    /// Written by a newer program.
    Newer,
    /// Of an older form, which cannot be brought to the newest without writing.
    Older,
    Disk(DiskError),
    Fault,
}

impl OpenError {
    /// The first read shows whether the key fits; since it does, the pages are damaged if it fails.
    pub(super) fn of_first_read(error: rusqlite::Error) -> Self {
        match Self::from(error) {
            Self::Fault => Self::Damaged,
            other => other,
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match SessionError::from(error) {
            SessionError::DatabaseDamaged => Self::Damaged,
            SessionError::Disk(disk) => Self::Disk(disk),
            _ => Self::Fault,
        }
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

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<rusqlite::Error> for SessionError {
    fn from(error: rusqlite::Error) -> Self {
        if matches!(error, rusqlite::Error::QueryReturnedNoRows) {
            return Self::NotFound;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Disk(DiskError::Full),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::Disk(DiskError::ReadOnly),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Disk(DiskError::Unreadable),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::DatabaseDamaged,
            _ => Self::Fault,
        }
    }
}
