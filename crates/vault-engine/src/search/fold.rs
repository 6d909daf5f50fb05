//! Folding of text for search.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends a text without case and diacritics; control characters become spaces, typographic dashes and quotes those of
/// a keyboard.
///
/// Hangul is decomposed and final consonants become initial ones, so that partly typed syllables match. Katakana
/// becomes hiragana.
pub fn fold_into(folded: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        folded.extend(
            text.bytes().map(|byte| if byte.is_ascii_control() { b' ' } else { byte.to_ascii_lowercase() }),
        );
        return;
    }
    let mut utf8 = [0; 4];
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Lower case may produce a combining mark (İ).
    for c in letters.filter(|c| !is_combining_mark(*c)) {
        match plain(c) {
            Some(plain) => folded.extend_from_slice(plain.as_bytes()),
            None if c.is_control() => folded.push(b' '),
            None => folded.extend_from_slice(hiragana(c).encode_utf8(&mut utf8).as_bytes()),
        }
    }
}

/// Returns a text without case and diacritics.
pub fn fold(text: &str) -> Vec<u8> {
    let mut folded = Vec::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Returns the folded text with letters transliterated (`ae` for `ä`), if that differs.
pub fn spelled(text: &str) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    let mut differs = false;
    let mut letters = String::with_capacity(text.len() + 4);
    for c in text.nfc() {
        let spelled = match c {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
            'ü' | 'Ü' => "ue",
            'å' | 'Å' => "aa",
            other => {
                letters.push(other);
                continue;
            }
        };
        letters.push_str(spelled);
        differs = true;
    }
    differs.then(|| fold(&letters))
}

/// Returns the replacement of letters and punctuation that Unicode does not decompose.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ł' => "l",
        'ŧ' => "t",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        // Hyphens, dashes, the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        // Single quotes, apostrophes, the prime, which a double prime decomposes to.
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2039}' | '\u{203a}' | '\u{2bc}' => "'",
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => "\"",
        '\u{11a8}'..='\u{11c2}' => return FINALS.get(c as usize - 0x11a8).copied(),
        _ => return None,
    })
}

/// The final consonants of Hangul syllables as initial ones, from U+11A8.
const FINALS: [&str; 27] = [
    "ᄀ", "ᄁ", "ᄀᄉ", "ᄂ", "ᄂᄌ", "ᄂᄒ", "ᄃ", "ᄅ", "ᄅᄀ", "ᄅᄆ", "ᄅᄇ", "ᄅᄉ", "ᄅᄐ", "ᄅᄑ",
    "ᄅᄒ", "ᄆ", "ᄇ", "ᄇᄉ", "ᄉ", "ᄊ", "ᄋ", "ᄌ", "ᄎ", "ᄏ", "ᄐ", "ᄑ", "ᄒ",
];

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Returns whether a byte of folded text is part of a word.
pub fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Returns whether a word starts at an offset of folded text. In scripts without spaces every character starts one.
pub fn begins_word(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.is_none_or(|before| !in_word(*before))
        || text.get(at).is_some_and(|byte| (0xe3..=0xe9).contains(byte))
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
            ("ガス", "かす"),
            ("ｶﾞｽ", "かす"),
        ] {
            assert_eq!(String::from_utf8(fold(text)).unwrap(), folded);
        }
    }

    #[test]
    fn typographic_dashes_and_quotes_are_those_of_a_keyboard() {
        for (text, folded) in [
            ("Citi – Visa", "citi - visa"),
            ("co\u{2011}op—bank", "co-op-bank"),
            ("5 \u{2212} 3", "5 - 3"),
            ("O’Brien ‘x’ 6′", "o'brien 'x' 6'"),
            ("„Haus“ «maison» “home”", "\"haus\" \"maison\" \"home\""),
        ] {
            assert_eq!(String::from_utf8(fold(text)).unwrap(), folded);
        }
    }

    #[test]
    fn partly_typed_hangul_is_a_prefix() {
        let whole = fold("가고 한국은행");
        let holds = |typed: &str| whole.windows(fold(typed).len()).any(|part| part == fold(typed));
        for typed in ["ㄱ", "가", "각", "가고", "한", "한국"] {
            assert!(holds(typed), "{typed}");
        }
        assert!(!holds("핝"));
    }

    #[test]
    fn only_texts_with_umlauts_have_another_spelling() {
        assert_eq!(spelled("Müller Øre Århus").as_deref(), Some("mueller oere aarhus".as_bytes()));
        assert_eq!(spelled("Mu\u{308}ller").as_deref(), Some("mueller".as_bytes()));
        assert_eq!(spelled("Crème"), None);
        assert_eq!(spelled("plain"), None);
    }
}
