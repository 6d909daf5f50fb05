//! The database and the store of documents that a configuration names.

use super::{Config, Folder, FolderError, SourceError};
use crate::chunks::{Bucket, ChunkError, Chunks, S3Options};
use crate::store::{DatabaseUrl, Options, PostgresOptions, Store, StoreError, UrlError};

/// The stores cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    /// A file with a secret cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database's key cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The address of the database has another form.
    #[error("configuration: database: {0}")]
    Url(#[from] UrlError),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address of the documents has another form.
    #[error("configuration: blobs: not of the form s3://bucket/prefix")]
    Blobs,
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
        let Some(blobs) = &self.blobs else { return Ok(Chunks::in_folder(&folder.path(Folder::CHUNKS))?) };
        let bucket = Bucket::parse(blobs).ok_or(StoresError::Blobs)?;
        // The configuration was checked: with `blobs` there is a key.
        let secret_key = self.s3_secret_key.as_ref().map(|key| key.read(folder)).transpose()?;
        Ok(Chunks::in_bucket(S3Options {
            bucket,
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            access_key: self.s3_access_key.clone().unwrap_or_default(),
            secret_key: secret_key.unwrap_or_default(),
            ca: self.s3_ca.as_ref().map(|name| folder.path(name)),
        })?)
    }
}
