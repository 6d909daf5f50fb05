//! Second factors.

use serde::{Deserialize, Serialize};

use crate::message::json::json_messages;
use crate::message::{Credential, JsonError, JsonMessage, List};

/// A kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A time-based code of 30 seconds (RFC 6238).
    Totp,
    /// One of ten recovery codes, each valid once.
    Recovery,
    /// A factor that this program does not know. It is read and never written.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// `POST /v1/auth/mfa/totp` and `…/recovery`, answered by a [`LoginStep`](crate::message::LoginStep).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorCode {
    /// State from the step that requested it.
    pub state: Credential<2048>,
    /// Six digits or a recovery code, as typed.
    pub code: Credential<32>,
}

/// `GET /v1/account/factors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorState {
    /// Whether sign-in requires a second factor.
    pub totp: bool,
    /// Number of unused recovery codes.
    pub recovery_left: u8,
}

/// The answer to `POST /v1/account/factors/totp`: a new secret, not yet active.
#[derive(Debug, Serialize, Deserialize)]
pub struct TotpSecret {
    /// 20 random bytes in base32 (RFC 4648 §6) without padding: SHA-1, six digits, 30 seconds.
    pub secret: Credential<32>,
}

/// `POST /v1/account/factors/totp/confirm`: proves receipt of the secret and activates it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirm {
    /// A code of the new secret.
    pub code: Credential<32>,
}

/// The answer to [`TotpConfirm`]. The codes are shown only here.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// Ten codes.
    pub codes: List<Credential<32>, 10>,
}

impl JsonMessage for RecoveryCodes {
    const MAX_LEN: usize = super::json::SMALL;

    fn check(&self) -> Result<(), JsonError> {
        if self.codes.len() == 10 { Ok(()) } else { Err(JsonError::Malformed) }
    }
}

json_messages! {
    SMALL: FactorCode, FactorState, TotpSecret, TotpConfirm;
}
