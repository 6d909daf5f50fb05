//! Sealed documents on their way to and from a server.

use crate::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash};
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::{MAX_CHUNKS, MAX_RANGES, list};
use crate::{BlobId, CtRoot, VaultId};

/// Says which document will be sent. The number of chunks and the length of each follow from its sealed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeclareBlob {
    /// The document.
    pub blob_id: BlobId,
    /// Its padded length and chunks.
    layout: BlobLayout,
}

impl DeclareBlob {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Declares a document of so many sealed bytes; none if no document is sealed to that length.
    #[must_use]
    pub fn new(blob_id: BlobId, sealed: u64) -> Option<Self> {
        let chunks = sealed.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD));
        let padded = sealed.checked_sub(chunks * u64::from(CHUNK_OVERHEAD))?;
        // A padded length is its own padded length, and no other sealed length leads to it.
        let layout = BlobLayout::new(padded).ok()?;
        (layout.padded() == padded && layout.sealed() == sealed).then_some(Self { blob_id, layout })
    }

    /// How the bytes lie: of the padded document, since nobody but its readers knows more.
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

/// Chunks that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkRange {
    /// The first.
    pub first: u32,
    /// How many; at least one.
    pub count: u32,
}

impl ChunkRange {
    fn end(self) -> u64 {
        u64::from(self.first) + u64::from(self.count)
    }
}

/// The chunks of a declared document that have not arrived, in rising order. If they lie in more pieces than one
/// message tells, these are the first, and the document is declared again after they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingChunks {
    /// The pieces, with something between each two.
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
        let ranges = list(reader, MAX_RANGES, |reader| {
            reader.array(2)?;
            Ok(ChunkRange { first: reader.uint32()?, count: reader.uint32()? })
        })?;
        let missing = Self { ranges };
        if missing.consistent() { Ok(missing) } else { Err(DecodeError::Malformed) }
    }
}

/// The hashes of a document's chunks. They stand in one byte string: at the most it is 8 MiB, where an array of a
/// quarter of a million strings would be an eighth longer and slower to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkList {
    /// The document.
    pub blob_id: BlobId,
    /// A hash for each chunk, in their order; at least one.
    pub hashes: Vec<ChunkHash>,
}

impl ChunkList {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// The chunk root, to be compared with the one in a signed header before any chunk is opened.
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

/// Puts a document of one vault into another on the same server, without sending it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyBlob {
    /// The vault that has it.
    pub from_vault: VaultId,
    /// The document; it keeps its id.
    pub blob_id: BlobId,
}

impl CopyBlob {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for CopyBlob {
    const MAX_LEN: usize = 2 + 17 + 17;

    fn write(&self) -> Array {
        let Self { from_vault, blob_id } = self;
        Array::new().uint(Self::VERSION).bytes(from_vault.as_bytes()).bytes(blob_id.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        Ok(Self { from_vault: reader.fixed()?, blob_id: reader.fixed()? })
    }
}
