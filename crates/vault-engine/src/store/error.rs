use std::io;

use rusqlite::ffi::ErrorCode;

use crate::disk::DiskError;

/// Why a database did not answer, or was not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// There is no such row.
    NotFound,
    /// Its pages fail their checks.
    Damaged,
    /// The caller cancelled.
    Cancelled,
    Disk(DiskError),
    Fault,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if matches!(error, rusqlite::Error::QueryReturnedNoRows) {
            return Self::NotFound;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Disk(DiskError::Full),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::Disk(DiskError::ReadOnly),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Disk(DiskError::Unreadable),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Fault,
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}

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
    /// Maps an error of the first read, which shows whether the key fits; since it does, the pages are damaged if it fails.
    pub(crate) fn of_first_read(error: rusqlite::Error) -> Self {
        match Self::from(error) {
            Self::Fault => Self::Damaged,
            other => other,
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged => Self::Damaged,
            StoreError::Disk(disk) => Self::Disk(disk),
            StoreError::NotFound | StoreError::Cancelled | StoreError::Fault => Self::Fault,
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}
