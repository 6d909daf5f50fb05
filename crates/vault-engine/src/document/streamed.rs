//! Seals a document whose length is not known before its end, such as the output of another program.

use vault_crypto::{BlobCipher, ChunkPosition, FileKey};
use vault_wire::BlobId;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash};

use super::error::DocumentError;
use super::file::{Existing, PendingFile};
use super::media::{HEAD, media_type};
use super::pipeline::{Buffer, as_len};
use super::seal::SealedBlob;
use crate::disk::files::sync_folder;
use crate::disk::{BlobFolder, expect_room};

/// A document that is given piece by piece. One chunk of it is in memory; no key is. The temporary file is removed if this
/// is dropped before [`Self::finish`].
pub struct StreamSealing {
    blob_id: BlobId,
    blobs: BlobFolder,
    pending: PendingFile,
    /// The bytes that are not sealed yet, at most a chunk.
    chunk: Buffer,
    size: u64,
    hashes: Vec<ChunkHash>,
    media_type: &'static str,
}

impl StreamSealing {
    /// Creates the temporary file.
    ///
    /// # Errors
    /// Returns [`DocumentError::Io`].
    pub fn start(blob_id: BlobId, blobs: &BlobFolder) -> Result<Self, DocumentError> {
        let pending = PendingFile::create(&blobs.prepare(&blob_id)?, Existing::Keep)?;
        // With room for the tag, so that no copy of the bytes is left behind by growing.
        let chunk = Buffer::new(Vec::with_capacity(as_len(CHUNK_SIZE) + as_len(CHUNK_OVERHEAD)));
        let (blobs, media_type) = (blobs.clone(), media_type(&[]));
        Ok(Self { blob_id, blobs, pending, chunk, size: 0, hashes: Vec::new(), media_type })
    }

    /// Takes bytes until a chunk is full, and returns their number. It is 0 if [`Self::seal_chunk`] must come first.
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        let room = as_len(CHUNK_SIZE).saturating_sub(self.chunk.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.chunk.extend_from_slice(taken);
        self.size += taken.len() as u64;
        if self.hashes.is_empty() {
            self.media_type = media_type(self.chunk.get(..HEAD).unwrap_or(&self.chunk));
        }
        taken.len()
    }

    /// Returns the number of bytes so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the media type detected from the first bytes, of which there should be a chunk or all.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Seals a full chunk after which more bytes follow. The key must be the same in each call.
    ///
    /// # Errors
    /// Returns [`DocumentError::TooLarge`], [`DocumentError::NoRoom`] or [`DocumentError::Io`].
    pub fn seal_chunk(&mut self, file_key: &FileKey) -> Result<(), DocumentError> {
        let layout = BlobLayout::new(self.size + 1).map_err(|_| DocumentError::TooLarge)?;
        self.seal(file_key, &layout, ChunkPosition::Inner)
    }

    /// Seals the rest with the padding, and gives the sealed document its name in the blob folder.
    ///
    /// # Errors
    /// As [`Self::seal_chunk`].
    pub fn finish(mut self, file_key: &FileKey) -> Result<SealedBlob, DocumentError> {
        let layout = BlobLayout::new(self.size).map_err(|_| DocumentError::TooLarge)?;
        while self.next()? < layout.chunks() {
            let index = self.next()?;
            self.chunk.resize(as_len(layout.chunk_len(index)), 0);
            self.seal(file_key, &layout, ChunkPosition::of(index, &layout))?;
        }
        let Self { blob_id, blobs, pending, hashes, media_type, .. } = self;
        pending.finish()?;
        // The folder of this blob may be new too.
        sync_folder(blobs.path())?;
        Ok(SealedBlob::new(blob_id, &layout, hashes, media_type))
    }

    /// The index of the next chunk.
    fn next(&self) -> Result<u32, DocumentError> {
        u32::try_from(self.hashes.len()).map_err(|_| DocumentError::TooLarge)
    }

    fn seal(
        &mut self,
        key: &FileKey,
        layout: &BlobLayout,
        place: ChunkPosition,
    ) -> Result<(), DocumentError> {
        let index = self.next()?;
        expect_room(self.pending.folder(), u64::from(CHUNK_SIZE + CHUNK_OVERHEAD))?;
        let cipher = BlobCipher::new(key, &self.blob_id);
        let hash = cipher.seal_chunk(index, place, &mut self.chunk).map_err(|_| DocumentError::TooLarge)?;
        self.pending.part()?.write_at(layout.offsets(index).0, &self.chunk)?;
        self.hashes.push(hash);
        self.chunk.clear();
        Ok(())
    }
}
