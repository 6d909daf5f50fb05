//! The text of an export file.

pub(crate) use vault_text::DecodedText;
use vault_text::NotText;

use crate::{error::ImportError, limits};

/// Decodes UTF-8, with or without a byte order mark, and UTF-16 with one. Fails if there is only white space.
pub(crate) fn decode(bytes: &[u8]) -> Result<DecodedText<'_>, ImportError> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let text = vault_text::decode(bytes).map_err(|NotText { line }| ImportError::NotText { line })?;
    if text.trim().is_empty() { Err(ImportError::Empty) } else { Ok(text) }
}

/// Decodes a table as [`decode`] does, or else as Windows-1252, which older programs and spreadsheets write; says whether it
/// was that. Binary data is still refused.
pub(crate) fn decode_table(bytes: &[u8]) -> Result<(DecodedText<'_>, bool), ImportError> {
    match decode(bytes) {
        Err(error @ ImportError::NotText { .. }) => {
            let text = vault_text::decode_western(bytes).ok_or(error)?;
            Ok((DecodedText::Converted(text), true))
        }
        text => text.map(|text| (text, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_text_is_refused_with_its_line() {
        assert_eq!(decode(b"a\nb\n\xe4").err(), Some(ImportError::NotText { line: 3 }));
    }

    #[test]
    fn blank_text_is_refused_as_empty() {
        for bytes in [&b""[..], b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"] {
            assert_eq!(decode(bytes).err(), Some(ImportError::Empty));
        }
    }
}
