//! Windows-1252, in which programs wrote before UTF-8 was usual.

use zeroize::Zeroizing;

/// The characters of the bytes from 0x80; those that the encoding leaves free are `None`.
#[rustfmt::skip]
const HIGH: [Option<char>; 32] = [
    Some('€'), None, Some('‚'), Some('ƒ'), Some('„'), Some('…'), Some('†'), Some('‡'),
    Some('ˆ'), Some('‰'), Some('Š'), Some('‹'), Some('Œ'), None, Some('Ž'), None,
    None, Some('‘'), Some('’'), Some('“'), Some('”'), Some('•'), Some('–'), Some('—'),
    Some('˜'), Some('™'), Some('š'), Some('›'), Some('œ'), None, Some('ž'), Some('Ÿ'),
];

/// Decodes Windows-1252; `None` if the bytes are no text in it: a byte is free, or a control character other than a tab or the
/// end of a line.
#[must_use]
pub fn decode_western(bytes: &[u8]) -> Option<Zeroizing<String>> {
    // Capacity for the longest result: growing would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(3)));
    for byte in bytes {
        text.push(match byte {
            0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().flatten()?,
            b'\t' | b'\n' | b'\r' => char::from(*byte),
            0x00..=0x1f | 0x7f => return None,
            _ => char::from(*byte),
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::decode_western;

    #[test]
    fn western_bytes_become_their_characters() {
        let text = decode_western(b"M\xfcller;\x80 5;\x84quoted\x93\r\n").unwrap();
        assert_eq!(text.as_str(), "Müller;€ 5;„quoted“\r\n");
    }

    #[test]
    fn bytes_that_no_text_has_are_refused() {
        for bytes in [&b"a\0b"[..], b"\x81", b"\x9d", b"\x7f", b"\x1b[0m"] {
            assert!(decode_western(bytes).is_none(), "{bytes:?}");
        }
    }
}
