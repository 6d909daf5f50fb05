//! Canonical CBOR: arrays of definite length, unsigned integers, byte and text strings, booleans and null
//! (RFC 8949 §4.2.1). There is one spelling for each value, and every other is refused.

use std::mem;

use minicbor::Decoder;
use minicbor::data::Type;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::{IdError, Label};

/// Why bytes were refused as an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not CBOR of the expected shape, or end too early.
    #[error("not of the expected shape")]
    Malformed,
    /// The whole or a field is longer than this format allows.
    #[error("longer than allowed")]
    TooLong,
    /// There are bytes after the end.
    #[error("bytes after the end")]
    TrailingBytes,
    /// The same value has another, shorter or better ordered, spelling.
    #[error("not in canonical form")]
    NotCanonical,
    /// The version number at the front is none this program knows.
    #[error("unknown version {0}")]
    UnknownVersion(u64),
    /// A part does not have the hash that is stated beside it.
    #[error("a part does not have the hash stated for it")]
    HashMismatch,
    /// A number stands for nothing in its place.
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

/// A value with exactly one encoding.
pub trait Canonical: Sized {
    /// The longest encoding there can be, in bytes. Longer input is refused before it is read.
    const MAX_LEN: usize;

    /// Writes the value as an array.
    fn write(&self) -> Array;

    /// Reads what [`Canonical::write`] wrote.
    ///
    /// # Errors
    /// If the shape or a bound is not met.
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// The encoding.
    fn encode(&self) -> Vec<u8> {
        self.write().encode()
    }

    /// Reads an encoding, and refuses it unless it is the very one that [`Canonical::encode`] gives.
    ///
    /// # Errors
    /// If the bytes are too long, of another shape, followed by others, or not canonical.
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

/// An array being written, item by item. Writing to memory cannot fail, so nothing here returns an error.
///
/// Keys pass through arrays on their way into hashes and boxes, so the memory is wiped wherever it is given up.
#[derive(Default)]
#[must_use]
pub struct Array {
    count: u64,
    items: Vec<u8>,
}

impl Array {
    /// An array without items.
    pub fn new() -> Self {
        Self::default()
    }

    /// An array that begins with a label, as everything does that is hashed, signed or derived from.
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

    /// Adds a truth value.
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

    /// The encoding of the whole array.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        mem::take(&mut Self::new().array(self).items)
    }

    /// The SHA-256 of the encoding. Of a labelled array this is what the formats write as `H(label, …)`.
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

    /// Appends bytes. A vector that grows by itself would leave its former memory as it was.
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

/// A bounded reader. It allocates nothing by a length it was told.
pub struct Reader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    /// Reads from the front of the bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { decoder: Decoder::new(bytes) }
    }

    /// Enters an array of exactly this many items.
    ///
    /// # Errors
    /// If there is something else.
    pub fn array(&mut self, items: u64) -> Result<(), DecodeError> {
        if self.decoder.array()? == Some(items) { Ok(()) } else { Err(DecodeError::Malformed) }
    }

    /// Enters an array of at most this many items and tells how many there are.
    ///
    /// # Errors
    /// If there is something else or there are more.
    pub fn array_up_to(&mut self, most: u64) -> Result<u64, DecodeError> {
        let items = self.decoder.array()?.ok_or(DecodeError::Malformed)?;
        if items <= most { Ok(items) } else { Err(DecodeError::TooLong) }
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// If there is something else.
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        Ok(self.decoder.u64()?)
    }

    /// Reads an unsigned integer below 2³².
    ///
    /// # Errors
    /// If there is something else or the number is larger.
    pub fn uint32(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.uint()?).map_err(|_| DecodeError::TooLong)
    }

    /// Reads a version number and refuses all but the given one.
    ///
    /// # Errors
    /// [`DecodeError::UnknownVersion`] for another number, so that it can be told from damage.
    pub fn version(&mut self, known: u64) -> Result<(), DecodeError> {
        match self.uint()? {
            version if version == known => Ok(()),
            version => Err(DecodeError::UnknownVersion(version)),
        }
    }

    /// Reads a byte string of at most this many bytes.
    ///
    /// # Errors
    /// If there is something else or it is longer.
    pub fn bytes_up_to(&mut self, most: usize) -> Result<&'a [u8], DecodeError> {
        let bytes = self.decoder.bytes()?;
        if bytes.len() <= most { Ok(bytes) } else { Err(DecodeError::TooLong) }
    }

    /// Reads an id, key or hash: a byte string of the very length that it has.
    ///
    /// # Errors
    /// If there is something else or the length is another.
    pub fn fixed<T: TryFrom<&'a [u8], Error = IdError>>(&mut self) -> Result<T, DecodeError> {
        Ok(T::try_from(self.decoder.bytes()?)?)
    }

    /// Reads a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// If there is something else or the length is another.
    pub fn exactly<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.decoder.bytes()?.try_into().map_err(|_| DecodeError::Malformed)
    }

    /// Reads a byte string that is itself an encoding.
    ///
    /// # Errors
    /// If there is something else, or the encoding within is refused.
    pub fn nested<T: Canonical>(&mut self) -> Result<T, DecodeError> {
        T::decode(self.bytes_up_to(T::MAX_LEN)?)
    }

    /// Reads an id, key or hash, or null.
    ///
    /// # Errors
    /// If there is something else or the length is another.
    pub fn fixed_or_null<T: TryFrom<&'a [u8], Error = IdError>>(&mut self) -> Result<Option<T>, DecodeError> {
        if self.null()? { Ok(None) } else { self.fixed().map(Some) }
    }

    /// Reads a text string of at most this many bytes.
    ///
    /// # Errors
    /// If there is something else or it is longer.
    pub fn text_up_to(&mut self, most: usize) -> Result<&'a str, DecodeError> {
        let text = self.decoder.str()?;
        if text.len() <= most { Ok(text) } else { Err(DecodeError::TooLong) }
    }

    /// Reads a truth value.
    ///
    /// # Errors
    /// If there is something else.
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.decoder.bool()?)
    }

    /// Reads null if it stands here, and tells whether it did.
    ///
    /// # Errors
    /// If the bytes end here.
    pub fn null(&mut self) -> Result<bool, DecodeError> {
        if self.decoder.datatype()? != Type::Null {
            return Ok(false);
        }
        self.decoder.null()?;
        Ok(true)
    }

    /// Checks that everything has been read.
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
