//! Sealed documents: a stream of chunks that are sealed and opened each on its own.

use aead_stream::{NewStream, Nonce, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::cbor::Array;
use vault_wire::{BlobId, Label};

use crate::v1::derive::derive;
use crate::{FileKey, OpenError};

type Stream = StreamBE32<XChaCha20Poly1305>;

/// Where a chunk stands in its stream. The cipher binds it, so a stream cannot be cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Others follow.
    Inner,
    /// It is the last.
    Last,
}

impl Place {
    /// The place of chunk `index` of a document laid out so.
    #[must_use]
    pub fn of(index: u32, layout: &BlobLayout) -> Self {
        if index + 1 == layout.chunks() { Self::Last } else { Self::Inner }
    }

    const fn is_last(self) -> bool {
        matches!(self, Self::Last)
    }
}

/// A chunk that cannot be sealed: it is empty, too long, or not full and yet not the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a chunk of a document has {CHUNK_SIZE} bytes, the last one fewer but some")]
pub struct ChunkLengthError;

/// Seals and opens the chunks of one document, in any order and from several threads at once.
pub struct BlobCipher(Stream);

impl BlobCipher {
    /// Derives the stream's cipher. A file key and blob id are for one reading of one source: sealing other bytes
    /// with them would give both away.
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

    /// Seals chunk `index` in place and gives the hash of the sealed bytes. Give the buffer room for
    /// [`CHUNK_SIZE`] + [`CHUNK_OVERHEAD`] bytes once, and it never moves.
    ///
    /// # Errors
    /// If the buffer's length is not that of a chunk in that place; the buffer is as it was.
    pub fn seal_chunk(
        &self,
        index: u32,
        place: Place,
        buffer: &mut Vec<u8>,
    ) -> Result<ChunkHash, ChunkLengthError> {
        if !fits(buffer.len(), place) {
            return Err(ChunkLengthError);
        }
        self.0.encrypt_in_place(index, place.is_last(), &[], buffer).map_err(|_| ChunkLengthError)?;
        Ok(chunk_hash(buffer))
    }

    /// Opens chunk `index` in place. Check its hash against the signed list before.
    ///
    /// # Errors
    /// If it is not the chunk that was sealed in that place.
    pub fn open_chunk(&self, index: u32, place: Place, buffer: &mut Vec<u8>) -> Result<(), OpenError> {
        let overhead = usize::try_from(CHUNK_OVERHEAD).unwrap_or(usize::MAX);
        if !fits(buffer.len().saturating_sub(overhead), place) {
            return Err(OpenError);
        }
        self.0.decrypt_in_place(index, place.is_last(), &[], buffer).map_err(|_| OpenError)
    }
}

fn fits(len: usize, place: Place) -> bool {
    match (u32::try_from(len), place) {
        (Ok(len), Place::Inner) => len == CHUNK_SIZE,
        (Ok(len), Place::Last) => 0 < len && len <= CHUNK_SIZE,
        (Err(_), _) => false,
    }
}

/// Checks that the part of an opened chunk that does not belong to the document is zeros.
///
/// # Errors
/// If it is not, or the chunk's length is another than the document's size gives.
pub fn check_zeros(index: u32, layout: &BlobLayout, chunk: &[u8]) -> Result<(), OpenError> {
    let len = usize::try_from(layout.chunk_len(index)).map_err(|_| OpenError)?;
    let data = usize::try_from(layout.data_len(index)).map_err(|_| OpenError)?;
    let zeros = chunk.get(data..).ok_or(OpenError)?;
    if chunk.len() == len && zeros.iter().all(|&byte| byte == 0) { Ok(()) } else { Err(OpenError) }
}
