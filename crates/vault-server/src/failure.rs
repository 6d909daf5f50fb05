//! What a request fails with.

use vault_wire::VaultId;
use vault_wire::message::ProblemCode;

use crate::setup::SecretsError;
use crate::store::StoreError;

/// The reason for refusing a request. It has nothing of the request in it, so it can be logged and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: ProblemCode,
    /// The HTTP status, if it is not the code's own.
    pub status: Option<u16>,
    /// More in words.
    pub detail: Option<&'static str>,
    /// Seconds until a retry may succeed.
    pub retry_after: Option<u32>,
    /// With [`ProblemCode::Refused`], why.
    pub refusal: Option<u64>,
    /// The vaults concerned.
    pub vaults: Vec<VaultId>,
}

impl Failure {
    /// A failure with a code and nothing more.
    #[must_use]
    pub const fn new(code: ProblemCode) -> Self {
        Self { code, status: None, detail: None, retry_after: None, refusal: None, vaults: Vec::new() }
    }

    /// Says more in words.
    #[must_use]
    pub const fn because(mut self, detail: &'static str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Unavailable | StoreError::Conflict => ProblemCode::Unavailable,
            StoreError::Disk => ProblemCode::ReadOnly,
            StoreError::Exists
            | StoreError::Damaged
            | StoreError::Denied
            | StoreError::Certificates
            | StoreError::Newer(_)
            | StoreError::Older(_)
            | StoreError::NotADatabase
            | StoreError::Statement(_) => ProblemCode::Internal,
        };
        tracing::error!(%error, "the database failed");
        Self::new(code)
    }
}

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Self {
        tracing::error!(%error, "the cryptographic library failed");
        Self::new(ProblemCode::Internal)
    }
}
