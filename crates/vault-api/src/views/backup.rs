use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the backups that make themselves are made, as far as the interface sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupSettings {
    /// Whether there is one a day.
    pub daily: bool,
    /// Of how many days the last one is kept, 1 to 90.
    pub keep_days: u8,
    /// Whether documents of more than 100 MB are in them.
    pub large_documents: bool,
}

/// Why a backup was made that nobody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BackupOccasion {
    /// The day's.
    Daily,
    /// A newer program was about to change the form of the vault.
    BeforeUpdate,
}

/// What the last check of a backup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupCheck {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Whether every part of it was as it was written.
    pub sound: bool,
}

/// A backup that made itself. Each was checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupRow {
    /// By which it is named to the program.
    pub name: String,
    /// Why it was made.
    pub occasion: BackupOccasion,
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// Its bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Its last check since then, if there was one.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<BackupCheck>,
}

/// That the last backup of the day was not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupFailure {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Why.
    pub error: super::ErrorView,
}

/// The backups of the open profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackupsView {
    /// How they are made.
    pub settings: BackupSettings,
    /// The name of the folder that was chosen for them, without where it lies; none is the profile's own.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Those that made themselves, the newest first.
    pub backups: Vec<BackupRow>,
    /// That the last one was not made, if so.
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
    /// When the profile was as it is in it, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// Documents in it.
    pub documents: u32,
    /// Documents that were not asked for.
    pub left_out: u32,
    /// Documents that were missing or damaged in the profile.
    pub unreadable: u32,
}

/// A file that was chosen to be made a profile again. Nothing of it is believed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RestoreFileView {
    /// Names this choice in `restore_start`.
    pub token: String,
    /// The name of the file.
    pub file_name: String,
    /// Its bytes.
    #[ts(type = "number")]
    pub size: u64,
}
