//! Account data that a server stores and returns.

use serde::{Deserialize, Serialize};

use crate::account::{SignedCertificate, SignedCodeStatement, SignedReenrolment};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{
    Bytes, Credential, Device, FactorState, JsonMessage, List, LoginName, LoginSession, UncheckedKdf,
};
use crate::{AccountId, VaultId};

/// `GET /v1/account/keyset`: the stored boxes that the password opens. The statement, signed by the account's
/// root, authenticates them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysetReply {
    /// KDF costs of the password.
    pub kdf: UncheckedKdf,
    /// The sealed keyset.
    pub keyset: Bytes<73, 2048>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity: an encoded [`SignedCertificate`].
    pub certificate: Bytes<1, { SignedCertificate::MAX_LEN }>,
    /// The root's signed statement about the parts: an encoded [`SignedReenrolment`].
    pub statement: Bytes<1, { SignedReenrolment::MAX_LEN }>,
}

/// A vault that counts towards an account's storage quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultUsage {
    /// The vault.
    pub vault_id: VaultId,
    /// Size of its entries and documents, in bytes.
    pub bytes: u64,
}

/// `GET /v1/account/export`: all data of an account except its vaults' logs, which have their own routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountExport {
    /// The account.
    pub account_id: AccountId,
    /// Login name.
    pub login: LoginName,
    /// Creation time, in milliseconds since 1970.
    pub created_at: u64,
    /// Version of the boxes that its password opens.
    pub version: u64,
    /// Its second factors.
    pub factors: FactorState,
    /// Its devices.
    pub devices: List<Device, 64>,
    /// Its sessions.
    pub sessions: List<LoginSession, 256>,
    /// Its vaults.
    pub vaults: List<VaultUsage, 1000>,
}

impl JsonMessage for AccountExport {
    const MAX_LEN: usize = 512 * 1024;
}

/// `GET /v1/account/usage`: what an account stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountUsage {
    /// Size of everything that counts towards the quota, in bytes.
    pub bytes: u64,
    /// The quota, in bytes.
    pub limit: u64,
    /// The vaults for which the account pays.
    pub vaults: List<VaultUsage, 1000>,
}

/// `POST /v1/account/login`: changes the login name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeLogin {
    /// The new name.
    pub login: LoginName,
    /// The code that was mailed to it, if the server mails codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Credential<64>>,
}

/// `GET` and `PUT /v1/account/code`: the box that the recovery code opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeBox {
    /// The root's signed statement: an encoded [`SignedCodeStatement`].
    pub statement: Bytes<1, { SignedCodeStatement::MAX_LEN }>,
    /// The sealed box; `None` if there is no code any more.
    #[serde(rename = "box")]
    pub sealed: Option<Bytes<73, 2560>>,
}

json_messages! {
    SMALL: ChangeLogin, CodeBox;
    MEDIUM: KeysetReply;
    LARGE: AccountUsage;
}
