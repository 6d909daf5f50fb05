//! Errors, as RFC 9457 has them, each with a code that programs branch on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::message::json::json_messages;
use crate::message::text::words;
use crate::message::{Slug, Text};

words! {
    /// Why a request failed.
    ProblemCode {
        /// The request is not of the form that its route asks for.
        Malformed = "malformed",
        /// The request is in a version that this server does not know.
        VersionUnknown = "version-unknown",
        /// Name, password or code are wrong; it is not said which.
        SignInRefused = "sign-in-refused",
        /// What the sign-in rests on is used up or too old: begin again.
        SignInExpired = "sign-in-expired",
        /// This asks for a sign-in of the last five minutes.
        SignInAgain = "sign-in-again",
        /// The access token is missing, too old or not good.
        TokenInvalid = "token-invalid",
        /// The proof of the device's key is missing or not good.
        ProofInvalid = "proof-invalid",
        /// The proof needs the number in the header `DPoP-Nonce`.
        ProofNonce = "proof-nonce",
        /// The session has ended.
        SessionEnded = "session-ended",
        /// The role does not allow it.
        Forbidden = "forbidden",
        /// A new account needs another code.
        SignUpRefused = "sign-up-refused",
        /// There is no such thing, or it is not for this account to know.
        NotFound = "not-found",
        /// It is there already and is not the same.
        Exists = "exists",
        /// Something newer is there already.
        VersionConflict = "version-conflict",
        /// The batch id has been used for other entries.
        BatchReused = "batch-reused",
        /// The entries do not continue the log, or not as they once stood in it.
        LogDiverged = "log-diverged",
        /// The record, grant or answer has no effect in this vault.
        Refused = "refused",
        /// The message is longer than its route allows.
        TooLarge = "too-large",
        /// The body is of another media type than the route's.
        MediaType = "media-type",
        /// Too many requests in too short a time.
        RateLimited = "rate-limited",
        /// The account has no room left.
        QuotaExceeded = "quota-exceeded",
        /// The server has a fault.
        Internal = "internal",
        /// The server does not take changes at the moment.
        ReadOnly = "read-only",
        /// The server cannot answer at the moment.
        Unavailable = "unavailable",
        /// A code that this program does not know; the status tells what it is like.
        Unknown = "unknown",
    }
}

impl ProblemCode {
    /// The HTTP status that goes with it.
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
            Self::Forbidden | Self::SignUpRefused => 403,
            Self::NotFound => 404,
            Self::Exists | Self::VersionConflict | Self::BatchReused | Self::LogDiverged => 409,
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
        Ok(Self::from_word(Slug::deserialize(deserializer)?.as_str()).unwrap_or(Self::Unknown))
    }
}

/// The body of every answer that tells of a failure, `application/problem+json`. Members that a reader does not know
/// are left aside, as RFC 9457 §3.2 asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What programs branch on.
    pub code: ProblemCode,
    /// The HTTP status once more.
    pub status: u16,
    /// The code in words.
    pub title: Text<255>,
    /// What else there is to say; never anything from the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text<1024>>,
    /// With [`ProblemCode::Refused`]: the number of the [`Refusal`](crate::message::Refusal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<u64>,
    /// After how many seconds it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

json_messages! {
    SMALL: Problem;
}
