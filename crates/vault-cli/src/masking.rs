//! Replaces secrets in what a program writes, also where one is cut between two pieces.

use zeroize::Zeroizing;

/// What stands for a secret.
pub const CONCEALED: &[u8] = b"<concealed>";

/// The secrets to be replaced.
#[derive(Clone, Default)]
pub struct Secrets {
    /// The longest first.
    texts: Vec<Zeroizing<Vec<u8>>>,
}

/// A stream of a program, and its end that may be the begin of a secret.
pub struct Masker {
    secrets: Secrets,
    held: Zeroizing<Vec<u8>>,
}

impl Secrets {
    /// The values, as they are and as a terminal shows their lines.
    pub fn new<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut texts = Vec::new();
        for value in values {
            let shown = value.replace("\r\n", "\n").replace('\n', "\r\n");
            for text in [value, shown.as_str()] {
                // The end of a line is often added or lost.
                let text = text.trim_end_matches(['\r', '\n']);
                if !text.is_empty() {
                    texts.push(Zeroizing::new(text.as_bytes().to_vec()));
                }
            }
        }
        texts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        texts.dedup();
        Self { texts }
    }

    fn may_begin(&self, byte: u8) -> bool {
        self.texts.iter().any(|text| text.first() == Some(&byte))
    }

    /// How the bytes begin: with a secret of a length, perhaps with one that is cut, or with neither.
    fn begin(&self, bytes: &[u8], ended: bool) -> Begin {
        let cut = |text: &Zeroizing<Vec<u8>>| text.len() > bytes.len() && text.starts_with(bytes);
        if !ended && self.texts.iter().any(cut) {
            return Begin::Cut;
        }
        let whole = self.texts.iter().find(|text| bytes.starts_with(text));
        whole.map_or(Begin::Other, |text| Begin::Secret(text.len()))
    }
}

enum Begin {
    Secret(usize),
    Cut,
    Other,
}

impl Masker {
    /// A stream in which nothing was written yet.
    pub fn new(secrets: Secrets) -> Self {
        Self { secrets, held: Zeroizing::default() }
    }

    /// Takes a piece, and returns what can be shown by now.
    pub fn take(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        self.shown(false)
    }

    /// Returns the rest.
    pub fn end(&mut self) -> Vec<u8> {
        self.shown(true)
    }

    fn shown(&mut self, ended: bool) -> Vec<u8> {
        let mut begins = [false; 256];
        for (byte, begin) in (0..=u8::MAX).zip(begins.iter_mut()) {
            *begin = self.secrets.may_begin(byte);
        }
        let mut shown = Vec::with_capacity(self.held.len());
        let mut rest = self.held.as_slice();
        while let Some(&byte) = rest.first() {
            let may_begin = begins.get(usize::from(byte)) == Some(&true);
            let used = match if may_begin { self.secrets.begin(rest, ended) } else { Begin::Other } {
                Begin::Cut => break,
                Begin::Secret(length) => {
                    shown.extend_from_slice(CONCEALED);
                    length
                }
                Begin::Other => {
                    shown.push(byte);
                    1
                }
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        let held = Zeroizing::new(rest.to_vec());
        self.held = held;
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of a text that comes in pieces of a length.
    fn masked(secrets: &[&str], text: &str, piece: usize) -> String {
        let mut masker = Masker::new(Secrets::new(secrets.iter().copied()));
        let mut shown: Vec<u8> = text.as_bytes().chunks(piece).flat_map(|piece| masker.take(piece)).collect();
        shown.extend(masker.end());
        String::from_utf8(shown).unwrap()
    }

    #[test]
    fn a_secret_is_masked_wherever_it_is_cut() {
        for (secrets, text, expected) in [
            (&["s3cret"][..], "a s3cret b s3cret", "a <concealed> b <concealed>"),
            (&["s3cret"], "s3cre s3cres3cret", "s3cre s3cre<concealed>"),
            (&["pass", "password123"], "password123 password12", "<concealed> <concealed>word12"),
            (&["aab"], "aaab", "a<concealed>"),
            (&["two\nlines\n"], "two\nlines\ntwo\r\nlines\r\n", "<concealed>\n<concealed>\r\n"),
            (&["", "\n"], "nothing\n", "nothing\n"),
            (&["größe"], "die größe", "die <concealed>"),
        ] {
            for piece in 1..=text.len() {
                assert_eq!(masked(secrets, text, piece), expected, "{piece}");
            }
        }
    }

    #[test]
    fn what_cannot_become_a_secret_is_shown_at_once() {
        let mut masker = Masker::new(Secrets::new(["s3cret"].into_iter()));
        assert_eq!(masker.take(b"Name? s"), b"Name? ");
        assert_eq!(masker.take(b"o"), b"so");
    }
}
