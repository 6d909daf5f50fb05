//! The history of generated texts, so that a password that was not saved in an item can be recovered.
//!
//! The caller must seal the result of [`History::encode`] before storing it.

use minicbor::Encoder;
use vault_crypto::SecretText;
use vault_wire::cbor::{DecodeError, Reader};
use zeroize::Zeroizing;

use crate::clock::Timestamp;

const VERSION: u64 = 1;
/// Maximum number of entries; the oldest is dropped.
const ENTRIES: usize = 100;
/// Maximum length of a text, in bytes.
const TEXT: usize = 1 << 10;

/// A generated text.
pub struct GeneratedEntry {
    /// The text.
    pub text: SecretText,
    /// When it was generated.
    pub at: Timestamp,
}

/// The last hundred generated texts, newest first.
#[derive(Default)]
pub struct History {
    entries: Vec<GeneratedEntry>,
}

/// The error for bytes that are not an encoded history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history of the generator is damaged")]
pub struct HistoryError;

impl From<DecodeError> for HistoryError {
    fn from(_: DecodeError) -> Self {
        Self
    }
}

impl History {
    /// Returns the entries, newest first.
    #[must_use]
    pub fn entries(&self) -> &[GeneratedEntry] {
        &self.entries
    }

    /// Adds a text at the front, or moves it there. Empty texts and texts too long for the generator are ignored.
    pub fn push(&mut self, text: SecretText, at: Timestamp) {
        if text.is_empty() || text.expose().len() > TEXT {
            return;
        }
        self.entries.retain(|made| made.text.expose() != text.expose());
        self.entries.insert(0, GeneratedEntry { text, at });
        self.entries.truncate(ENTRIES);
    }

    /// Removes entries generated before a time.
    pub fn forget_before(&mut self, moment: Timestamp) {
        self.entries.retain(|made| made.at >= moment);
    }

    /// Encodes the list in deterministic CBOR: `[version, [[text, at], …]]`.
    ///
    /// # Errors
    /// Does not fail for a valid list.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, HistoryError> {
        // Preallocate everything, since a reallocation leaves copies of secrets behind.
        let size = self.entries.iter().map(|made| made.text.expose().len() + 16).sum::<usize>();
        let mut bytes = Zeroizing::new(Vec::with_capacity(size + 16));
        let mut encoder = Encoder::new(&mut *bytes);
        let started =
            encoder.array(2).and_then(|e| e.u64(VERSION)).and_then(|e| e.array(self.entries.len() as u64));
        started.map_err(|_| HistoryError)?;
        for GeneratedEntry { text, at } in &self.entries {
            let written = encoder.array(2).and_then(|e| e.str(text.expose())).and_then(|e| e.u64(at.0));
            written.map_err(|_| HistoryError)?;
        }
        Ok(bytes)
    }

    /// Decodes the result of [`History::encode`].
    ///
    /// # Errors
    /// Fails if the bytes differ from that encoding.
    pub fn decode(bytes: &[u8]) -> Result<Self, HistoryError> {
        let mut reader = Reader::new(bytes);
        reader.array(2)?;
        reader.version(VERSION)?;
        let mut read = Self::default();
        for _ in 0..reader.array_up_to(ENTRIES as u64)? {
            reader.array(2)?;
            let text = SecretText::from(reader.text_up_to(TEXT)?);
            read.entries.push(GeneratedEntry { text, at: Timestamp(reader.uint()?) });
        }
        reader.end()?;
        let again = read.encode()?;
        if again.as_slice() == bytes { Ok(read) } else { Err(HistoryError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(history: &History) -> Vec<(String, u64)> {
        history.entries().iter().map(|made| (made.text.expose().to_owned(), made.at.0)).collect()
    }

    #[test]
    fn the_newest_hundred_entries_round_trip() {
        let mut history = History::default();
        for n in 0..150_u64 {
            history.push(SecretText::new(format!("password-{n}")), Timestamp(n * 1_000));
        }
        history.push(SecretText::from("password-100"), Timestamp(1 << 40));
        history.push(SecretText::from(""), Timestamp(0));
        history.push(SecretText::new("x".repeat(TEXT + 1)), Timestamp(0));
        assert_eq!(history.entries().len(), 100);
        let bytes = history.encode().unwrap();
        let read = History::decode(&bytes).unwrap();
        assert_eq!(texts(&read), texts(&history));
        assert_eq!(
            texts(&read)[..2],
            [("password-100".to_owned(), 1 << 40), ("password-149".to_owned(), 149_000)]
        );
        history.forget_before(Timestamp(149_000));
        assert_eq!(history.entries().len(), 2);
        assert!(History::decode(&History::default().encode().unwrap()).unwrap().entries().is_empty());
    }

    #[test]
    fn malformed_histories_are_refused() {
        let mut history = History::default();
        history.push(SecretText::from("hunter2"), Timestamp(5));
        let bytes = history.encode().unwrap();
        assert_eq!(bytes.as_slice(), b"\x82\x01\x81\x82\x67hunter2\x05");
        for end in 0..bytes.len() {
            assert!(History::decode(&bytes[..end]).is_err(), "{end}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        let other_version = [&[0x82, 2], &bytes[2..]].concat();
        let long_number = b"\x82\x01\x81\x82\x67hunter2\x18\x05";
        let endless = b"\x82\x01\x9b\xff\xff\xff\xff\xff\xff\xff\xff";
        for bytes in [&longer[..], &other_version, long_number, endless] {
            assert!(History::decode(bytes).is_err(), "{bytes:x?}");
        }
    }
}
