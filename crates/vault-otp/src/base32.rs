//! Base32 (RFC 4648) as typed and copied by users: any case, white space, invisible characters and hyphens anywhere,
//! optional padding.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Decodes base32; bits after the last whole byte are dropped, as other programs do. Returns `None` if a character is
/// invalid. Characters are not guessed (`0` is not `O`).
pub fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for c in text.trim_end_matches(|c| c == '=' || is_between(c)).chars().filter(|c| !is_between(*c)) {
        let value = ALPHABET.iter().position(|letter| char::from(*letter) == c.to_ascii_uppercase())?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
        buffer &= (1 << bits) - 1;
    }
    Some(bytes)
}

/// Returns whether a text of valid characters was probably encoded as base32: its length is possible, or it is no text
/// of words, which have no digits and are not in upper case.
pub fn is_plausible(text: &str) -> bool {
    let count = text.chars().filter(char::is_ascii_alphanumeric).count();
    !matches!(count % 8, 1 | 3 | 6)
        || !text.chars().any(|c| c.is_ascii_lowercase())
        || text.contains(|c: char| c.is_ascii_digit())
}

/// Returns whether a character may be anywhere in a secret without meaning.
fn is_between(c: char) -> bool {
    c.is_whitespace() || c == '-' || matches!(c, '\u{200C}' | '\u{200D}') || vault_text::is_hidden(c)
}

/// Encodes base32 without padding.
pub fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let mut push =
        |value: u32| text.push(char::from(ALPHABET.get(value as usize & 31).copied().unwrap_or(b'A')));
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(buffer >> bits);
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(buffer << (5 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_vectors() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(bytes.as_bytes()).as_str(), text);
            assert_eq!(decode(text).unwrap().as_slice(), bytes.as_bytes());
        }
        assert_eq!(decode("mzxw 6ytb-oi======").unwrap().as_slice(), b"foobar");
    }

    #[test]
    fn invalid_base32_is_refused() {
        for text in ["0", "MZXW1", "MZ=XW6", "ÄÖ", "MZXW6/"] {
            assert!(decode(text).is_none(), "{text}");
        }
    }

    #[test]
    fn characters_that_come_along_are_skipped() {
        for text in [
            "MZXW\n6YTB\r\nOI",
            "MZXW\t6YTB OI",
            "\u{feff}MZXW\u{a0}6YTB\u{2009}OI\u{200b}",
            "MZXW\u{200d}6YTB\u{2060}OI==\u{a0}",
            "MZXW6\u{ad}YTBOI\u{2028}",
        ] {
            assert_eq!(decode(text).unwrap().as_slice(), b"foobar", "{text:?}");
        }
    }

    #[test]
    fn bits_after_the_last_byte_are_dropped() {
        for (text, bytes) in [("A", ""), ("MZX", "f"), ("MZXW6Y", "foo"), ("MZXW6YTBOIA", "foobar")] {
            assert_eq!(decode(text).unwrap().as_slice(), bytes.as_bytes());
        }
        assert!(is_plausible("MZXW6Y") && is_plausible("mzxw6y") && is_plausible("mzxwaytb"));
        assert!(!is_plausible("correct horse battery"));
    }
}
