//! What a command fails with.

use std::io;

use crate::Failure;
use crate::backup::BackupError;
use crate::http::StartError;
use crate::setup::{CertificateError, ConfigError, CreateError, FolderError, SourceError, StoresError};

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The server cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server cannot be set up.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The terminal, or the running server's socket.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// No server runs in this folder.
    #[error("no server is running in this folder; start it with `coffer-server serve`")]
    NotRunning,
    /// The running server refuses the command.
    #[error("the running server refuses the command")]
    Refused,
    /// The running server answers with this problem.
    #[error("the running server refuses the command: {0}")]
    Problem(String),
    /// A check found so many things.
    #[error("{0} found wrong")]
    Wrong(usize),
    /// The answer is no address.
    #[error("{0}")]
    Answer(&'static str),
    /// The backup is not made, or not restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The database or the randomness failed.
    #[error("the server failed: {0:?}")]
    Failed(Failure),
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Errors of parts are errors of starting.
macro_rules! from_parts {
    ($($error:ty),+) => { $(
        impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::Start(error.into())
            }
        }
    )+ };
}

from_parts!(CertificateError, ConfigError, FolderError, SourceError, StoresError);
