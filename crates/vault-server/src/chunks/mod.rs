//! Chunks of documents, outside the database: in files, or in a store that speaks S3's protocol.
//!
//! A chunk's name has its hash in it, so a name never gets other content, and writing one twice changes nothing.

mod http;
mod s3;

pub use http::Connector;
pub use s3::{Bucket, S3Options};

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::body::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _};
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE, ChunkHash, chunk_hash};
use vault_wire::{BlobId, VaultId, write_hex};

/// The length of the longest chunk.
const LONGEST: u64 = CHUNK_SIZE as u64 + CHUNK_OVERHEAD as u64;

/// A store of chunks. A clone is another handle to it.
#[derive(Clone)]
pub struct Chunks(Arc<dyn ObjectStore>);

/// A place of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct ChunkPlace {
    /// The vault.
    pub vault: VaultId,
    /// The document.
    pub document: BlobId,
    /// The number of the chunk, from 0.
    pub number: u32,
}

/// Chunks cannot be stored or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// The folder cannot be used.
    #[error("the folder of the documents cannot be used")]
    Folder,
    /// The store in which they should be cannot be used with these options.
    #[error("the store of the documents cannot be used as it is configured")]
    Options,
    /// The store fails; it may work later.
    #[error("the store of the documents fails")]
    Unavailable,
    /// A chunk that was stored is missing, or is not what was stored.
    #[error("a stored chunk is missing or damaged")]
    Damaged,
}

impl Chunks {
    /// Stores chunks as files below a folder, which is made if it is missing. Each is on the disk before its writing ends.
    ///
    /// # Errors
    /// [`ChunkError::Folder`].
    pub fn in_folder(folder: &FilePath) -> Result<Self, ChunkError> {
        std::fs::create_dir_all(folder).map_err(|_| ChunkError::Folder)?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(|_| ChunkError::Folder)?;
        Ok(Self::new(files.with_fsync(true).with_automatic_cleanup(true)))
    }

    fn new(store: impl ObjectStore) -> Self {
        Self(Arc::new(store))
    }

    /// Stores a chunk.
    ///
    /// # Errors
    /// [`ChunkError::Unavailable`]. It may be stored nevertheless.
    pub async fn put(&self, place: ChunkPlace, hash: &ChunkHash, chunk: Bytes) -> Result<(), ChunkError> {
        self.0.put(&path(place, hash), chunk.into()).await.map(drop).map_err(|error| failure(&error))
    }

    /// Reads a chunk and checks its hash.
    ///
    /// # Errors
    /// See [`ChunkError`].
    pub async fn get(&self, place: ChunkPlace, hash: &ChunkHash) -> Result<Bytes, ChunkError> {
        let found = self.0.get(&path(place, hash)).await.map_err(|error| failure(&error))?;
        // It would not have the hash, but all of it would be in memory.
        if found.meta.size > LONGEST {
            return Err(ChunkError::Damaged);
        }
        let chunk = found.bytes().await.map_err(|error| failure(&error))?;
        if chunk_hash(&chunk) == *hash { Ok(chunk) } else { Err(ChunkError::Damaged) }
    }

    /// Deletes one chunk, if it is there.
    ///
    /// # Errors
    /// [`ChunkError::Unavailable`].
    pub async fn delete(&self, place: ChunkPlace, hash: &ChunkHash) -> Result<(), ChunkError> {
        self.delete_at(&path(place, hash)).await
    }

    /// Deletes all chunks of a document, also those that no row names.
    ///
    /// # Errors
    /// [`ChunkError::Unavailable`]; some may be deleted then.
    pub async fn delete_document(&self, vault: VaultId, document: BlobId) -> Result<(), ChunkError> {
        let folder = Path::from_iter([vault.to_string(), document.to_string()]);
        let chunks = self.0.list_with_delimiter(Some(&folder)).await.map_err(|error| failure(&error))?;
        for chunk in chunks.objects {
            self.delete_at(&chunk.location).await?;
        }
        Ok(())
    }

    async fn delete_at(&self, path: &Path) -> Result<(), ChunkError> {
        match self.0.delete(path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// The name of a chunk below the folder of the documents.
#[must_use]
pub fn file_name(place: ChunkPlace, hash: &ChunkHash) -> String {
    path(place, hash).to_string()
}

fn path(place: ChunkPlace, hash: &ChunkHash) -> Path {
    struct Hex<'a>(&'a ChunkHash);

    impl std::fmt::Display for Hex<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write_hex(f, self.0)
        }
    }
    let ChunkPlace { vault, document, number } = place;
    Path::from_iter([vault.to_string(), document.to_string(), format!("{number}-{}", Hex(hash))])
}

fn failure(error: &Error) -> ChunkError {
    match error {
        Error::NotFound { .. } => ChunkError::Damaged,
        error => {
            tracing::error!(%error, "the store of the documents fails");
            ChunkError::Unavailable
        }
    }
}
