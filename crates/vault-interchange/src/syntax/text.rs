//! Text encodings.

use std::ops::Deref;

use zeroize::Zeroizing;

use crate::{error::ImportError, limits};

/// The text of a file.
pub(crate) enum DecodedText<'a> {
    /// UTF-8, as it is in the file.
    Borrowed(&'a str),
    /// Converted from UTF-16; zeroized on drop.
    Converted(Zeroizing<String>),
}

impl Deref for DecodedText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Converted(text) => text,
        }
    }
}

/// Decodes UTF-8, with or without a byte order mark, and UTF-16 with one. Fails if there is only white space.
pub(crate) fn decode(bytes: &[u8]) -> Result<DecodedText<'_>, ImportError> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => DecodedText::Converted(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => DecodedText::Converted(utf16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => DecodedText::Borrowed(utf8(rest)?),
        _ => DecodedText::Borrowed(utf8(bytes)?),
    };
    if text.trim().is_empty() { Err(ImportError::Empty) } else { Ok(text) }
}

fn utf8(bytes: &[u8]) -> Result<&str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        ImportError::NotText { line: 1 + count_lines(before) }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, ImportError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    // Capacity for the longest result: growing would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            return Err(ImportError::NotText { line: 1 + count_lines(text.as_bytes()) });
        };
        text.push(character);
    }
    if odd.is_empty() {
        Ok(text)
    } else {
        Err(ImportError::NotText { line: 1 + count_lines(text.as_bytes()) })
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, ImportError> {
        decode(bytes).map(|text| text.to_owned())
    }

    #[test]
    fn byte_order_marks_select_the_encoding_and_are_removed() {
        assert_eq!(text("ä,b".as_bytes()).unwrap(), "ä,b");
        assert_eq!(text(b"\xef\xbb\xbfa,b").unwrap(), "a,b");
        assert_eq!(text(b"\xff\xfea\0,\0\xe4\0").unwrap(), "a,ä");
        assert_eq!(text(b"\xfe\xff\0a\0,\0\xe4").unwrap(), "a,ä");
        assert_eq!(text(b"\xff\xfe\x3d\xd8\x11\xdd").unwrap(), "🔑");
    }

    #[test]
    fn invalid_text_is_refused_with_its_line() {
        assert_eq!(text(b"a\nb\n\xe4").unwrap_err(), ImportError::NotText { line: 3 });
        assert_eq!(text(b"\xff\xfea\0\n\0\x3d\xd8").unwrap_err(), ImportError::NotText { line: 2 });
        assert_eq!(text(b"\xff\xfea\0b").unwrap_err(), ImportError::NotText { line: 1 });
    }

    #[test]
    fn blank_text_is_refused_as_empty() {
        for bytes in [&b""[..], b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"] {
            assert_eq!(text(bytes).unwrap_err(), ImportError::Empty);
        }
    }
}
