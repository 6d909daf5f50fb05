//! Base32 (RFC 4648) as typed by users: any case, spaces and hyphens between groups, optional padding.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Decodes base32. Returns `None` if a character is invalid or the length impossible. Characters are not guessed (`0`
/// is not `O`).
pub fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut buffer, mut bits, mut count) = (0_u32, 0_u32, 0_usize);
    for c in text.trim_end_matches(['=', ' ']).bytes().filter(|c| !matches!(c, b' ' | b'-')) {
        let value = ALPHABET.iter().position(|letter| *letter == c.to_ascii_uppercase())?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        (bits, count) = (bits + 5, count + 1);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
        buffer &= (1 << bits) - 1;
    }
    // A remainder of 1, 3 or 6 characters is impossible: characters were lost in copying.
    (!matches!(count % 8, 1 | 3 | 6)).then_some(bytes)
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
        for text in ["0", "A", "AAA", "AAAAAA", "MZXW1", "MZ=XW6", "ÄÖ", "MZXW6\n"] {
            assert!(decode(text).is_none(), "{text}");
        }
    }
}
