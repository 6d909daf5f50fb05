//! Decrypts documents into files and reads parts of them into memory.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use vault_crypto::{BlobCipher, ChunkPosition, FileKey, check_zero_padding};
use vault_wire::CtRoot;
use vault_wire::blob::{BlobLayout, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::revision::BlobRef;
use zeroize::Zeroizing;

use super::all_or_nothing;
use super::error::DocumentError;
use super::file::{Existing, PendingFile};
use super::list::ChunkList;
use super::pipeline::{Buffer, as_len, in_parallel};
use super::progress::{Progress, Step};
use super::sealed_file::{fill, layout_of, sealed_file};
use crate::disk::{BlobFolder, expect_room};
use crate::item::Attachment;

/// Decrypts a document into a file. The file gets its name only if every chunk is authentic and the hash of all sealed
/// chunks is the signed one.
///
/// # Errors
/// Returns [`DocumentError::Damaged`] if a check fails, [`DocumentError::Exists`], [`DocumentError::NoRoom`],
/// [`DocumentError::Cancelled`] or [`DocumentError::Io`].
pub fn open_to_file(
    attachment: &Attachment,
    blob: &BlobRef,
    blobs: &BlobFolder,
    target: &Path,
    existing: Existing,
    progress: Progress<'_>,
) -> Result<(), DocumentError> {
    let mut opening = Opening::start(attachment, blob, blobs, target, existing)?;
    all_or_nothing(progress, |progress| opening.go_on(&attachment.file_key, progress))?;
    opening.finish()
}

/// A document that is being decrypted into a file. It can be paused between two chunks and does not keep the key while
/// paused. The temporary file is removed if it is dropped before [`Self::finish`].
pub struct Opening {
    source: File,
    layout: BlobLayout,
    blob: BlobRef,
    pending: PendingFile,
    hashes: Vec<ChunkHash>,
}

impl Opening {
    /// Checks the sealed file and creates the temporary file. Decrypts nothing yet.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if the sealed document is missing or has the wrong length,
    /// [`DocumentError::Exists`], [`DocumentError::NoRoom`] or [`DocumentError::Io`].
    pub fn start(
        attachment: &Attachment,
        blob: &BlobRef,
        blobs: &BlobFolder,
        target: &Path,
        existing: Existing,
    ) -> Result<Self, DocumentError> {
        let (source, layout) = sealed_file(attachment, blob, blobs)?;
        let pending = PendingFile::create(target, existing)?;
        expect_room(pending.folder(), layout.size())?;
        Ok(Self { source, layout, blob: *blob, pending, hashes: Vec::new() })
    }

    /// Decrypts the remaining chunks, until all are done or `progress` cancels.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if a chunk fails its check, or [`DocumentError::Io`].
    pub fn go_on(&mut self, file_key: &FileKey, progress: Progress<'_>) -> Result<Step, DocumentError> {
        let Self { source, layout, blob, pending, hashes } = self;
        let (layout, pending) = (&*layout, &*pending);
        let cipher = &BlobCipher::new(file_key, &blob.blob_id);
        let from = u32::try_from(hashes.len()).map_err(|_| DocumentError::TooLarge)?;
        hashes.extend(in_parallel(
            layout,
            from,
            |index, buffer| fill(source, layout, index, buffer),
            || {
                let mut part = pending.part()?;
                Ok(move |index, buffer: &mut Buffer| {
                    let hash = chunk_hash(buffer);
                    cipher
                        .open_chunk(index, ChunkPosition::of(index, layout), buffer)
                        .map_err(|_| DocumentError::Damaged)?;
                    check_zero_padding(index, layout, buffer).map_err(|_| DocumentError::Damaged)?;
                    let data = buffer.get(..as_len(layout.data_len(index))).ok_or(DocumentError::Damaged)?;
                    part.write_at(layout.offsets(index).1, data)?;
                    Ok(hash)
                })
            },
            progress,
        )?);
        Ok(Step::of(hashes, layout))
    }

    /// Verifies the hash of all chunks and gives the file its name.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if the hash is not the signed one, [`DocumentError::Exists`] or
    /// [`DocumentError::Io`].
    pub fn finish(self) -> Result<(), DocumentError> {
        if CtRoot::of_chunks(&self.blob.blob_id, &self.hashes) != self.blob.ct_root {
            return Err(DocumentError::Damaged);
        }
        self.pending.finish()
    }
}

/// Reads parts of a document into memory, for previews, and the whole document through [`Read`].
///
/// A chunk is decrypted only after its hash was found in the list covered by the signed header: only the author's
/// content is read, even if others know the key. Memory use is one chunk and the list, independent of the size.
pub struct DocumentReader<S = File> {
    source: S,
    cipher: BlobCipher,
    layout: BlobLayout,
    list: ChunkList,
    /// The index of the chunk in `chunk`, since most reads are sequential.
    opened: Option<u32>,
    /// The chunk decrypted last; undefined if `opened` is `None`.
    chunk: Buffer,
    /// The position of [`Read`].
    at: u64,
}

impl DocumentReader {
    /// Opens a document for reading.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if it is missing or the list is of another document, or
    /// [`DocumentError::Io`].
    pub fn new(attachment: &Attachment, list: ChunkList, blobs: &BlobFolder) -> Result<Self, DocumentError> {
        let (source, _) = sealed_file(attachment, list.blob(), blobs)?;
        Self::over(source, attachment, list)
    }
}

impl<S: Read + Seek> DocumentReader<S> {
    /// Maximum number of bytes per read.
    pub const MAX_READ: usize = 16 << 20;

    /// Opens a document whose sealed bytes are in `source`.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if the list is of another document.
    pub fn over(source: S, attachment: &Attachment, list: ChunkList) -> Result<Self, DocumentError> {
        let layout = layout_of(attachment, list.blob())?;
        let cipher = BlobCipher::new(&attachment.file_key, &attachment.blob_id);
        Ok(Self { source, cipher, layout, list, opened: None, chunk: Buffer::default(), at: 0 })
    }

    /// Returns the document's length in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layout.size()
    }

    /// Reads `len` bytes at an offset; fewer at the end of the document, and at most [`Self::MAX_READ`].
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if a chunk fails its check, or [`DocumentError::Io`].
    pub fn read_at(&mut self, offset: u64, len: usize) -> Result<Zeroizing<Vec<u8>>, DocumentError> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = len.min(Self::MAX_READ).min(left);
        let mut read = Zeroizing::new(Vec::with_capacity(len));
        while read.len() < len {
            let wanted = len - read.len();
            let part = self.part(offset + read.len() as u64, wanted)?;
            read.extend_from_slice(part);
        }
        Ok(read)
    }

    /// Returns the rest of the chunk at an offset of the document: at least one byte and at most `most`.
    fn part(&mut self, offset: u64, most: usize) -> Result<&[u8], DocumentError> {
        let index = u32::try_from(offset / u64::from(CHUNK_SIZE)).map_err(|_| DocumentError::Damaged)?;
        let start = usize::try_from(offset % u64::from(CHUNK_SIZE)).map_err(|_| DocumentError::Damaged)?;
        let end = as_len(self.layout.data_len(index)).min(start.saturating_add(most));
        if self.opened != Some(index) {
            self.open(index)?;
        }
        self.chunk.get(start..end).filter(|part| !part.is_empty()).ok_or(DocumentError::Damaged)
    }

    fn open(&mut self, index: u32) -> Result<(), DocumentError> {
        let Self { source, cipher, layout, list, opened, chunk, at: _ } = self;
        *opened = None;
        source.seek(SeekFrom::Start(layout.offsets(index).0))?;
        fill(source, layout, index, chunk)?;
        if !list.has(index, chunk) {
            return Err(DocumentError::Damaged);
        }
        cipher
            .open_chunk(index, ChunkPosition::of(index, layout), chunk)
            .map_err(|_| DocumentError::Damaged)?;
        check_zero_padding(index, layout, chunk).map_err(|_| DocumentError::Damaged)?;
        *opened = Some(index);
        Ok(())
    }
}

impl<S: Read + Seek> Read for DocumentReader<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let at = self.at;
        if buffer.is_empty() || at >= self.size() {
            return Ok(0);
        }
        let part = self.part(at, buffer.len()).map_err(|error| match error {
            DocumentError::Io(error) => error,
            damaged => io::Error::new(ErrorKind::InvalidData, damaged),
        })?;
        let len = part.len();
        buffer.get_mut(..len).ok_or(ErrorKind::InvalidData)?.copy_from_slice(part);
        self.at += len as u64;
        Ok(len)
    }
}
