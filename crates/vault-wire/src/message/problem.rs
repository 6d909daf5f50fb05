//! Error responses (RFC 9457), each with a code that programs branch on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::VaultId;
use crate::message::json::json_messages;
use crate::message::text::string_enum;
use crate::message::{List, Slug, Text};

string_enum! {
/// The reason why a request failed.
    ProblemCode {
        /// The request does not have the form that its route requires.
        Malformed = "malformed",
        /// The server does not support the version of the request.
        VersionUnknown = "version-unknown",
        /// Login name, password or code is wrong; the server does not say which.
        SignInRefused = "sign-in-refused",
        /// The sign-in state is used or expired; start again.
        SignInExpired = "sign-in-expired",
        /// The request requires a sign-in within the last five minutes.
        SignInAgain = "sign-in-again",
        /// The access token is missing, expired or invalid.
        TokenInvalid = "token-invalid",
        /// The proof of possession of the device key is missing or invalid.
        ProofInvalid = "proof-invalid",
        /// The proof needs the nonce in the header `DPoP-Nonce`.
        ProofNonce = "proof-nonce",
        /// The session has ended.
        SessionEnded = "session-ended",
        /// The role does not allow it.
        Forbidden = "forbidden",
        /// The vault requires a sign-in with a second factor.
        FactorRequired = "factor-required",
        /// The sign-up code is missing or invalid.
        SignUpRefused = "sign-up-refused",
        /// The resource does not exist, or the account may not see it.
        NotFound = "not-found",
        /// The resource already exists with other content.
        Exists = "exists",
        /// A newer version already exists.
        VersionConflict = "version-conflict",
        /// The batch id was used for other entries.
        BatchReused = "batch-reused",
        /// The entries do not continue the log, or differ from the entries that it had.
        LogDiverged = "log-diverged",
        /// The account is the only owner of vaults with other members.
        VaultsLeft = "vaults-left",
        /// The record, grant or answer has no effect in this vault.
        Refused = "refused",
        /// The message is longer than its route allows.
        TooLarge = "too-large",
        /// The body has another media type than the route's.
        MediaType = "media-type",
        /// There were too many requests in too short a time.
        RateLimited = "rate-limited",
        /// The account's storage quota is exceeded.
        QuotaExceeded = "quota-exceeded",
        /// The server failed.
        Internal = "internal",
        /// The server accepts no changes at the moment.
        ReadOnly = "read-only",
        /// The server cannot answer at the moment.
        Unavailable = "unavailable",
        /// A code that this program does not know; the HTTP status gives its class.
        Unknown = "unknown",
    }
}

impl ProblemCode {
    /// Returns its HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::VersionUnknown => 400,
            Self::SignInRefused
            | Self::SignInExpired
            | Self::SignInAgain
            | Self::TokenInvalid
            | Self::ProofInvalid
            | Self::ProofNonce
            | Self::SessionEnded => 401,
            Self::Forbidden | Self::FactorRequired | Self::SignUpRefused => 403,
            Self::NotFound => 404,
            Self::Exists
            | Self::VersionConflict
            | Self::BatchReused
            | Self::LogDiverged
            | Self::VaultsLeft => 409,
            Self::TooLarge => 413,
            Self::MediaType => 415,
            Self::Refused => 422,
            Self::RateLimited => 429,
            Self::Internal | Self::Unknown => 500,
            Self::ReadOnly | Self::Unavailable => 503,
            Self::QuotaExceeded => 507,
        }
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProblemCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_name(Slug::deserialize(deserializer)?.as_str()).unwrap_or(Self::Unknown))
    }
}

/// The body of every error response, `application/problem+json`. Unknown members are ignored, as RFC 9457
/// §3.2 requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The code that programs branch on.
    pub code: ProblemCode,
    /// The HTTP status.
    pub status: u16,
    /// The code as a phrase.
    pub title: Text<255>,
    /// Details; never content of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text<1024>>,
    /// For [`ProblemCode::VaultsLeft`]: the first of those vaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vaults: Option<List<VaultId, 64>>,
    /// For [`ProblemCode::Refused`]: the number of the [`Refusal`](crate::message::Refusal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<u64>,
    /// Seconds until a retry may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

json_messages! {
    SMALL: Problem;
}
