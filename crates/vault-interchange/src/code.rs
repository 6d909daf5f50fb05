//! One-time codes as other programs write them.

use vault_engine::item::SecretText;
use vault_otp::{Code, CodeError};

/// What the text of a one-time code is good for.
pub(crate) enum CodeText {
    /// There is no text.
    None,
    /// An `otpauth://` or `steam://` address.
    Usable(SecretText),
    /// A text from which no code can be made, and why.
    Unusable(SecretText, CodeError),
}

/// Reads an `otpauth://` or `steam://` address or a bare base32 secret.
pub(crate) fn read(text: SecretText) -> CodeText {
    let trimmed = text.expose().trim();
    if trimmed.is_empty() {
        return CodeText::None;
    }
    match Code::parse(trimmed) {
        // As it came, with all that the engine does not use, such as the address of a picture.
        Ok(_) if trimmed.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://")) => {
            CodeText::Usable(SecretText::from(trimmed))
        }
        Ok(code) => CodeText::Usable(code.to_uri()),
        Err(error) => CodeText::Unusable(text, error),
    }
}
