//! Keys of one-time codes as text.

use vault_engine::item::SecretText;
use vault_otp::{Code, CodeError};

/// The key of a one-time code, or a text that is none.
pub(crate) enum OtpText {
    /// The text is empty.
    Absent,
    /// An `otpauth://` or `steam://` address.
    Valid(SecretText),
    /// A text that is not a key, with the reason.
    Invalid(SecretText, CodeError),
}

/// Reads an `otpauth://` or `steam://` address or a bare base32 secret.
pub(crate) fn read(text: SecretText) -> OtpText {
    if text.expose().trim().is_empty() {
        return OtpText::Absent;
    }
    match Code::parse(text.expose()) {
        // Has the parameters that the engine does not use, such as the address of an image, too.
        Ok(code) => OtpText::Valid(code.to_uri()),
        Err(error) => OtpText::Invalid(text, error),
    }
}
