//! Taking a file in.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use vault_crypto::{BlobCipher, FileKey, Place, make_id};
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, ChunkHash};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot};

use super::file::{Existing, Pending};
use super::media::{HEAD, media_type};
use super::pipeline::in_order;
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
    sha256: [u8; 32],
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
            sha256: self.sha256,
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
    mut source: impl Read,
    size: u64,
    new: NewBlob,
    blobs: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    let NewBlob { blob_id, file_key } = new;
    let layout = BlobLayout::new(size).map_err(|_| DocumentError::TooLarge)?;
    let cipher = BlobCipher::new(&file_key, &blob_id);
    let path = blobs.prepare(&blob_id)?;
    let mut pending = Pending::beside(&path, Existing::Keep)?;

    let mut whole = Sha256::new();
    let mut media = media_type(&[]);
    let mut chunks = Vec::new();
    let capacity = as_len(layout.chunk_len(0)) + as_len(CHUNK_OVERHEAD);
    in_order(
        layout.chunks(),
        capacity,
        |index, buffer| {
            buffer.clear();
            buffer.resize(as_len(layout.chunk_len(index)), 0);
            let data = buffer.get_mut(..as_len(layout.data_len(index))).unwrap_or_default();
            source.read_exact(data).map_err(shorter)?;
            if index + 1 == layout.chunks() && source.read(&mut [0])? > 0 {
                return Err(DocumentError::Changed);
            }
            if index == 0 {
                media = media_type(data.get(..HEAD).unwrap_or(data));
            }
            whole.update(data);
            Ok(())
        },
        // The lengths are the layout's own, so sealing cannot fail on them.
        |index, buffer| {
            let place = Place::of(index, &layout);
            cipher.seal_chunk(index, place, buffer).map_err(|_| DocumentError::TooLarge)
        },
        |index, buffer, hash: ChunkHash| {
            pending.file().write_all(buffer)?;
            chunks.push(hash);
            let (_, start) = layout.offsets(index);
            let done = start + u64::from(layout.data_len(index));
            if progress(done).is_break() { Err(DocumentError::Cancelled) } else { Ok(()) }
        },
    )?;

    pending.finish()?;
    // The folder of this blob may be new as well.
    let _ = sync_folder(blobs.path());
    let ct_root = CtRoot::of_chunks(&blob_id, &chunks);
    let blob = BlobRef { blob_id, ct_size: layout.sealed(), ct_root };
    Ok(SealedDocument { blob, chunks, file_key, size, sha256: whole.finalize().into(), media_type: media })
}

fn shorter(error: std::io::Error) -> DocumentError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof { DocumentError::Changed } else { error.into() }
}

/// Lengths within a chunk fit everywhere.
pub fn as_len(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}
