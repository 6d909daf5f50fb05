//! Why a registration or a sign-in fails.

use vault_crypto::{KdfParamsError, StretchError};

use crate::error::Error;

/// An account could not be opened at a server, or its password not be changed.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    /// A request failed.
    #[error(transparent)]
    Server(#[from] Error),
    /// The password could not be stretched.
    #[error(transparent)]
    Stretch(#[from] StretchError),
    /// A part is longer than its message allows.
    #[error("a part of the registration is out of bounds")]
    OutOfBounds,
}

/// A sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A request failed.
    #[error(transparent)]
    Server(#[from] Error),
    /// The server states costs that this program does not use. Nothing was derived and nothing sent.
    #[error(transparent)]
    Costs(#[from] KdfParamsError),
    /// The password could not be stretched.
    #[error(transparent)]
    Stretch(#[from] StretchError),
    /// Login, password, Secret Key or code are wrong, or the server is another one; which of them cannot be told.
    #[error("login, password, Secret Key or code are wrong")]
    Refused,
    /// The server's account is not the one that is expected, or its parts do not belong together: one error for all causes.
    #[error("the server's account is not the expected one")]
    Account,
    /// The server shows an older state of the account than was seen before.
    #[error("the server shows an older state of the account")]
    Outdated,
}
