//! The XML document inside a KDBX file.

use std::io::{self, Write};

use base64ct::{Base64, Encoding as _};
use vault_engine::clock::Timestamp;
use zeroize::Zeroizing;

use super::container::InnerStream;

/// Seconds from the year 1 to 1970.
const YEAR_ONE: i64 = 62_135_596_800;

/// Writes the elements of the document.
pub(super) struct Xml<W> {
    to: W,
    hidden: InnerStream,
    open: Vec<&'static str>,
}

impl<W: Write> Xml<W> {
    pub(super) fn begin(mut to: W, hidden: InnerStream) -> io::Result<Self> {
        to.write_all(b"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>")?;
        Ok(Self { to, hidden, open: Vec::new() })
    }

    pub(super) fn open(&mut self, name: &'static str) -> io::Result<()> {
        self.open.push(name);
        write!(self.to, "<{name}>")
    }

    pub(super) fn close(&mut self) -> io::Result<()> {
        match self.open.pop() {
            Some(name) => write!(self.to, "</{name}>"),
            None => Ok(()),
        }
    }

    /// Writes an element with text; returns whether characters were left out that XML does not allow.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<bool> {
        let (escaped, complete) = escape(text);
        write!(self.to, "<{name}>{}</{name}>", escaped.as_str())?;
        Ok(!complete)
    }

    /// Writes an entry's value with its name; returns as [`Self::text`].
    pub(super) fn string(&mut self, key: &str, value: &str, protected: bool) -> io::Result<bool> {
        self.open("String")?;
        let key_cut = self.text("Key", key)?;
        let value_cut = if protected {
            let mut bytes = Zeroizing::new(value.as_bytes().to_vec());
            self.hidden.hide(&mut bytes)?;
            write!(self.to, "<Value Protected=\"True\">{}</Value>", Base64::encode_string(&bytes))?;
            false
        } else {
            self.text("Value", value)?
        };
        self.close()?;
        Ok(key_cut || value_cut)
    }

    /// Writes a reference to a file of the inner header.
    pub(super) fn binary(&mut self, name: &str, number: u32) -> io::Result<bool> {
        self.open("Binary")?;
        let cut = self.text("Key", name)?;
        write!(self.to, "<Value Ref=\"{number}\"/>")?;
        self.close()?;
        Ok(cut)
    }

    pub(super) fn uuid(&mut self, name: &str, uuid: &[u8; 16]) -> io::Result<()> {
        self.text(name, &Base64::encode_string(uuid)).map(drop)
    }

    pub(super) fn flag(&mut self, name: &str, flag: bool) -> io::Result<()> {
        self.text(name, if flag { "True" } else { "False" }).map(drop)
    }

    pub(super) fn time(&mut self, name: &str, at: Timestamp) -> io::Result<()> {
        let seconds = i64::try_from(at.0 / 1_000).unwrap_or(i64::MAX).saturating_add(YEAR_ONE);
        self.text(name, &Base64::encode_string(&seconds.to_le_bytes())).map(drop)
    }

    /// Closes what is open.
    pub(super) fn finish(mut self) -> io::Result<W> {
        while !self.open.is_empty() {
            self.close()?;
        }
        Ok(self.to)
    }
}

/// Escapes text; returns whether all of it is there. XML 1.0 allows no control characters, and a line of it ends with a line feed.
fn escape(text: &str) -> (Zeroizing<String>, bool) {
    let mut escaped = Zeroizing::new(String::with_capacity(text.len() + text.len() / 8 + 16));
    let mut complete = true;
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\r' => escaped.push_str("&#xD;"),
            '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'.. => escaped.push(character),
            _ => complete = false,
        }
    }
    (escaped, complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_control_characters_are_left_out() {
        let (escaped, complete) = escape("a<b>&\"c\"\r\n\tü😀");
        assert_eq!((escaped.as_str(), complete), ("a&lt;b&gt;&amp;\"c\"&#xD;\n\tü😀", true));
        for wrong in ['\0', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            let (escaped, complete) = escape(&format!("a{wrong}b"));
            assert_eq!((escaped.as_str(), complete), ("ab", false));
        }
    }
}
