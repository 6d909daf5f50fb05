use vault_wire::RevHash;

use crate::disk::DiskError;
use crate::item::PayloadError;
use crate::store::StoreError;

/// Why an open profile can only be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// The check of the key file failed and there is no good copy: somebody or something changed it.
    HeaderDamaged,
    /// The disk or folder cannot be written.
    Disk,
}

/// Why an open profile did not do what was asked. Nothing was changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// There is no such item, revision, draft or document.
    #[error("there is no such thing in the profile")]
    NotFound,
    /// The item is no longer at the revision the change was made from.
    #[error("the item was changed meanwhile")]
    Conflict {
        /// The revision it is at.
        current: RevHash,
    },
    /// The item does not fit the format: too long, too many.
    #[error("the item cannot be stored: {0}")]
    Invalid(PayloadError),
    /// A vault that was to be deleted has other items in it than was said.
    #[error("there are {items} items in the vault")]
    NotEmpty {
        /// How many there are.
        items: u32,
    },
    /// The caller broke off.
    #[error("broken off")]
    Cancelled,
    /// The profile is open for reading only.
    #[error("the profile is open for reading only")]
    ReadOnly(ReadOnly),
    /// The sealed revision does not open or does not fit its header.
    #[error("the stored revision is damaged")]
    RevisionDamaged,
    /// The database is damaged.
    #[error("the database is damaged")]
    DatabaseDamaged,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A fault in the program.
    #[error("the profile could not do this")]
    Fault,
}

impl From<StoreError> for SessionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Damaged => Self::DatabaseDamaged,
            StoreError::Cancelled => Self::Cancelled,
            StoreError::Disk(disk) => Self::Disk(disk),
            StoreError::Fault => Self::Fault,
        }
    }
}

impl From<rusqlite::Error> for SessionError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}
