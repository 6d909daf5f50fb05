//! JSON messages: bounded before parsing, strict about members, and with errors that do not quote the input.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The reason for rejecting a JSON message. It never quotes the message, which may contain credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The message is longer than its type allows.
    #[error("longer than allowed")]
    TooLong,
    /// The text is not JSON, or members are missing, unknown or of the wrong form.
    #[error("not of the expected shape")]
    Malformed,
    /// A number is out of the format's bounds.
    #[error("a number is out of bounds")]
    OutOfBounds,
}

/// A message in JSON.
pub trait JsonMessage: Serialize + DeserializeOwned {
    /// Maximum length of the message in bytes. Longer input is rejected before it is parsed.
    const MAX_LEN: usize;

    /// Checks the constraints that the types of the members do not express.
    ///
    /// # Errors
    /// If a value is out of bounds.
    fn check(&self) -> Result<(), JsonError> {
        Ok(())
    }

    /// Serializes the message.
    ///
    /// # Errors
    /// If a value is out of bounds, or the text is longer than allowed.
    fn to_json(&self) -> Result<Vec<u8>, JsonError> {
        self.check()?;
        let text = serde_json::to_vec(self).map_err(|_| JsonError::Malformed)?;
        if text.len() <= Self::MAX_LEN { Ok(text) } else { Err(JsonError::TooLong) }
    }

    /// Parses a message.
    ///
    /// # Errors
    /// If it is too long, malformed, or a value is out of bounds.
    fn from_json(text: &[u8]) -> Result<Self, JsonError> {
        if text.len() > Self::MAX_LEN {
            return Err(JsonError::TooLong);
        }
        // The error of serde_json may quote the text.
        let message: Self = serde_json::from_slice(text).map_err(|_| JsonError::Malformed)?;
        message.check()?;
        Ok(message)
    }
}

/// Maximum length of a message with a few members.
pub(super) const SMALL: usize = 8 * 1024;
/// Maximum length of a message with the boxes of an account.
pub(super) const MEDIUM: usize = 16 * 1024;
/// Maximum length of a message with a list.
pub(super) const LARGE: usize = 128 * 1024;

/// Implements [`JsonMessage`] with a maximum length for messages that need no further check.
macro_rules! json_messages {
    ($($most:ident: $($name:ident),+;)+) => { $($(
        impl $crate::message::JsonMessage for $name {
            const MAX_LEN: usize = $crate::message::json::$most;
        }
    )+)+ };
}
pub(super) use json_messages;

/// A list of at most `MAX` values. Parsing stops at the first excess value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> List<T, MAX> {
    /// Wraps the values.
    ///
    /// # Errors
    /// [`JsonError::TooLong`] if there are more.
    pub fn new(values: Vec<T>) -> Result<Self, JsonError> {
        if values.len() <= MAX { Ok(Self(values)) } else { Err(JsonError::TooLong) }
    }

    /// Returns the list without values.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Returns the values.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MAX: usize> Deref for List<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Serialize, const MAX: usize> Serialize for List<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MAX} values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            if list.len() == MAX {
                return Err(A::Error::custom("too many values"));
            }
            list.push(value);
        }
        Ok(List(list))
    }
}
