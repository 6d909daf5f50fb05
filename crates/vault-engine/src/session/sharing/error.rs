//! Errors of changes of members, and of joining.

use vault_crypto::{JoinError, LinkError};
use vault_wire::log::RejectReason;

use crate::session::error::SessionError;
use crate::session::keys::KeysError;

/// Why members were not changed. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// The account's own vault has no other members.
    #[error("the account's own vault cannot be shared")]
    Home,
    /// The vault stays on this computer.
    #[error("the vault stays on this computer")]
    OnlyHere,
    /// The name is empty or longer than 128 bytes.
    #[error("the name is empty or too long")]
    Name,
    /// The roster does not permit the change.
    #[error("the vault does not permit the change: {0}")]
    Rejected(RejectReason),
    /// The change needs the account's root, which only the password opens.
    #[error("the change needs the password")]
    PasswordNeeded,
    /// The key of the vault's present epoch was not received yet.
    #[error("the vault's key is missing")]
    KeyMissing,
    /// Other changes of this vault are waiting, on which this one may depend.
    #[error("other changes wait")]
    ChangesWait,
    /// The identity of the member contradicts an earlier one.
    #[error("the member's identity contradicts an earlier one")]
    OtherIdentity,
    /// The server's history cannot be chosen: it contradicts itself, or lacks what another device of the account has.
    #[error("the server's history cannot be chosen")]
    OtherHistory,
    /// The password could not be checked.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The profile could not be read or written.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<rusqlite::Error> for MembersError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Session(error.into())
    }
}

/// Why an invitation was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum JoinFailure {
    /// The text is not an invitation.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The vault does not let this account in.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// What the server returned is not the next part of the vault's log.
    #[error("the server returned something else")]
    OtherPage,
    /// The account is a member already.
    #[error("the account is a member already")]
    Member,
    /// The profile could not be read or written.
    #[error(transparent)]
    Session(#[from] SessionError),
}
