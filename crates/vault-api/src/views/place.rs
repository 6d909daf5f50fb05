use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::AppStatus;

/// Where a profile lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlaceView {
    /// Its folder.
    pub folder: String,
    /// The name of the program that copies this folder about, if one does.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synced_by: Option<String>,
    /// Whether the disk is another computer's.
    pub on_network: bool,
    /// Whether it is not the place where profiles are made.
    pub elsewhere: bool,
}

/// How a person asks for a profile to be deleted: by its password, or by its name typed in full.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct DeleteRequest {
    /// The master password.
    #[ts(optional)]
    pub password: Option<String>,
    /// The name of the profile.
    #[ts(optional)]
    pub name: Option<String>,
    /// Whether its backups stay.
    pub keep_backups: bool,
}

/// What is left after a profile was deleted.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DeletedView {
    /// The folder of the backups that stayed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<String>,
    /// How the program stands now.
    pub status: AppStatus,
}

/// Who has a profile open, as far as they said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HolderView {
    /// The number of the process.
    pub process: u32,
    /// Since when, in milliseconds since 1970.
    #[ts(type = "number")]
    pub since: u64,
    /// The program.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The computer.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}
