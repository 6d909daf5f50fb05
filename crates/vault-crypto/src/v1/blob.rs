//! Sealed documents: a stream of chunks that are sealed and opened independently.

use aead_stream::{NewStream, Nonce, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::cbor::Array;
use vault_wire::{BlobId, Label};

use crate::keys::FileKey;
use crate::v1::derive::derive;
use crate::v1::seal::OpenError;

type Stream = StreamBE32<XChaCha20Poly1305>;

/// The position of a chunk in its stream. The cipher binds it, so truncation is detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkPosition {
    /// Other chunks follow.
    Inner,
    /// The last chunk.
    Last,
}

impl ChunkPosition {
    /// Returns the position of chunk `index` in this layout.
    #[must_use]
    pub fn of(index: u32, layout: &BlobLayout) -> Self {
        if index + 1 == layout.chunks() { Self::Last } else { Self::Inner }
    }

    const fn is_last(self) -> bool {
        matches!(self, Self::Last)
    }
}

/// The chunk is empty, too long, or shorter than a full chunk without being the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a document chunk must have {CHUNK_SIZE} bytes, the last one at least 1")]
pub struct ChunkLengthError;

/// Seals and opens the chunks of one document, in any order and from several threads.
pub struct BlobCipher(Stream);

impl BlobCipher {
    /// Derives the stream's cipher. Use a file key and blob id for one read of one source only: sealing other
    /// bytes with them reuses nonces and reveals both.
    #[must_use]
    pub fn new(file_key: &FileKey, blob_id: &BlobId) -> Self {
        let ikm = file_key.expose_bytes();
        let key = Array::labelled(Label::BLOB).bytes(blob_id.as_bytes()).uint(CHUNK_SIZE.into());
        let key = derive::<32>(&[], ikm, &key);
        let prefix = Array::labelled(Label::BLOB_NONCE).bytes(blob_id.as_bytes());
        let prefix = derive::<19>(&[], ikm, &prefix);
        let prefix = Nonce::<XChaCha20Poly1305, Stream>::from(*prefix.expose());
        Self(Stream::new(key.expose().into(), &prefix))
    }

    /// Seals chunk `index` in place and returns the hash of the sealed bytes. A buffer with capacity for
    /// [`CHUNK_SIZE`] + [`CHUNK_OVERHEAD`] bytes is not reallocated.
    ///
    /// # Errors
    /// If the buffer's length does not fit the position; the buffer is unchanged.
    pub fn seal_chunk(
        &self,
        index: u32,
        position: ChunkPosition,
        buffer: &mut Vec<u8>,
    ) -> Result<ChunkHash, ChunkLengthError> {
        if !fits(buffer.len(), position) {
            return Err(ChunkLengthError);
        }
        self.0.encrypt_in_place(index, position.is_last(), &[], buffer).map_err(|_| ChunkLengthError)?;
        Ok(chunk_hash(buffer))
    }

    /// Opens chunk `index` in place. Check its hash against the signed list first.
    ///
    /// # Errors
    /// If it is not the chunk that was sealed at that position.
    pub fn open_chunk(
        &self,
        index: u32,
        position: ChunkPosition,
        buffer: &mut Vec<u8>,
    ) -> Result<(), OpenError> {
        let overhead = usize::try_from(CHUNK_OVERHEAD).unwrap_or(usize::MAX);
        if !fits(buffer.len().saturating_sub(overhead), position) {
            return Err(OpenError);
        }
        self.0.decrypt_in_place(index, position.is_last(), &[], buffer).map_err(|_| OpenError)
    }
}

fn fits(len: usize, position: ChunkPosition) -> bool {
    match (u32::try_from(len), position) {
        (Ok(len), ChunkPosition::Inner) => len == CHUNK_SIZE,
        (Ok(len), ChunkPosition::Last) => 0 < len && len <= CHUNK_SIZE,
        (Err(_), _) => false,
    }
}

/// Checks that the padding of an opened chunk is zeros.
///
/// # Errors
/// If it is not, or the chunk's length does not match the layout.
pub fn check_zero_padding(index: u32, layout: &BlobLayout, chunk: &[u8]) -> Result<(), OpenError> {
    let len = usize::try_from(layout.chunk_len(index)).map_err(|_| OpenError)?;
    let data = usize::try_from(layout.data_len(index)).map_err(|_| OpenError)?;
    let zeros = chunk.get(data..).ok_or(OpenError)?;
    if chunk.len() == len && zeros.iter().all(|&byte| byte == 0) { Ok(()) } else { Err(OpenError) }
}
