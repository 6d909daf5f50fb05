//! The hashes of a document's sealed chunks, which the chunk root in the signed header covers.

use vault_wire::CtRoot;
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::revision::BlobRef;

use super::all_or_nothing;
use super::error::DocumentError;
use super::open::{fill, sealed_file};
use super::pipeline::{Buffer, in_parallel};
use super::progress::Progress;
use crate::disk::BlobFolder;
use crate::item::Attachment;

/// The hashes of a document's sealed chunks, in their order, proven to be those that were signed.
///
/// Any part of a document can be read with it alone: a chunk is opened only after its hash was found here. A list that
/// was kept is as good as one just made, since it is checked against the signed root; one that was lost is made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkList {
    blob: BlobRef,
    hashes: Vec<ChunkHash>,
}

impl ChunkList {
    /// Takes hashes for the list of a document; none if they are not those signed.
    #[must_use]
    pub fn proven(blob: &BlobRef, hashes: Vec<ChunkHash>) -> Option<Self> {
        let proven = CtRoot::of_chunks(&blob.blob_id, &hashes) == blob.ct_root;
        proven.then_some(Self { blob: *blob, hashes })
    }

    /// Reads a list that was kept; none if it is not the one signed.
    #[must_use]
    pub fn from_bytes(blob: &BlobRef, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<{ size_of::<ChunkHash>() }>();
        // Compared before anything is copied or hashed.
        let chunks = blob.ct_size.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD));
        if !rest.is_empty() || hashes.len() as u64 != chunks {
            return None;
        }
        Self::proven(blob, hashes.to_vec())
    }

    /// The list as it is kept: the hashes one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// Makes the list by reading all of the sealed document once. Nothing is decrypted.
    ///
    /// # Errors
    /// [`DocumentError::Damaged`] if it is not what was signed; cancelled, or the disk.
    pub fn make(
        attachment: &Attachment,
        signed: &BlobRef,
        blobs: &BlobFolder,
        progress: Progress<'_>,
    ) -> Result<Self, DocumentError> {
        let (mut source, layout) = sealed_file(attachment, signed, blobs)?;
        let hashes = all_or_nothing(progress, |progress| {
            in_parallel(
                &layout,
                0,
                |index, buffer| fill(&mut source, &layout, index, buffer),
                || Ok(|_, buffer: &mut Buffer| Ok(chunk_hash(buffer))),
                progress,
            )
        })?;
        Self::proven(signed, hashes).ok_or(DocumentError::Damaged)
    }

    /// The document that it is of.
    #[must_use]
    pub fn blob(&self) -> &BlobRef {
        &self.blob
    }

    /// Whether keeping it saves anything: the hash of a single chunk is made by reading what is wanted anyway.
    #[must_use]
    pub fn is_worth_keeping(&self) -> bool {
        self.hashes.len() > 1
    }

    /// Whether these are the bytes that were sealed and signed in that place.
    pub(crate) fn has(&self, index: u32, sealed: &[u8]) -> bool {
        let signed = usize::try_from(index).ok().and_then(|index| self.hashes.get(index));
        signed.is_some_and(|signed| *signed == chunk_hash(sealed))
    }
}
