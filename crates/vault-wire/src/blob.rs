//! Public metadata of sealed documents: sizes, and the hash over the chunks.

use crate::cbor::Array;
use crate::{BlobId, CtRoot, Label};

/// Plaintext bytes of every chunk but the last.
pub const CHUNK_SIZE: u32 = 4 * 1024 * 1024;
/// Bytes that sealing adds to each chunk.
pub const CHUNK_OVERHEAD: u32 = 16;
/// The largest document: 1 TiB.
pub const MAX_DOCUMENT: u64 = 1 << 40;
/// The minimum padded length of a document.
pub const MIN_PADDED: u64 = 4096;

/// The BLAKE3 hash of one sealed chunk.
pub type ChunkHash = [u8; 32];

/// Hashes one sealed chunk.
#[must_use]
pub fn chunk_hash(sealed: &[u8]) -> ChunkHash {
    blake3::hash(sealed).into()
}

impl CtRoot {
    /// Hashes a document's chunk hashes, in order.
    #[must_use]
    pub fn of_chunks(blob_id: &BlobId, chunks: &[ChunkHash]) -> Self {
        let list = chunks.iter().fold(Array::new(), |list, chunk| list.bytes(chunk));
        Self::from_bytes(Array::labelled(Label::BLOB_ROOT).bytes(blob_id.as_bytes()).array(&list).sha256())
    }
}

/// The document is larger than the format allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document is larger than {MAX_DOCUMENT} bytes")]
pub struct DocumentTooLarge;

/// The chunk layout of a document of known size, padded and sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobLayout {
    size: u64,
    padded: u64,
}

impl BlobLayout {
    /// Computes the layout of a document of `size` bytes.
    ///
    /// # Errors
    /// If it is larger than [`MAX_DOCUMENT`].
    pub fn new(size: u64) -> Result<Self, DocumentTooLarge> {
        if size > MAX_DOCUMENT {
            return Err(DocumentTooLarge);
        }
        Ok(Self { size, padded: padme(size.max(MIN_PADDED)) })
    }

    /// Returns the document's own length.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the length including zero padding.
    #[must_use]
    pub const fn padded(&self) -> u64 {
        self.padded
    }

    /// Returns the number of chunks.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        // At most 2¹⁸ for the largest document, so the conversion always succeeds.
        u32::try_from(self.padded.div_ceil(CHUNK_SIZE.into())).unwrap_or(u32::MAX)
    }

    /// Returns the length of the sealed stream.
    #[must_use]
    pub fn sealed(&self) -> u64 {
        self.padded + u64::from(self.chunks()) * u64::from(CHUNK_OVERHEAD)
    }

    /// Returns the offsets of chunk `index` in the sealed stream and in the padded document.
    #[must_use]
    pub fn offsets(&self, index: u32) -> (u64, u64) {
        let index = u64::from(index);
        (index * u64::from(CHUNK_SIZE + CHUNK_OVERHEAD), index * u64::from(CHUNK_SIZE))
    }

    /// Returns the plaintext length of chunk `index`, padding included; 0 beyond the last chunk.
    #[must_use]
    pub fn chunk_len(&self, index: u32) -> u32 {
        Self::part_of(self.padded, index)
    }

    /// Returns the number of those bytes that belong to the document itself; the others are zeros.
    #[must_use]
    pub fn data_len(&self, index: u32) -> u32 {
        Self::part_of(self.size, index)
    }

    /// Returns the number of the first `total` bytes that are in chunk `index`.
    fn part_of(total: u64, index: u32) -> u32 {
        let left = total.saturating_sub(u64::from(index) * u64::from(CHUNK_SIZE));
        u32::try_from(left).map_or(CHUNK_SIZE, |left| left.min(CHUNK_SIZE))
    }
}

/// Rounds a length up to limit what it reveals: Padmé keeps as many leading bits as the length's exponent has
/// (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019). Adds at most 12 %.
#[must_use]
pub const fn padme(len: u64) -> u64 {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1 << (exponent - kept)) - 1;
    // Saturates only within the last step below 2⁶⁴, far above any document.
    len.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_hashed_with_blake3() {
        // From the official test vectors.
        for (chunk, hash) in [
            (
                &[][..],
                *b"\xaf\x13\x49\xb9\xf5\xf9\xa1\xa6\xa0\x40\x4d\xea\x36\xdc\xc9\x49\
                \x9b\xcb\x25\xc9\xad\xc1\x12\xb7\xcc\x9a\x93\xca\xe4\x1f\x32\x62",
            ),
            (
                &[0][..],
                *b"\x2d\x3a\xde\xdf\xf1\x1b\x61\xf1\x4c\x88\x6e\x35\xaf\xa0\x36\x73\
                \x6d\xcd\x87\xa7\x4d\x27\xb5\xc1\x51\x02\x25\xd0\xf5\x92\xe2\x13",
            ),
        ] {
            assert_eq!(chunk_hash(chunk), hash);
        }
    }
}
