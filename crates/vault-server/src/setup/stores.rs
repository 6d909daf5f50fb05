//! The database and the store of documents that a configuration names.

use super::{Config, DatabaseKeyError, Folder, FolderError};
use crate::chunks::{ChunkError, Chunks};
use crate::store::{DatabaseUrl, Options, PostgresOptions, Store, StoreError, UrlError};

/// The stores cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    /// A file with a secret cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The file with the database's key has another form.
    #[error(transparent)]
    DatabaseKey(#[from] DatabaseKeyError),
    /// The address of the database has another form.
    #[error("configuration: database: {0}")]
    Url(#[from] UrlError),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of the documents cannot be used.
    #[error(transparent)]
    Chunks(#[from] ChunkError),
}

impl Config {
    /// Opens the database.
    ///
    /// # Errors
    /// See [`StoresError`].
    pub fn open_store(&self, folder: &Folder) -> Result<Store, StoresError> {
        let Some(url) = &self.database else {
            let options = Options { key: self.database_key(folder)?, ..Options::default() };
            return Ok(Store::open(&folder.path(Folder::DATABASE), &options)?);
        };
        let url = DatabaseUrl::parse(&url.read(folder)?)?;
        let ca = self.database_ca.as_ref().map(|name| folder.path(name));
        let connections = self.database_connections;
        Ok(Store::connect(&PostgresOptions { ca, connections, ..PostgresOptions::new(url) })?)
    }

    /// Opens the store of the documents.
    ///
    /// # Errors
    /// See [`StoresError`].
    pub fn open_chunks(&self, folder: &Folder) -> Result<Chunks, StoresError> {
        Ok(Chunks::in_folder(&folder.path(Folder::CHUNKS))?)
    }
}
