//! The Emergency Kit: one page to print and put away, with the Secret Key as text and as a QR code.

mod draw;
mod latin;
mod layout;

#[cfg(test)]
mod tests;

use vault_crypto::SecretText;
use zeroize::Zeroizing;

use crate::item::Timestamp;

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

/// A Kit whose Secret Key does not fit a QR code; a Secret Key in its text form always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Secret Key is too long for the page")]
pub struct KitError;

impl Kit<'_> {
    /// Sets the page. Same Kit, same bytes; text can be selected and searched.
    ///
    /// # Errors
    /// If what should be the Secret Key is far longer than one.
    pub fn to_pdf(&self, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
        layout::page(self, paper)
    }
}
