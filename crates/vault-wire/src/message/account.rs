//! What a server keeps of an account and gives back to it.

use serde::{Deserialize, Serialize};

use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{
    Bytes, Device, Exactly, FactorState, JsonMessage, List, LoginName, Registration, Session,
    SignedRegistration, TextError,
};
use crate::{AccountId, Signature, VaultId};

/// `GET /v1/account/keyset`: the registration as it was left there, to be verified by the account's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysetReply {
    /// The encoded [`Registration`].
    pub registration: Bytes<1, { Registration::MAX_LEN }>,
    /// By the account's root.
    pub signature: Exactly<64>,
}

impl KeysetReply {
    /// The registration with its signature, not yet verified.
    ///
    /// # Errors
    /// Never for a reply that was read: its lengths are checked.
    pub fn signed(&self) -> Result<SignedRegistration, TextError> {
        let signature = Signature::try_from(self.signature.as_slice()).map_err(|_| TextError)?;
        Ok(SignedRegistration { bytes: self.registration.as_slice().to_vec(), signature })
    }
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
    /// The registration's version.
    pub version: u32,
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
