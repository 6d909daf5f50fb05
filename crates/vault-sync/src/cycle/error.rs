//! Errors of a synchronization.

use vault_engine::session::{Alarm, SessionError, SyncError};
use vault_wire::message::ProblemCode;

use super::profile::Locked;
use crate::error::{Error, Refused};

/// Why a synchronization ended. Nothing that waits to be sent was dropped.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// The server cannot be used.
    #[error(transparent)]
    Server(#[from] Error),
    /// The profile could not be read or written.
    #[error(transparent)]
    Profile(#[from] SessionError),
    /// The profile was locked.
    #[error(transparent)]
    Locked(#[from] Locked),
}

/// Why one vault was not synchronized.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultProblem {
    /// The server contradicts what it showed before. The vault can only be read.
    #[error("the server contradicts what it showed before")]
    Alarm(Alarm),
    /// The server is being restored and lacks entries after this number.
    #[error("the server is being restored and lacks entries after {0}")]
    BeingRestored(u64),
    /// The server does not have the vault, or hides it.
    #[error("the server does not have the vault")]
    Missing,
    /// What the server returned is not of this vault.
    #[error("the server returned something else")]
    Other,
    /// The server accepts no changes at the moment.
    #[error("the server accepts no changes at the moment")]
    ReadOnly,
    /// The server refuses it.
    #[error(transparent)]
    Refused(Refused),
    /// Others change the same items all the time. It is tried again later.
    #[error("others change the same items all the time")]
    Busy,
}

impl VaultProblem {
    /// Returns the problem of one vault, or the error if it concerns all of them.
    pub(super) fn of(error: Error) -> Result<Self, CycleError> {
        match error {
            Error::Refused(refused) => match refused.code {
                ProblemCode::NotFound => Ok(Self::Missing),
                ProblemCode::ReadOnly => Ok(Self::ReadOnly),
                ProblemCode::Forbidden
                | ProblemCode::FactorRequired
                | ProblemCode::QuotaExceeded
                | ProblemCode::TooLarge
                | ProblemCode::LogDiverged
                | ProblemCode::BatchReused
                | ProblemCode::Refused => Ok(Self::Refused(*refused)),
                _ => Err(CycleError::Server(Error::Refused(refused))),
            },
            Error::Malformed | Error::TooLong => Ok(Self::Other),
            error => Err(CycleError::Server(error)),
        }
    }

    /// The same for what the engine says of an answer.
    pub(super) fn of_engine(error: SyncError) -> Result<Self, CycleError> {
        match error {
            SyncError::Alarm(alarm) => Ok(Self::Alarm(alarm)),
            SyncError::BeingRestored { seq } => Ok(Self::BeingRestored(seq)),
            SyncError::OtherPage | SyncError::WithoutBodies => Ok(Self::Other),
            SyncError::Session(error) => Err(error.into()),
        }
    }
}
