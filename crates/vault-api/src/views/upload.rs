//! What is sent to a server for the first time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What there is to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UploadView {
    /// The vaults, the home vault first.
    pub vaults: Vec<UploadVaultView>,
    /// The bytes that the account may still store; none if the server cannot be asked.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<u64>,
}

/// What there is of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UploadVaultView {
    /// The vault.
    pub id: String,
    /// Its name; empty for the home vault without one.
    pub name: String,
    /// Whether it is the home vault, which is always sent.
    pub home: bool,
    /// Whether it stays on this computer.
    pub only_here: bool,
    /// Items, archive and trash included.
    pub items: u32,
    /// Documents.
    pub documents: u32,
    /// The bytes of all of it, sealed.
    #[ts(type = "number")]
    pub bytes: u64,
}
