//! The content and paper sizes of the pages.

use vault_crypto::SecretText;

use crate::clock::Timestamp;

/// The paper size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// ISO A4.
    A4,
    /// US Letter.
    Letter,
}

impl Paper {
    /// Returns width and height in points (1/72 inch).
    pub(super) fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// The content of the Emergency Kit.
pub struct Kit<'a> {
    /// The profile's name, as entered by the user.
    pub profile_name: &'a str,
    /// The Secret Key as text.
    pub secret_key: &'a SecretText,
    /// The day on the page.
    pub made_at: Timestamp,
    /// The server, if the profile has one.
    pub server: Option<KitServer<'a>>,
}

/// The server on the Emergency Kit.
#[derive(Clone, Copy)]
pub struct KitServer<'a> {
    /// Its address.
    pub address: &'a str,
    /// The login name of the account.
    pub login: &'a str,
    /// The words of its key, if no authority vouches for it.
    pub words: Option<&'a str>,
    /// The text of the QR code: server, login and Secret Key.
    pub code: &'a SecretText,
}

/// The content of the page with the recovery code.
pub struct RecoveryPage<'a> {
    /// The profile's name, as entered by the user.
    pub profile_name: &'a str,
    /// The recovery code as text.
    pub code: &'a SecretText,
    /// The day on the page.
    pub made_at: Timestamp,
}

/// The error for a code that does not fit a QR code. Valid codes always fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code is too long for the page")]
pub struct KitError;
