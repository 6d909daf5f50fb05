//! Errors of synchronization.

use super::alarm::Alarm;
use crate::session::error::SessionError;

/// Why an answer of a server was not taken in. Nothing was changed, except that a new alarm is stored.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The server contradicts itself, or its members each other. The vault can only be read.
    #[error("the server contradicts what it showed before")]
    Alarm(Alarm),
    /// The server has fewer entries than before and has announced that it is being restored.
    #[error("the server is being restored and lacks entries after {seq}")]
    BeingRestored {
        /// Number of entries that it has.
        seq: u64,
    },
    /// The page is of another vault, or does not continue the confirmed log.
    #[error("the page does not continue the log")]
    OtherPage,
    /// The page was requested without bodies, and has entries of others.
    #[error("the page has entries of others without their bodies")]
    WithoutBodies,
    /// Any other error.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<rusqlite::Error> for SyncError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Session(error.into())
    }
}
