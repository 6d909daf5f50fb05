//! The parts that JSON messages are made of: bytes, ids, names, credentials.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::cbor::DecodeError;
use crate::{AccountId, BlobId, DeviceId, EntryHash, SessionId, VaultId};

/// A text or bytes that do not have the form or length their place asks for. It does not say what was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the expected form or length")]
pub struct TextError;

impl From<TextError> for DecodeError {
    fn from(_: TextError) -> Self {
        Self::Malformed
    }
}

/// Reads a JSON string and makes a value of it.
fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: fn(&str) -> Result<T, TextError>,
) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> Result<T, TextError>);

    impl<T> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(parse))
}

/// Bytes of a length between `MIN` and `MAX`; in JSON as base64url without padding (RFC 4648 §5), in one spelling.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes<const MIN: usize, const MAX: usize>(Vec<u8>);

/// Bytes of exactly one length.
pub type Exactly<const N: usize> = Bytes<N, N>;

impl<const MIN: usize, const MAX: usize> Bytes<MIN, MAX> {
    /// Takes bytes over.
    ///
    /// # Errors
    /// If there are too few or too many.
    pub fn new(bytes: Vec<u8>) -> Result<Self, TextError> {
        if (MIN..=MAX).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(TextError) }
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, TextError> {
        // Four characters for each three bytes, counted before anything is made of them.
        if text.len() > (MAX * 4).div_ceil(3) {
            return Err(TextError);
        }
        Self::new(Base64UrlUnpadded::decode_vec(text).map_err(|_| TextError)?)
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Bytes<MIN, MAX> {
    /// Tells the length only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.0.len())
    }
}

impl<const MIN: usize, const MAX: usize> Serialize for Bytes<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Bytes<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, Self::parse)
    }
}

/// Something that gives access to whoever has it: a token, a one-time code. Printable ASCII without space, quote and
/// backslash, at most `MAX` characters. It is wiped when dropped and never printed.
pub struct Credential<const MAX: usize>(Zeroizing<String>);

impl<const MAX: usize> Credential<MAX> {
    /// Takes a credential.
    ///
    /// # Errors
    /// If it is empty, too long, or has other characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
        if plain && (1..=MAX).contains(&text.len()) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(TextError)
        }
    }

    /// Gives the credential out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Credential<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

impl<const MAX: usize> Serialize for Credential<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Credential<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, Self::new)
    }
}

/// A text for people, of at most `MAX` bytes and without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Takes a text.
    ///
    /// # Errors
    /// If it is too long or has control characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.len() <= MAX && !text.contains(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, Self::new)
    }
}

/// Makes a type for texts of one form.
macro_rules! text_form {
    ($(#[$doc:meta])* $name:ident, $most:literal, $accepts:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most bytes it may have.
            pub const MAX: usize = $most;

            /// Takes a text.
            ///
            /// # Errors
            /// If it has another form.
            pub fn new(text: &str) -> Result<Self, TextError> {
                if text.len() <= Self::MAX && $accepts(text) { Ok(Self(text.to_owned())) } else { Err(TextError) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_text(deserializer, Self::new)
            }
        }
    };
}

text_form!(
    /// What a person signs in with, usually an e-mail address. One spelling: no spaces, no control characters, no
    /// capital ASCII letters.
    LoginName, 254, is_login_name
);
text_form!(
    /// Where a server is: `https://`, a host in lower case, perhaps `:` and a port; no path.
    Origin, 255, is_origin
);
text_form!(
    /// A word for programs: lower-case ASCII letters and digits with single hyphens between them.
    Slug, 40, is_slug
);

fn is_login_name(text: &str) -> bool {
    let refused = |c: char| c.is_control() || c.is_whitespace() || c.is_ascii_uppercase();
    !text.is_empty() && !text.contains(refused)
}

fn is_origin(text: &str) -> bool {
    let Some(authority) = text.strip_prefix("https://") else { return false };
    // A colon outside brackets begins the port; an IPv6 address stands in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port_ok = port.is_none_or(|port| {
        !port.starts_with('0') && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
    });
    let name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.');
    let host_ok = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => !address.is_empty() && address.bytes().all(hex),
        None => !host.is_empty() && host.bytes().all(name),
    };
    port_ok && host_ok
}

fn is_slug(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(word)
}

/// Ids stand in JSON as they do in file names: lower-case hex.
macro_rules! hex_in_json {
    ($($name:ident),+) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_text(deserializer, |text| text.parse().map_err(|_| TextError))
            }
        }
    )+ };
}

hex_in_json!(AccountId, BlobId, DeviceId, EntryHash, SessionId, VaultId);

/// Makes an enum whose values are words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item])* $value,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The word that stands for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }

            /// What a word stands for, if it is known.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}
pub(super) use words;
