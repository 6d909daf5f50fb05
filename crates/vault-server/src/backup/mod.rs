//! Backups: made while the server runs, and restored into an empty folder, verified.

mod manifest;
mod restore;
mod secrets;
mod write;

pub use restore::{Restored, Verify, restore};
pub use secrets::SecretsOption;
pub use write::{Written, write};

use std::io;
use std::path::PathBuf;

use crate::Failure;
use crate::account::verification::Unregistered;
use crate::chunks::ChunkError;
use crate::http::StartError;
use crate::log::Unsound;
use crate::setup::{Config, ConfigError, FolderError, SecretFileError, SecretsError, SourceError};
use crate::store::StoreError;

/// A backup is not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The folder is not empty.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// The backup has no manifest.
    #[error("{0} is no backup, or was interrupted while it was made: it has no manifest")]
    Incomplete(PathBuf),
    /// A file of it has another form.
    #[error("{0} of the backup is damaged")]
    Malformed(&'static str),
    /// Its form is another one.
    #[error("the backup has form {0}, which this program does not know")]
    Format(u32),
    /// A file of it is not what was written.
    #[error("{0} of the backup is missing or damaged")]
    Damaged(String),
    /// It must be said what to do with the secrets.
    #[error(
        "the server's secrets are not sealed: name a key with --key, or leave them out with --without-secrets"
    )]
    NoKey,
    /// The secrets are not in the backup.
    #[error("the secrets are not in the backup: put secrets.toml and tls.key into {0} first")]
    NoSecrets(PathBuf),
    /// The secrets do not open.
    #[error("the secrets of the backup do not open with this key")]
    OtherKey,
    /// The database or the documents are not files of the folder.
    #[error(
        "the database or the documents are in PostgreSQL or S3: back them up with the tools of those, the database first"
    )]
    Elsewhere,
    /// Another backup, or a deletion of documents, lasts.
    #[error("another backup lasts, or documents are being deleted; try again in a minute")]
    Busy,
    /// The server's folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The files with its secrets.
    #[error(transparent)]
    Files(#[from] SecretFileError),
    /// A key.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The documents.
    #[error(transparent)]
    Chunks(#[from] ChunkError),
    /// What was restored cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A vault is not what a client would accept.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// Nobody could sign in.
    #[error(transparent)]
    Unregistered(#[from] Unregistered),
    /// The server failed.
    #[error("the server failed: {0:?}")]
    Failed(Failure),
}

/// Refuses a server whose database or documents are not files of its folder.
fn refuse_elsewhere(config: &Config) -> Result<(), BackupError> {
    if config.database.is_some() || config.blobs.is_some() { Err(BackupError::Elsewhere) } else { Ok(()) }
}

impl From<Failure> for BackupError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
