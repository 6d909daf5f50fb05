//! Copying another profile into the open one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Another profile of this computer, and what opens it.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ProfileCopyRequest {
    /// The profile.
    pub profile_id: String,
    /// Its master password.
    pub password: String,
    /// Its Secret Key, if this computer does not have it.
    #[ts(optional)]
    pub secret_key: Option<String>,
}

/// A file that may be an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, rename = "ArchiveFile")]
pub struct ArchiveFileView {
    /// Names it in `archive_open`.
    pub token: String,
    /// Its file name.
    pub name: String,
}

/// What a copy would bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileCopyPreview {
    /// Names this preview.
    pub token: String,
    /// The name of the other profile.
    pub name: String,
    /// Its items, archive and trash included.
    pub items: u32,
    /// Its vaults, the home vault included.
    pub vaults: u32,
    /// Items that the open profile has already, by their content.
    pub identical: u32,
    /// Documents, earlier versions included.
    pub documents: u32,
    /// Their size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What all of it takes in bytes, about.
    #[ts(type = "number")]
    pub size: u64,
    /// The bytes that the account at the server may still store, if the profile has one and the server answered.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<u64>,
}

/// What to copy.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileCopyChoice {
    /// The preview.
    pub token: String,
    /// Whether to leave out items that the open profile has already.
    pub skip_identical: bool,
}

/// The result of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileCopiedView {
    /// Items that were copied.
    pub items: u32,
    /// Vaults that were created for them.
    pub vaults: u32,
    /// Items that were left out since the profile has them already.
    pub identical: u32,
    /// The titles of items that could not be copied: damaged, or with a document that is not on this computer.
    pub left: Vec<String>,
    /// The id for `undo`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}
