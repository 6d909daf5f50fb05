//! Addresses of values: `coffer://vault/item/[section/]field[?attribute=otp]`.

use std::fmt;

/// The longest address, in bytes.
const LONGEST: usize = 4096;
const SCHEME: &str = "coffer://";
/// Invitations begin with it, so no vault can be addressed by that name.
const RESERVED: &str = "join";

/// The address of a value. Each part is a name or an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The vault.
    pub vault: String,
    /// The item.
    pub item: String,
    /// The heading above the field.
    pub section: Option<String>,
    /// The field.
    pub field: String,
    /// Whether the present one-time code is meant, not its set-up.
    pub code: bool,
}

/// Why a text is no address of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It does not begin with `coffer://`, or is too long.
    #[error("a reference begins with coffer:// and has at most {LONGEST} bytes")]
    Scheme,
    /// It has not three or four parts, or an empty one.
    #[error("a reference is coffer://vault/item/field or coffer://vault/item/section/field")]
    Parts,
    /// `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    #[error("% must be followed by two hexadecimal digits of UTF-8 text")]
    Escape,
    /// The query is unknown.
    #[error("the only attribute is ?attribute=otp")]
    Attribute,
    /// `coffer://join` is an invitation.
    #[error("coffer://join is reserved for invitations; write the id of a vault with that name")]
    Reserved,
}

impl Reference {
    /// Parses an address.
    ///
    /// # Errors
    /// [`ReferenceError`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let rest =
            text.strip_prefix(SCHEME).filter(|_| text.len() <= LONGEST).ok_or(ReferenceError::Scheme)?;
        let (path, code) = match rest.split_once('?') {
            None => (rest, false),
            Some((path, "attribute=otp")) => (path, true),
            Some(_) => return Err(ReferenceError::Attribute),
        };
        let parts: Vec<String> = path.split('/').map(decode).collect::<Result<_, _>>()?;
        if parts.iter().any(String::is_empty) {
            return Err(ReferenceError::Parts);
        }
        let mut parts = parts.into_iter();
        let mut next = || parts.next().ok_or(ReferenceError::Parts);
        let (vault, item, third) = (next()?, next()?, next()?);
        let (section, field) = match parts.next() {
            None => (None, third),
            Some(field) => (Some(third), field),
        };
        if parts.next().is_some() {
            return Err(ReferenceError::Parts);
        }
        if vault == RESERVED {
            return Err(ReferenceError::Reserved);
        }
        Ok(Self { vault, item, section, field, code })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", encode(&self.vault), encode(&self.item))?;
        if let Some(section) = &self.section {
            write!(f, "/{}", encode(section))?;
        }
        write!(f, "/{}", encode(&self.field))?;
        if self.code { f.write_str("?attribute=otp") } else { Ok(()) }
    }
}

fn decode(part: &str) -> Result<String, ReferenceError> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let mut digit =
                || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(ReferenceError::Escape);
            u8::try_from(digit()? * 16 + digit()?).map_err(|_| ReferenceError::Escape)?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).map_err(|_| ReferenceError::Escape)
}

fn encode(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    for c in part.chars() {
        if matches!(c, '%' | '/' | '?' | '#') || c.is_whitespace() || c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                text.push_str(&format!("%{byte:02X}"));
            }
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(section: Option<&str>, code: bool) -> Reference {
        Reference {
            vault: "Home".to_owned(),
            item: "a/b c".to_owned(),
            section: section.map(str::to_owned),
            field: "größe%".to_owned(),
            code,
        }
    }

    #[test]
    fn a_reference_is_read_as_it_was_written() {
        for wanted in [reference(None, false), reference(Some("x?y"), true)] {
            assert_eq!(Reference::parse(&wanted.to_string()), Ok(wanted));
        }
        assert_eq!(reference(None, false).to_string(), "coffer://Home/a%2Fb%20c/größe%25");
        assert_eq!(Reference::parse("coffer://Home/a%2fb c/gr%C3%B6ße%25"), Ok(reference(None, false)));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for (text, error) in [
            ("http://a/b/c", ReferenceError::Scheme),
            ("coffer://a/b", ReferenceError::Parts),
            ("coffer://a//c", ReferenceError::Parts),
            ("coffer://a/b/c/d/e", ReferenceError::Parts),
            ("coffer://a/b/%4", ReferenceError::Escape),
            ("coffer://a/b/%ff", ReferenceError::Escape),
            ("coffer://a/b/c?attribute=x", ReferenceError::Attribute),
            ("coffer://join/b/c", ReferenceError::Reserved),
            ("coffer://%6Aoin/b/c", ReferenceError::Reserved),
        ] {
            assert_eq!(Reference::parse(text), Err(error), "{text}");
        }
        assert_eq!(
            Reference::parse(&format!("coffer://a/b/{}", "c".repeat(5000))),
            Err(ReferenceError::Scheme)
        );
    }

    /// Texts around the syntax: whatever is accepted comes back the same when it is written and read again.
    #[test]
    fn any_text_is_refused_or_read_as_it_is_written() {
        const PARTS: [&str; 14] = [
            "/",
            "/a",
            "/b",
            "/é",
            "/ ",
            "%",
            "2F",
            "?attribute=otp",
            "?",
            "a",
            "join",
            "%C3%A9",
            "%3f",
            "#",
        ];
        let mut state: u64 = 0x5eed;
        let mut accepted = 0;
        for _ in 0..50_000 {
            let mut text = String::from("coffer://v");
            for _ in 0..6 {
                // Knuth's linear congruential generator.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(PARTS[usize::try_from(state >> 33).unwrap() % PARTS.len()]);
            }
            if let Ok(reference) = Reference::parse(&text) {
                accepted += 1;
                assert_eq!(Reference::parse(&reference.to_string()).as_ref(), Ok(&reference), "{text}");
            }
        }
        assert!(accepted > 100, "{accepted}");
    }
}
