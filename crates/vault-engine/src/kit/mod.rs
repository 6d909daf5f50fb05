//! PDF pages for printing, each with a code as text and as a QR code: the Emergency Kit with the Secret Key, and the
//! page with the recovery code.

mod draw;
mod latin;
mod layout;
mod page;

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

pub use page::{Kit, KitError, KitServer, Paper, RecoveryPage};

impl Kit<'_> {
    /// Renders the page as PDF. The output is deterministic; its text can be selected and searched.
    ///
    /// # Errors
    /// Returns [`KitError`] if the Secret Key is too long for a QR code.
    pub fn to_pdf(&self, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
        layout::kit(self, paper)
    }
}

impl RecoveryPage<'_> {
    /// Renders the page as PDF. The output is deterministic; its text can be selected and searched.
    ///
    /// # Errors
    /// Returns [`KitError`] if the recovery code is too long for a QR code.
    pub fn to_pdf(&self, paper: Paper) -> Result<Zeroizing<Vec<u8>>, KitError> {
        layout::recovery(self, paper)
    }
}
