//! Text encoding for the standard fonts of PDF readers.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::item::safe_to_show;

/// Windows code page 1252 where it differs from Latin-1: bytes 0x80 to 0x9f.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Letters with a common Latin transliteration.
const SPELT: [(&str, &str); 70] = [
    ("а", "a"),
    ("б", "b"),
    ("в", "v"),
    ("г", "g"),
    ("ґ", "g"),
    ("д", "d"),
    ("е", "e"),
    ("є", "ie"),
    ("ж", "zh"),
    ("з", "z"),
    ("и", "i"),
    ("і", "i"),
    ("й", "i"),
    ("к", "k"),
    ("л", "l"),
    ("м", "m"),
    ("н", "n"),
    ("о", "o"),
    ("п", "p"),
    ("р", "r"),
    ("с", "s"),
    ("т", "t"),
    ("у", "u"),
    ("ф", "f"),
    ("х", "kh"),
    ("ц", "ts"),
    ("ч", "ch"),
    ("ш", "sh"),
    ("щ", "shch"),
    ("ъ", ""),
    ("ы", "y"),
    ("ь", ""),
    ("э", "e"),
    ("ю", "iu"),
    ("я", "ia"),
    ("ј", "j"),
    ("љ", "lj"),
    ("њ", "nj"),
    ("ћ", "c"),
    ("ђ", "dj"),
    ("џ", "dz"),
    ("α", "a"),
    ("β", "v"),
    ("γ", "g"),
    ("δ", "d"),
    ("ε", "e"),
    ("ζ", "z"),
    ("η", "i"),
    ("θ", "th"),
    ("ι", "i"),
    ("κ", "k"),
    ("λ", "l"),
    ("μ", "m"),
    ("ν", "n"),
    ("ξ", "x"),
    ("ο", "o"),
    ("π", "p"),
    ("ρ", "r"),
    ("σ", "s"),
    ("ς", "s"),
    ("τ", "t"),
    ("υ", "y"),
    ("φ", "f"),
    ("χ", "ch"),
    ("ψ", "ps"),
    ("ω", "o"),
    ("ł", "l"),
    ("đ", "d"),
    ("ħ", "h"),
    ("ı", "i"),
];

/// Encodes a text in code page 1252. Missing letters are transliterated, and other characters become `?`.
pub fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in safe_to_show(text).nfc() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => match spelt(c) {
                Some(letters) => bytes.extend(letters.chars().filter_map(byte_of)),
                None => bytes.push(b'?'),
            },
        }
    }
    bytes
}

/// Encodes a name like [`encode`]. Returns `None` if most of it cannot be encoded.
pub fn encode_name(name: &str) -> Option<Vec<u8>> {
    let bytes = encode(name.trim());
    let lost =
        bytes.iter().filter(|byte| **byte == b'?').count() - name.matches('?').count().min(bytes.len());
    (!bytes.is_empty() && lost * 2 <= bytes.len()).then_some(bytes)
}

fn byte_of(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x20..=0x7e | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => {
            let at = HIGH.iter().position(|high| *high == c && c != '\0')?;
            u8::try_from(0x80 + at).ok()
        }
    }
}

fn spelt(c: char) -> Option<String> {
    let small: String = c.to_lowercase().collect();
    let of_table =
        |text: &str| SPELT.iter().find(|(letter, _)| *letter == text).map(|(_, spelt)| (*spelt).to_owned());
    let plain = || {
        let plain: String = c.nfkd().filter(|c| !is_combining_mark(*c)).collect();
        let small = plain.to_lowercase();
        let known = !plain.is_empty() && plain.chars().all(|c| byte_of(c).is_some());
        if known { Some(plain) } else { of_table(&small) }
    };
    let spelt = of_table(&small).or_else(plain)?;
    if c.is_uppercase() && spelt.is_ascii() {
        let mut letters = spelt.chars();
        return Some(
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect(),
        );
    }
    Some(spelt)
}

/// Widths of Helvetica's characters 0x20 to 0x7e in thousandths of the font size (Adobe Font Metrics, Core 14).
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Returns the width of an encoded text in Helvetica of size 1.
pub fn width(text: &[u8]) -> f32 {
    let of_byte = |byte: &u8| {
        let at = usize::from(byte.wrapping_sub(0x20));
        // Accented letters are as wide as plain ones; few are wider than this.
        HELVETICA.get(at).copied().unwrap_or(667)
    };
    text.iter().map(|byte| f32::from(of_byte(byte)) / 1000.0).sum()
}

/// Breaks an encoded text into lines no wider than `widest` times the font size.
pub fn wrap(text: &[u8], widest: f32) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = vec![Vec::new()];
    for word in text.split(|byte| *byte == b' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() || width(line) + 0.278 + width(word) <= widest {
                if !line.is_empty() {
                    line.push(b' ');
                }
                line.extend_from_slice(word);
            } else {
                lines.push(word.to_vec());
            }
        }
    }
    lines
}

/// Truncates an encoded text to a width, with an ellipsis if it was too wide.
pub fn cut(text: &[u8], widest: f32) -> Vec<u8> {
    if width(text) <= widest {
        return text.to_vec();
    }
    let fits = |len: &usize| width(text.get(..*len).unwrap_or_default()) + 1.0 <= widest;
    let len = (0..text.len()).rev().find(fits).unwrap_or(0);
    let mut cut = text.get(..len).unwrap_or_default().to_vec();
    cut.push(0x85);
    cut
}
