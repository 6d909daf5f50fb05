//! The hashes of a document's sealed chunks, covered by the chunk root in the signed header.

use std::io::Read;

use vault_wire::CtRoot;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::revision::BlobRef;

use super::all_or_nothing;
use super::error::DocumentError;
use super::pipeline::{Buffer, in_parallel};
use super::progress::Progress;
use super::sealed_file::{fill, sealed_file};
use crate::disk::BlobFolder;
use crate::item::Attachment;

/// The hashes of a document's sealed chunks, in order, verified against the signed root.
///
/// It allows reading any part of a document: a chunk is decrypted only after its hash was found here. A stored list is
/// as trustworthy as a new one, since it is checked against the signed root; a lost one can be recreated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkList {
    blob: BlobRef,
    hashes: Vec<ChunkHash>,
}

impl ChunkList {
    /// Creates the list from hashes. Returns `None` if they do not match the signed root.
    #[must_use]
    pub fn proven(blob: &BlobRef, hashes: Vec<ChunkHash>) -> Option<Self> {
        let proven = CtRoot::of_chunks(&blob.blob_id, &hashes) == blob.ct_root;
        proven.then_some(Self { blob: *blob, hashes })
    }

    /// Parses a stored list. Returns `None` if it does not match the signed root.
    #[must_use]
    pub fn from_bytes(blob: &BlobRef, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<{ size_of::<ChunkHash>() }>();
        if rest.is_empty() { Self::received(blob, hashes) } else { None }
    }

    /// Creates the list from the hashes that a server returned. Returns `None` if they are not those of the document.
    #[must_use]
    pub fn received(blob: &BlobRef, hashes: &[ChunkHash]) -> Option<Self> {
        // Check the length before copying and hashing.
        let chunks = blob.ct_size.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD));
        if hashes.len() as u64 == chunks { Self::proven(blob, hashes.to_vec()) } else { None }
    }

    /// Returns the stored format: the concatenated hashes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// Creates the list by reading the whole sealed document once. Nothing is decrypted.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if the document does not match the signed root, [`DocumentError::Cancelled`]
    /// or [`DocumentError::Io`].
    pub fn make(
        attachment: &Attachment,
        signed: &BlobRef,
        blobs: &BlobFolder,
        progress: Progress<'_>,
    ) -> Result<Self, DocumentError> {
        let (source, layout) = sealed_file(attachment, signed, blobs)?;
        Self::of_file(source, signed, &layout, progress)
    }

    /// The same for a file that was opened.
    pub(crate) fn of_file(
        mut source: impl Read + Send,
        signed: &BlobRef,
        layout: &BlobLayout,
        progress: Progress<'_>,
    ) -> Result<Self, DocumentError> {
        let hashes = all_or_nothing(progress, |progress| {
            in_parallel(
                layout,
                0,
                |index, buffer| fill(&mut source, layout, index, buffer),
                || Ok(|_, buffer: &mut Buffer| Ok(chunk_hash(buffer))),
                progress,
            )
        })?;
        Self::proven(signed, hashes).ok_or(DocumentError::Damaged)
    }

    /// Returns the reference of the document.
    #[must_use]
    pub fn blob(&self) -> &BlobRef {
        &self.blob
    }

    /// Returns whether storing the list saves work. With a single chunk it does not: that chunk is read anyway.
    #[must_use]
    pub fn is_worth_keeping(&self) -> bool {
        self.hashes.len() > 1
    }

    /// Returns whether the hash of a sealed chunk is the signed one.
    pub(crate) fn has(&self, index: u32, sealed: &[u8]) -> bool {
        let signed = usize::try_from(index).ok().and_then(|index| self.hashes.get(index));
        signed.is_some_and(|signed| *signed == chunk_hash(sealed))
    }
}
