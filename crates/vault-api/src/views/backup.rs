//! Backups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;

/// The settings of automatic backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupSettings {
    /// Whether a backup is made every day.
    pub daily: bool,
    /// The number of days whose last backup is kept, 1 to 90.
    pub keep_days: u8,
    /// Whether documents of more than 100 MB are included.
    pub large_documents: bool,
}

/// Why an automatic backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BackupOccasion {
    /// The daily backup.
    Daily,
    /// A newer version was about to change the format of the vault.
    BeforeUpdate,
}

/// The result of the last check of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupCheck {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Whether every part was intact.
    pub sound: bool,
}

/// An automatic backup. Each is checked when it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupRow {
    /// Its name, which commands take.
    pub name: String,
    /// Why it was made.
    pub occasion: BackupOccasion,
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Its last later check, if any.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<BackupCheck>,
}

/// The failure of the last daily backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupFailure {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Why.
    pub error: ErrorView,
}

/// The backups of the open profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupsView {
    /// The settings of automatic backups.
    pub settings: BackupSettings,
    /// The name of the chosen folder, without its path; none is the profile's own.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The automatic backups, newest first.
    pub backups: Vec<BackupRow>,
    /// The failure of the last daily backup, if it failed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<BackupFailure>,
}

/// A backup that is open beside the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OpenBackupView {
    /// The name of its file.
    pub name: String,
    /// When the backup was made, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// The number of documents in it.
    pub documents: u32,
    /// The number of documents that were not requested.
    pub left_out: u32,
    /// The number of documents that were missing or damaged in the profile.
    pub unreadable: u32,
}

/// A file that was chosen to be restored. Its content is not verified yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RestoreFileView {
    /// Identifies this choice in `restore_start`.
    pub token: String,
    /// The name of the file.
    pub file_name: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub size: u64,
}
