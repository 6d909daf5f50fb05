//! Canonical CBOR: arrays of definite length, unsigned integers, byte and text strings, booleans and null
//! (RFC 8949 §4.2.1). Each value has exactly one encoding; any other is rejected.

use std::mem;

use minicbor::Decoder;
use minicbor::data::Type;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::{IdError, Label};

/// The reason for rejecting an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not CBOR of the expected shape, or end too early.
    #[error("not of the expected shape")]
    Malformed,
    /// The encoding or a field is longer than this format allows.
    #[error("longer than allowed")]
    TooLong,
    /// Bytes follow the end of the value.
    #[error("bytes after the end")]
    TrailingBytes,
    /// The value is not in its canonical encoding.
    #[error("not in canonical form")]
    NotCanonical,
    /// The version number is not supported.
    #[error("unknown version {0}")]
    UnknownVersion(u64),
    /// A part does not match its stated hash.
    #[error("a part does not match its hash")]
    HashMismatch,
    /// A number is not assigned in this field.
    #[error("unknown kind {0}")]
    UnknownKind(u64),
}

impl From<minicbor::decode::Error> for DecodeError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

impl From<IdError> for DecodeError {
    fn from(_: IdError) -> Self {
        Self::Malformed
    }
}

/// A type with a canonical encoding.
pub trait Canonical: Sized {
    /// The maximum length of an encoding in bytes. Longer input is rejected before it is parsed.
    const MAX_LEN: usize;

    /// Encodes the value as an array.
    fn write(&self) -> Array;

    /// Decodes the output of [`Canonical::write`].
    ///
    /// # Errors
    /// If the shape is wrong or a bound is exceeded.
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Returns the encoding.
    fn encode(&self) -> Vec<u8> {
        self.write().encode()
    }

    /// Decodes a value and rejects any encoding other than the output of [`Canonical::encode`].
    ///
    /// # Errors
    /// If the bytes are too long, malformed, followed by other bytes, or not canonical.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > Self::MAX_LEN {
            return Err(DecodeError::TooLong);
        }
        let mut reader = Reader::new(bytes);
        let value = Self::read(&mut reader)?;
        reader.end()?;
        if value.encode() == bytes { Ok(value) } else { Err(DecodeError::NotCanonical) }
    }
}

/// An array under construction. Writing to memory cannot fail, so no method returns an error.
///
/// Keys pass through arrays into hashes and boxes, so all memory is zeroized before it is released.
#[derive(Default)]
#[must_use]
pub struct Array {
    count: u64,
    items: Vec<u8>,
}

impl Array {
    /// Creates an array without items.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an array that begins with a label, as every input of a hash, signature or derivation does.
    pub fn labelled(label: Label) -> Self {
        Self::new().text(label.as_str())
    }

    /// Adds an unsigned integer.
    pub fn uint(mut self, value: u64) -> Self {
        self.head(0, value);
        self.counted()
    }

    /// Adds a byte string.
    pub fn bytes(mut self, value: &[u8]) -> Self {
        self.head(2, value.len() as u64);
        self.extend(value);
        self.counted()
    }

    /// Adds a text string.
    pub fn text(mut self, value: &str) -> Self {
        self.head(3, value.len() as u64);
        self.extend(value.as_bytes());
        self.counted()
    }

    /// Adds another array.
    pub fn array(mut self, value: &Self) -> Self {
        self.head(4, value.count);
        self.extend(&value.items);
        self.counted()
    }

    /// Adds a boolean.
    pub fn bool(mut self, value: bool) -> Self {
        self.extend(&[if value { 0xf5 } else { 0xf4 }]);
        self.counted()
    }

    /// Adds a byte string, or null if there is none.
    pub fn bytes_or_null(mut self, value: Option<&[u8]>) -> Self {
        match value {
            Some(bytes) => self.bytes(bytes),
            None => {
                self.extend(&[0xf6]);
                self.counted()
            }
        }
    }

    /// Returns the encoding of the whole array.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        mem::take(&mut Self::new().array(self).items)
    }

    /// Returns the SHA-256 of the encoding. For a labelled array this is `H(label, …)` of the format
    /// documentation.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(Zeroizing::new(self.encode())).into()
    }

    /// Writes the head of an item: its major type and argument, in the shortest form.
    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        let bytes = argument.to_be_bytes();
        let [.., b4, b5, b6, b7] = bytes;
        match argument {
            0..=23 => self.extend(&[major | b7]),
            24..=0xff => self.extend(&[major | 24, b7]),
            0x100..=0xffff => self.extend(&[major | 25, b6, b7]),
            0x1_0000..=0xffff_ffff => self.extend(&[major | 26, b4, b5, b6, b7]),
            _ => {
                self.extend(&[major | 27]);
                self.extend(&bytes);
            }
        }
    }

    /// Appends bytes. Grows manually, since `Vec` does not zeroize its former memory.
    fn extend(&mut self, bytes: &[u8]) {
        let len = self.items.len() + bytes.len();
        if len > self.items.capacity() {
            let mut larger = Vec::with_capacity(len.next_power_of_two().max(256));
            larger.extend_from_slice(&self.items);
            self.items.zeroize();
            self.items = larger;
        }
        self.items.extend_from_slice(bytes);
    }

    fn counted(mut self) -> Self {
        self.count += 1;
        self
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        self.items.zeroize();
    }
}

/// A bounded reader. It never allocates according to a length in the input.
pub struct Reader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    /// Creates a reader at the start of the bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: Decoder::new(bytes) }
    }

    /// Enters an array of exactly this many items.
    ///
    /// # Errors
    /// If the next item is of another type.
    pub fn array(&mut self, items: u64) -> Result<(), DecodeError> {
        if self.decoder.array()? == Some(items) { Ok(()) } else { Err(DecodeError::Malformed) }
    }

    /// Enters an array of at most this many items and returns their number.
    ///
    /// # Errors
    /// If the next item is of another type or the array is longer.
    pub fn array_up_to(&mut self, most: u64) -> Result<u64, DecodeError> {
        let items = self.decoder.array()?.ok_or(DecodeError::Malformed)?;
        if items <= most { Ok(items) } else { Err(DecodeError::TooLong) }
    }

    /// Reads an array of at most `most` values. Allocates as it reads, never by the stated count.
    ///
    /// # Errors
    /// If the next item is of another type, the array is longer, or a value is rejected.
    pub(crate) fn list<T>(
        &mut self,
        most: u64,
        read: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        (0..self.array_up_to(most)?).map(|_| read(self)).collect()
    }

    /// Reads an array as [`Reader::list`] does, and rejects an empty one.
    ///
    /// # Errors
    /// As [`Reader::list`]; [`DecodeError::Malformed`] for an empty array.
    pub(crate) fn nonempty_list<T>(
        &mut self,
        most: u64,
        read: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let values = self.list(most, read)?;
        if values.is_empty() { Err(DecodeError::Malformed) } else { Ok(values) }
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// If the next item is of another type.
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        Ok(self.decoder.u64()?)
    }

    /// Reads an unsigned integer below 2³².
    ///
    /// # Errors
    /// If the next item is of another type or the number is larger.
    pub fn uint32(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.uint()?).map_err(|_| DecodeError::TooLong)
    }

    /// Reads a version number and rejects all but the given one.
    ///
    /// # Errors
    /// [`DecodeError::UnknownVersion`] for another number, to distinguish it from damage.
    pub fn version(&mut self, known: u64) -> Result<(), DecodeError> {
        match self.uint()? {
            version if version == known => Ok(()),
            version => Err(DecodeError::UnknownVersion(version)),
        }
    }

    /// Reads a byte string of at most this many bytes.
    ///
    /// # Errors
    /// If the next item is of another type or longer.
    pub fn bytes_up_to(&mut self, most: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = self.decoder.bytes()?;
        if bytes.len() <= most { Ok(bytes) } else { Err(DecodeError::TooLong) }
    }

    /// Reads an id, key or hash: a byte string of its exact length.
    ///
    /// # Errors
    /// If the next item is of another type or length.
    pub fn fixed<T: TryFrom<&'a [u8], Error = IdError>>(&mut self) -> Result<T, DecodeError> {
        Ok(T::try_from(self.decoder.bytes()?)?)
    }

    /// Reads a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// If the next item is of another type or length.
    pub fn byte_array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.decoder.bytes()?.try_into().map_err(|_| DecodeError::Malformed)
    }

    /// Reads a byte string that contains an encoding.
    ///
    /// # Errors
    /// If the next item is of another type, or the inner encoding is rejected.
    pub fn nested<T: Canonical>(&mut self) -> Result<T, DecodeError> {
        T::decode(self.bytes_up_to(T::MAX_LEN)?)
    }

    /// Reads an id, key or hash, or null.
    ///
    /// # Errors
    /// If the next item is of another type or length.
    pub fn fixed_or_null<T: TryFrom<&'a [u8], Error = IdError>>(&mut self) -> Result<Option<T>, DecodeError> {
        if self.null()? { Ok(None) } else { self.fixed().map(Some) }
    }

    /// Reads a text string of at most this many bytes.
    ///
    /// # Errors
    /// If the next item is of another type or longer.
    pub fn text_up_to(&mut self, most: usize) -> Result<&'a str, DecodeError> {
        let text = self.decoder.str()?;
        if text.len() <= most { Ok(text) } else { Err(DecodeError::TooLong) }
    }

    /// Reads a boolean.
    ///
    /// # Errors
    /// If the next item is of another type.
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.decoder.bool()?)
    }

    /// Reads null if it is the next item, and returns whether it was.
    ///
    /// # Errors
    /// If there are no more bytes.
    pub fn null(&mut self) -> Result<bool, DecodeError> {
        if self.decoder.datatype()? != Type::Null {
            return Ok(false);
        }
        self.decoder.null()?;
        Ok(true)
    }

    /// Checks that all bytes have been read.
    ///
    /// # Errors
    /// [`DecodeError::TrailingBytes`] otherwise.
    pub fn end(&self) -> Result<(), DecodeError> {
        if self.decoder.position() == self.decoder.input().len() {
            Ok(())
        } else {
            Err(DecodeError::TrailingBytes)
        }
    }
}
