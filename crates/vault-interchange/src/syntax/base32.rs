//! Bytes as text.

use base64ct::{Base64, Base64Unpadded, Encoding};
use zeroize::Zeroizing;

/// Writes bytes in base32 (RFC 4648) without padding.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 8 / 5 + 1));
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let letter = |index: u32| {
        let at = usize::try_from(index % 32).unwrap_or_default();
        char::from(LETTERS.get(at).copied().unwrap_or_default())
    };
    for byte in bytes {
        buffer = (buffer << 8 | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(buffer >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(buffer << (5 - bits)));
    }
    text
}

/// Reads hexadecimal digits.
pub(crate) fn bytes_of_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    if rest.is_empty() {
        pairs.iter().map(byte).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
    } else {
        None
    }
}

/// Reads base64 with or without padding.
pub(crate) fn bytes_of_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let read = Base64::decode_vec(text).or_else(|_| Base64Unpadded::decode_vec(text));
    read.ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(*encode(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn hexadecimal_digits_come_in_pairs() {
        assert_eq!(bytes_of_hex("00fFa0").map(|bytes| bytes.to_vec()), Some(vec![0, 255, 160]));
        assert!(bytes_of_hex("0").is_none() && bytes_of_hex("0g").is_none());
    }
}
