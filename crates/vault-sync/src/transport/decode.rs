//! What is read.

use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE};
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::{JsonError, JsonMessage};
use zeroize::Zeroizing;

use super::media::{CBOR, JSON, OCTETS};
use crate::error::Error;

/// A body that a route answers with.
pub(crate) trait Decode: Sized {
    /// Its media type; none if there is no body.
    const MEDIA: Option<&str>;
    /// Its maximum length in bytes.
    const MOST: usize;

    /// Parses the whole body.
    fn decode(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error>;
}

/// A message in JSON.
pub(crate) struct Json<T>(pub(crate) T);

/// A message in CBOR.
pub(crate) struct Cbor<T>(pub(crate) T);

/// A sealed chunk of a document.
pub(crate) struct Chunk(pub(crate) Vec<u8>);

/// No body.
pub(crate) struct Nothing;

impl<T: JsonMessage> Decode for Json<T> {
    const MEDIA: Option<&str> = Some(JSON);
    const MOST: usize = T::MAX_LEN;

    fn decode(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        T::from_json(&bytes).map(Self).map_err(|error| match error {
            JsonError::TooLong => Error::TooLong,
            JsonError::Malformed | JsonError::OutOfBounds => Error::Malformed,
        })
    }
}

impl<T: Canonical> Decode for Cbor<T> {
    const MEDIA: Option<&str> = Some(CBOR);
    const MOST: usize = T::MAX_LEN;

    fn decode(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        T::decode(&bytes).map(Self).map_err(|error| match error {
            DecodeError::TooLong => Error::TooLong,
            DecodeError::UnknownVersion(version) => Error::UnknownVersion(version),
            _ => Error::Malformed,
        })
    }
}

impl Decode for Chunk {
    const MEDIA: Option<&str> = Some(OCTETS);
    const MOST: usize = CHUNK_SIZE as usize + CHUNK_OVERHEAD as usize;

    fn decode(mut bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self(std::mem::take(&mut *bytes)))
    }
}

impl Decode for Nothing {
    const MEDIA: Option<&str> = None;
    const MOST: usize = 0;

    fn decode(_: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self)
    }
}
