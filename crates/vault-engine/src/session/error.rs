//! Errors of an open profile.

use vault_wire::RevHash;

use crate::disk::DiskError;
use crate::item::PayloadError;
use crate::store::StoreError;

/// Why an open profile can only be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// The key file is not authentic and there is no good copy: it was changed from outside.
    HeaderDamaged,
    /// The disk or folder cannot be written.
    Disk,
    /// The database is older than the last known one, or is a copy that was written separately. The user decides
    /// whether it is used.
    RolledBack,
}

/// Why nothing can be written into a vault, while others can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultReadOnly {
    /// The key of its present epoch was not received yet. Under an earlier one, former members could read.
    KeyMissing,
    /// An owner stated a format that this program does not know.
    Newer,
    /// An owner ended it.
    Closed,
    /// The account may only read, is no member any more, or is one by another identity.
    NotPermitted,
    /// Its log does not name the account's new identity yet.
    NewIdentity,
    /// The server contradicted what it showed before.
    Alarm,
    /// The server was restored from a backup, and has not shown everything again that it had.
    BeingRestored,
    /// It is the directory of a team, which has no items of its own.
    Directory,
}

/// Why an operation of an open profile failed. Nothing was changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// There is no such item, revision, draft or document.
    #[error("no such item, revision, draft or document")]
    NotFound,
    /// The item is no longer at the revision that the change is based on.
    #[error("the item has been changed meanwhile")]
    Conflict {
        /// Its current revision.
        current: RevHash,
    },
    /// The item exceeds a limit of the format.
    #[error("the item cannot be stored: {0}")]
    Invalid(PayloadError),
    /// A vault to delete has a different number of items than the caller stated.
    #[error("the vault contains {items} items")]
    NotEmpty {
        /// The number of items.
        items: u32,
    },
    /// A vault to delete has other members.
    #[error("the vault has other members")]
    VaultShared,
    /// The policy of a team does not permit it.
    #[error("the policy of the vault's team does not permit it")]
    Policy,
    /// A vault that is to stay on this computer may be at the server already.
    #[error("a server may have the vault")]
    VaultSynchronized,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The profile is open for reading only.
    #[error("the profile is read-only")]
    ReadOnly(ReadOnly),
    /// The vault is open for reading only.
    #[error("the vault is read-only")]
    VaultReadOnly(VaultReadOnly),
    /// The revision is sealed under the key of an epoch that was not received.
    #[error("the key of the revision is missing")]
    VaultKeyMissing,
    /// The sealed revision does not open or does not match its header.
    #[error("the stored revision is damaged")]
    RevisionDamaged,
    /// The database is damaged.
    #[error("the database is damaged")]
    DatabaseDamaged,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A bug in the program.
    #[error("internal error")]
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
