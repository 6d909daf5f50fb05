//! What a server keeps of an account and gives back to it.

use serde::{Deserialize, Serialize};

use crate::account::{SignedCertificate, SignedReenrolment};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, Device, FactorState, JsonMessage, List, LoginName, Session, UncheckedKdf};
use crate::{AccountId, VaultId};

/// `GET /v1/account/keyset`: what a password opens, as it was left there. The account's root vouches for it in the
/// statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysetReply {
    /// How the password is stretched.
    pub kdf: UncheckedKdf,
    /// The sealed keyset.
    pub keyset: Bytes<73, 512>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity: an encoded [`SignedCertificate`].
    pub certificate: Bytes<1, { SignedCertificate::MAX_LEN }>,
    /// That these belong together, by the account's root: an encoded [`SignedReenrolment`].
    pub statement: Bytes<1, { SignedReenrolment::MAX_LEN }>,
}

/// A vault that counts towards what an account may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultUse {
    /// The vault.
    pub vault_id: VaultId,
    /// What its entries and documents come to, in bytes.
    pub bytes: u64,
}

/// `GET /v1/account/export`: all that the server knows of an account besides its vaults' logs, which have their own
/// routes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountExport {
    /// The account.
    pub account_id: AccountId,
    /// What its owner signs in with.
    pub login: LoginName,
    /// When it was opened, in milliseconds since 1970.
    pub created_at: u64,
    /// The version of what its password opens.
    pub version: u64,
    /// Its second factors.
    pub factors: FactorState,
    /// Its devices.
    pub devices: List<Device, 64>,
    /// Its sessions.
    pub sessions: List<Session, 256>,
    /// Its vaults.
    pub vaults: List<VaultUse, 1000>,
}

impl JsonMessage for AccountExport {
    const MAX_LEN: usize = 256 * 1024;
}

json_messages! {
    SMALL: KeysetReply;
}
