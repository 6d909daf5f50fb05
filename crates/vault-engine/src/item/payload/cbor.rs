//! Additions to `minicbor`: zeroized buffers, maps that keep unknown entries, strict values.

use std::collections::BTreeMap;
use std::convert::Infallible;

use minicbor::data::Type;
use minicbor::encode::Write;
use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::error::PayloadError;
use super::limits;
use super::part::LimitedPart;
use crate::item::unknown::Unknown;

impl From<minicbor::decode::Error> for PayloadError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

impl From<minicbor::encode::Error<Infallible>> for PayloadError {
    fn from(_: minicbor::encode::Error<Infallible>) -> Self {
        Self::Malformed
    }
}

/// A growing buffer that zeroizes its old allocation; a plain `Vec` would leave secrets behind when it reallocates.
#[derive(Default)]
pub struct ZeroizingBuffer(Zeroizing<Vec<u8>>);

impl Write for ZeroizingBuffer {
    type Error = Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(self.0.capacity() * 2)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

impl ZeroizingBuffer {
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// The encoder used throughout.
pub type Sink = Encoder<ZeroizingBuffer>;

/// A map under construction; entries may come in any order.
#[derive(Default)]
pub struct Map(BTreeMap<u64, Zeroizing<Vec<u8>>>);

impl Map {
    /// Inserts an entry, unless its value is the default.
    pub fn put(
        &mut self,
        key: u64,
        is_default: bool,
        value: impl FnOnce(&mut Sink) -> Result<(), PayloadError>,
    ) -> Result<(), PayloadError> {
        if !is_default {
            let mut sink = Encoder::new(ZeroizingBuffer::default());
            value(&mut sink)?;
            self.0.insert(key, sink.into_writer().into_bytes());
        }
        Ok(())
    }

    /// Inserts a text of bounded length.
    pub fn text(&mut self, key: u64, text: &str, part: LimitedPart) -> Result<(), PayloadError> {
        self.put(key, text.is_empty(), |sink| {
            check_limit(text.len(), part)?;
            sink.str(text)?;
            Ok(())
        })
    }

    /// Inserts a list of bounded length.
    pub fn list<T>(
        &mut self,
        key: u64,
        list: impl ExactSizeIterator<Item = T>,
        part: LimitedPart,
        mut value: impl FnMut(T, &mut Sink) -> Result<(), PayloadError>,
    ) -> Result<(), PayloadError> {
        self.put(key, list.len() == 0, |sink| {
            check_limit(list.len(), part)?;
            sink.array(list.len() as u64)?;
            list.into_iter().try_for_each(|element| value(element, sink))
        })
    }

    /// Adds the unknown entries and writes the map.
    pub fn finish(mut self, unknown: &Unknown, sink: &mut Sink) -> Result<(), PayloadError> {
        for (key, cbor) in unknown.entries() {
            self.0.insert(key, Zeroizing::new(cbor.to_vec()));
        }
        check_limit(self.0.len(), LimitedPart::Entries)?;
        sink.map(self.0.len() as u64)?;
        for (key, value) in &self.0 {
            sink.u64(*key)?;
            let Ok(()) = sink.writer_mut().write_all(value);
        }
        Ok(())
    }
}

/// Whether a map entry is known.
#[derive(PartialEq, Eq)]
pub enum Entry {
    Known,
    Unknown,
}

/// Reads a map. Entries that `entry` reports as unknown are returned unchanged.
pub fn read_map<'b>(
    decoder: &mut Decoder<'b>,
    mut entry: impl FnMut(u64, &mut Decoder<'b>) -> Result<Entry, PayloadError>,
) -> Result<Unknown, PayloadError> {
    let count = length(decoder.map()?, LimitedPart::Entries)?;
    let mut unknown = Unknown::default();
    let mut last = None;
    for _ in 0..count {
        let key = decoder.u64()?;
        if last.is_some_and(|last| last >= key) {
            return Err(PayloadError::Malformed);
        }
        last = Some(key);
        let start = decoder.position();
        if entry(key, decoder)? == Entry::Unknown {
            decoder.set_position(start);
            unknown.keep(key, strict_value(decoder)?);
        }
    }
    Ok(unknown)
}

/// Reads a list of bounded length.
pub fn read_list<'b, T>(
    decoder: &mut Decoder<'b>,
    part: LimitedPart,
    mut element: impl FnMut(&mut Decoder<'b>) -> Result<T, PayloadError>,
) -> Result<Vec<T>, PayloadError> {
    let count = length(decoder.array()?, part)?;
    // Nothing is preallocated, since the claimed count is untrusted.
    (0..count).map(|_| element(decoder)).collect()
}

/// Reads a text of bounded length.
pub fn read_text(decoder: &mut Decoder<'_>, part: LimitedPart) -> Result<String, PayloadError> {
    let text = decoder.str()?;
    check_limit(text.len(), part)?;
    Ok(text.to_owned())
}

/// Reads a byte string of a fixed length.
pub fn read_bytes<const N: usize>(decoder: &mut Decoder<'_>) -> Result<[u8; N], PayloadError> {
    decoder.bytes()?.try_into().map_err(|_| PayloadError::Malformed)
}

/// Reads the header of a list. Fails unless it has exactly `n` elements.
pub fn expect_array(decoder: &mut Decoder<'_>, n: u64) -> Result<(), PayloadError> {
    if decoder.array()? == Some(n) { Ok(()) } else { Err(PayloadError::Malformed) }
}

pub fn check_limit(len: usize, part: LimitedPart) -> Result<(), PayloadError> {
    if len > part.limit() { Err(PayloadError::TooLarge(part)) } else { Ok(()) }
}

fn length(claimed: Option<u64>, part: LimitedPart) -> Result<usize, PayloadError> {
    let len =
        usize::try_from(claimed.ok_or(PayloadError::Malformed)?).map_err(|_| PayloadError::TooLarge(part))?;
    check_limit(len, part).map(|()| len)
}

/// Reads any value and returns its bytes. Fails unless it has the shortest encoding, definite lengths and no floats.
fn strict_value<'b>(decoder: &mut Decoder<'b>) -> Result<&'b [u8], PayloadError> {
    let start = decoder.position();
    let mut again = Encoder::new(ZeroizingBuffer::default());
    copy(decoder, &mut again, limits::DEPTH)?;
    let bytes = decoder.input().get(start..decoder.position()).ok_or(PayloadError::Malformed)?;
    if again.into_writer().into_bytes().as_slice() == bytes {
        Ok(bytes)
    } else {
        Err(PayloadError::Malformed)
    }
}

fn copy(from: &mut Decoder<'_>, to: &mut Sink, depth: usize) -> Result<(), PayloadError> {
    let depth = depth.checked_sub(1).ok_or(PayloadError::TooLarge(LimitedPart::Nesting))?;
    match from.datatype()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => to.u64(from.u64()?)?,
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => to.int(from.int()?)?,
        Type::Bytes => to.bytes(from.bytes()?)?,
        Type::String => to.str(from.str()?)?,
        Type::Bool => to.bool(from.bool()?)?,
        Type::Null => {
            from.null()?;
            to.null()?
        }
        Type::Array => {
            let count = length(from.array()?, LimitedPart::UnknownList)?;
            to.array(count as u64)?;
            return (0..count).try_for_each(|_| copy(from, to, depth));
        }
        Type::Map => {
            let count = length(from.map()?, LimitedPart::UnknownList)?;
            to.map(count as u64)?;
            return (0..count).try_for_each(|_| {
                copy(from, to, depth)?;
                copy(from, to, depth)
            });
        }
        _ => return Err(PayloadError::Malformed),
    };
    Ok(())
}
