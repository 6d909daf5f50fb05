//! Why a request to a server fails. No error has a secret, or text that a server wrote.

use std::time::Duration;

use vault_wire::VaultId;
use vault_wire::message::{Origin, Problem, ProblemCode, RatchetError, Refusal};

/// A request failed, or its answer is of no use.
///
/// Only [`Error::SessionEnded`] means that the user must sign in again. Nothing else ends a session, drops what waits to be
/// sent, or forgets what is known of the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no connection.
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[from] Unreachable),
    /// The server's certificate is not trusted.
    #[error("the server's certificate is not trusted: {0}")]
    Untrusted(#[from] Untrusted),
    /// The server has another key than the pinned one. An authority that vouches for it changes nothing.
    #[error("the server has another key than before")]
    KeyChanged,
    /// Own devices know the server by another key than this one does.
    #[error("own devices know the server by another key")]
    KeyDisputed,
    /// An answer that no server of this protocol gives: of a captive portal, of another web site, or a redirection.
    #[error("the answer, of status {status}, is not of a Coffer server")]
    NotCoffer {
        /// The HTTP status.
        status: u16,
    },
    /// Something between client and server answered for it, such as a proxy with limits of its own.
    #[error("a proxy in front of the server answered with status {status}")]
    Intermediary {
        /// The HTTP status.
        status: u16,
    },
    /// The server refuses the request.
    #[error("the server refuses the request: {0}")]
    Refused(Box<Refused>),
    /// The login session has ended: the user must sign in again.
    #[error("the login session has ended")]
    SessionEnded,
    /// The answer does not have the form that the route requires.
    #[error("the server's answer is malformed")]
    Malformed,
    /// The answer is longer than the route allows. The rest was not read.
    #[error("the server's answer is too long")]
    TooLong,
    /// The answer is of a version that this program does not know.
    #[error("the server's answer has the unknown version {0}")]
    UnknownVersion(u64),
    /// The versions that the server offers.
    #[error(transparent)]
    Versions(#[from] RatchetError),
    /// Another server answers under this address.
    #[error("the server is {}, which is another one", .0.as_str())]
    OtherIssuer(Origin),
    /// The request is out of the bounds of its message and was not sent.
    #[error("the request is out of bounds")]
    OutOfBounds,
    /// The tokens of the session could not be stored. They are not used.
    #[error("the session could not be stored")]
    NotStored,
}

/// The reason why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The name of the server cannot be resolved: there is no network, or the address is wrong.
    #[error("its name is not found")]
    Name,
    /// Nothing listens at the address.
    #[error("the connection is refused")]
    Refused,
    /// It takes too long.
    #[error("it does not answer in time")]
    Timeout,
    /// The proxy makes no connection.
    #[error("the proxy makes no connection")]
    Proxy,
    /// What answers at the address does not speak TLS, or an older version of it.
    #[error("no secure connection can be made")]
    Tls,
    /// The connection failed in another way, or broke.
    #[error("the connection broke")]
    Broken,
}

/// The reason why a certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// No trusted authority vouches for it, or it is malformed, revoked, or shown by one who does not have its key.
    #[error("no trusted authority vouches for it")]
    Authority,
    /// It is for another name.
    #[error("it is for another name")]
    Name,
    /// It is not valid yet or any more; or this computer's clock is wrong.
    #[error("it is not valid at this time")]
    Date,
}

/// What a server says of a request that it refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} ({status})", code.as_str())]
pub struct Refused {
    /// The reason; [`ProblemCode::Unknown`] if this program does not know it: then the status counts.
    pub code: ProblemCode,
    /// The HTTP status.
    pub status: u16,
    /// How long to wait before the next attempt.
    pub retry_after: Option<Duration>,
    /// With [`ProblemCode::Refused`]: why the entry has no effect.
    pub refusal: Option<Refusal>,
    /// With [`ProblemCode::VaultsLeft`]: the first of those vaults.
    pub vaults: Vec<VaultId>,
}

impl From<Problem> for Refused {
    /// Keeps what programs branch on. Title and detail are the server's words.
    fn from(problem: Problem) -> Self {
        let Problem { code, status, title: _, detail: _, vaults, refusal, retry_after } = problem;
        Self {
            code,
            status,
            retry_after: retry_after.map(|seconds| Duration::from_secs(seconds.into())),
            refusal: refusal.and_then(|number| Refusal::from_number(number).ok()),
            vaults: vaults.map(|vaults| vaults.into_vec()).unwrap_or_default(),
        }
    }
}

impl Error {
    /// Returns the code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused(refused) => Some(refused.code),
            _ => None,
        }
    }
}
