//! Letters made equal for searching.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Adds a text without case and diacritics; control characters become spaces.
pub fn fold_into(folded: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        folded.extend(
            text.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte.to_ascii_lowercase() }),
        );
        return;
    }
    let mut utf8 = [0; 4];
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // A capital may leave a mark behind when it becomes small (İ).
    for c in letters.filter(|c| !is_combining_mark(*c)) {
        match plain(c) {
            Some(plain) => folded.extend_from_slice(plain.as_bytes()),
            None if c.is_control() => folded.push(b' '),
            None => folded.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes()),
        }
    }
}

/// A text without case and diacritics.
pub fn fold(text: &str) -> Vec<u8> {
    let mut folded = Vec::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Letters that do not come apart into a plain letter and a mark, yet are typed as if they did.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

/// Whether a byte of folded text continues a word.
pub fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// The bit of a byte: letters and digits have one each, all others share the rest.
pub fn bit(byte: u8) -> u64 {
    let place = match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + byte - b'0',
        _ => 36 + byte % 28,
    };
    1 << place
}

/// Whether a byte has a bit to itself.
pub fn has_own_bit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// The bits of all bytes, and of those that words begin with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits {
    pub all: u64,
    pub initials: u64,
}

impl Bits {
    pub fn of(text: &[u8]) -> Self {
        let mut bits = Self::default();
        let mut before = b' ';
        for byte in text {
            let bit = bit(*byte);
            bits.all |= bit;
            if !in_word(before) {
                bits.initials |= bit;
            }
            before = *byte;
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_diacritics_make_no_difference() {
        for (text, folded) in [
            ("GitHub", "github"),
            ("Übergröße", "ubergrosse"),
            ("Ærøskøbing", "aeroskobing"),
            ("İstanbul", "istanbul"),
            ("Łódź", "lodz"),
            ("ﬁle", "file"),
            ("Crème\tBrûlée\0", "creme brulee "),
            ("日本", "日本"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ] {
            assert_eq!(String::from_utf8(fold(text)).unwrap(), folded);
        }
    }
}
