//! Registration and sign-in: OPAQUE (RFC 9807) with ristretto255 and SHA-512. OPAQUE's own messages are
//! opaque bytes.

use serde::{Deserialize, Serialize};

use crate::AccountId;
use crate::account::{SignedCertificate, SignedReenrolment};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, Credential, FixedBytes, LoginName};

/// KDF costs as stated by the other side. Unchecked: before use, compare them with floor, ceiling and the
/// account's pinned costs.
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
    pub request: FixedBytes<32>,
}

/// The answer to [`RegisterStart`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterStartReply {
    /// OPAQUE's registration response.
    pub response: FixedBytes<64>,
}

/// `POST /v1/auth/register/finish` and `POST /v1/account/reenrol`: all data that belongs to one password,
/// replaced atomically.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinish {
    /// Login name.
    pub login: LoginName,
    /// KDF costs of the password.
    pub kdf: UncheckedKdf,
    /// OPAQUE's registration record.
    pub record: FixedBytes<192>,
    /// The sealed keyset.
    pub keyset: Bytes<73, 2048>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity: an encoded [`SignedCertificate`].
    pub certificate: Bytes<1, { SignedCertificate::MAX_LEN }>,
    /// The root's signed statement about the parts: an encoded [`SignedReenrolment`].
    pub statement: Bytes<1, { SignedReenrolment::MAX_LEN }>,
    /// Sign-up code, from the operator or by mail; only to open an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Credential<64>>,
}

/// The answer to [`RegisterFinish`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterReply {
    /// The statement's version, now the account's.
    pub version: u64,
}

/// `POST /v1/auth/login/params`: requests the KDF costs that a new device needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginParams {
    /// Login name.
    pub login: LoginName,
}

/// The answer to [`LoginParams`]. Unknown names get an answer too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginParamsReply {
    /// The account.
    pub account_id: AccountId,
    /// KDF costs of its password.
    pub kdf: UncheckedKdf,
}

/// `POST /v1/auth/login/start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginStart {
    /// The account.
    pub account_id: AccountId,
    /// OPAQUE's first message.
    pub ke1: FixedBytes<96>,
}

/// The answer to [`LoginStart`]. Unknown accounts get an answer too.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoginStartReply {
    /// OPAQUE's second message.
    pub ke2: FixedBytes<320>,
    /// The server's state, sealed for itself; valid once.
    pub state: Credential<2048>,
}

/// `POST /v1/auth/login/finish`, answered by a [`LoginStep`](crate::message::LoginStep).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFinish {
    /// From [`LoginStartReply`].
    pub state: Credential<2048>,
    /// OPAQUE's third message.
    pub ke3: FixedBytes<64>,
}

/// `POST /v1/auth/mail`: requests a code by mail, to open an account or to change a login name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailCode {
    /// The login name, an e-mail address.
    pub login: LoginName,
}

/// `POST /v1/auth/code/start`: begins a sign-in with the recovery code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeStart {
    /// Login name.
    pub login: LoginName,
}

/// The answer to [`CodeStart`]. Unknown names get an answer too.
#[derive(Debug, Serialize, Deserialize)]
pub struct CodeStartReply {
    /// The account.
    pub account_id: AccountId,
    /// What the code's key signs.
    pub challenge: FixedBytes<32>,
    /// The server's state, sealed for itself; valid once.
    pub state: Credential<2048>,
}

/// `POST /v1/auth/code/finish`, answered by a [`LoginStep`](crate::message::LoginStep).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeFinish {
    /// From [`CodeStartReply`].
    pub state: Credential<2048>,
    /// The signature by the code's key; see [`CodeStatement`](crate::account::CodeStatement).
    pub proof: FixedBytes<64>,
}

json_messages! {
    SMALL: RegisterStart, RegisterStartReply, RegisterReply, LoginParams, LoginParamsReply, LoginStart,
        LoginStartReply, LoginFinish, MailCode, CodeStart, CodeStartReply, CodeFinish;
    MEDIUM: RegisterFinish;
}
