//! Second factors.

use serde::{Deserialize, Serialize};

use crate::message::json::json_messages;
use crate::message::{Credential, JsonError, JsonMessage, List};

/// A kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A code that changes every half minute (RFC 6238).
    Totp,
    /// One of ten codes on paper, each for one use.
    Recovery,
}

/// `POST /v1/auth/mfa/totp` and `…/recovery`, answered by a [`LoginStep`](crate::message::LoginStep).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorCode {
    /// From the step that asked for it.
    pub state: Credential<2048>,
    /// What the person typed: six digits, or a recovery code.
    pub code: Credential<32>,
}

/// `GET /v1/account/factors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorState {
    /// Whether sign-in asks for a second factor.
    pub totp: bool,
    /// How many recovery codes are left.
    pub recovery_left: u8,
}

/// The answer to `POST /v1/account/factors/totp`: a fresh secret, not yet in force.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpSecret {
    /// 20 random bytes in base32 (RFC 4648 §6) without padding: SHA-1, six digits, 30 seconds.
    pub secret: Credential<32>,
}

/// `POST /v1/account/factors/totp/confirm`: shows that the secret has arrived, and puts it in force.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirm {
    /// A code by the new secret.
    pub code: Credential<32>,
}

/// The answer to [`TotpConfirm`]: the only time these are shown.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodes {
    /// Ten of them.
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
