//! Registration and sign-in: OPAQUE (RFC 9807) with ristretto255 and SHA-512, whose messages pass through unread.

use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::account::{SignedCertificate, SignedReenrolment};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, Credential, Exactly, LoginName};

/// The costs of stretching a password as somebody states them. They are unchecked: floor, ceiling and the account's
/// pinned values are held against them before anything is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncheckedKdf {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// `POST /v1/auth/register/start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStart {
    /// The account.
    pub account_id: AccountId,
    /// OPAQUE's registration request.
    pub request: Exactly<32>,
}

/// The answer to [`RegisterStart`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStartReply {
    /// OPAQUE's registration response.
    pub response: Exactly<64>,
}

/// `POST /v1/auth/register/finish` and `POST /v1/account/reenrol`: all that belongs to one password, put in place of
/// what was there before or not at all.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinish {
    /// What the person will sign in with.
    pub login: LoginName,
    /// How the password is stretched.
    pub kdf: UncheckedKdf,
    /// OPAQUE's registration record.
    pub record: Exactly<192>,
    /// The sealed keyset.
    pub keyset: Bytes<73, 512>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity: an encoded [`SignedCertificate`].
    pub certificate: Bytes<1, { SignedCertificate::MAX_LEN }>,
    /// That these belong together, by the account's root: an encoded [`SignedReenrolment`].
    pub statement: Bytes<1, { SignedReenrolment::MAX_LEN }>,
    /// From the operator, where a new account needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Credential<64>>,
}

/// The answer to [`RegisterFinish`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterReply {
    /// The statement's version, now the account's.
    pub version: u64,
}

/// `POST /v1/auth/login/params`: what a new device has to know before it can stretch the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginParams {
    /// What the person typed.
    pub login: LoginName,
}

/// The answer to [`LoginParams`], for a name that nobody has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginParamsReply {
    /// The account.
    pub account_id: AccountId,
    /// How its password is stretched.
    pub kdf: UncheckedKdf,
}

/// `POST /v1/auth/login/start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginStart {
    /// The account.
    pub account_id: AccountId,
    /// OPAQUE's first message.
    pub ke1: Exactly<96>,
}

/// The answer to [`LoginStart`], for an account that does not exist too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginStartReply {
    /// OPAQUE's second message.
    pub ke2: Exactly<320>,
    /// What the server has to remember, sealed for itself; for one use.
    pub state: Credential<2048>,
}

/// `POST /v1/auth/login/finish`, answered by a [`LoginStep`](crate::message::LoginStep).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFinish {
    /// From [`LoginStartReply`].
    pub state: Credential<2048>,
    /// OPAQUE's third message.
    pub ke3: Exactly<64>,
}

json_messages! {
    SMALL: RegisterStart, RegisterStartReply, RegisterFinish, RegisterReply, LoginParams, LoginParamsReply, LoginStart,
        LoginStartReply, LoginFinish;
}
