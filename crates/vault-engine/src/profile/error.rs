//! Errors of creating, unlocking and renaming profiles.

use std::time::Duration;

use super::pin::PinError;
use crate::disk::{DiskError, Holder};
use crate::session::KeysError;

/// Why a profile was not created. Nothing is left behind.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The name is empty, too long or has control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// The password is empty.
    #[error("the password is empty")]
    PasswordEmpty,
    /// The password exceeds the limit.
    #[error("the password is too long")]
    PasswordTooLong,
    /// There is not enough free memory for the KDF parameters.
    #[error("not enough free memory to stretch the password")]
    OutOfMemory,
    /// What a server returned is not of the account's home vault.
    #[error("the home vault is not that of the account")]
    OtherAccount,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A bug in the program.
    #[error("internal error while creating the profile")]
    Fault,
}

/// Why a profile did not open. Nothing was changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// There is no such profile.
    #[error("there is no such profile")]
    NotFound,
    /// The password or the Secret Key is wrong.
    #[error("wrong password or Secret Key")]
    WrongPassword,
    /// Too many wrong passwords in a row.
    #[error("too many wrong passwords; wait")]
    RetryLater {
        /// How long to wait.
        wait: Duration,
    },
    /// Neither the keychain nor the profile's folder has the Secret Key; it must be typed.
    #[error("the Secret Key is not on this computer")]
    SecretKeyMissing,
    /// The Secret Key is mistyped. This is checked before anything is derived.
    #[error("the Secret Key is mistyped")]
    SecretKeyMistyped,
    /// Another program has the profile open.
    #[error("another program has the profile open")]
    InUse {
        /// The program, if known.
        by: Option<Holder>,
    },
    /// The key file and its backup copy are damaged.
    #[error("the key file is damaged")]
    HeaderDamaged,
    /// The key file is older than the one that the database was last opened with: an old one was put back.
    #[error("the key file is older than the database")]
    HeaderOutdated,
    /// The keys were opened, but the database could not be.
    #[error("the database is damaged")]
    DatabaseDamaged,
    /// It was written by another version of the program, in a format that this one does not know.
    #[error("the profile was written by another version of the program")]
    Newer,
    /// There is not enough free memory to check a password.
    #[error("not enough free memory to check the password")]
    OutOfMemory,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A bug in the program.
    #[error("internal error while opening the profile")]
    Fault,
}

/// Why a password was not reset by a recovery code.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    /// The profile does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The code or the new password is invalid.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// Why a PIN was not accepted, or did not open the profile.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuickError {
    /// The PIN is wrong, invalid or gone.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The password that is required to set a PIN is wrong.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The profile does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

/// Why a profile was not renamed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// There is no such profile.
    #[error("there is no such profile")]
    NotFound,
    /// The name is empty, too long or has control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}
