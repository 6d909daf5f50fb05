//! Taking a file in.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rand_core::CryptoRng;
use vault_crypto::{BlobCipher, FileKey, Place, make_id};
use vault_wire::blob::{BlobLayout, ChunkHash};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot};

use super::file::{Existing, Pending};
use super::media::{HEAD, media_type};
use super::pipeline::{Buffer, as_len, in_parallel};
use super::{DocumentError, Progress};
use crate::item::{Attachment, Timestamp, Unknown};
use crate::profile::files::sync_folder;
use crate::session::BlobFolder;

/// The name and key of a document that is about to be sealed. It is used up by one reading of one source: other bytes
/// under the same key would give both away.
pub struct NewBlob {
    blob_id: BlobId,
    file_key: FileKey,
}

impl NewBlob {
    /// Draws both.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self { blob_id: make_id(rng), file_key: FileKey::make(rng) }
    }
}

/// A document that lies sealed in the blob folder, to be named by an item.
pub struct SealedDocument {
    /// What the revision's header says of it.
    pub blob: BlobRef,
    /// The hashes of its sealed chunks, in their order.
    pub chunks: Vec<ChunkHash>,
    file_key: FileKey,
    size: u64,
    media_type: &'static str,
}

impl SealedDocument {
    /// What the item's payload says of it.
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

    /// Its length in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The media type found from its content.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }
}

/// Seals a file into the blob folder.
///
/// # Errors
/// See [`seal`]; [`DocumentError::NotAFile`] for folders, pipes and devices.
pub fn seal_file(
    source: &Path,
    new: NewBlob,
    blobs: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    // Asked before opening too: to open a pipe would wait for its other end.
    if !source.metadata()?.is_file() {
        return Err(DocumentError::NotAFile);
    }
    let file = File::open(source)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(DocumentError::NotAFile);
    }
    seal(file, metadata.len(), new, blobs, progress)
}

/// Seals what a source gives into the blob folder.
///
/// # Errors
/// [`DocumentError::Changed`] if the source does not give exactly `size` bytes; too large; cancelled; the disk.
pub fn seal(
    mut source: impl Read + Send,
    size: u64,
    new: NewBlob,
    blobs: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    let NewBlob { blob_id, file_key } = new;
    let layout = BlobLayout::new(size).map_err(|_| DocumentError::TooLarge)?;
    let cipher = &BlobCipher::new(&file_key, &blob_id);
    let path = blobs.prepare(&blob_id)?;
    let pending = Pending::beside(&path, Existing::Keep)?;

    let mut media = media_type(&[]);
    let chunks = in_parallel(
        &layout,
        |index, buffer| {
            buffer.resize(as_len(layout.chunk_len(index)), 0);
            let (data, padding) =
                buffer.split_at_mut_checked(as_len(layout.data_len(index))).unwrap_or_default();
            source.read_exact(data).map_err(shorter)?;
            padding.fill(0);
            if index + 1 == layout.chunks() && source.read(&mut [0])? > 0 {
                return Err(DocumentError::Changed);
            }
            if index == 0 {
                media = media_type(data.get(..HEAD).unwrap_or(data));
            }
            Ok(())
        },
        || {
            let mut part = pending.part()?;
            Ok(move |index, buffer: &mut Buffer| {
                // The lengths are the layout's own, so sealing cannot fail on them.
                let place = Place::of(index, &layout);
                let hash = cipher.seal_chunk(index, place, buffer).map_err(|_| DocumentError::TooLarge)?;
                part.write_at(layout.offsets(index).0, buffer)?;
                Ok(hash)
            })
        },
        progress,
    )?;

    pending.finish()?;
    // The folder of this blob may be new as well.
    let _ = sync_folder(blobs.path());
    let ct_root = CtRoot::of_chunks(&blob_id, &chunks);
    let blob = BlobRef { blob_id, ct_size: layout.sealed(), ct_root };
    Ok(SealedDocument { blob, chunks, file_key, size, media_type: media })
}

fn shorter(error: std::io::Error) -> DocumentError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof { DocumentError::Changed } else { error.into() }
}
