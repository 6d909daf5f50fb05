//! What a request about a vault fails with.

use vault_wire::log::RejectReason;
use vault_wire::message::Refusal;

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
    /// More than this server stores of its kind.
    #[error("too many")]
    TooMany,
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
