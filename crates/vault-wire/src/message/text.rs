//! Text types in JSON: names, addresses, ids, slugs.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{AccountId, ApprovalId, BlobId, DeviceId, EntryHash, SessionId, VaultId};

/// A text or bytes do not have the required form or length. The error does not quote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the expected form or length")]
pub struct TextError;

/// Deserializes a JSON string and parses it.
pub(super) fn read_text<'de, D: Deserializer<'de>, T>(
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

/// Human-readable text of at most `MAX` bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Checks and copies a text.
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

    /// Returns the text.
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

/// Defines a type for texts of one form.
macro_rules! text_form {
    ($(#[$doc:meta])* $name:ident, $most:literal, $accepts:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Maximum length in bytes.
            pub const MAX: usize = $most;

            /// Checks and copies a text.
            ///
            /// # Errors
            /// If it does not have this form.
            pub fn new(text: &str) -> Result<Self, TextError> {
                if text.len() <= Self::MAX && $accepts(text) { Ok(Self(text.to_owned())) } else { Err(TextError) }
            }

            /// Returns the text.
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
    /// A login name, usually an e-mail address, without spaces, control characters and upper-case ASCII
    /// letters.
    LoginName, 254, is_login_name
);
text_form!(
    /// A server's origin: `https://`, a host in lower case, optionally `:` and a port; no path.
    Origin, 255, is_origin
);
text_form!(
    /// A machine-readable name: lower-case ASCII letters and digits separated by single hyphens.
    Slug, 40, is_slug
);

impl Origin {
    /// The host, an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = authority(self.as_str()).map_or("", |(host, _)| host);
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port, if it is given; else that of HTTPS counts, 443.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        authority(self.as_str())?.1?.parse().ok()
    }
}

fn is_login_name(text: &str) -> bool {
    let refused = |c: char| c.is_control() || c.is_whitespace() || c.is_ascii_uppercase();
    !text.is_empty() && !text.contains(refused)
}

fn is_origin(text: &str) -> bool {
    let Some((host, port)) = authority(text) else { return false };
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

/// Host and port of an origin. A colon outside brackets begins the port; an IPv6 address is in brackets.
fn authority(origin: &str) -> Option<(&str, Option<&str>)> {
    let authority = origin.strip_prefix("https://")?;
    Some(match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    })
}

fn is_slug(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(word)
}

/// Serializes ids as lower-case hex, as in file names.
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

hex_in_json!(AccountId, ApprovalId, BlobId, DeviceId, EntryHash, SessionId, VaultId);

/// Defines an enum whose values are represented by strings.
macro_rules! string_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item])* $value,)+ }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// Returns its name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }

            /// Returns the value with this name, if known.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }
    };
}
pub(super) use string_enum;
