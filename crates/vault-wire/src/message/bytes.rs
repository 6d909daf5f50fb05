//! Byte strings in JSON.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::message::TextError;
use crate::message::text::read_text;

/// Bytes of a length between `MIN` and `MAX`. In JSON they are base64url without padding (RFC 4648 §5),
/// canonical only.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes<const MIN: usize, const MAX: usize>(Vec<u8>);

/// Bytes of exactly one length.
pub type FixedBytes<const N: usize> = Bytes<N, N>;

impl<const MIN: usize, const MAX: usize> Bytes<MIN, MAX> {
    /// Wraps bytes.
    ///
    /// # Errors
    /// If there are too few or too many.
    pub fn new(bytes: Vec<u8>) -> Result<Self, TextError> {
        if (MIN..=MAX).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(TextError) }
    }

    /// Returns the bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, TextError> {
        // Four characters for three bytes; checked before decoding.
        if text.len() > (MAX * 4).div_ceil(3) {
            return Err(TextError);
        }
        Self::new(Base64UrlUnpadded::decode_vec(text).map_err(|_| TextError)?)
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Bytes<MIN, MAX> {
    /// Prints the length only.
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
