//! Why a registration or a sign-in fails.

use opaque_ke::errors::ProtocolError;

/// A step of OPAQUE failed. The errors quote nothing of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The other side's message is none of this protocol: a client may have sent anything.
    #[error("not a message of OPAQUE")]
    Malformed,
    /// Password, account, server or message differ from those of the registration; which one cannot be told.
    #[error("the sign-in is refused")]
    Refused,
    /// What the server stores is damaged.
    #[error("the stored registration or key is damaged")]
    Damaged,
}

impl LoginError {
    /// The error of reading a message.
    pub(crate) fn malformed(_: ProtocolError) -> Self {
        Self::Malformed
    }

    /// The error of a step in which keys are compared.
    pub(crate) fn refused(_: ProtocolError) -> Self {
        Self::Refused
    }

    /// The error of reading what the server stores.
    pub(crate) fn damaged(_: ProtocolError) -> Self {
        Self::Damaged
    }
}
