use std::time::Duration;

use vault_crypto::{CodeTextError, StretchError};

use crate::session::error::SessionError;

/// Why the profile's keys were not changed. What opened the profile before still does.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The current password is not this one.
    #[error("the current password is not this one")]
    WrongPassword,
    /// Too many wrong passwords; said by [`Profiles::ask`](crate::profile::Profiles::ask), which counts them.
    #[error("too many wrong passwords")]
    RetryLater {
        /// How long to wait.
        wait: Duration,
    },
    /// The new password is empty.
    #[error("the new password is empty")]
    PasswordEmpty,
    /// A password is longer than is accepted.
    #[error("the password is too long")]
    PasswordTooLong,
    /// The computer has not enough free memory to check a password.
    #[error("there is not enough free memory to check the password")]
    OutOfMemory,
    /// The recovery code as typed has a slip in it, or is a code of the other kind.
    #[error(transparent)]
    CodeMistyped(#[from] CodeTextError),
    /// The recovery code is that of another profile, or was replaced.
    #[error("this recovery code does not open the profile")]
    WrongCode,
    /// The profile has no recovery code.
    #[error("the profile has no recovery code")]
    NoCode,
    /// The key file was changed since the change was begun.
    #[error("the keys were changed meanwhile")]
    Outdated,
    /// The rest.
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
