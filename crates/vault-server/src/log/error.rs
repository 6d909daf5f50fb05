//! What a request about a vault fails with.

use vault_wire::log::RejectReason;
use vault_wire::message::{ProblemCode, Refusal};

use crate::chunks::ChunkError;
use crate::failure::Failure;
use crate::store::StoreError;

/// A request about a vault is not carried out. Nothing of it is stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The vault does not exist, or is hidden from the caller.
    #[error("does not exist, or is hidden from this account")]
    NotFound,
    /// The caller's role does not allow it.
    #[error("not allowed to the account's role")]
    Forbidden,
    /// The vault requires a sign-in with a second factor.
    #[error("the vault requires a sign-in with a second factor")]
    FactorRequired,
    /// The request contradicts itself, or the address.
    #[error("not of the form that the route requires")]
    Malformed,
    /// Something else is stored under this id.
    #[error("exists already with other content")]
    Exists,
    /// The batch id has been used for other entries.
    #[error("the batch id has been used for other entries")]
    BatchReused,
    /// The entries do not continue the log.
    #[error("the entries do not continue the log")]
    Diverged,
    /// It has no effect in this vault.
    #[error("it has no effect in this vault")]
    Refused(Option<Refusal>),
    /// The server is in recovery: no changes for some seconds.
    #[error("the server accepts no changes at the moment")]
    ReadOnly(u32),
    /// More entries than this server takes at once.
    #[error("more entries than this server takes at once")]
    TooLarge,
    /// More than this server stores of its kind.
    #[error("more than this server stores")]
    TooMany,
    /// The account's quota is used up.
    #[error("the account's quota is used up")]
    Quota,
    /// The store of the documents failed.
    #[error(transparent)]
    Chunks(#[from] ChunkError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RejectReason> for LogError {
    fn from(reason: RejectReason) -> Self {
        // A conflict has no number among the refusals.
        Self::Refused((reason != RejectReason::Parent).then_some(Refusal::Rejected(reason)))
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        let code = match error {
            LogError::Store(error) => return error.into(),
            LogError::ReadOnly(seconds) => return Self::new(ProblemCode::ReadOnly).retry_after(seconds),
            LogError::Refused(refusal) => {
                let refusal = refusal.map(Refusal::number);
                return Self { refusal, ..ProblemCode::Refused.into() };
            }
            LogError::NotFound => ProblemCode::NotFound,
            LogError::Forbidden => ProblemCode::Forbidden,
            LogError::FactorRequired => ProblemCode::FactorRequired,
            LogError::Malformed => ProblemCode::Malformed,
            LogError::Exists => ProblemCode::Exists,
            LogError::BatchReused => ProblemCode::BatchReused,
            LogError::Diverged => ProblemCode::LogDiverged,
            LogError::Quota => ProblemCode::QuotaExceeded,
            LogError::Chunks(ChunkError::Unavailable) => ProblemCode::Unavailable,
            LogError::Chunks(ChunkError::Folder | ChunkError::Options | ChunkError::Damaged) => {
                ProblemCode::Internal
            }
            LogError::TooLarge => ProblemCode::TooLarge,
            LogError::TooMany => ProblemCode::RateLimited,
        };
        code.into()
    }
}
