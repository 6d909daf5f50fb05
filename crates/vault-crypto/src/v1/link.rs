//! Texts that contain a secret, passed on by people: a prefix and the encoding in base64url.

use base64ct::{Base64UrlUnpadded, Encoding};
use vault_wire::cbor::{Array, DecodeError, Reader};
use zeroize::Zeroizing;

use crate::text::SecretText;

/// The reason why a text is not a code of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The text is no such code.
    #[error("this is not a code of this kind")]
    NotALink,
    /// The code is damaged or truncated.
    #[error("the code is damaged: {0}")]
    Damaged(#[from] DecodeError),
}

/// Returns the text of a content.
pub(super) fn write(prefix: &str, content: &Array) -> SecretText {
    let content = Zeroizing::new(content.encode());
    // One allocation, so that growing leaves no part of the secret behind.
    let mut text = String::with_capacity(prefix.len() + Base64UrlUnpadded::encoded_len(&content));
    text.push_str(prefix);
    let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(&content));
    text.push_str(&encoded);
    SecretText::new(text)
}

/// What distinguishes a kind of text.
pub(super) struct Kind {
    /// Before the encoding; may be missing in what is pasted.
    pub(super) prefix: &'static str,
    /// Maximum length of the text, in bytes.
    pub(super) text: usize,
    /// Maximum length of the content, in bytes.
    pub(super) content: usize,
}

/// Reads a text. Surrounding space is ignored.
///
/// # Errors
/// See [`LinkError`].
pub(super) fn read<T>(
    kind: &Kind,
    text: &SecretText,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
    write: impl FnOnce(&T) -> Array,
) -> Result<T, LinkError> {
    let text = text.expose().trim();
    let code = text.strip_prefix(kind.prefix).unwrap_or(text);
    if code.is_empty() || text.len() > kind.text {
        return Err(LinkError::NotALink);
    }
    let mut buffer = Zeroizing::new(vec![0; code.len()]);
    let content = Base64UrlUnpadded::decode(code, &mut buffer).map_err(|_| LinkError::NotALink)?;
    if content.len() > kind.content {
        return Err(DecodeError::TooLong.into());
    }
    let mut reader = Reader::new(content);
    let value = read(&mut reader)?;
    reader.end()?;
    if *Zeroizing::new(write(&value).encode()) != content {
        return Err(DecodeError::NotCanonical.into());
    }
    Ok(value)
}
