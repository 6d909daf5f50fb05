//! Errors of the database.

use std::io;

use rusqlite::ffi::ErrorCode;

use crate::disk::DiskError;

/// Why a query or a copy of a database failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// There is no such row.
    NotFound,
    /// Pages do not authenticate or are malformed.
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
            // Another program that opened the file locks it; some network disks cannot lock at all.
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport,
            ) => Self::Disk(DiskError::Unreadable),
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

/// Why a database did not open. The key is known to be right, since its slot opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It is missing, or pages do not authenticate.
    Damaged,
    /// Its schema version is that of a newer program.
    Newer,
    /// Its schema version is older, and migration is impossible without writing.
    Older,
    Disk(DiskError),
    Fault,
}

impl OpenError {
    /// Maps an error of the first read. A wrong key fails there as well, but the key is right, so the pages are
    /// damaged.
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

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn a_file_that_another_program_locks_is_neither_damaged_nor_a_fault() {
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_LOCKED, ffi::SQLITE_PROTOCOL, ffi::SQLITE_NOLFS] {
            let error = || rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(StoreError::from(error()), StoreError::Disk(DiskError::Unreadable));
            assert_eq!(OpenError::of_first_read(error()), OpenError::Disk(DiskError::Unreadable));
        }
    }
}
