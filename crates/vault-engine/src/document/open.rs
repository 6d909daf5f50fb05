//! Writing a document out, and looking into it.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use vault_crypto::{BlobCipher, Place, check_zeros};
use vault_wire::CtRoot;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, chunk_hash};
use vault_wire::revision::BlobRef;
use zeroize::Zeroizing;

use super::file::{Existing, Pending};
use super::pipeline::{Buffer, as_len, in_parallel};
use super::{DocumentError, Progress};
use crate::item::Attachment;
use crate::session::BlobFolder;

/// Opens a document into a file, which appears only if every check held: each chunk, and the hash over all sealed
/// chunks as signed.
///
/// # Errors
/// [`DocumentError::Damaged`] if a check fails, [`DocumentError::Exists`], cancelled, or the disk.
pub fn open_to_file(
    attachment: &Attachment,
    blob: &BlobRef,
    blobs: &BlobFolder,
    target: &Path,
    existing: Existing,
    progress: Progress<'_>,
) -> Result<(), DocumentError> {
    let (mut source, layout) = open_sealed(attachment, blobs)?;
    if blob.blob_id != attachment.blob_id || blob.ct_size != layout.sealed() {
        return Err(DocumentError::Damaged);
    }
    let cipher = &BlobCipher::new(&attachment.file_key, &attachment.blob_id);
    let pending = Pending::beside(target, existing)?;

    let chunks = in_parallel(
        &layout,
        |index, buffer| {
            buffer.resize(as_len(layout.chunk_len(index)) + as_len(CHUNK_OVERHEAD), 0);
            source.read_exact(buffer).map_err(shorter)
        },
        || {
            let mut part = pending.part()?;
            Ok(move |index, buffer: &mut Buffer| {
                let hash = chunk_hash(buffer);
                cipher
                    .open_chunk(index, Place::of(index, &layout), buffer)
                    .map_err(|_| DocumentError::Damaged)?;
                check_zeros(index, &layout, buffer).map_err(|_| DocumentError::Damaged)?;
                let data = buffer.get(..as_len(layout.data_len(index))).ok_or(DocumentError::Damaged)?;
                part.write_at(layout.offsets(index).1, data)?;
                Ok(hash)
            })
        },
        progress,
    )?;

    if CtRoot::of_chunks(&blob.blob_id, &chunks) != blob.ct_root {
        return Err(DocumentError::Damaged);
    }
    pending.finish()
}

/// Reads parts of a document into memory, for previews.
///
/// Each chunk is checked on its own, by a key that only the signed item has; the hashes over the whole are not.
pub struct DocumentReader {
    file: File,
    cipher: BlobCipher,
    layout: BlobLayout,
    /// The chunk opened last: what reads, reads on.
    opened: Option<(u32, Zeroizing<Vec<u8>>)>,
}

impl DocumentReader {
    /// The most that is read at once.
    pub const MAX_READ: usize = 16 << 20;

    /// Opens a document for reading.
    ///
    /// # Errors
    /// [`DocumentError::Damaged`] if it is missing or of another length, or the disk.
    pub fn new(attachment: &Attachment, blobs: &BlobFolder) -> Result<Self, DocumentError> {
        let (file, layout) = open_sealed(attachment, blobs)?;
        let cipher = BlobCipher::new(&attachment.file_key, &attachment.blob_id);
        Ok(Self { file, cipher, layout, opened: None })
    }

    /// The document's length in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layout.size()
    }

    /// Reads from a place on; fewer bytes than asked for at the end, and never more than [`Self::MAX_READ`].
    ///
    /// # Errors
    /// [`DocumentError::Damaged`] if a chunk fails its check, or the disk.
    pub fn read_at(&mut self, offset: u64, len: usize) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = len.min(Self::MAX_READ).min(left);
        let mut read = Zeroizing::new(Vec::with_capacity(len));
        while read.len() < len {
            let at = offset + read.len() as u64;
            let index = u32::try_from(at / u64::from(CHUNK_SIZE)).map_err(|_| DocumentError::Damaged)?;
            let start = usize::try_from(at % u64::from(CHUNK_SIZE)).map_err(|_| DocumentError::Damaged)?;
            let wanted = len - read.len();
            let end = as_len(self.layout.data_len(index)).min(start.saturating_add(wanted));
            let chunk = self.chunk(index)?;
            let part = chunk.get(start..end).filter(|part| !part.is_empty()).ok_or(DocumentError::Damaged)?;
            read.extend_from_slice(part);
        }
        Ok(read)
    }

    fn chunk(&mut self, index: u32) -> Result<&[u8], DocumentError> {
        if self.opened.as_ref().is_none_or(|(opened, _)| *opened != index) {
            self.opened = None;
            let len = as_len(self.layout.chunk_len(index)) + as_len(CHUNK_OVERHEAD);
            let mut buffer = Zeroizing::new(vec![0; len]);
            self.file.seek(SeekFrom::Start(self.layout.offsets(index).0))?;
            self.file.read_exact(&mut buffer).map_err(shorter)?;
            let place = Place::of(index, &self.layout);
            self.cipher.open_chunk(index, place, &mut buffer).map_err(|_| DocumentError::Damaged)?;
            check_zeros(index, &self.layout, &buffer).map_err(|_| DocumentError::Damaged)?;
            self.opened = Some((index, buffer));
        }
        self.opened.as_ref().map(|(_, chunk)| chunk.as_slice()).ok_or(DocumentError::Damaged)
    }
}

/// The sealed file, if it has the length that the document's size gives.
fn open_sealed(attachment: &Attachment, blobs: &BlobFolder) -> Result<(File, BlobLayout), DocumentError> {
    let layout = BlobLayout::new(attachment.size).map_err(|_| DocumentError::Damaged)?;
    let file = File::open(blobs.path_of(&attachment.blob_id)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => DocumentError::Damaged,
        _ => error.into(),
    })?;
    if file.metadata()?.len() == layout.sealed() { Ok((file, layout)) } else { Err(DocumentError::Damaged) }
}

fn shorter(error: std::io::Error) -> DocumentError {
    if error.kind() == ErrorKind::UnexpectedEof { DocumentError::Damaged } else { error.into() }
}
