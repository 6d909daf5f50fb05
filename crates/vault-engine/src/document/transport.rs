//! Sealed documents on their way to a server and from it, chunk by chunk. Nothing is opened, so no key is needed, and
//! memory is one chunk and the list of hashes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD};
use vault_wire::revision::BlobRef;

use super::error::DocumentError;
use super::file::PositionedWriter;
use super::list::ChunkList;
use super::pipeline::Buffer;
use super::progress::Progress;
use super::sealed_file::{fill, open_sealed, padded_layout_of};
use crate::disk::{BlobFolder, expect_room, files};

/// A sealed document in the profile, to be sent to a server.
pub struct StoredDocument {
    file: Mutex<File>,
    layout: BlobLayout,
    list: ChunkList,
}

impl StoredDocument {
    /// Opens a document. Without its chunk list, all of it is read once and compared with the signed root.
    ///
    /// # Errors
    /// Returns [`DocumentError::NotHere`] if it was not downloaded yet, [`DocumentError::Damaged`] if it is missing or not
    /// the signed one, [`DocumentError::Cancelled`] or [`DocumentError::Io`].
    pub fn open(
        blob: &BlobRef,
        list: Option<ChunkList>,
        blobs: &BlobFolder,
        progress: Progress<'_>,
    ) -> Result<Self, DocumentError> {
        let layout = padded_layout_of(blob)?;
        let file = open_sealed(blob, blobs)?;
        let list = match list {
            Some(list) => list,
            None => ChunkList::of_file(&file, blob, &layout, progress)?,
        };
        Ok(Self { file: Mutex::new(file), layout, list })
    }

    /// Returns the hashes of its chunks.
    #[must_use]
    pub fn list(&self) -> &ChunkList {
        &self.list
    }

    /// Returns the number of chunks.
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.layout.chunks()
    }

    /// Returns the length of a sealed chunk in bytes.
    #[must_use]
    pub fn chunk_len(&self, index: u32) -> u64 {
        u64::from(self.layout.chunk_len(index) + CHUNK_OVERHEAD)
    }

    /// Reads a sealed chunk.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if it is not the signed one, or [`DocumentError::Io`].
    pub fn chunk(&self, index: u32) -> Result<Vec<u8>, DocumentError> {
        let mut chunk = read_chunk(&self.file, &self.layout, index)?;
        if self.list.has(index, &chunk) {
            Ok(std::mem::take(&mut *chunk))
        } else {
            Err(DocumentError::Damaged)
        }
    }
}

/// A document that is being downloaded. It is in a file beside its place and gets its name only when every chunk is there
/// and has the signed hash. Chunks that were downloaded earlier are found again.
pub struct IncomingDocument {
    part: PathBuf,
    target: PathBuf,
    file: Mutex<PartialFile>,
    layout: BlobLayout,
    list: ChunkList,
}

struct PartialFile {
    writer: PositionedWriter,
    /// The chunks that it does not have.
    missing: BTreeSet<u32>,
}

impl IncomingDocument {
    /// Opens or creates the file of a document, and compares what is there with the list.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if no document has the signed length, [`DocumentError::NoRoom`] or
    /// [`DocumentError::Io`].
    pub fn open(list: ChunkList, blobs: &BlobFolder) -> Result<Self, DocumentError> {
        let blob = *list.blob();
        let layout = padded_layout_of(&blob)?;
        let (target, part) = (blobs.prepare(&blob.blob_id)?, blobs.part_of(&blob.blob_id));
        let file = files::private_file().read(true).write(true).create(true).truncate(false).open(&part)?;
        let there = file.metadata()?.len();
        if there > blob.ct_size {
            file.set_len(blob.ct_size)?;
        }
        let missing = missing_chunks(&file, there, &layout, &list)?;
        let to_come = missing.iter().map(|index| u64::from(layout.chunk_len(*index) + CHUNK_OVERHEAD)).sum();
        expect_room(blobs.path(), to_come)?;
        let file = Mutex::new(PartialFile { writer: PositionedWriter::new(file), missing });
        Ok(Self { part, target, file, layout, list })
    }

    /// Returns the chunks that are not here yet, in order.
    #[must_use]
    pub fn missing(&self) -> Vec<u32> {
        self.lock().missing.iter().copied().collect()
    }

    /// Returns the length of a sealed chunk in bytes.
    #[must_use]
    pub fn chunk_len(&self, index: u32) -> u64 {
        u64::from(self.layout.chunk_len(index) + CHUNK_OVERHEAD)
    }

    /// Stores a chunk.
    ///
    /// # Errors
    /// Returns [`DocumentError::Damaged`] if it is not the signed one, which is not stored; or [`DocumentError::Io`].
    pub fn put(&self, index: u32, chunk: &[u8]) -> Result<(), DocumentError> {
        if !self.list.has(index, chunk) {
            return Err(DocumentError::Damaged);
        }
        let mut file = self.lock();
        file.writer.write_at(self.layout.offsets(index).0, chunk)?;
        file.missing.remove(&index);
        Ok(())
    }

    /// Gives the document its name.
    ///
    /// # Errors
    /// Returns [`DocumentError::Cancelled`] if chunks are missing, or [`DocumentError::Io`].
    pub fn finish(&self) -> Result<(), DocumentError> {
        let file = self.lock();
        if !file.missing.is_empty() {
            return Err(DocumentError::Cancelled);
        }
        file.writer.sync()?;
        match std::fs::rename(&self.part, &self.target) {
            // It was downloaded twice at once, and the other one was quicker.
            Err(error) if error.kind() == ErrorKind::NotFound && self.target.exists() => {}
            renamed => renamed?,
        }
        let folder = self.target.parent().ok_or(DocumentError::NotAFile)?;
        Ok(files::sync_folder(folder)?)
    }

    fn lock(&self) -> MutexGuard<'_, PartialFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the chunks that a file of this length does not have as signed.
fn missing_chunks(
    mut file: &File,
    there: u64,
    layout: &BlobLayout,
    list: &ChunkList,
) -> Result<BTreeSet<u32>, DocumentError> {
    let mut missing = BTreeSet::new();
    let mut buffer = Buffer::default();
    for index in 0..layout.chunks() {
        let (offset, _) = layout.offsets(index);
        let len = u64::from(layout.chunk_len(index) + CHUNK_OVERHEAD);
        let is_there = offset.saturating_add(len) <= there && {
            file.seek(SeekFrom::Start(offset))?;
            fill(&mut file, layout, index, &mut buffer)?;
            list.has(index, &buffer)
        };
        if !is_there {
            missing.insert(index);
        }
    }
    Ok(missing)
}

fn read_chunk(file: &Mutex<File>, layout: &BlobLayout, index: u32) -> Result<Buffer, DocumentError> {
    let mut buffer = Buffer::default();
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(layout.offsets(index).0))?;
    fill(&mut *file, layout, index, &mut buffer)?;
    Ok(buffer)
}
