//! Text from other programs and people: decoded, and made fit for showing.

mod encoding;
mod western;

pub use encoding::{DecodedText, NotText, decode};
pub use western::decode_western;

/// Returns whether a character is invisible or changes how its neighbours are displayed.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Returns the text as one line without control characters, direction overrides and invisible characters.
///
/// Joiners are kept, since scripts and emoji need them.
#[must_use]
pub fn safe_to_show(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !is_hidden(c) {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_removed_and_line_breaks_become_one_space() {
        for (text, expected) in [
            ("plain", "plain"),
            ("two\r\nlines", "two lines"),
            ("tab\tand\u{2028}separator", "tab and separator"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("zero\u{200B}width\u{FEFF}", "zerowidth"),
            ("bell\u{7}\u{1b}[31m", "bell[31m"),
            ("👩\u{200D}🔬", "👩\u{200D}🔬"),
        ] {
            assert_eq!(safe_to_show(text), expected, "{text:?}");
        }
    }
}
