//! Seals files into the blob folder.

use std::io::Read;
use std::path::Path;

use rand_core::CryptoRng;
use vault_crypto::{BlobCipher, ChunkPosition, FileKey, make_id};
use vault_wire::blob::{BlobLayout, ChunkHash};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot};

use super::all_or_nothing;
use super::error::DocumentError;
use super::file::{Existing, PendingFile};
use super::list::ChunkList;
use super::media::{HEAD, media_type};
use super::pipeline::{Buffer, as_len, in_parallel};
use super::progress::{Progress, Step};
use super::source::{SourceChanged, SourceFile};
use crate::clock::Timestamp;
use crate::disk::files::sync_folder;
use crate::disk::{BlobFolder, expect_room};
use crate::item::{Attachment, Unknown};

/// The id and key of a document to be sealed. Consumed by one sealing, since other content sealed with the same key
/// would break its confidentiality.
pub struct NewBlob {
    blob_id: BlobId,
    file_key: FileKey,
}

impl NewBlob {
    /// Generates both.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self { blob_id: make_id(rng), file_key: FileKey::make(rng) }
    }

    /// Returns the id and the key, for [`Sealing`].
    #[must_use]
    pub fn into_parts(self) -> (BlobId, FileKey) {
        (self.blob_id, self.file_key)
    }
}

/// A document sealed in the blob folder, with its key, to be referenced by an item.
pub struct SealedDocument {
    /// The reference for the revision's header.
    pub blob: BlobRef,
    /// The hashes of its sealed chunks, in order.
    pub chunks: Vec<ChunkHash>,
    file_key: FileKey,
    size: u64,
    media_type: &'static str,
}

impl SealedDocument {
    /// Returns the chunk list, which allows reading parts of the document.
    #[must_use]
    pub fn chunk_list(&self) -> Option<ChunkList> {
        ChunkList::proven(&self.blob, self.chunks.clone())
    }

    /// Returns the attachment for the item's payload.
    #[must_use]
    pub fn into_attachment(self, name: String, added_at: Timestamp) -> Attachment {
        Attachment {
            blob_id: self.blob.blob_id,
            file_key: self.file_key,
            size: self.size,
            name,
            media_type: self.media_type.to_owned(),
            added_at,
            unknown: Unknown::default(),
        }
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the media type detected from the content.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }
}

/// Seals a file into the blob folder.
///
/// # Errors
/// Returns the errors of [`seal`], and [`DocumentError::NotAFile`] for folders, pipes and devices.
pub fn seal_file(
    source: &Path,
    new: NewBlob,
    blobs: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    let source = SourceFile::open(source)?;
    let size = source.size();
    seal(source, size, new, blobs, progress)
}

/// Seals the content of a reader into the blob folder.
///
/// # Errors
/// Returns [`DocumentError::Changed`] if the source does not have exactly `size` bytes, [`DocumentError::TooLarge`],
/// [`DocumentError::NoRoom`], [`DocumentError::Cancelled`] or [`DocumentError::Io`].
pub fn seal(
    source: impl Read + Send,
    size: u64,
    new: NewBlob,
    blobs: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    let NewBlob { blob_id, file_key } = new;
    let mut sealing = Sealing::start(source, size, blob_id, blobs)?;
    all_or_nothing(progress, |progress| sealing.go_on(&file_key, progress))?;
    Ok(sealing.finish()?.with_key(file_key))
}

/// A document that is being sealed in one pass over its source. It can be paused between two chunks and does not keep
/// the key while paused; no chunk is sealed twice. The temporary file is removed if it is dropped before
/// [`Self::finish`].
pub struct Sealing<S> {
    source: S,
    layout: BlobLayout,
    blob_id: BlobId,
    blobs: BlobFolder,
    pending: PendingFile,
    hashes: Vec<ChunkHash>,
    media_type: &'static str,
}

impl<S: Read + Send> Sealing<S> {
    /// Creates the temporary file. Reads nothing yet.
    ///
    /// # Errors
    /// Returns [`DocumentError::TooLarge`], [`DocumentError::NoRoom`] or [`DocumentError::Io`].
    pub fn start(source: S, size: u64, blob_id: BlobId, blobs: &BlobFolder) -> Result<Self, DocumentError> {
        let layout = BlobLayout::new(size).map_err(|_| DocumentError::TooLarge)?;
        let pending = PendingFile::create(&blobs.prepare(&blob_id)?, Existing::Keep)?;
        expect_room(pending.folder(), layout.sealed())?;
        let (blobs, media_type) = (blobs.clone(), media_type(&[]));
        Ok(Self { source, layout, blob_id, blobs, pending, hashes: Vec::new(), media_type })
    }

    /// Seals the remaining chunks, until all are done or `progress` cancels. `file_key` must be the same in each call.
    ///
    /// # Errors
    /// Returns [`DocumentError::Changed`] if the source does not have the expected length, or [`DocumentError::Io`].
    /// The sealing cannot continue after an error.
    pub fn go_on(&mut self, file_key: &FileKey, progress: Progress<'_>) -> Result<Step, DocumentError> {
        let Self { source, layout, blob_id, blobs: _, pending, hashes, media_type: media } = self;
        let (layout, pending) = (&*layout, &*pending);
        let cipher = &BlobCipher::new(file_key, blob_id);
        let from = u32::try_from(hashes.len()).map_err(|_| DocumentError::TooLarge)?;
        hashes.extend(in_parallel(
            layout,
            from,
            |index, buffer| {
                buffer.resize(as_len(layout.chunk_len(index)), 0);
                let (data, padding) =
                    buffer.split_at_mut_checked(as_len(layout.data_len(index))).unwrap_or_default();
                source.read_exact(data).map_err(map_source_error)?;
                padding.fill(0);
                if index + 1 == layout.chunks() && source.read(&mut [0]).map_err(map_source_error)? > 0 {
                    return Err(DocumentError::Changed);
                }
                if index == 0 {
                    *media = media_type(data.get(..HEAD).unwrap_or(data));
                }
                Ok(())
            },
            || {
                let mut part = pending.part()?;
                Ok(move |index, buffer: &mut Buffer| {
                    // The lengths come from the layout, so they are valid.
                    let place = ChunkPosition::of(index, layout);
                    let hash =
                        cipher.seal_chunk(index, place, buffer).map_err(|_| DocumentError::TooLarge)?;
                    part.write_at(layout.offsets(index).0, buffer)?;
                    Ok(hash)
                })
            },
            progress,
        )?);
        Ok(Step::of(hashes, layout))
    }

    /// Gives the sealed document its name in the blob folder.
    ///
    /// # Errors
    /// Returns [`DocumentError::Cancelled`] if not all chunks are sealed, or [`DocumentError::Io`].
    pub fn finish(self) -> Result<SealedBlob, DocumentError> {
        let Self { source: _, layout, blob_id, blobs, pending, hashes, media_type } = self;
        if Step::of(&hashes, &layout) == Step::Stopped {
            return Err(DocumentError::Cancelled);
        }
        pending.finish()?;
        // The folder of this blob may be new too.
        sync_folder(blobs.path())?;
        Ok(SealedBlob::new(blob_id, &layout, hashes, media_type))
    }
}

/// A document sealed in the blob folder, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBlob {
    blob: BlobRef,
    chunks: Vec<ChunkHash>,
    size: u64,
    media_type: &'static str,
}

impl SealedBlob {
    pub(super) fn new(
        blob_id: BlobId,
        layout: &BlobLayout,
        chunks: Vec<ChunkHash>,
        media_type: &'static str,
    ) -> Self {
        let ct_root = CtRoot::of_chunks(&blob_id, &chunks);
        let blob = BlobRef { blob_id, ct_size: layout.sealed(), ct_root };
        Self { blob, chunks, size: layout.size(), media_type }
    }

    /// Returns the reference for the revision's header.
    #[must_use]
    pub fn blob(&self) -> &BlobRef {
        &self.blob
    }

    /// Adds the key that it was sealed with.
    #[must_use]
    pub fn with_key(self, file_key: FileKey) -> SealedDocument {
        let Self { blob, chunks, size, media_type } = self;
        SealedDocument { blob, chunks, file_key, size, media_type }
    }
}

/// Maps an early end of the source and a change of the file to [`DocumentError::Changed`].
fn map_source_error(error: std::io::Error) -> DocumentError {
    let changed = error.get_ref().is_some_and(|inner| inner.is::<SourceChanged>());
    if changed || error.kind() == std::io::ErrorKind::UnexpectedEof {
        DocumentError::Changed
    } else {
        error.into()
    }
}
