//! The error of changing keys.

use std::time::Duration;

use vault_crypto::{CodeTextError, StretchError};

use crate::session::error::SessionError;

/// Why the profile's keys were not changed. The existing unlock methods still work.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The current password is wrong.
    #[error("wrong current password")]
    WrongPassword,
    /// Too many wrong passwords; returned by [`Profiles::ask`](crate::profile::Profiles::ask), which counts them.
    #[error("too many wrong passwords")]
    RetryLater {
        /// How long to wait.
        wait: Duration,
    },
    /// The new password is empty.
    #[error("the new password is empty")]
    PasswordEmpty,
    /// A password exceeds the limit.
    #[error("the password is too long")]
    PasswordTooLong,
    /// There is not enough free memory to check a password.
    #[error("not enough free memory to check the password")]
    OutOfMemory,
    /// The recovery code is mistyped, or is a Secret Key.
    #[error(transparent)]
    CodeMistyped(#[from] CodeTextError),
    /// The recovery code is of another profile, or was replaced.
    #[error("this recovery code does not open the profile")]
    WrongCode,
    /// The profile has no recovery code.
    #[error("the profile has no recovery code")]
    NoCode,
    /// The key file has changed since the operation was started.
    #[error("the keys have been changed meanwhile")]
    Outdated,
    /// Any other error.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<StretchError> for KeysError {
    fn from(error: StretchError) -> Self {
        match error {
            StretchError::PasswordTooLong => Self::PasswordTooLong,
            StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
