//! Account data that a server stores and returns.

use serde::{Deserialize, Serialize};

use crate::account::{SignedCertificate, SignedReenrolment};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, Device, FactorState, JsonMessage, List, LoginName, LoginSession, UncheckedKdf};
use crate::{AccountId, VaultId};

/// `GET /v1/account/keyset`: the stored boxes that the password opens. The statement, signed by the account's
/// root, authenticates them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysetReply {
    /// KDF costs of the password.
    pub kdf: UncheckedKdf,
    /// The sealed keyset.
    pub keyset: Bytes<73, 512>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity: an encoded [`SignedCertificate`].
    pub certificate: Bytes<1, { SignedCertificate::MAX_LEN }>,
    /// The root's signed statement about the parts: an encoded [`SignedReenrolment`].
    pub statement: Bytes<1, { SignedReenrolment::MAX_LEN }>,
}

/// A vault that counts towards an account's storage quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultUsage {
    /// The vault.
    pub vault_id: VaultId,
    /// Size of its entries and documents, in bytes.
    pub bytes: u64,
}

/// `GET /v1/account/export`: all data of an account except its vaults' logs, which have their own routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    const MAX_LEN: usize = 256 * 1024;
}

json_messages! {
    SMALL: KeysetReply;
}
