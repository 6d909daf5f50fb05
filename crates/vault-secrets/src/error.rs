//! Why there is no key. No error quotes a secret or what a manager answers.

use std::time::Duration;

/// There is no key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The manager's feature is not built.
    #[error("this program is built without it: build with the feature secrets-{0}")]
    NotBuilt(&'static str),
    /// Something on this computer cannot be read: the token, the certificates.
    #[error(transparent)]
    Local(#[from] Unread),
    /// There is no connection, or it ends before the answer.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// There is no answer in this time.
    #[error("no answer in {} seconds", .0.as_secs())]
    Late(Duration),
    /// It refuses the token, or what that may do.
    #[error("it refuses access: the credentials are wrong or expired, or may not read this")]
    Denied,
    /// It has no such secret, or not any more.
    #[error("it has no such secret")]
    Missing,
    /// It answers something else.
    #[error("it answers with status {0}")]
    Status(u16),
    /// Its answer is not that of such a manager, or has no key in it.
    #[error("{0}")]
    Malformed(&'static str),
}

/// Something on this computer cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unread(pub String);
