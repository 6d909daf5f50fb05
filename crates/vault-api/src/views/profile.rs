//! The location of profiles, and their deletion.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::app::AppStatus;

/// The location of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileLocation {
    /// Its folder.
    pub folder: String,
    /// The name of the program that synchronizes this folder, if one does.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synced_by: Option<String>,
    /// Whether it is on a network drive.
    pub on_network: bool,
    /// Whether it is not the default location.
    pub elsewhere: bool,
}

/// The confirmation of deleting a profile: its password, or its full name.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct DeleteRequest {
    /// The master password.
    #[ts(optional)]
    pub password: Option<String>,
    /// The name of the profile.
    #[ts(optional)]
    pub name: Option<String>,
    /// Whether to keep its backups; otherwise they are deleted after 30 days.
    pub keep_backups: bool,
}

/// The result of deleting a profile.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DeletedView {
    /// The folder that its backups were moved to.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<String>,
    /// The status of the program now.
    pub status: AppStatus,
}
