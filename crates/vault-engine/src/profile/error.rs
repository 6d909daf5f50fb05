use std::time::Duration;

use super::pin::PinError;
use crate::disk::{DiskError, Holder};
use crate::session::KeysError;

/// Why a profile could not be made. Nothing is left behind.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The name is empty, too long or holds control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// The password is empty.
    #[error("the password is empty")]
    PasswordEmpty,
    /// The password is longer than is accepted.
    #[error("the password is too long")]
    PasswordTooLong,
    /// The computer has not enough free memory for the cost that was asked for.
    #[error("there is not enough free memory to protect the password")]
    OutOfMemory,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A fault in the program.
    #[error("the profile could not be made")]
    Fault,
}

/// Why a profile did not open. Nothing was changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// There is no such profile.
    #[error("there is no such profile")]
    NotFound,
    /// Password or Secret Key do not open it.
    #[error("the password or Secret Key does not open this profile")]
    WrongPassword,
    /// Too many wrong passwords in a row.
    #[error("too many wrong passwords; wait")]
    RetryLater {
        /// How long.
        wait: Duration,
    },
    /// Neither keychain nor profile folder hold the Secret Key; it must be typed.
    #[error("the Secret Key is not on this computer")]
    SecretKeyMissing,
    /// The Secret Key as typed has a slip in it; told before anything is derived.
    #[error("the Secret Key has a slip in it")]
    SecretKeyMistyped,
    /// Another program has the profile open.
    #[error("another program has the profile open")]
    InUse {
        /// Who, if they said so.
        by: Option<Holder>,
    },
    /// The key file and its backup copy are damaged.
    #[error("the key file is damaged")]
    HeaderDamaged,
    /// The key file is older than the one the database was last opened with: somebody put an old one back.
    #[error("the key file is an old one")]
    HeaderOutdated,
    /// The keys opened, the database did not.
    #[error("the database is damaged")]
    DatabaseDamaged,
    /// It was written by another version of the program, whose format this one does not know.
    #[error("the profile was written by another version of the program")]
    Newer,
    /// The computer has not enough free memory to check a password.
    #[error("there is not enough free memory to check the password")]
    OutOfMemory,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A fault in the program.
    #[error("the profile could not be opened")]
    Fault,
}

/// Why a recovery code did not give a profile another password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    /// The profile does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The code or the new password is of no use.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// Why a PIN was not taken, or did not open the profile.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuickError {
    /// The PIN.
    #[error(transparent)]
    Pin(#[from] PinError),
    /// The password that is asked for with it.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The profile does not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
}

/// Why a profile kept its name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// There is no such profile.
    #[error("there is no such profile")]
    NotFound,
    /// The name is empty, too long or holds control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}
