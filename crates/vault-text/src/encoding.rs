//! Text encodings of files from other programs.

use std::ops::Deref;

use zeroize::Zeroizing;

/// The text of a file.
pub enum DecodedText<'a> {
    /// UTF-8, as it is in the file.
    Borrowed(&'a str),
    /// Converted from another encoding; zeroized on drop.
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

/// The bytes are not text in any of the supported encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText {
    /// The line of the first invalid byte, from 1.
    pub line: u64,
}

/// Decodes UTF-8, with or without a byte order mark, and UTF-16 with one.
///
/// # Errors
/// Fails if the bytes are not valid in the encoding.
pub fn decode(bytes: &[u8]) -> Result<DecodedText<'_>, NotText> {
    Ok(match bytes {
        [0xff, 0xfe, rest @ ..] => DecodedText::Converted(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => DecodedText::Converted(utf16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => DecodedText::Borrowed(utf8(rest)?),
        _ => DecodedText::Borrowed(utf8(bytes)?),
    })
}

fn utf8(bytes: &[u8]) -> Result<&str, NotText> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        NotText { line: 1 + count_lines(before) }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Zeroizing<String>, NotText> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    // Capacity for the longest result: growing would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            return Err(NotText { line: 1 + count_lines(text.as_bytes()) });
        };
        text.push(character);
    }
    if odd.is_empty() { Ok(text) } else { Err(NotText { line: 1 + count_lines(text.as_bytes()) }) }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, NotText> {
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
        assert_eq!(text(b"a\nb\n\xe4"), Err(NotText { line: 3 }));
        assert_eq!(text(b"\xff\xfea\0\n\0\x3d\xd8"), Err(NotText { line: 2 }));
        assert_eq!(text(b"\xff\xfea\0b"), Err(NotText { line: 1 }));
    }
}
