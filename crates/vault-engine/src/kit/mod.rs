//! Pages to print and put away, each with a code as text and as a QR code: the Emergency Kit with the Secret Key, and the
//! page with the recovery code.

mod draw;
mod latin;
mod layout;

#[cfg(test)]
mod tests;

use vault_crypto::SecretText;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// What the page is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// ISO A4.
    A4,
    /// US Letter.
    Letter,
}

impl Paper {
    /// Width and height in points of a 72nd of an inch.
    fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// What stands on the Kit.
pub struct Kit<'a> {
    /// The profile's name, as the person gave it.
    pub profile_name: &'a str,
    /// The Secret Key in its text form.
    pub secret_key: &'a SecretText,
    /// The day on the page.
    pub made_at: Timestamp,
}

/// What stands on the page with the recovery code.
pub struct RecoveryPage<'a> {
    /// The profile's name, as the person gave it.
    pub profile_name: &'a str,
    /// The recovery code in its text form.
    pub code: &'a SecretText,
    /// The day on the page.
    pub made_at: Timestamp,
}

/// A code that does not fit a QR code; those in their text form always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code is too long for the page")]
pub struct KitError;

impl Kit<'_> {
    /// Sets the page. Same Kit, same bytes; text can be selected and searched.
    ///
    /// # Errors
    /// If what should be the Secret Key is far longer than one.
    pub fn to_pdf(&self, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
        layout::kit(self, paper)
    }
}

impl RecoveryPage<'_> {
    /// Sets the page. Same code, same bytes; text can be selected and searched.
    ///
    /// # Errors
    /// If what should be the recovery code is far longer than one.
    pub fn to_pdf(&self, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
        layout::recovery(self, paper)
    }
}
