//! Upload and download of sealed documents.

use crate::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash};
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::{MAX_CHUNKS, MAX_RANGES};
use crate::{BlobId, CtRoot};

/// Announces a document upload. Number and lengths of chunks follow from the sealed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclareBlob {
    /// The document.
    pub blob_id: BlobId,
    /// Padded length and chunks.
    layout: BlobLayout,
}

impl DeclareBlob {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Declares a document of `sealed` bytes; `None` if no document has that sealed length.
    #[must_use]
    pub fn new(blob_id: BlobId, sealed: u64) -> Option<Self> {
        let chunks = sealed.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD));
        let padded = sealed.checked_sub(chunks * u64::from(CHUNK_OVERHEAD))?;
        // Padding is idempotent, and sealing maps padded lengths to sealed lengths one to one.
        let layout = BlobLayout::new(padded).ok()?;
        (layout.padded() == padded && layout.sealed() == sealed).then_some(Self { blob_id, layout })
    }

    /// Returns the layout of the padded document; only its readers know the unpadded size.
    #[must_use]
    pub const fn layout(&self) -> &BlobLayout {
        &self.layout
    }
}

impl Canonical for DeclareBlob {
    const MAX_LEN: usize = 2 + 17 + 9;

    fn write(&self) -> Array {
        let Self { blob_id, layout } = self;
        Array::new().uint(Self::VERSION).bytes(blob_id.as_bytes()).uint(layout.sealed())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        let blob_id = reader.fixed()?;
        Self::new(blob_id, reader.uint()?).ok_or(DecodeError::Malformed)
    }
}

/// A range of consecutive chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkRange {
    /// The first chunk.
    pub first: u32,
    /// Number of chunks; at least one.
    pub count: u32,
}

impl ChunkRange {
    fn end(self) -> u64 {
        u64::from(self.first) + u64::from(self.count)
    }
}

/// The missing chunks of a declared document, in ascending order. If there are more ranges than one message
/// may contain, these are the first, and the document is declared again after they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingChunks {
    /// The ranges, with gaps between them.
    pub ranges: Vec<ChunkRange>,
}

impl MissingChunks {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    fn consistent(&self) -> bool {
        let within = |range: &ChunkRange| range.count > 0 && range.end() <= u64::from(MAX_CHUNKS);
        self.ranges.iter().all(within) && self.ranges.is_sorted_by(|a, b| a.end() < u64::from(b.first))
    }
}

impl Canonical for MissingChunks {
    const MAX_LEN: usize = 5 + 11 * 4096;

    fn write(&self) -> Array {
        let ranges = self.ranges.iter().fold(Array::new(), |list, ChunkRange { first, count }| {
            list.array(&Array::new().uint((*first).into()).uint((*count).into()))
        });
        Array::new().uint(Self::VERSION).array(&ranges)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        reader.version(Self::VERSION)?;
        let ranges = reader.list(MAX_RANGES, |reader| {
            reader.array(2)?;
            Ok(ChunkRange { first: reader.uint32()?, count: reader.uint32()? })
        })?;
        let missing = Self { ranges };
        if missing.consistent() { Ok(missing) } else { Err(DecodeError::Malformed) }
    }
}

/// The hashes of a document's chunks, concatenated in one byte string of at most 8 MiB; an array of byte
/// strings would be an eighth longer and slower to parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkList {
    /// The document.
    pub blob_id: BlobId,
    /// One hash per chunk, in order; at least one.
    pub hashes: Vec<ChunkHash>,
}

impl ChunkList {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the chunk root. Compare it with the one in the signed header before opening any chunk.
    #[must_use]
    pub fn root(&self) -> CtRoot {
        CtRoot::of_chunks(&self.blob_id, &self.hashes)
    }
}

impl Canonical for ChunkList {
    const MAX_LEN: usize = 2 + 17 + 5 + 32 * MAX_CHUNKS as usize;

    fn write(&self) -> Array {
        let Self { blob_id, hashes } = self;
        Array::new().uint(Self::VERSION).bytes(blob_id.as_bytes()).bytes(hashes.as_flattened())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        let blob_id = reader.fixed()?;
        let (hashes, []) = reader.bytes_up_to(32 * MAX_CHUNKS as usize)?.as_chunks() else {
            return Err(DecodeError::Malformed);
        };
        if hashes.is_empty() {
            Err(DecodeError::Malformed)
        } else {
            Ok(Self { blob_id, hashes: hashes.to_vec() })
        }
    }
}
